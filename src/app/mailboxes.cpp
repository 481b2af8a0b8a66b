#include "app/mailboxes.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/mail_intake.h"
#include "app/seal.h"
#include "app/work.h"
#include "base/reason.h"
#include "base/text.h"
#include "json/read.h"
#include "json/write.h"

namespace suki::app {

BOOST_DESCRIBE_STRUCT(MailboxSecret, (), (password, client_secret, refresh_token))

namespace {

using store::MailboxAuth;
using store::MailboxRecord;
using store::MailboxThen;
using store::MailboxTls;

constexpr std::size_t name_of_mailbox_max = 60;  // code points
constexpr std::size_t host_max = 253;            // RFC 1035, 2.3.4
constexpr std::size_t words_max = 500;           // bytes of an address, an id, a folder

template <class E>
struct Word {
  E value;
  const char* word;
};
constexpr Word<MailboxTls> tls_words[] = {
    {MailboxTls::immediate, "tls"}, {MailboxTls::starttls, "starttls"}, {MailboxTls::none, "none"}};
constexpr Word<MailboxAuth> auth_words[] = {{MailboxAuth::password, "password"}, {MailboxAuth::oauth, "oauth"}};
constexpr Word<MailboxThen> then_words[] = {
    {MailboxThen::mark_seen, "mark_seen"}, {MailboxThen::move, "move"}, {MailboxThen::remove, "remove"}};

template <class E, std::size_t n>
const char* word_of(const Word<E> (&words)[n], E value) {
  for (const Word<E>& one : words)
    if (one.value == value) return one.word;
  return "";
}
template <class E, std::size_t n>
Result<E> find_word(const char* field, const Word<E> (&words)[n], const std::string& text) {
  std::string all;
  for (const Word<E>& one : words) {
    if (text == one.word) return one.value;
    all += (all.empty() ? "" : ", ") + std::string(one.word);
  }
  return bad_input(field, "must be one of " + all);
}

const char* name_of(MailboxState state) {
  switch (state) {
    case MailboxState::off:
      return "off";
    case MailboxState::connecting:
      return "connecting";
    case MailboxState::fetching:
      return "fetching";
    case MailboxState::idle:
      return "idle";
    case MailboxState::polling:
      return "polling";
    case MailboxState::waiting:
      return "waiting";
  }
  return "off";
}

std::string about(MailboxId id) {
  return fmt::format("mailbox {}", id.value);
}

/// The two providers whose addresses are known; theirs are not asked for.
struct Provider {
  const char *name, *token_url, *scope;
};
constexpr Provider providers[] = {
    {"google", "https://oauth2.googleapis.com/token", "https://mail.google.com/"},
    {"microsoft", "https://login.microsoftonline.com/common/oauth2/v2.0/token",
     "https://outlook.office.com/IMAP.AccessAsUser.All offline_access"},
};

// ---- checking ------------------------------------------------------------------------------------------------------

Result<void> check_line(const char* field, std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max || !is_utf8(text))
    return bad_input(field, fmt::format("must be text of at most {} bytes", bytes_max));
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return bad_input(field, "must be one line of text");
  return {};
}

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Result<void> check_server(MailboxRecord& m) {
  m.host = to_lower_ascii(trim(m.host));
  const bool plain = std::all_of(m.host.begin(), m.host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':';
  });
  if (m.host.empty() || m.host.size() > host_max || !plain || m.host.front() == '-')
    return because(bad_input("host", "must be the name of a mail server, like imap.example.com"), "mailbox_host");
  if (m.port < 1 || m.port > 65'535) return bad_input("port", "must be from 1 to 65535; mostly it is 993");
  if (m.tls == MailboxTls::none && !is_this_machine(m.host))
    return because(bad_input("tls",
                             "can only be left out to a server on this machine: passwords do not cross a network "
                             "in the clear"),
                   "mailbox_tls");
  return {};
}

Result<void> check_provider(MailboxRecord& m) {
  if (m.auth == MailboxAuth::password) {
    m.provider = m.token_url = m.client_id = m.scope = "";
    return {};
  }
  for (const Provider& known : providers) {
    if (m.provider != known.name) continue;
    if (m.token_url.empty()) m.token_url = known.token_url;  // a tenant of Microsoft may have one of its own
    if (m.scope.empty()) m.scope = known.scope;
  }
  if (m.provider != "google" && m.provider != "microsoft" && m.provider != "custom")
    return bad_input("provider", "must be one of google, microsoft, custom");
  SUKI_CHECK(check_line("token_url", m.token_url, words_max));
  const bool here = m.token_url.starts_with("http://127.0.0.1:") || m.token_url.starts_with("http://localhost:");
  if (!m.token_url.starts_with("https://") && !here)
    return because(bad_input("token_url", "must begin with https://"), "mailbox_token_url");
  if (m.token_url.find(' ') != std::string::npos) return bad_input("token_url", "holds no blanks");
  SUKI_CHECK(check_line("scope", m.scope, words_max));
  SUKI_CHECK(check_line("client_id", m.client_id, words_max));
  return check_present("client_id", m.client_id);
}

Result<void> check_secret(const MailboxRecord& m, const MailboxSecret& secret) {
  SUKI_CHECK(check_line("password", secret.password, mailbox_secret_max));
  SUKI_CHECK(check_line("client_secret", secret.client_secret, mailbox_secret_max));
  SUKI_CHECK(check_line("refresh_token", secret.refresh_token, mailbox_secret_max));
  if (m.auth == MailboxAuth::password && secret.password.empty())
    return because(bad_input("password", "is missing"), "mailbox_password");
  if (m.auth == MailboxAuth::oauth && secret.refresh_token.empty())
    return because(bad_input("refresh_token", "is missing"), "mailbox_refresh_token");
  return {};
}

Result<void> check(App& app, store::Tx& tx, MailboxRecord& m, const MailboxSecret& secret) {
  m.login = trim(m.login);
  SUKI_CHECK(check_present("user", m.login));
  SUKI_CHECK(check_line("user", m.login, email_max));
  m.name = trim(m.name);
  if (m.name.empty()) m.name = cut(m.login, name_of_mailbox_max);
  SUKI_CHECK(check_line("name", m.name, words_max));
  SUKI_CHECK(check_text("name", m.name, name_of_mailbox_max));
  SUKI_CHECK(check_server(m));
  SUKI_CHECK(check_provider(m));
  SUKI_CHECK(check_secret(m, secret));
  if (m.folder.empty()) m.folder = "INBOX";
  SUKI_CHECK(check_line("folder", m.folder, words_max));
  SUKI_CHECK(check_line("move_to", m.move_to, words_max));
  if (m.then != MailboxThen::move) m.move_to = "";
  if (m.then == MailboxThen::move && (m.move_to.empty() || m.move_to == m.folder))
    return because(bad_input("move_to", "must be another folder than the one that is fetched from"), "mailbox_move_to");
  if (m.every < seconds(mailbox_every_min) || m.every > seconds(mailbox_every_max))
    return because(
        bad_input("every_s", fmt::format("must be from {} to {} seconds", mailbox_every_min, mailbox_every_max)),
        "mailbox_every");
  if (!can_seal(app))
    return because(fail(ErrorCode::unavailable, "the key that secrets are sealed with cannot be read"), "mailbox_key");
  for (const MailboxRecord& other : store::mailboxes(tx))
    if (other.id != m.id && m.removed_at == Instant{} && other.host == m.host && other.login == m.login &&
        other.folder == m.folder)
      return because(fail(ErrorCode::conflict, "this folder of this mailbox is fetched already, by " + other.name),
                     "mailbox_twice");
  return {};
}

Result<Symbol> find_mail_channel(const LoadedPlan& plan, const std::string& slug) {
  if (slug.empty()) return Symbol();
  for (const plan::ChannelDecl& channel : plan.plan.channels)
    if (channel.id == slug && channel.kind == plan::ChannelKind::email) return plan.symbol(slug);
  return bad_input("channel", "the plan has no e-mail channel \"" + slug + "\"");
}

// ---- telling -------------------------------------------------------------------------------------------------------

Maybe<Time> time_or_none(Instant at) {
  if (at == Instant{}) return std::nullopt;
  return to_time(at);
}

MailboxItem to_item(Work& work, const MailboxRecord& m) {
  MailboxItem item;
  item.id = to_text(m.id.value);
  item.name = m.name;
  item.host = m.host;
  item.port = m.port;
  item.tls = word_of(tls_words, m.tls);
  item.user = m.login;
  item.auth = word_of(auth_words, m.auth);
  item.provider = m.provider;
  item.token_url = m.token_url;
  item.client_id = m.client_id;
  item.scope = m.scope;
  item.folder = m.folder;
  item.then = word_of(then_words, m.then);
  item.move_to = m.move_to;
  item.older = m.older;
  item.every_s = m.every.us / seconds(1).us;
  item.channel = m.channel ? work.plan->slug(m.channel) : "";
  item.enabled = m.enabled;
  const MailboxNow now = work.shared.mailboxes.find(m.id);
  item.state = m.enabled ? name_of(now.state) : "off";
  item.until = time_or_none(now.until);
  item.done = now.done;
  item.total = now.total;
  item.success_at = time_or_none(m.success_at);
  item.error_at = time_or_none(m.error_at);
  const Detail error = take_apart(m.last_error);
  item.error = error.text;
  item.error_reason = error.reason;
  item.fetched = m.fetched;
  item.left = store::count_left(work.tx, m.id);
  item.testing = now.testing;
  if (now.test) {
    const Detail trouble = take_apart(now.test->trouble);
    item.test = MailboxTestResult{format_instant(now.test->at), {}, trouble.text, trouble.reason};
    for (const MailboxStepDone& step : now.test->steps) item.test->steps.push_back({step.name, step.done, step.detail});
  }
  return item;
}

Result<MailboxRecord> get_mailbox(store::Tx& tx, MailboxId id) {
  auto found = store::find_mailbox(tx, id);
  if (!found || found->removed_at != Instant{}) return fail(ErrorCode::not_found, "there is no such mailbox");
  return *std::move(found);
}

std::string seal_secret(App& app, MailboxId id, const MailboxSecret& secret) {
  return seal(app, about(id), json::write(secret));
}

}  // namespace

