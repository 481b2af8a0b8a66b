#include "cli/serve.h"

#include <fmt/format.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <thread>

#include "app/app.h"
#include "app/host.h"
#include "app/mail_intake.h"
#include "app/mail_rules.h"
#include "app/mailboxes.h"
#include "base/text.h"
#include "cli/mail_out.h"
#include "cli/open_data.h"
#include "control/control.h"
#include "fetcher/fetcher.h"
#include "lmtp/server.h"
#include "log/log.h"
#include "mail/dkim.h"
#include "mail/mail.h"
#include "mail/trial.h"
#include "mailer/mailer.h"
#include "mailer/tester.h"
#include "metrics/metrics.h"
#include "pictures/fetcher.h"
#include "server/server.h"
#include "store/lock.h"
#include "store/store.h"
#include "store/tx.h"

namespace suki::cli {
namespace {

struct GivenToServe {
  DataPlace place{};
  std::string listen = "127.0.0.1:8080", pages, log_level = "info", log_form = "text", metrics_token_file;
  int drain_seconds = 0;
  std::string tls_cert, tls_key, redirect;
  std::string smtp_url, smtp_user, smtp_password_file, smtp_ca, imap_ca, site_url;
  std::string lmtp, lmtp_mode = "0660";
  bool lmtp_any_recipient = false, plain_lmtp = false;
  std::vector<std::string> dkim_keys;
  std::optional<std::uint16_t> port;
  bool no_rate_limit = false, trust_forwarded = false, plain_http = false, plain_smtp = false;
  int session_idle_minutes = 120;
  bool plain_reply_to = false;
  std::string spam = "hold";
  bool no_remote_pictures = false;
  std::vector<std::string> trusted_authserv_ids;
  std::vector<std::string> trusted_proxies;
};

std::string site_of(const server::Options& options, std::uint16_t port) {
  const bool v6 = options.address.find(':') != std::string::npos;
  return fmt::format("{}://{}:{}", options.tls_cert.empty() ? "http" : "https",
                     v6 ? "[" + options.address + "]" : options.address, port);
}

Result<std::string> first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return fail(ErrorCode::io, path + " cannot be read");
  return line;
}

Result<mail::Smtp> smtp_of(const GivenToServe& given) {
  mail::Smtp smtp{.url = given.smtp_url,
                  .user = given.smtp_user,
                  .password = "",
                  .ca_file = given.smtp_ca,
                  .plain = given.plain_smtp};
  if (!given.smtp_password_file.empty()) {
    SUKI_TRY(smtp.password, first_line(given.smtp_password_file));
  } else if (const char* password = std::getenv("SUKI_SMTP_PASSWORD")) {
    smtp.password = password;
  }
  return smtp;
}

/// A mail that cannot be signed waits like one that cannot be sent: without its signature others might refuse it.
Result<void> sign_and_send(const mail::Smtp& smtp, const std::vector<mail::DkimKey>& keys, const std::string& from,
                           const std::string& to, const std::string& data) {
  if (keys.empty()) return mail::send(smtp, from, to, data);
  const Result<std::string> bytes = mail::sign_dkim(data, keys);
  if (!bytes.ok()) return fail(ErrorCode::io, bytes.error().detail);
  return mail::send(smtp, from, to, *bytes);
}

app::Host host_of(const GivenToServe& given, const server::Options& options) {
  app::Host host = app::system_host();
  host.site_url = given.site_url.empty() ? site_of(options, options.port) : given.site_url;
  while (host.site_url.ends_with('/')) host.site_url.pop_back();
  host.session_idle = minutes(given.session_idle_minutes);
  host.mail_budgets = !given.no_rate_limit;
  host.reply_addresses = !given.plain_reply_to;
  return host;
}

Result<void> need_plan(store::Store& store, const std::string& data_dir) {
  bool in_force = false;
  SUKI_CHECK(store.read_and_wait([&](store::Tx& tx) -> Result<void> {
    in_force = tx.plan_in_force().has_value();
    return {};
  }));
  if (in_force) return {};
  return fail(ErrorCode::bad_plan, "no plan is in force in " + data_dir +
                                       "; put one there: suki plan adopt DIR --data " + data_dir +
                                       " --why \"the first one\"");
}

/// INT, TERM and HUP are taken by one thread that waits for them. Blocked before any other thread starts, so that none
/// of those is interrupted.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a file over its limit is refused like a full disk, and is no reason to end
  return signals;
}

