#include "cli/mailbox.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/describe.hpp>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <thread>

#include "app/audit.h"
#include "app/mailboxes.h"
#include "base/reason.h"
#include "cli/open_data.h"
#include "cli/password_input.h"
#include "fetcher/fetcher.h"
#include "json/read.h"
#include "json/write.h"

namespace suki::cli {
namespace {

struct Which {
  std::string mailbox;
};
BOOST_DESCRIBE_STRUCT(Which, (), (mailbox))
struct Setting {
  std::string mailbox;
  app::MailboxChange change;
};
BOOST_DESCRIBE_STRUCT(Setting, (), (mailbox, change))

/// The command line waits so long for what the server has begun; then it says how far it is.
constexpr std::chrono::seconds fetch_wait_max{20};
constexpr std::chrono::milliseconds look_every{100};

/// Changes the mailbox of that name or number and records it, in one transaction.
Result<MailboxId> change(app::App& app, store::Store& store, const std::string& which, std::string_view act,
                         const app::MailboxChange& change) {
  MailboxId id;
  const Result<void> done = store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(id, app::find_mailbox_called(tx, which));
    SUKI_CHECK(app::change_mailbox(app, tx, id, change));
    app::record(app, tx, app::the_operator(), {act, "mailbox", id.value});
    return {};
  });
  if (!done.ok()) return done.error();
  return id;
}

Result<store::MailboxRecord> find(store::Store& store, const std::string& which) {
  store::MailboxRecord found;
  SUKI_CHECK(store.read_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(const MailboxId id, app::find_mailbox_called(tx, which));
    found = *store::find_mailbox(tx, id);
    return {};
  }));
  return found;
}

/// A server got it from its own command line; who does the work alone has the environment.
void set_ca_file(app::App& app) {
  const char* path = std::getenv("SUKI_IMAP_CA");
  if (!app::mailbox_board(app).is_attended() && path != nullptr) app::mailbox_board(app).ca_file = path;
}

void record(app::App& app, store::Store& store, std::string_view act, MailboxId id) {
  (void)store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    app::record(app, tx, app::the_operator(), {act, "mailbox", id.value});
    return {};
  });
}

std::string in_words(const imap::Step& step) {
  const auto with = [&](const char* text) {
    return step.detail.empty() ? std::string(text) : fmt::format("{}: {}", text, step.detail);
  };
  if (step.name == "token") return with("token from");
  if (step.name == "secret") return "secret";
  if (step.name == "name") return with("name");
  if (step.name == "connected") return with("connected to");
  if (step.name == "encrypted") return with("encrypted, certificate of");
  if (step.name == "logged_in") return "logged in";
  if (step.name == "folder") return with("folder");
  if (step.name == "waiting") return with("mails in it");
  if (step.name == "idle")
    return step.detail == "idle" ? "the server says when mail comes (IDLE)"
                                 : "the server is asked now and then (no IDLE)";
  return with(step.name.c_str());
}

std::string in_words(const fetcher::RoundDone& done) {
  std::string text = fmt::format("fetched {} mails", done.taken);
  if (done.duplicates > 0) text += fmt::format(", {} were here before", done.duplicates);
  if (done.left > 0) text += fmt::format(", {} were left there", done.left);
  return text + "\n";
}

std::string health_of(const app::MailboxItem& m) {
  if (!m.enabled) return "paused";
  if (!m.error.empty()) return "trouble: " + m.error;
  if (m.state == "fetching" && m.total > 0) return fmt::format("fetching {} of {}", m.done, m.total);
  if (m.state != "off") return m.state;
  return m.success_at ? "looked at " + *m.success_at : "not looked at yet";
}

}  // namespace

Result<std::string> add_mailbox(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const app::NewMailbox input, json::read<app::NewMailbox>(body));
  MailboxId id;
  SUKI_CHECK(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(id, app::add_mailbox(app, tx, input));
    app::record(app, tx, app::the_operator(), {"mailbox.add", "mailbox", id.value});
    return {};
  }));
  return fmt::format("added mailbox {}: {} at {}; see whether all is well: suki mailbox test {}\n", id.value,
                     input.user, input.host, id.value);
}

Result<std::string> list_mailboxes(app::App& app, store::Store& store, const std::string&) {
  std::string out;
  SUKI_CHECK(store.read_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(const app::Mailboxes all, app::list_mailboxes(app, tx, "en"));
    out.clear();
    for (const app::MailboxItem& m : all.items)
      out += fmt::format("{}\t{}\t{}\t{}:{}/{}\t{}\t{}\n", m.id, m.name, m.user, m.host, m.port, m.folder, m.fetched,
                         health_of(m));
    return {};
  }));
  return out;
}

Result<std::string> set_mailbox(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const Setting input, json::read<Setting>(body));
  SUKI_TRY(const MailboxId id, change(app, store, input.mailbox, "mailbox.change", input.change));
  return fmt::format("changed mailbox {}\n", id.value);
}