MailboxBoard& mailbox_board(App& app) {
  return app.shared().mailboxes;
}
Instant now_of(App& app) {
  return app.shared().host.now();
}

Result<Mailboxes> list_mailboxes(App& app, store::Tx& tx, const std::string& language) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  Mailboxes all;
  for (const MailboxRecord& m : store::mailboxes(tx)) all.items.push_back(to_item(work, m));
  for (const plan::ChannelDecl& channel : work.plan->plan.channels)
    if (channel.kind == plan::ChannelKind::email)
      all.channels.push_back({channel.id, work.plan->text(channel.name, language)});
  all.now = format_instant(work.now);
  return all;
}

Result<MailboxId> add_mailbox(App& app, store::Tx& tx, const NewMailbox& input) {
  SUKI_TRY(const Work work, Work::begin(app.shared(), tx));
  if (store::count_mailboxes(tx) >= mailboxes_max)
    return because(fail(ErrorCode::conflict, fmt::format("there are {} mailboxes, which is the most", mailboxes_max)),
                   "mailboxes_many", {{"most", fmt::format("{}", mailboxes_max)}});
  MailboxRecord m;
  m.name = input.name;
  m.host = input.host;
  m.port = input.port;
  SUKI_TRY(m.tls, find_word("tls", tls_words, input.tls));
  m.login = input.user;
  SUKI_TRY(m.auth, find_word("auth", auth_words, input.auth));
  m.provider = input.provider;
  m.token_url = trim(input.token_url);
  m.client_id = trim(input.client_id);
  m.scope = trim(input.scope);
  m.folder = trim(input.folder);
  SUKI_TRY(m.then, find_word("then", then_words, input.then));
  m.move_to = trim(input.move_to);
  m.older = input.older;
  m.every = seconds(std::clamp<std::int64_t>(input.every_s, 0, mailbox_every_max + 1));
  SUKI_TRY(m.channel, find_mail_channel(*work.plan, input.channel));
  m.enabled = input.enabled;
  m.created_at = work.now;
  const MailboxSecret secret{input.password, std::string(trim(input.client_secret)),
                             std::string(trim(input.refresh_token))};
  SUKI_CHECK(check(app, tx, m, secret));
  m.id = store::add_mailbox(tx, m);
  store::save_mailbox_secret(tx, m.id, seal_secret(app, m.id, secret));
  app.shared().mailboxes.rows_changed();
  return m.id;
}

