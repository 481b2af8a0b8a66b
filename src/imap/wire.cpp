// With CURLOPT_CONNECT_ONLY libcurl does all up to the log-in: name, TCP, TLS with certificate and host name, STARTTLS
// (an answer that was smuggled in before it is refused), SASL. Then the line is ours, under the same TLS.
#include "imap/wire.h"

#include <curl/curl.h>
#include <poll.h>

#include <array>
#include <cstring>

#include <fmt/format.h>

#include "base/reason.h"
#include "base/text.h"
#include "imap/words.h"

namespace suki::imap {
namespace {

using Clock = std::chrono::steady_clock;

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

/// The server's last words; what we say, passwords and tokens among it, does not come here.
std::size_t keep_line(char* from, std::size_t size, std::size_t count, void* user) {
  auto& last = *static_cast<std::string*>(user);
  const std::string_view line(from, size * count);
  // A refusal stays: what it says to the good-bye is of no use. "+" leads to more, and holds codes for programs.
  if (!line.starts_with('+') && last.find(" NO ") == std::string::npos && last.find(" BYE ") == std::string::npos)
    last.assign(line.substr(0, 500));
  return size * count;
}

std::size_t drop(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

int ask_whether_stopped(void* waker, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Waker*>(waker)->stopped() ? 1 : 0;
}

/// "A2 NO [AUTHENTICATIONFAILED] Wrong password." is for people from the third word on.
std::string said(const std::string& line) {
  const std::size_t tag = line.find(' ');
  const std::size_t kind = tag == std::string::npos ? tag : line.find(' ', tag + 1);
  return for_people(kind == std::string::npos ? line : std::string_view(line).substr(kind + 1));
}

Error certificate_trouble(const Server& server, long verified, const std::string& why) {
  constexpr long not_yet_valid = 9, has_expired = 10;  // X509_V_ERR_...
  if (why.find("match") != std::string::npos)
    return trouble("imap_certificate_name", fmt::format("the certificate is not for {}; {}", server.host, why));
  if (verified == not_yet_valid || verified == has_expired || why.find("expired") != std::string::npos)
    return trouble("imap_certificate_expired", fmt::format("the certificate of {} is out of date", server.host));
  return trouble(
      "imap_certificate",
      fmt::format("the certificate of {} was signed by nobody whom this machine trusts; {}", server.host, why));
}

Error failed_to_connect(CURL* c, CURLcode code, const Server& server, const LogIn& log_in, const std::string& why,
                        const std::string& last) {
  long verified = 0;
  curl_easy_getinfo(c, CURLINFO_SSL_VERIFYRESULT, &verified);
  const std::string where = fmt::format("{}:{}", server.host, server.port);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return trouble("imap_name", fmt::format("there is no machine called {}", server.host));
    case CURLE_COULDNT_CONNECT:
      return trouble("imap_unreachable", fmt::format("{} takes no connection", where));
    case CURLE_OPERATION_TIMEDOUT:
      return trouble("imap_timeout", fmt::format("{} did not answer in time", where));
    case CURLE_USE_SSL_FAILED:
      return trouble("imap_no_tls",
                     fmt::format("{} offers no TLS, and the password would go over an open line", where));
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return certificate_trouble(server, verified, why);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
      return trouble("imap_tls", fmt::format("no TLS with {}: {}; is this the right port for it?", where, why));
    case CURLE_LOGIN_DENIED:
      return log_in.token.empty()
                 ? trouble("imap_log_in", fmt::format("{} refuses user or password: {}", server.host, said(last)))
                 : trouble("imap_token", fmt::format("{} refuses the token: {}", server.host, said(last)));
    case CURLE_ABORTED_BY_CALLBACK:
      return trouble("imap_gone", "given up: it is to end");
    case CURLE_WEIRD_SERVER_REPLY:
      return trouble("imap_answer", fmt::format("{} does not speak IMAP, or speaks it wrongly: {}", where, said(last)));
    default:
      return trouble("imap_gone", fmt::format("{}: {}", where, why));
  }
}

/// "CN = imap.example.com": of a certificate's subject, what people look at.
std::string common_name(const std::string& subject) {
  const std::size_t at = subject.rfind("CN");
  if (at == std::string::npos) return subject;
  const std::size_t start = subject.find_first_not_of(" =", at + 2);
  if (start == std::string::npos) return subject;
  return subject.substr(start, subject.find_first_of(",/", start) - start);
}

std::string certificate_of(CURL* c) {
  curl_certinfo* info = nullptr;
  if (curl_easy_getinfo(c, CURLINFO_CERTINFO, &info) != CURLE_OK || info == nullptr || info->num_of_certs == 0)
    return "";
  std::string subject, issuer, until;
  for (const curl_slist* line = info->certinfo[0]; line != nullptr; line = line->next) {
    const std::string_view text(line->data);
    if (text.starts_with("Subject:")) subject = text.substr(8);
    if (text.starts_with("Issuer:")) issuer = text.substr(7);
    if (text.starts_with("Expire date:")) until = text.substr(12);
  }
  return for_people(fmt::format("{} · {} · {}", common_name(subject), common_name(issuer), until));
}

/// Where it broke off, in the order of doing.
enum class Stage : std::uint8_t { name, connecting, encrypting, logging_in, over };

Stage stage_of(CURL* c, CURLcode code, const Server& server, bool heard) {
  const auto was = [c](CURLINFO what) {
    curl_off_t us = 0;
    return curl_easy_getinfo(c, what, &us) == CURLE_OK && us > 0;
  };
  switch (code) {
    case CURLE_OK:
      return Stage::over;
    case CURLE_COULDNT_RESOLVE_HOST:
      return Stage::name;
    case CURLE_COULDNT_CONNECT:
      return Stage::connecting;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_USE_SSL_FAILED:
      return Stage::encrypting;
    case CURLE_LOGIN_DENIED:
      return Stage::logging_in;
    default:
      break;
  }
  // Out of time, or the line broke. Under TLS from the first byte, whoever heard a line had it.
  if (was(CURLINFO_APPCONNECT_TIME_T) || (heard && server.tls != Tls::starttls)) return Stage::logging_in;
  if (heard || was(CURLINFO_CONNECT_TIME_T)) return server.tls == Tls::none ? Stage::logging_in : Stage::encrypting;
  return was(CURLINFO_NAMELOOKUP_TIME_T) ? Stage::connecting : Stage::name;
}

void tell_steps(CURL* c, const Server& server, Stage stage, std::vector<Step>& steps) {
  const char* address = nullptr;
  curl_easy_getinfo(c, CURLINFO_PRIMARY_IP, &address);
  const auto tell = [&](Stage of, const char* name, const std::string& detail) {
    if (stage >= of) steps.push_back({name, stage > of, detail});
  };
  tell(Stage::name, "name", stage > Stage::name && address != nullptr ? address : server.host);
  tell(Stage::connecting, "connected", fmt::format("{}:{}", server.host, server.port));
  if (server.tls != Tls::none) tell(Stage::encrypting, "encrypted", certificate_of(c));
  tell(Stage::logging_in, "logged_in", "");
}

}  // namespace

Error trouble(std::string_view reason, std::string text) {
  return because(fail(ErrorCode::unavailable, std::move(text)), reason);
}

struct Wire::Impl {
  Impl(Waker& waker, const Timing& given) : called(waker), timing(given) {}
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl{curl_easy_init(), &curl_easy_cleanup};
  Waker& called;
  Timing timing;
  curl_socket_t socket = CURL_SOCKET_BAD;
  std::array<char, CURL_ERROR_SIZE> why{};
  std::string last;
};

Wire::Wire() = default;
Wire::~Wire() = default;

Result<std::unique_ptr<Wire>> Wire::connect(const Server& server, const LogIn& log_in, Waker& waker,
                                            const Timing& timing, std::vector<Step>* steps) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) return fail(ErrorCode::internal, curl_easy_strerror(started));
  if (server.tls == Tls::none && !is_this_machine(server.host))
    return trouble("imap_no_tls", "without TLS mail is fetched from this machine only");
  std::unique_ptr<Wire> wire(new Wire());
  wire->impl_ = std::make_unique<Impl>(waker, timing);
  Impl& impl = *wire->impl_;
  CURL* c = impl.curl.get();
  if (c == nullptr) return fail(ErrorCode::internal, "curl cannot start");
  const bool v6 = server.host.find(':') != std::string::npos;
  const std::string url = fmt::format("{}://{}:{}/", server.tls == Tls::immediate ? "imaps" : "imap",
                                      v6 ? "[" + server.host + "]" : server.host, server.port);
  curl_easy_setopt(c, CURLOPT_URL, url.c_str());
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "imap,imaps");
  curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(c, CURLOPT_USE_SSL, server.tls == Tls::none ? long{CURLUSESSL_NONE} : long{CURLUSESSL_ALL});
  curl_easy_setopt(c, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  curl_easy_setopt(c, CURLOPT_USERNAME, log_in.user.c_str());
  if (log_in.token.empty())
    curl_easy_setopt(c, CURLOPT_PASSWORD, log_in.password.c_str());
  else
    curl_easy_setopt(c, CURLOPT_XOAUTH2_BEARER, log_in.token.c_str());
  if (!server.ca_file.empty()) {
    curl_easy_setopt(c, CURLOPT_CAINFO, server.ca_file.c_str());
    curl_easy_setopt(c, CURLOPT_CAPATH, nullptr);
  }
  if (steps != nullptr) curl_easy_setopt(c, CURLOPT_CERTINFO, 1L);
  curl_easy_setopt(c, CURLOPT_PROXY, "");
  curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, &keep_line);
  curl_easy_setopt(c, CURLOPT_HEADERDATA, &impl.last);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, &drop);
  curl_easy_setopt(c, CURLOPT_ERRORBUFFER, impl.why.data());
  curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, static_cast<long>(timing.connect.count()));
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(c, CURLOPT_TCP_KEEPIDLE, 60L);
  curl_easy_setopt(c, CURLOPT_TCP_KEEPINTVL, 30L);
  curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, &ask_whether_stopped);
  curl_easy_setopt(c, CURLOPT_XFERINFODATA, &waker);
  const CURLcode code = curl_easy_perform(c);
  if (steps != nullptr) tell_steps(c, server, stage_of(c, code, server, !impl.last.empty()), *steps);
  if (code != CURLE_OK) {
    const std::string why = impl.why[0] != '\0' ? impl.why.data() : curl_easy_strerror(code);
    return failed_to_connect(c, code, server, log_in, for_people(why), impl.last);
  }
  if (curl_easy_getinfo(c, CURLINFO_ACTIVESOCKET, &impl.socket) != CURLE_OK || impl.socket == CURL_SOCKET_BAD)
    return trouble("imap_gone", fmt::format("{} hung up", server.host));
  return wire;
}