Result<std::string> remove_mailbox(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const Which input, json::read<Which>(body));
  app::MailboxChange away;
  away.removed = true;
  SUKI_TRY(const MailboxId id, change(app, store, input.mailbox, "mailbox.remove", away));
  return fmt::format("removed mailbox {}; its mails here stay, those on its server too\n", id.value);
}

Result<std::string> test_mailbox(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const Which input, json::read<Which>(body));
  SUKI_TRY(const store::MailboxRecord mailbox, find(store, input.mailbox));
  set_ca_file(app);
  fetcher::Options options;
  options.timing = {std::chrono::seconds(15), std::chrono::seconds(10)};  // somebody waits for it
  imap::Waker waker;
  SUKI_TRY(const imap::Report report, fetcher::test_mailbox(app, store, mailbox.id, waker, options));
  record(app, store, "mailbox.test", mailbox.id);
  std::string text;
  for (const imap::Step& step : report.steps)
    text += fmt::format("{} {}\n", step.done ? "ok  " : "FAIL", in_words(step));
  if (report.trouble.empty()) return text;
  return fail(ErrorCode::refused, take_apart(report.trouble).text + "\n" + text);
}

Result<std::string> fetch_mailbox_now(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const Which input, json::read<Which>(body));
  SUKI_TRY(const store::MailboxRecord before, find(store, input.mailbox));
  record(app, store, "mailbox.fetch", before.id);
  if (!app::mailbox_board(app).is_attended()) {
    set_ca_file(app);
    SUKI_TRY(const fetcher::RoundDone done, fetcher::fetch_once(app, store, before.id));
    return in_words(done);
  }
  const Instant asked = app::now_of(app);
  SUKI_CHECK(store.read_and_wait([&](store::Tx& tx) { return app::ask_fetch(app, tx, before.id); }));
  const auto until = std::chrono::steady_clock::now() + fetch_wait_max;
  while (std::chrono::steady_clock::now() < until) {
    SUKI_TRY(const store::MailboxRecord now, find(store, input.mailbox));
    if (now.error_at >= asked) return fail(ErrorCode::refused, take_apart(now.last_error).text + "\n");
    if (now.success_at >= asked) return fmt::format("fetched {} mails\n", now.fetched - before.fetched);
    std::this_thread::sleep_for(look_every);
  }
  const app::MailboxNow now = app::mailbox_board(app).find(before.id);
  return fmt::format("the server is at it: {} of {} mails\n", now.done, now.total);
}

namespace {

struct Given {
  DataPlace place{};
  std::string mailbox, preset;
  std::optional<std::string> name, host, tls, user, provider, token_url, client_id, scope, folder, then, move_to,
      channel;
  std::optional<std::int64_t> port, every;
  bool older = false, paused = false, resumed = false, secret = false;
};

struct Preset {
  const char *name, *host, *provider;
};
constexpr Preset presets[] = {{"gmail", "imap.gmail.com", "google"},
                              {"microsoft365", "outlook.office365.com", "microsoft"}};

void add_settings(CLI::App& command, Given& given) {
  command.add_option("--name", given.name, "What it is called here (default: its user)");
  command.add_option("--host", given.host, "The IMAP server, as imap.example.com");
  command.add_option("--port", given.port, "993 for tls (the default), 143 for starttls");
  command.add_option("--tls", given.tls, "tls (the default), starttls, or none (to this machine only)");
  command.add_option("--folder", given.folder, "Which folder is fetched (default: INBOX)");
  command.add_option("--then", given.then,
                     "What becomes of a fetched mail there: mark_seen (the default), move, remove");
  command.add_option("--move-to", given.move_to, "The folder for --then move");
  command.add_option("--every", given.every, "Seconds between two looks, where the server does not say that mail came");
  command.add_option("--channel", given.channel, "E-mail channel of the plan for mails whose addresses name none");
  command.add_option("--provider", given.provider,
                     "Log in by OAuth 2 instead of a password: google, microsoft or custom");
  command.add_option("--client-id", given.client_id, "OAuth 2: the application's id at the provider");
  command.add_option("--token-url", given.token_url, "OAuth 2: where tokens are had; known for google and microsoft");
  command.add_option("--scope", given.scope, "OAuth 2: what is asked for; known for google and microsoft");
}

Result<app::NewMailbox> new_mailbox(const Given& from) {
  app::NewMailbox m;
  m.user = from.mailbox;
  m.host = from.host.value_or("");
  m.provider = from.provider.value_or("");
  for (const Preset& preset : presets) {
    if (from.preset != preset.name) continue;
    if (m.host.empty()) m.host = preset.host;
    if (m.provider.empty() && from.client_id) m.provider = preset.provider;
  }
  m.name = from.name.value_or(m.user);
  m.tls = from.tls.value_or("tls");
  m.port = from.port.value_or(m.tls == "tls" ? 993 : 143);
  m.auth = m.provider.empty() ? "password" : "oauth";
  m.client_id = from.client_id.value_or("");
  m.token_url = from.token_url.value_or("");
  m.scope = from.scope.value_or("");
  m.folder = from.folder.value_or("INBOX");
  m.then = from.then.value_or("mark_seen");
  m.move_to = from.move_to.value_or("");
  m.every_s = from.every.value_or(60);
  m.channel = from.channel.value_or("");
  m.older = from.older;
  m.enabled = !from.paused;
  if (m.auth == "password") {
    SUKI_TRY(m.password, read_secret(fmt::format("Password of {} at {}: ", m.user, m.host)));
  } else {
    SUKI_TRY(m.client_secret, read_secret("Client secret (empty when the application has none): "));
    SUKI_TRY(m.refresh_token, read_secret("Refresh token: "));
  }
  return m;
}

Result<Setting> setting(const Given& from) {
  Setting setting{from.mailbox, {}};
  app::MailboxChange& c = setting.change;
  c.name = from.name;
  c.host = from.host;
  c.port = from.port;
  c.tls = from.tls;
  c.user = from.user;
  c.provider = from.provider;
  if (from.provider) c.auth = from.provider->empty() ? "password" : "oauth";
  c.token_url = from.token_url;
  c.client_id = from.client_id;
  c.scope = from.scope;
  c.folder = from.folder;
  c.then = from.then;
  c.move_to = from.move_to;
  c.every_s = from.every;
  c.channel = from.channel;
  if (from.paused || from.resumed) c.enabled = from.resumed;
  if (!from.secret) return setting;
  if (from.provider && !from.provider->empty()) {
    SUKI_TRY(c.client_secret, read_secret("Client secret (empty: the one that is there): "));
    SUKI_TRY(c.refresh_token, read_secret("Refresh token: "));
  } else {
    SUKI_TRY(c.password, read_secret("New password, or refresh token: "));
    c.refresh_token = c.password;  // only that of its way to log in is looked at
  }
  return setting;
}

}  // namespace

