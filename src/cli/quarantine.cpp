#include "cli/quarantine.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/describe.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>

#include "app/audit.h"
#include "app/quarantine.h"
#include "base/number.h"
#include "base/reason.h"
#include "cli/open_data.h"
#include "json/read.h"
#include "json/write.h"
#include "mail/mail.h"
#include "mail/raw_view.h"
#include "store/tx.h"

namespace suki::cli {
namespace {

constexpr unsigned trial_seconds = 60;  // of the processor's time, for a process that only reads

struct AskedList {
  std::string state, cursor;
  std::int64_t limit = 50;
};
BOOST_DESCRIBE_STRUCT(AskedList, (), (state, cursor, limit))
struct AskedOne {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(AskedOne, (), (id))
struct AskedReplay {
  std::string id, how;
  bool tried = false;
};
BOOST_DESCRIBE_STRUCT(AskedReplay, (), (id, how, tried))

Result<std::int64_t> number_of(const std::string& text) {
  const auto number = parse_positive(text);
  if (!number) return fail(ErrorCode::bad_input, "a mail is named by its number, as `suki quarantine list` shows it");
  return *number;
}

/// Looks at one mail, or changes it, and records that; the answer as JSON.
template <class Use>
Result<std::string> with_one(app::App& app, store::Store& store, const std::string& id_text, std::string_view act,
                             Use use) {
  SUKI_TRY(const std::int64_t id, number_of(id_text));
  std::string answer;
  SUKI_CHECK(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    auto made = use(tx, id);
    if (!made.ok()) return std::move(made).error();
    if constexpr (std::is_same_v<std::decay_t<decltype(*made)>, app::App::Blob>)
      answer = std::move(made->bytes);
    else
      answer = json::write(*made);
    app::record(app, tx, app::the_operator(), {act, "quarantine", id});
    return {};
  }));
  return answer;
}

/// In words, for the line of a list.
const char* words_of(const std::string& reason) {
  if (reason == "crashed") return "reading it ended the program";
  if (reason == "slow") return "reading it took too long";
  if (reason == "failed") return "it could not be read or stored";
  if (reason == "refused") return "the rules refused it";
  if (reason == "limits") return "it has more parts than are read";
  if (reason == "not_a_mail") return "it is no mail";
  if (reason == "nothing_readable") return "it has no sender and says nothing";
  if (reason == "spam") return "a filter marked it as spam";
  return "";
}

std::string line_of(const app::QuarantinedMail& mail) {
  return fmt::format("{:>6}  {}  {:>9}  {}{}\n        {}  {}\n", mail.id, mail.received_at, mail.size,
                     words_of(mail.reason), mail.detail.empty() ? "" : " (" + mail::printable(mail.detail) + ")",
                     mail.email.empty() ? "(no sender)" : mail::printable(mail.email), mail::printable(mail.subject));
}

struct Given {
  DataPlace place{};
  std::string id, cursor;
  bool deleted = false, json = false, raw = false, as_new = false, undo = false;
  std::int64_t limit = 50;
};

Result<std::string> list(const Given& given) {
  SUKI_TRY(const std::string answer,
           perform(given.place, "quarantine-list",
                   json::write(AskedList{given.deleted ? "deleted" : "waiting", given.cursor, given.limit})));
  if (given.json) return answer + "\n";
  SUKI_TRY(const app::QuarantinePage page, json::read<app::QuarantinePage>(answer));
  if (page.items.empty()) return std::string(given.deleted ? "nothing was deleted\n" : "quarantine is empty\n");
  std::string out;
  for (const app::QuarantinedMail& mail : page.items) out += line_of(mail);
  if (page.next) out += fmt::format("more: --after {}\n", *page.next);
  return out;
}

Result<std::string> show(const Given& given) {
  const std::string ask = json::write(AskedOne{given.id});
  if (given.raw) return perform(given.place, "quarantine-raw", ask);
  SUKI_TRY(const std::string answer, perform(given.place, "quarantine-show", ask));
  if (given.json) return answer + "\n";
  SUKI_TRY(const app::QuarantinedView view, json::read<app::QuarantinedView>(answer));
  std::string out = line_of(view.mail);
  if (view.mail.gone_at) out += fmt::format("deleted; gone for good at {}\n", *view.mail.gone_at);
  out += "\n" + view.headers + "\n" + view.text;
  if (!out.ends_with('\n')) out += '\n';
  if (view.cut) out += "(there is more of it: --raw)\n";
  for (const app::QuarantinedFile& file : view.files)
    out += fmt::format("file: {}  {}  {} bytes\n", file.name, file.type, file.size);
  return out;
}

Result<std::string> replay(const Given& given) {
  AskedReplay ask{given.id, given.as_new ? "new" : "again", false};
  if (!given.as_new) {
    SUKI_TRY(const std::string raw, perform(given.place, "quarantine-raw", json::write(AskedOne{given.id})));
    if (const std::string end = try_reading(raw); !end.empty())
      return fail(ErrorCode::refused,
                  "a process that read it " + end +
                      "; nothing was changed. --as-new delivers it with the mail as a file, unread");
    ask.tried = true;
  }
  SUKI_TRY(const std::string answer, perform(given.place, "quarantine-replay", json::write(ask)));
  SUKI_TRY(const app::QuarantineReplayed done, json::read<app::QuarantineReplayed>(answer));
  if (done.outcome == "kept") {
    return fail(ErrorCode::refused,
                fmt::format("it stays in quarantine: {}", words_of(done.mail ? done.mail->reason : "")));
  }
  return fmt::format("{}conversation {}\n", done.outcome == "known" ? "it was delivered before: " : "",
                     done.conversation.value_or(""));
}

Result<std::string> remove(const Given& given) {
  SUKI_TRY(const std::string answer, perform(given.place, given.undo ? "quarantine-restore" : "quarantine-delete",
                                             json::write(AskedOne{given.id})));
  SUKI_TRY(const app::QuarantinedMail mail, json::read<app::QuarantinedMail>(answer));
  if (given.undo) return fmt::format("mail {} is in quarantine again\n", mail.id);
  return fmt::format("mail {} is deleted, and gone for good at {}; until then: suki quarantine delete {} --undo\n",
                     mail.id, mail.gone_at.value_or(""), mail.id);
}

}  // namespace