Result<void> Wire::send(std::string_view bytes) {
  const auto until = Clock::now() + impl_->timing.answer;
  while (!bytes.empty()) {
    std::size_t sent = 0;
    const CURLcode code = curl_easy_send(impl_->curl.get(), bytes.data(), bytes.size(), &sent);
    bytes.remove_prefix(sent);
    if (code == CURLE_OK) continue;
    if (code != CURLE_AGAIN) return trouble("imap_gone", "the server hung up");
    std::array<pollfd, 2> all{pollfd{impl_->socket, POLLOUT, 0}, pollfd{impl_->called.fd(), POLLIN, 0}};
    const bool listens = impl_->called.stopped();
    ::poll(all.data(), listens ? 2 : 1, 1'000);
    if (impl_->called.stopped()) return trouble("imap_gone", "given up: it is to end");
    if (Clock::now() > until) return trouble("imap_timeout", "the server takes nothing");
  }
  return {};
}

Result<std::string> Wire::receive(std::chrono::milliseconds span, bool* called) {
  const auto until = Clock::now() + span;
  for (;;) {
    std::array<char, 64 * 1024> buffer;
    std::size_t got = 0;
    const CURLcode code = curl_easy_recv(impl_->curl.get(), buffer.data(), buffer.size(), &got);
    if (code == CURLE_OK && got == 0) return trouble("imap_gone", "the server hung up");
    if (code == CURLE_OK) return std::string(buffer.data(), got);
    if (code != CURLE_AGAIN) return trouble("imap_gone", "the server hung up");
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return std::string();
    // Who only waits for an answer looks up now and then whether it is to end.
    std::array<pollfd, 2> all{pollfd{impl_->socket, POLLIN, 0}, pollfd{impl_->called.fd(), POLLIN, 0}};
    constexpr std::int64_t look_up_ms = 500;
    ::poll(all.data(), called != nullptr ? 2 : 1,
           static_cast<int>(called != nullptr ? std::min<std::int64_t>(left, 3'600'000) : std::min(left, look_up_ms)));
    if (impl_->called.stopped()) return trouble("imap_gone", "given up: it is to end");
    if (called != nullptr && (all[1].revents & POLLIN) != 0) {
      *called = true;
      return std::string();
    }
  }
}

}  // namespace suki::imap