/// A mail that is on its way when the server stops has so long to arrive; then it goes out again at the next start.
constexpr std::chrono::seconds mail_at_end_max{5};
constexpr std::size_t metrics_token_min = 16;  // characters; chosen

/// When the end began.
class EndOfServing {
 public:
  void begin() { began_ = std::chrono::steady_clock::now().time_since_epoch().count(); }
  [[nodiscard]] bool is_longer_ago_than(std::chrono::seconds span) const {
    const std::chrono::steady_clock::duration began{began_.load()};
    return began.count() != 0 && std::chrono::steady_clock::now().time_since_epoch() > began + span;
  }

 private:
  std::atomic<std::chrono::steady_clock::rep> began_ = 0;
};

/// Waits for INT or TERM, takes HUP on the way; then, while it says so at /readyz, for `drain` or a second such signal.
void wait_for_end(const sigset_t& signals, server::Server& server, lmtp::Server* lmtp, std::chrono::seconds drain,
                  EndOfServing& end) {
  int caught = 0;
  while (sigwait(&signals, &caught) == 0 && caught == SIGHUP) server.reload_certificate();
  server.announce_stop();
  if (drain.count() > 0) {
    spdlog::info("about to stop: new work is taken for {} s more, or until a second signal", drain.count());
    const auto until = std::chrono::steady_clock::now() + drain;
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(until - std::chrono::steady_clock::now());
      if (left.count() <= 0) break;
      const timespec wait{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
      const int next = sigtimedwait(&signals, nullptr, &wait);
      if (next == SIGINT || next == SIGTERM) break;
    }
  }
  end.begin();
  spdlog::info("stopping: {}", caught == SIGINT ? "interrupted" : "terminated");
  if (lmtp != nullptr) lmtp->begin_stop();
  server.stop();
}

/// The socket's verbs; mails are counted.
std::map<std::string, control::Control::Handler> counted_verbs(app::App& app, store::Store& store,
                                                               const std::shared_ptr<metrics::Metrics>& metrics) {
  auto verbs = socket_verbs(app, store);
  auto& deliver = verbs.at("deliver");
  deliver = [deliver, metrics](const std::string& mail) {
    Result<std::string> done = deliver(mail);
    metrics->mail_in(!done.ok()                         ? metrics::MailIn::failed
                     : done->ends_with(" duplicate")    ? metrics::MailIn::duplicate
                     : done->starts_with("quarantine ") ? metrics::MailIn::quarantined
                                                        : metrics::MailIn::taken);
    return done;
  };
  return verbs;
}

metrics::MailIn count_of(fetcher::Came came) {
  switch (came) {
    case fetcher::Came::taken:
      return metrics::MailIn::taken;
    case fetcher::Came::duplicate:
      return metrics::MailIn::duplicate;
    case fetcher::Came::quarantined:
      return metrics::MailIn::quarantined;
    case fetcher::Came::left:
      break;
  }
  return metrics::MailIn::failed;
}

metrics::MailOut outcome_of(const Result<void>& sent) {
  if (sent.ok()) return metrics::MailOut::sent;
  return sent.error().code == ErrorCode::refused ? metrics::MailOut::refused : metrics::MailOut::again;
}

/// Passwords and what customers write do not cross a network in the clear unless somebody says so.
Result<void> check_encrypted(const GivenToServe& given, const server::Options& options) {
  if (!options.tls_cert.empty() || given.plain_http || server::is_this_machine(options.address)) return {};
  return fail(ErrorCode::bad_input,
              "on " + options.address +
                  " others of the network could read passwords: give --tls-cert and --tls-key, or listen on 127.0.0.1 "
                  "behind a web server with TLS, or say --plain-http where only such a web server reaches the port");
}

/// How mail comes by LMTP; none: it does not.
Result<std::optional<lmtp::Options>> lmtp_of(const GivenToServe& given,
                                             const std::shared_ptr<metrics::Metrics>& metrics) {
  if (given.lmtp.empty()) return std::optional<lmtp::Options>();
  lmtp::Options options;
  SUKI_TRY(options.place, lmtp::read_place(given.lmtp, given.lmtp_mode, given.plain_lmtp));
  options.any_recipient = given.lmtp_any_recipient;
  options.metrics = metrics;
  return std::optional(options);
}

