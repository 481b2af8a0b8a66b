#include "mail/trial.h"

#include <curl/curl.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "mail/line.h"
#include "mail/smtp_call.h"

namespace suki::mail {
namespace {

constexpr std::size_t words_bytes_max = 500;

/// What libcurl tells of the transfer while it runs, as steps.
class Listener {
 public:
  Listener() {
    for (const TrialStepId id : {TrialStepId::name, TrialStepId::connect, TrialStepId::tls, TrialStepId::login,
                                 TrialStepId::sender, TrialStepId::recipient, TrialStepId::taken})
      trial.steps.push_back({id, TrialOutcome::left_out, "", TrialCure::none});
  }

  /// Of libcurl's own words (CURLINFO_TEXT). They are for people and change; what is not understood is only not told.
  void hear_text(std::string_view line) {
    line = trim(line);
    if (line.starts_with("Trying ")) {
      pass(TrialStepId::name, line.substr(7));
      reach(TrialStepId::connect);
    } else if (line.starts_with("Connected to ")) {
      pass(TrialStepId::connect, "");
    } else if (line.starts_with("SSL connection using ")) {
      add(TrialStepId::tls, line.substr(21));
    } else if (line.starts_with("subject: ") || line.starts_with("expire date: ") || line.starts_with("issuer: ")) {
      add(TrialStepId::tls, line);
    } else if (line.starts_with("SSL certificate verify ok")) {
      pass(TrialStepId::tls, "");
    }
  }

  /// What goes to the server: the step that it begins. No word of a log-in is kept.
  void hear_command(std::string_view line) {
    const std::string command = to_lower_ascii(line.substr(0, 10));
    if (command.starts_with("starttls")) return reach(TrialStepId::tls);
    if (command.starts_with("auth")) return reach(TrialStepId::login);
    if (command.starts_with("mail from")) return reach(TrialStepId::sender);
    if (command.starts_with("rcpt to")) return reach(TrialStepId::recipient);
    if (command.starts_with("data")) return reach(TrialStepId::taken);
    if (command.starts_with("quit")) ended_ = true;
  }

  /// A line of the server's answer; the last of several has a blank behind its number.
  void hear_answer(std::string_view line) {
    line = trim(line);
    if (ended_ || line.size() < 3) return;
    if (line.size() > 3 && line[3] == '-') return;
    answer_ = std::string(line.substr(0, words_bytes_max));
    const char kind = line[0];
    if (now_ == TrialStepId::connect && kind == '2' && step(now_).words.find(' ') == std::string::npos) {
      pass(TrialStepId::connect, line);
      return;
    }
    if (now_ == TrialStepId::tls || now_ == TrialStepId::connect) return;
    // 3xx is half a step: the log-in asks on, DATA wants the mail.
    if (kind == '2') pass(now_, line);
  }

  void end(CURLcode code, const Smtp& server, const char* why) {
    for (TrialStep& one : trial.steps) {
      if (one.outcome == TrialOutcome::ok) continue;
      const bool passed_by = code == CURLE_OK || one.id < now_;
      if (passed_by) {
        if (one.id == TrialStepId::tls && !one.words.empty()) one.outcome = TrialOutcome::ok;
        if (one.id == TrialStepId::tls && one.words.empty()) one.words = "without TLS";
        if (one.id == TrialStepId::login && one.words.empty()) one.words = "without a log-in";
      }
    }
    trial.sent = code == CURLE_OK;
    if (trial.sent) {
      pass(TrialStepId::taken, answer_);
      return;
    }
    const TrialStepId at = failed_at(code);
    TrialStep& failed = step(at);
    failed.outcome = TrialOutcome::failed;
    const bool by_answer = !answer_.empty() && (answer_[0] == '4' || answer_[0] == '5');
    const std::string said = by_answer ? answer_ : why[0] != '\0' ? std::string(why) : curl_easy_strerror(code);
    failed.words = failed.words.empty() || by_answer ? said : failed.words + "; " + said;
    failed.cure = cure_of(code, at, server);
    for (TrialStep& one : trial.steps)
      if (one.id > at) one = {one.id, TrialOutcome::left_out, "", TrialCure::none};
  }

  Trial trial;

 private:
  TrialStep& step(TrialStepId id) { return trial.steps[static_cast<std::size_t>(id)]; }
  void reach(TrialStepId id) {
    if (id > now_) now_ = id;
  }
  void add(TrialStepId id, std::string_view words) {
    reach(id);
    TrialStep& one = step(id);
    if (!one.words.empty()) one.words += "; ";
    one.words += words.substr(0, words_bytes_max);
  }
  void pass(TrialStepId id, std::string_view words) {
    TrialStep& one = step(id);
    one.outcome = TrialOutcome::ok;
    if (!words.empty()) one.words = std::string(words.substr(0, words_bytes_max));
    reach(id);
  }

  [[nodiscard]] TrialStepId failed_at(CURLcode code) const {
    switch (code) {
      case CURLE_URL_MALFORMAT:
      case CURLE_UNSUPPORTED_PROTOCOL:
      case CURLE_COULDNT_RESOLVE_HOST:
        return TrialStepId::name;
      case CURLE_COULDNT_CONNECT:
        return TrialStepId::connect;
      case CURLE_USE_SSL_FAILED:
      case CURLE_PEER_FAILED_VERIFICATION:
      case CURLE_SSL_CONNECT_ERROR:
      case CURLE_SSL_CACERT_BADFILE:
        return TrialStepId::tls;
      case CURLE_LOGIN_DENIED:
        return TrialStepId::login;
      default:
        return now_;
    }
  }