namespace {

template <class T>
void take(T& to, const Maybe<T>& given) {
  if (given) to = *given;
}

/// The fields that are words and numbers, without secret and channel.
Result<void> apply(MailboxRecord& m, const MailboxChange& change) {
  take(m.name, change.name);
  take(m.host, change.host);
  take(m.port, change.port);
  if (change.tls) {
    SUKI_TRY(m.tls, find_word("tls", tls_words, *change.tls));
  }
  take(m.login, change.user);
  if (change.auth) {
    SUKI_TRY(m.auth, find_word("auth", auth_words, *change.auth));
  }
  take(m.provider, change.provider);
  take(m.token_url, change.token_url);
  take(m.client_id, change.client_id);
  take(m.scope, change.scope);
  take(m.folder, change.folder);
  if (change.then) {
    SUKI_TRY(m.then, find_word("then", then_words, *change.then));
  }
  take(m.move_to, change.move_to);
  take(m.older, change.older);
  if (change.every_s) m.every = seconds(std::clamp<std::int64_t>(*change.every_s, 0, mailbox_every_max + 1));
  take(m.enabled, change.enabled);
  return {};
}

void take_secret(std::string& to, const Maybe<Text>& given) {
  if (given && !given->empty()) to = *given;
}

/// Another folder or another mailbox: what was known of UIDs says nothing about it.
bool is_elsewhere(const MailboxRecord& a, const MailboxRecord& b) {
  return a.host != b.host || a.login != b.login || a.folder != b.folder;
}

}  // namespace