Result<void> serve(const GivenToServe& given) {
  server::Options options;
  SUKI_CHECK(server::read_listen(given.listen, options));
  if (given.port) options.port = *given.port;
  options.pages_folder = given.pages;
  options.rate_limits = !given.no_rate_limit;
  if (given.trust_forwarded) options.proxies.add_this_machine();
  for (const std::string& networks : given.trusted_proxies) SUKI_CHECK(options.proxies.add(networks));
  options.tls_cert = given.tls_cert;
  options.tls_key = given.tls_key;
  options.redirect_listen = given.redirect;
  options.redirect_to = given.site_url;
  while (options.redirect_to.ends_with('/')) options.redirect_to.pop_back();
  SUKI_CHECK(check_encrypted(given, options));
  SUKI_TRY(mail::Smtp smtp, smtp_of(given));
  SUKI_TRY(const std::vector<mail::DkimKey> dkim_keys, read_dkim_keys(given.dkim_keys));
  EndOfServing end;
  smtp.given_up = [&end] { return end.is_longer_ago_than(mail_at_end_max); };
  options.data_dir = given.place.dir;
  options.metrics = std::make_shared<metrics::Metrics>();
  if (!given.metrics_token_file.empty()) {
    SUKI_TRY(options.metrics_token, first_line(given.metrics_token_file));
    if (options.metrics_token.size() < metrics_token_min)
      return fail(ErrorCode::bad_input, fmt::format("{}: the token must have {} characters at least",
                                                    given.metrics_token_file, metrics_token_min));
  }
  SUKI_TRY(auto lmtp_options, lmtp_of(given, options.metrics));

  const sigset_t signals = block_signals();
  log::start(given.log_form == "json" ? log::Form::json : log::Form::text, given.log_level);
  SUKI_TRY(const auto store, open_store(given.place, options.metrics));
  app::Host host = host_of(given, options);
  SUKI_TRY(host.secret_key, app::ensure_secret_key(given.place.dir));
  app::App app(*store, host);
  SUKI_CHECK(app.start());
  SUKI_CHECK(need_plan(*store, given.place.dir));
  SUKI_CHECK(app::watch_reading(app, given.place.dir));
  SUKI_CHECK(store->write_and_wait([&](store::Tx& tx) {
    return app::keep_mail_rules(tx, {.spam_held = given.spam == "hold",
                                     .remote_pictures = !given.no_remote_pictures,
                                     .trusted_servers = given.trusted_authserv_ids});
  }));

  server::Server server(app, *store, options);
  SUKI_TRY(const std::uint16_t port, server.listen());
  if (given.site_url.empty()) app.set_site_url(site_of(options, port));  // with port 0 it is known only now
  std::unique_ptr<lmtp::Server> lmtp;
  if (lmtp_options) {
    lmtp = std::make_unique<lmtp::Server>(app, *store, *lmtp_options);
    SUKI_TRY(lmtp_options->place, lmtp->listen());
  }
  std::unique_ptr<mailer::Mailer> mailer;
  std::unique_ptr<mailer::Tester> tester;
  if (!smtp.url.empty()) {
    mailer =
        std::make_unique<mailer::Mailer>(app, *store,
                                         [&smtp, &dkim_keys, metrics = options.metrics](
                                             const std::string& from, const std::string& to, const std::string& data) {
                                           Result<void> sent = sign_and_send(smtp, dkim_keys, from, to, data);
                                           metrics->mail_out(outcome_of(sent));
                                           return sent;
                                         });
    tester = std::make_unique<mailer::Tester>(app, smtp.url, [&smtp, &dkim_keys](const app::TrialMail& mail) {
      const Result<std::string> bytes = mail::sign_dkim(mail.data, dkim_keys);
      return mail::try_to_send(smtp, mail.from, mail.to, bytes.value_or(mail.data));
    });
  }
  std::unique_ptr<pictures::Fetcher> pictures;
  if (!given.no_remote_pictures)
    pictures = std::make_unique<pictures::Fetcher>(app, *store, [&end](const std::string& url) {
      pictures::Policy policy;
      policy.given_up = [&end] { return end.is_longer_ago_than(std::chrono::seconds(0)); };
      return pictures::fetch(url, policy);
    });
  app.on_changed([&](const std::vector<app::Changed>& changes) {
    server.changed(changes);
    if (mailer) mailer->notify();
    if (pictures) pictures->notify();
  });
  SUKI_TRY(auto control,
           control::Control::start(control::socket_path(given.place.dir), counted_verbs(app, *store, options.metrics)));

  app::mailbox_board(app).ca_file = given.imap_ca;
  fetcher::Options fetching;
  fetching.on_mail = [metrics = options.metrics](fetcher::Came came) { metrics->mail_in(count_of(came)); };
  auto fetcher = std::make_unique<fetcher::Fetcher>(app, *store, fetching);

  if (lmtp) lmtp->start();
  std::thread waiting(
      [&] { wait_for_end(signals, server, lmtp.get(), std::chrono::seconds(given.drain_seconds), end); });
  SUKI_CHECK(store::say_served(given.place.dir, site_of(options, port)));
  fmt::print("suki serves {}\n", site_of(options, port));
  if (lmtp) fmt::print("mail comes in by LMTP at {}\n", lmtp::to_text(lmtp_options->place));
  if (!mailer) fmt::print("mail is not sent: no --smtp-url was given; what is to be sent stays queued\n");
  std::fflush(stdout);
  server.run();
  waiting.join();
  lmtp.reset();
  fetcher.reset();  // before the feed ends, so that what it still keeps is told
  app.on_changed({});
  control.reset();
  tester.reset();
  mailer.reset();
  pictures.reset();
  spdlog::info("stopped");
  return {};
}

}  // namespace

