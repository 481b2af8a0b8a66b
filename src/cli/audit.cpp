#include "cli/audit.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/describe.hpp>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <memory>
#include <vector>

#include "app/access.h"
#include "app/audit.h"
#include "cli/open_data.h"
#include "json/read.h"
#include "json/write.h"
#include "store/tx.h"

namespace suki::cli {
namespace {

constexpr int slice_records = 20'000;
constexpr std::size_t shown_max = 100;

// What goes over the socket.
struct Asked {
  std::string who, act, object, from, to, cursor, format;
  std::int64_t limit = 0;  ///< 0: all of a piece
};
BOOST_DESCRIBE_STRUCT(Asked, (), (who, act, object, from, to, cursor, format, limit))
struct Piece {
  std::string text, next;
};
BOOST_DESCRIBE_STRUCT(Piece, (), (text, next))
struct CheckAsked {
  std::int64_t after = 0;
  std::string hash;
  std::int64_t noted = 0;  ///< tells the hash of this record, too
};
BOOST_DESCRIBE_STRUCT(CheckAsked, (), (after, hash, noted))
struct CheckAnswered {
  std::int64_t checked = 0, last = 0;
  std::string hash;
  bool done = false;
  std::vector<std::string> differences;
  std::string noted;
};
BOOST_DESCRIBE_STRUCT(CheckAnswered, (), (checked, last, hash, done, differences, noted))

struct Given {
  DataPlace place{};
  std::string who, act, object, from, to, format = "csv", output, expect;
  std::int64_t limit = 50;
};

/// "list": lines for people; the log-in beside the act.
std::string list_lines(const app::AuditPage& page) {
  std::string out;
  for (const app::AuditItem& item : page.items)
    out +=
        fmt::format("{}  {}  {:<20}  {}{}{}{}{}\n", item.number, item.at, item.act,
                    item.actor == "agent" ? fmt::format("{} ({})", item.agent, item.agent_id) : item.actor,
                    item.object.empty() ? "" : "  " + item.object, item.object_id.empty() ? "" : ":" + item.object_id,
                    item.address.empty() ? "" : "  from " + item.address, item.done ? "" : "  refused");
  return out;
}

}  // namespace

Result<std::string> export_audit(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const Asked asked, json::read<Asked>(body));
  Piece piece;
  const bool list = asked.format == "list";
  const auto use = [&](store::Tx& tx) -> Result<void> {
    app::AuditAsk ask{"", asked.act, asked.object, asked.from, asked.to, asked.cursor, static_cast<int>(asked.limit)};
    if (!asked.who.empty()) {
      SUKI_TRY(const AgentId agent, app::find_agent(tx, asked.who));
      ask.who = std::to_string(agent.value);
    }
    if (list) {
      SUKI_TRY(const app::AuditPage page, app::audit_page(app, tx, ask));
      piece.text = list_lines(page);
      return {};
    }
    const auto format = asked.format == "csv" ? app::AuditFormat::csv : app::AuditFormat::jsonl;
    SUKI_TRY(app::AuditPiece made, app::audit_export(app, tx, ask, format));
    piece = {std::move(made.text), std::move(made.next)};
    // Taking it along is an act, too: recorded once, with the first piece.
    if (asked.cursor.empty()) app::record(app, tx, app::the_operator(), {"audit.export", "audit"});
    return {};
  };
  SUKI_CHECK(list || !asked.cursor.empty() ? store.read_and_wait(use) : store.write_and_wait(use));
  return json::write(piece);
}

Result<std::string> verify_audit(app::App&, store::Store& store, const std::string& body) {
  SUKI_TRY(const CheckAsked asked, json::read<CheckAsked>(body));
  app::AuditCheck check;
  std::string noted;
  SUKI_CHECK(store.read_and_wait([&](store::Tx& tx) -> Result<void> {
    check = app::audit_verify(tx, asked.after, asked.hash, slice_records);
    const auto one = asked.noted > 0 ? tx.audit_after(asked.noted - 1, 1) : std::vector<store::AuditRecord>();
    noted = !one.empty() && one.front().number == asked.noted ? one.front().hash : "";
    return {};
  }));
  return json::write(CheckAnswered{check.checked, check.last, check.hash, check.done, check.differences, noted});
}