  [[nodiscard]] TrialCure cure_of(CURLcode code, TrialStepId at, const Smtp& server) const {
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) return TrialCure::address;
    if (code == CURLE_COULDNT_RESOLVE_HOST) return TrialCure::unknown_host;
    if (code == CURLE_USE_SSL_FAILED) return TrialCure::no_tls;
    if (at == TrialStepId::tls) return TrialCure::untrusted;
    if (at == TrialStepId::connect || answer_.empty()) return TrialCure::silent;
    if (at == TrialStepId::login) return TrialCure::log_in;
    if (answer_[0] == '4') return TrialCure::later;
    if (answer_[0] != '5') return TrialCure::silent;
    const std::string words = to_lower_ascii(answer_);
    const bool asks = answer_.starts_with("530") || words.find("authenticat") != std::string::npos;
    if (asks && server.user.empty()) return TrialCure::log_in_needed;
    if (at == TrialStepId::sender) return TrialCure::sender;
    if (at == TrialStepId::taken) return TrialCure::content;
    const bool relay = words.find("relay") != std::string::npos || words.find("5.7.1") != std::string::npos;
    return relay ? TrialCure::relay : TrialCure::recipient;
  }

  TrialStepId now_ = TrialStepId::name;
  std::string answer_;
  bool ended_ = false;
};

int listen(CURL*, curl_infotype type, char* data, std::size_t size, void* user) {
  auto& listener = *static_cast<Listener*>(user);
  for (const std::string_view line : split({data, size}, '\n')) {
    if (type == CURLINFO_TEXT) listener.hear_text(line);
    if (type == CURLINFO_HEADER_OUT) listener.hear_command(line);
    if (type == CURLINFO_HEADER_IN) listener.hear_answer(line);
  }
  return 0;
}

}  // namespace

Trial try_to_send(const Smtp& server, const std::string& from, const std::string& to, const std::string& data) {
  Listener listener;
  SmtpCall call(server, trial_seconds_max / 2, trial_seconds_max);
  CURL* c = call.get();
  if (c == nullptr) {
    listener.end(CURLE_FAILED_INIT, server, "curl cannot start");
    return std::move(listener.trial);
  }
  call.carry(from, to, data);
  call.be_deaf();
  curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, &listen);
  curl_easy_setopt(c, CURLOPT_DEBUGDATA, &listener);
  const CURLcode code = curl_easy_perform(c);
  listener.end(code, server, call.why());
  return std::move(listener.trial);
}

const char* name_of(TrialStepId id) {
  static constexpr const char* names[] = {"name", "connect", "tls", "login", "sender", "recipient", "taken"};
  return names[static_cast<std::size_t>(id)];
}

const char* name_of(TrialOutcome outcome) {
  static constexpr const char* names[] = {"ok", "failed", "left_out"};
  return names[static_cast<std::size_t>(outcome)];
}

const char* name_of(TrialCure cure) {
  static constexpr const char* names[] = {"",          "address", "unknown_host",  "silent", "no_tls",
                                          "untrusted", "log_in",  "log_in_needed", "sender", "recipient",
                                          "relay",     "content", "later"};
  return names[static_cast<std::size_t>(cure)];
}

const char* say(TrialStepId id) {
  static constexpr const char* names[] = {"name found",      "connected",          "TLS",       "logged in",
                                          "sender accepted", "recipient accepted", "mail taken"};
  return names[static_cast<std::size_t>(id)];
}

const char* say(TrialCure cure) {
  switch (cure) {
    case TrialCure::none:
      return "";
    case TrialCure::address:
      return "write --smtp-url as smtp://HOST:PORT or smtps://HOST";
    case TrialCure::unknown_host:
      return "look at the name in --smtp-url, and at /etc/resolv.conf";
    case TrialCure::silent:
      return "start the mail server; look at the port in --smtp-url, and at firewalls in between (many networks close "
             "port 25 to the outside: 587 or 465 is the port for sending)";
    case TrialCure::no_tls:
      return "turn STARTTLS on there, or use smtps://; without a log-in, --plain-smtp lets mail go there without";
    case TrialCure::untrusted:
      return "let it have a certificate for the name in --smtp-url that this machine trusts, or name who signed it: "
             "--smtp-ca";
    case TrialCure::log_in:
      return "look at --smtp-user and at the first line of --smtp-password-file (or SUKI_SMTP_PASSWORD); large "
             "providers "
             "want an app password";
    case TrialCure::log_in_needed:
      return "it takes no mail without a log-in: give --smtp-user and --smtp-password-file";
    case TrialCure::sender:
      return "it takes no mail from this address: let the log-in send as it, or change the address of the plan's "
             "e-mail "
             "channel";
    case TrialCure::recipient:
      return "look at the address that the trial went to";
    case TrialCure::relay:
      return "it takes no mail for other domains from this machine: log in (--smtp-user), or allow this machine there";
    case TrialCure::content:
      return "read its words: SPF, DKIM or a filter is the usual cause (docs/guide/operator.md)";
    case TrialCure::later:
      return "it takes none now: try again in some minutes; a first mail from a new sender is often put off so";
  }
  return "";
}

}  // namespace suki::mail