void add_serve_command(CLI::App& app, int& exit_code) {
  const auto given = std::make_shared<GivenToServe>();
  CLI::App* command = app.add_subcommand("serve", "Serve customers, agents and the API until stopped");
  add_data_options(*command, given->place);
  command->add_option("--listen", given->listen, "Address and port; port 0 takes a free one")
      ->envname("SUKI_LISTEN")
      ->capture_default_str();
  command->add_option("--port", given->port, "The port alone, on --listen's address");
  command
      ->add_option("--site-url", given->site_url,
                   "Where customers reach this server, for links in mails (default: --listen)")
      ->envname("SUKI_SITE_URL");
  command
      ->add_option("--tls-cert", given->tls_cert,
                   "Serve HTTPS with this certificate chain (PEM); read again when it changes, and on the signal HUP")
      ->envname("SUKI_TLS_CERT");
  command->add_option("--tls-key", given->tls_key, "Its private key (PEM, without a passphrase)")
      ->envname("SUKI_TLS_KEY");
  command
      ->add_option("--redirect", given->redirect,
                   "A second address and port that sends everybody to --site-url, which must then be https://...")
      ->envname("SUKI_REDIRECT");
  command->add_option("--pages", given->pages, "Serve the web pages from this folder instead of the built-in ones");
  command
      ->add_option("--smtp-url", given->smtp_url,
                   "Where mail goes out: smtp://HOST:PORT or smtps://HOST; none: it stays queued")
      ->envname("SUKI_SMTP_URL");
  command
      ->add_option("--smtp-user", given->smtp_user,
                   "Log-in there; the password comes from SUKI_SMTP_PASSWORD or the file")
      ->envname("SUKI_SMTP_USER");
  command->add_option("--smtp-password-file", given->smtp_password_file, "A file whose first line is that password")
      ->envname("SUKI_SMTP_PASSWORD_FILE");
  command
      ->add_option("--smtp-ca", given->smtp_ca,
                   "A file of certificates (PEM) that may have signed its own, instead of those this machine trusts")
      ->envname("SUKI_SMTP_CA");
  command
      ->add_option("--imap-ca", given->imap_ca,
                   "The same for the servers that mail is fetched from, and those that give tokens for them")
      ->envname("SUKI_IMAP_CA");
  command
      ->add_option("--dkim-key", given->dkim_keys,
                   "Sign mails with the key in this file (suki mail dkim new makes it); several with commas")
      ->delimiter(',')
      ->envname("SUKI_DKIM_KEY");
  command
      ->add_flag("--plain-smtp", given->plain_smtp,
                 "Let mail go to a mail server on another machine without TLS, when it offers none")
      ->envname("SUKI_PLAIN_SMTP");
  command
      ->add_option("--lmtp", given->lmtp,
                   "Take mail by LMTP from a mail server on this machine: unix:/FOLDER/NAME or 127.0.0.1:PORT")
      ->envname("SUKI_LMTP");
  command->add_option("--lmtp-mode", given->lmtp_mode, "Who may use that Unix socket, as chmod takes it")
      ->envname("SUKI_LMTP_MODE")
      ->capture_default_str();
  command
      ->add_flag("--lmtp-any-recipient", given->lmtp_any_recipient,
                 "Take mail for whatever address, not for those of the plan's e-mail channels alone")
      ->envname("SUKI_LMTP_ANY_RECIPIENT");
  command
      ->add_flag("--plain-lmtp", given->plain_lmtp,
                 "Let LMTP listen where other machines reach it: it has neither log-in nor TLS")
      ->envname("SUKI_PLAIN_LMTP");
  command
      ->add_flag("--plain-reply-to", given->plain_reply_to,
                 "Answers come to the channel's plain address: for a mail server that takes no ADDRESS+TAG")
      ->envname("SUKI_PLAIN_REPLY_TO");
  command
      ->add_option("--spam", given->spam,
                   "A mail that a filter marked as spam: hold it in quarantine, or deliver it with a label")
      ->envname("SUKI_SPAM")
      ->check(CLI::IsMember({"hold", "deliver"}))
      ->capture_default_str();
  command
      ->add_flag("--no-remote-pictures", given->no_remote_pictures,
                 "Never fetch pictures of mails that lie elsewhere, whoever asks")
      ->envname("SUKI_NO_REMOTE_PICTURES");
  command
      ->add_option("--trust-authserv-id", given->trusted_authserv_ids,
                   "Believe the Authentication-Results of this mail server, by the name it writes there; several with "
                   "commas; - for results without a name")
      ->delimiter(',')
      ->envname("SUKI_TRUST_AUTHSERV_ID");
  command
      ->add_option("--session-idle", given->session_idle_minutes,
                   "Minutes after which a log-in that nobody uses is over; twelve hours are the most in any case")
      ->envname("SUKI_SESSION_IDLE")
      ->check(CLI::Range(5, 720))
      ->capture_default_str();
  command
      ->add_flag("--trust-forwarded", given->trust_forwarded,
                 "A web server on this machine is in front: believe its X-Forwarded-For and X-Forwarded-Proto")
      ->envname("SUKI_TRUST_FORWARDED");
  command
      ->add_option("--trusted-proxy", given->trusted_proxies,
                   "Believe those of this address or network, too: 203.0.113.7, 10.1.0.0/16; several with commas")
      ->envname("SUKI_TRUSTED_PROXY");
  command
      ->add_flag("--plain-http", given->plain_http,
                 "Serve without TLS where other machines reach the port: only behind a web server that has it")
      ->envname("SUKI_PLAIN_HTTP");
  command->add_flag("--no-rate-limit", given->no_rate_limit,
                    "For benchmarks only: no limit on how often somebody may ask");
  command->add_option("--log-level", given->log_level, "What goes to standard error")
      ->envname("SUKI_LOG_LEVEL")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
      ->capture_default_str();
  command->add_option("--log", given->log_form, "How it is written: text, a line for people, or json, an object a line")
      ->envname("SUKI_LOG")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command
      ->add_option("--metrics-token-file", given->metrics_token_file,
                   "A file whose first line lets others than programs on this machine read /metrics, as a bearer token")
      ->envname("SUKI_METRICS_TOKEN_FILE");
  command
      ->add_option("--drain", given->drain_seconds,
                   "On INT or TERM, say at /readyz that it stops, and go on serving for so many seconds first")
      ->envname("SUKI_DRAIN")
      ->check(CLI::Range(0, 300))
      ->capture_default_str();
  command->footer(
      "Exit status: 0 stopped by INT or TERM, 2 the folder or the address cannot be used, or no plan is in force.");
  command->callback([given, &exit_code] {
    const Result<void> served = serve(*given);
    exit_code = served.ok() ? 0 : 2;
    if (!served.ok()) fmt::print(stderr, "suki serve: {}\n", served.error().detail);
  });
}

}  // namespace suki::cli