namespace {

Result<std::string> list(const Given& given) {
  const Asked asked{given.who, given.act, given.object, given.from, given.to, "", "list", given.limit};
  SUKI_TRY(const std::string text, perform(given.place, "audit-export", json::write(asked)));
  SUKI_TRY(Piece piece, json::read<Piece>(text));
  return std::move(piece.text);
}

Result<std::string> write_export(const Given& given) {
  std::ofstream file;
  if (!given.output.empty()) {
    file.open(given.output, std::ios::binary | std::ios::trunc);
    if (!file) return fail(ErrorCode::io, given.output + " cannot be written");
  }
  Asked asked{given.who, given.act, given.object, given.from, given.to, "", given.format, 0};
  for (bool first = true; first || !asked.cursor.empty(); first = false) {
    SUKI_TRY(const std::string text, perform(given.place, "audit-export", json::write(asked)));
    SUKI_TRY(const Piece piece, json::read<Piece>(text));
    if (file.is_open())
      file << piece.text << std::flush;
    else
      fmt::print("{}", piece.text);
    if (file.is_open() && !file) return fail(ErrorCode::io, given.output + " cannot be written");
    asked.cursor = piece.next;
  }
  return std::string();
}

/// Errors: refused, with the differences.
Result<std::string> verify(const Given& given) {
  CheckAsked next;
  std::string noted_hash;
  if (!given.expect.empty()) {
    const std::size_t colon = given.expect.find(':');
    const auto [end, wrong] =
        std::from_chars(given.expect.data(), given.expect.data() + given.expect.size(), next.noted);
    if (wrong != std::errc() || colon == std::string::npos || end != given.expect.data() + colon || next.noted < 1)
      return fail(ErrorCode::bad_input, "--expect must be NUMBER:HASH");
    noted_hash = given.expect.substr(colon + 1);
  }
  std::int64_t records = 0, count = 0;
  std::string differences;
  const auto differs = [&](const std::string& what) {
    if (static_cast<std::size_t>(count++) < shown_max) differences += what + "\n";
  };
  for (bool done = false; !done;) {
    SUKI_TRY(const std::string text, perform(given.place, "audit-verify", json::write(next)));
    SUKI_TRY(const CheckAnswered slice, json::read<CheckAnswered>(text));
    records += slice.checked;
    for (const std::string& difference : slice.differences) differs(difference);
    next.after = slice.last;
    next.hash = slice.hash;
    done = slice.done;
    if (done && next.noted > 0 && slice.noted != noted_hash)
      differs(fmt::format("record {} is not the one that was noted", next.noted));
  }
  fmt::print("{}", differences);
  if (count > 0) return fail(ErrorCode::refused, fmt::format("{} records: {} differences", records, count));
  return fmt::format("{} records: nothing was changed, taken away or put between\n{}", records,
                     records == 0 ? "" : fmt::format("the last: {}:{}\n", next.after, next.hash));
}

CLI::App* add_command(CLI::App& audit, const std::shared_ptr<Given>& given, const char* name, const char* what) {
  CLI::App* command = audit.add_subcommand(name, what);
  add_data_options(*command, given->place);
  return command;
}

void add_filters(CLI::App* command, const std::shared_ptr<Given>& given) {
  command->add_option("--who", given->who, "Log-in of a member of staff");
  command->add_option("--act", given->act, "Such as conversation.open");
  command->add_option("--object", given->object, "KIND or KIND:ID, such as conversation:42");
  command->add_option("--from", given->from, "From this instant on: 2026-11-25T08:00:00Z");
  command->add_option("--to", given->to, "Before this instant");
}

}  // namespace

void add_audit_commands(CLI::App& audit, int& exit_code) {
  const auto given = std::make_shared<Given>();
  audit.footer(
      "Records hold ids and codes, no words of anybody.\n"
      "Exit status: 0 done, 1 refused or something was changed, 2 the data folder cannot be used.");
  CLI::App* lists = add_command(audit, given, "list", "The newest records, one a line");
  add_filters(lists, given);
  lists->add_option("--limit", given->limit, "How many")->check(CLI::Range(1, 200))->capture_default_str();
  lists->callback([given, &exit_code] { exit_code = report(list(*given)); });

  CLI::App* exports = add_command(audit, given, "export", "All records that fit, the newest first");
  add_filters(exports, given);
  exports->add_option("--format", given->format, "csv, or jsonl: a JSON object a line")
      ->check(CLI::IsMember({"csv", "jsonl"}))
      ->capture_default_str();
  exports->add_option("--output", given->output, "A file; standard output without it");
  exports->callback([given, &exit_code] { exit_code = report(write_export(*given)); });

  CLI::App* verifies =
      add_command(audit, given, "verify", "Check that no record was changed, taken away or put between");
  verifies->add_option("--expect", given->expect,
                       "NUMBER:HASH as an earlier run printed it and you kept elsewhere: is it still there?");
  verifies->callback([given, &exit_code] { exit_code = report(verify(*given)); });
}

}  // namespace suki::cli