std::string try_reading(const std::string& raw) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return fmt::format("could not be started ({})", std::strerror(errno));
  if (child == 0) {
    const rlimit seconds{trial_seconds, trial_seconds}, none{0, 0};
    ::setrlimit(RLIMIT_CPU, &seconds);
    ::setrlimit(RLIMIT_CORE, &none);
    const mail::Parsed read = mail::parse(raw);
    ::_exit(read.problems.size() > raw.size() + 1'000 ? 1 : 0);  // so that nobody leaves the reading out
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return fmt::format("was lost ({})", std::strerror(errno));
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) return fmt::format("did not end in {} s", trial_seconds);
  if (WIFSIGNALED(status)) return fmt::format("ended by signal {}", WTERMSIG(status));
  if (WEXITSTATUS(status) != 0) return fmt::format("ended with status {}", WEXITSTATUS(status));
  return {};
}

Result<std::string> quarantine_list(app::App&, store::Store& store, const std::string& body) {
  SUKI_TRY(const AskedList asked, json::read<AskedList>(body));
  app::QuarantinePage page;
  SUKI_CHECK(store.read_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(page, app::quarantine_page(tx, {asked.state, asked.cursor, static_cast<int>(asked.limit)}));
    return {};
  }));
  return json::write(page);
}

Result<std::string> quarantine_show(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const AskedOne asked, json::read<AskedOne>(body));
  return with_one(app, store, asked.id, "quarantine.open",
                  [](store::Tx& tx, std::int64_t id) { return app::show_quarantined(tx, id); });
}

Result<std::string> quarantine_raw(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const AskedOne asked, json::read<AskedOne>(body));
  return with_one(app, store, asked.id, "quarantine.raw",
                  [](store::Tx& tx, std::int64_t id) { return app::quarantined_raw(tx, id); });
}

Result<std::string> quarantine_replay(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const AskedReplay asked, json::read<AskedReplay>(body));
  return with_one(app, store, asked.id, "quarantine.replay", [&](store::Tx& tx, std::int64_t id) {
    return app::replay_quarantined(app, tx, id, {asked.how}, asked.tried);
  });
}

Result<std::string> quarantine_delete(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const AskedOne asked, json::read<AskedOne>(body));
  return with_one(app, store, asked.id, "quarantine.delete",
                  [&](store::Tx& tx, std::int64_t id) { return app::delete_quarantined(app, tx, id); });
}

Result<std::string> quarantine_restore(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const AskedOne asked, json::read<AskedOne>(body));
  return with_one(app, store, asked.id, "quarantine.restore",
                  [](store::Tx& tx, std::int64_t id) { return app::restore_quarantined(tx, id); });
}

void add_quarantine_commands(CLI::App& quarantine, int& exit_code) {
  const auto add = [&](const char* name, const char* what, Result<std::string> (*run)(const Given&),
                       const std::function<void(CLI::App&, Given&)>& options) {
    CLI::App* command = quarantine.add_subcommand(name, what);
    auto given = std::make_shared<Given>();
    add_data_options(*command, given->place);
    options(*command, *given);
    command->callback([given, run, &exit_code] {
      const Result<std::string> done = run(*given);
      if (done.ok() && given->raw) {
        std::fwrite(done->data(), 1, done->size(), stdout);
        return;
      }
      exit_code = report(done);
    });
    return command;
  };
  add("list", "Mails that could not be delivered, the newest first, with the reason", list,
      [](CLI::App& command, Given& given) {
        command.add_flag("--deleted", given.deleted, "Those that were deleted and can still be taken back");
        command.add_option("--limit", given.limit, "Mails of a page")->check(CLI::Range(1, 200))->capture_default_str();
        command.add_option("--after", given.cursor, "Goes on where a page ended");
        command.add_flag("--json", given.json, "As JSON");
      });
  add("show", "Show one: reason, header fields and text, with nothing in it that a terminal would act on", show,
      [](CLI::App& command, Given& given) {
        command.add_option("id", given.id, "The mail's number")->required();
        CLI::Option* json = command.add_flag("--json", given.json, "As JSON");
        command.add_flag("--raw", given.raw, "Write the mail's bytes as they came")->excludes(json);
      });
  add("replay", "Try to deliver one again", replay, [](CLI::App& command, Given& given) {
    command.add_option("id", given.id, "The mail's number")->required();
    command.add_flag("--as-new", given.as_new,
                     "Open a conversation of its own, whatever is wrong with it; what cannot be read is a file there");
    command.footer(
        "The mail is first read in a process of its own, so that one that ends the program harms nobody.\n"
        "Exit status 1: it stays in quarantine, as it was.\n");
  });
  add("delete", "Delete one; for a day this can be undone", remove, [](CLI::App& command, Given& given) {
    command.add_option("id", given.id, "The mail's number")->required();
    command.add_flag("--undo", given.undo, "Take a deleted one back");
  });
}

}  // namespace suki::cli