void add_mailbox_commands(CLI::App& mailbox, int& exit_code) {
  const auto given = std::make_shared<Given>();
  mailbox.footer(
      "Passwords and tokens are asked for at the terminal, or read as lines from standard input.\n"
      "Exit status: 0 done, 1 refused or not reached, 2 the data folder cannot be used.");
  const auto command = [&](const char* name, const char* what, bool names_one) {
    CLI::App* made = mailbox.add_subcommand(name, what);
    add_data_options(*made, given->place);
    if (names_one) made->add_option("MAILBOX", given->mailbox, "Its name or number, as `list` tells")->required();
    return made;
  };
  const auto on_run = [&](CLI::App* made, const char* verb, std::function<Result<std::string>(const Given&)> body) {
    made->callback([given, &exit_code, verb, body = std::move(body)] {
      const Result<std::string> document = body(*given);
      exit_code = report(document.ok() ? perform(given->place, verb, *document) : document);
    });
  };
  const auto which = [](const Given& from) -> Result<std::string> { return json::write(Which{from.mailbox}); };

  CLI::App* add = command("add", "Fetch mail from one more mailbox; asks for its password or refresh token", false);
  add->add_option("USER", given->mailbox, "What one logs in with there, mostly its address")->required();
  add->add_option("--preset", given->preset, "gmail or microsoft365: knows the server")
      ->check(CLI::IsMember({"gmail", "microsoft365"}));
  add_settings(*add, *given);
  add->add_flag("--older", given->older, "Fetch what lies there already, too, not only what comes from now on");
  add->add_flag("--paused", given->paused, "Do not begin yet");
  on_run(add, "mailbox-add", [](const Given& from) -> Result<std::string> {
    SUKI_TRY(const app::NewMailbox made, new_mailbox(from));
    return json::write(made);
  });

  on_run(command("list", "One a line: number, name, user, server and folder, mails fetched, how it goes", false),
         "mailbox-list", [](const Given&) -> Result<std::string> { return std::string(); });

  CLI::App* set = command("set", "Change a mailbox; what is not given stays", true);
  set->add_option("--user", given->user, "What one logs in with there");
  add_settings(*set, *given);
  set->add_flag("--secret", given->secret, "Ask for a new password or refresh token");
  CLI::Option* pause = set->add_flag("--pause", given->paused, "Fetch nothing until --resume");
  set->add_flag("--resume", given->resumed, "Fetch again")->excludes(pause);
  on_run(set, "mailbox-set", [](const Given& from) -> Result<std::string> {
    SUKI_TRY(const Setting made, setting(from));
    return json::write(made);
  });

  on_run(command("test", "Connect and look, step by step, and change nothing", true), "mailbox-test", which);
  on_run(command("fetch-now", "Look for mail at once", true), "mailbox-fetch", which);
  on_run(command("remove", "Fetch from it no more; mails stay where they are", true), "mailbox-remove", which);
}

}  // namespace suki::cli