Result<void> change_mailbox(App& app, store::Tx& tx, MailboxId id, const MailboxChange& change) {
  SUKI_TRY(const Work work, Work::begin(app.shared(), tx));
  auto found = store::find_mailbox(tx, id);
  const bool back = change.removed && !*change.removed;
  if (!found || (found->removed_at != Instant{} && !back) ||
      (back && found->removed_at != Instant{} && work.now - found->removed_at > mailbox_undo_time))
    return fail(ErrorCode::not_found, "there is no such mailbox");
  const MailboxRecord before = *found;
  MailboxRecord& m = *found;
  SUKI_CHECK(apply(m, change));
  if (change.channel) {
    SUKI_TRY(m.channel, find_mail_channel(*work.plan, *change.channel));
  }
  if (change.removed) m.removed_at = *change.removed ? work.now : Instant{};
  if (m.removed_at == Instant{}) {
    MailboxSecret secret;
    // With a lost key there is nothing to keep: then all of it has to be given anew.
    if (auto opened = open_mailbox_secret(app, before); opened.ok()) secret = *std::move(opened);
    take_secret(secret.password, change.password);
    take_secret(secret.client_secret, change.client_secret);
    take_secret(secret.refresh_token, change.refresh_token);
    // Else whoever gets hold of an open page has the secret sent to a machine of theirs.
    const bool is_given = m.auth == MailboxAuth::password ? change.password && !change.password->empty()
                                                          : change.refresh_token && !change.refresh_token->empty();
    const char* const field = m.auth == MailboxAuth::password ? "password" : "refresh_token";
    if ((m.host != before.host || m.token_url != before.token_url) && !is_given)
      return because(bad_input(field, "has to be given again for another server"), "mailbox_secret_again");
    if (m.auth == MailboxAuth::password)
      secret.client_secret = secret.refresh_token = "";
    else
      secret.password = "";
    SUKI_CHECK(check(app, tx, m, secret));
    m.secret = seal_secret(app, id, secret);
  }
  ++m.revision;
  store::update_mailbox(tx, m);
  if (is_elsewhere(m, before)) {
    m.uidvalidity = m.last_uid = m.recheck_uid = 0;
    m.first_at = {};
    store::save_mailbox_progress(tx, m);
    store::forget_fetched_before(tx, id, 0);
  }
  app.shared().mailboxes.rows_changed();
  return {};
}

