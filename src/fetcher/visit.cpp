#include "fetcher/visit.h"

#include "app/mailboxes.h"
#include "base/reason.h"
#include "fetcher/fetcher.h"
#include "store/tx.h"

namespace suki::fetcher {

using store::MailboxRecord;
using store::Tx;

Result<MailboxRecord> read_mailbox(store::Store& store, MailboxId id) {
  MailboxRecord mailbox;
  SUKI_CHECK(store.read_and_wait([&](Tx& tx) -> Result<void> {
    const auto found = store::find_mailbox(tx, id);
    if (!found || found->removed_at != Instant{}) return fail(ErrorCode::not_found, "there is no such mailbox");
    mailbox = *found;
    return {};
  }));
  return mailbox;
}

imap::Server server_of(app::App& app, const MailboxRecord& mailbox) {
  imap::Server server{mailbox.host, static_cast<std::uint16_t>(mailbox.port), imap::Tls::immediate,
                      app::mailbox_board(app).ca_file};
  if (mailbox.tls == store::MailboxTls::starttls) server.tls = imap::Tls::starttls;
  if (mailbox.tls == store::MailboxTls::none) server.tls = imap::Tls::none;
  return server;
}

Result<imap::LogIn> log_in_of(app::App& app, store::Store& store, const MailboxRecord& mailbox, Tokens& tokens,
                              const imap::Waker& waker) {
  imap::LogIn log_in{.user = mailbox.login};
  SUKI_TRY(const app::MailboxSecret secret, app::open_mailbox_secret(app, mailbox));
  if (mailbox.auth == store::MailboxAuth::password) {
    log_in.password = secret.password;
    return log_in;
  }
  if (!tokens.good()) {
    SUKI_TRY(const Token token, ask_token({mailbox.token_url, mailbox.client_id, secret.client_secret,
                                           secret.refresh_token, mailbox.scope, app::mailbox_board(app).ca_file},
                                          waker));
    if (!token.refresh.empty() && token.refresh != secret.refresh_token)
      SUKI_CHECK(
          store.write_and_wait([&](Tx& tx) { return app::keep_refresh_token(app, tx, mailbox.id, token.refresh); }));
    tokens.keep(token);
  }
  log_in.token = tokens.access();
  return log_in;
}

Result<std::unique_ptr<imap::Session>> enter(app::App& app, store::Store& store, const MailboxRecord& mailbox,
                                             Tokens& tokens, imap::Waker& waker, const imap::Timing& timing) {
  const bool is_old = tokens.good();
  SUKI_TRY(const imap::LogIn log_in, log_in_of(app, store, mailbox, tokens, waker));
  auto session = imap::connect(server_of(app, mailbox), log_in, waker, timing);
  if (session.ok() || take_apart(session.error().detail).reason != "imap_token") return session;
  tokens.drop();
  if (!is_old) return session;
  SUKI_TRY(const imap::LogIn again, log_in_of(app, store, mailbox, tokens, waker));
  return imap::connect(server_of(app, mailbox), again, waker, timing);
}

Result<RoundDone> fetch_once(app::App& app, store::Store& store, MailboxId id, const Options& options) {
  SUKI_TRY(const MailboxRecord mailbox, read_mailbox(store, id));
  Tokens tokens;
  imap::Waker waker;
  SUKI_TRY(const auto session, enter(app, store, mailbox, tokens, waker, options.timing));
  SUKI_CHECK(begin_rounds(app, store, id, *session));
  Attempts attempts;
  RoundOptions round;
  round.on_mail = options.on_mail;
  round.mail_max = options.mail_max;
  auto done = run_round(app, store, id, *session, attempts, round);
  session->log_out();
  return done;
}

Result<imap::Report> test_mailbox(app::App& app, store::Store& store, MailboxId id, imap::Waker& waker,
                                  const Options& options) {
  SUKI_TRY(const MailboxRecord mailbox, read_mailbox(store, id));
  imap::Report report;
  Tokens tokens;
  const auto log_in = log_in_of(app, store, mailbox, tokens, waker);
  if (mailbox.auth == store::MailboxAuth::oauth || !log_in.ok())
    report.steps.push_back({mailbox.auth == store::MailboxAuth::oauth ? "token" : "secret", log_in.ok(),
                            mailbox.auth == store::MailboxAuth::oauth ? mailbox.token_url : ""});
  if (!log_in.ok()) {
    report.trouble = log_in.error().detail;
    return report;
  }
  imap::Report rest = imap::test(server_of(app, mailbox), *log_in, mailbox.folder, waker, options.timing);
  report.steps.insert(report.steps.end(), rest.steps.begin(), rest.steps.end());
  report.trouble = std::move(rest.trouble);
  return report;
}

}  // namespace suki::fetcher