Result<MailboxId> find_mailbox_called(store::Tx& tx, const std::string& name) {
  std::optional<MailboxId> found;
  for (const MailboxRecord& m : store::mailboxes(tx)) {
    if (to_text(m.id.value) == name) return m.id;
    if (m.name != name) continue;
    if (found) return fail(ErrorCode::conflict, "several mailboxes are called " + name + ": say which by its number");
    found = m.id;
  }
  if (!found) return fail(ErrorCode::not_found, "there is no mailbox " + name);
  return *found;
}

namespace {

Result<void> must_be_attended(App& app) {
  if (app.shared().mailboxes.is_attended()) return {};
  return fail(ErrorCode::unavailable, "nobody fetches mail here");
}

}  // namespace

Result<void> ask_fetch(App& app, store::Tx& tx, MailboxId id) {
  SUKI_TRY(const MailboxRecord m, get_mailbox(tx, id));
  if (!m.enabled) return because(fail(ErrorCode::conflict, "this mailbox is paused"), "mailbox_paused");
  SUKI_CHECK(must_be_attended(app));
  app.shared().mailboxes.fetch_now(id);
  return {};
}

Result<void> ask_test(App& app, store::Tx& tx, MailboxId id) {
  SUKI_TRY(const MailboxRecord m, get_mailbox(tx, id));
  (void)m;
  SUKI_CHECK(must_be_attended(app));
  app.shared().mailboxes.test_now(id);
  return {};
}

Result<void> ask_retry(App& app, store::Tx& tx, MailboxId id) {
  SUKI_TRY(const MailboxRecord m, get_mailbox(tx, id));
  if (store::retry_left(tx, id) > 0 && m.enabled) app.shared().mailboxes.fetch_now(id);
  return {};
}

Result<MailboxSecret> open_mailbox_secret(App& app, const MailboxRecord& mailbox) {
  const auto text = unseal(app, about(mailbox.id), mailbox.secret);
  if (!text)
    return because(
        fail(ErrorCode::unavailable, "the key that its secret was sealed with is gone: give the secret again"),
        "mailbox_key");
  return json::read<MailboxSecret>(*text);
}

Result<void> keep_refresh_token(App& app, store::Tx& tx, MailboxId id, const std::string& token) {
  const auto m = store::find_mailbox(tx, id);
  if (!m) return {};
  SUKI_TRY(MailboxSecret secret, open_mailbox_secret(app, *m));
  secret.refresh_token = token;
  store::save_mailbox_secret(tx, id, seal_secret(app, id, secret));
  return {};
}

Result<FetchedIn> deliver_fetched(App& app, store::Tx& tx, MailboxId id, std::uint32_t uidvalidity, std::uint32_t uid,
                                  const PreparedMail& mail, const Error* failed) {
  auto m = store::find_mailbox(tx, id);
  if (!m) return fail(ErrorCode::not_found, "there is no such mailbox");
  FetchedIn done;
  if (store::was_fetched_before(tx, id, uidvalidity, mail.digest)) {
    done.duplicate = true;
  } else {
    SUKI_TRY(const App::Delivered delivered,
             failed == nullptr ? deliver_mail(app, tx, mail, m->channel) : keep_failed(app, tx, mail, *failed));
    done.duplicate = delivered.duplicate;
    done.apart = delivered.quarantine != 0;
    if (!delivered.duplicate) ++m->fetched;
  }
  store::save_fetched(tx, {id, uidvalidity, uid, mail.digest, static_cast<std::int64_t>(mail.raw.size()),
                           store::FetchedState::kept, app.shared().host.now()});
  m->last_uid = std::max(m->last_uid, uid);
  store::save_mailbox_progress(tx, *m);
  return done;
}

}  // namespace suki::app
