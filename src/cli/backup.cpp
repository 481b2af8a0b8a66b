#include "cli/backup.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/describe.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "app/host.h"
#include "backup/backup.h"
#include "cli/data_place.h"
#include "cli/open_data.h"
#include "cli/progress.h"
#include "cli/verify.h"
#include "json/write.h"
#include "store/place.h"

namespace suki::cli {
namespace {

// What `--format json` prints.
struct TableText {
  std::string name, digest;
  std::int64_t rows = 0;
};
BOOST_DESCRIBE_STRUCT(TableText, (), (name, digest, rows))
struct CopiedText {
  std::string made_at, made_by, from, to, old_at;
  std::int64_t bytes = 0, rows = 0;
  std::vector<TableText> tables;
};
BOOST_DESCRIBE_STRUCT(CopiedText, (), (made_at, made_by, from, to, old_at, bytes, rows, tables))

struct Given {
  DataPlace place{};
  std::string file, format = "text";
};

void print_json(const backup::Copied& copied) {
  CopiedText text{copied.made_by.empty() ? "" : format_instant(copied.made_at),
                  copied.made_by,
                  copied.from,
                  copied.to,
                  copied.old_at,
                  copied.bytes,
                  copied.rows,
                  {}};
  for (const backup::CopiedTable& table : copied.tables) text.tables.push_back({table.name, table.digest, table.rows});
  fmt::print("{}\n", json::write(text));
}

void add_format(CLI::App& command, Given& given) {
  command.add_option("--format", given.format, "text, or one JSON object with rows and digest of every table")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

backup::Progress show(ProgressLine& line) {
  return [&line](backup::Phase phase, std::int64_t rows, std::int64_t in_all) {
    line.show(phase == backup::Phase::copying ? "copying" : "checking", rows, in_all, "rows");
  };
}

/// The plan, the rules and every conversation, once everything is in its new place.
int verify_there(const DataPlace& place) {
  const auto verified = verify_all(place);
  if (!verified.ok()) return report(verified.error());
  print_verified(*verified);
  return verified->ok ? 0 : 1;
}

int back_up(const Given& given) {
  ProgressLine line;
  const auto copied = backup::back_up(given.place.dir, given.place.store, given.file, "suki " SUKI_VERSION,
                                      app::system_host().now(), show(line));
  line.end();
  if (!copied.ok()) return report(copied.error());
  if (given.format == "json")
    print_json(*copied);
  else
    fmt::print("{} holds {} rows of {} tables, {}, as of {}; it was read again and is whole\n", given.file,
               grouped(copied->rows), copied->tables.size(), say_bytes(copied->bytes), format_instant(copied->made_at));
  return 0;
}

int restore(const Given& given) {
  ProgressLine line;
  const auto copied = backup::restore(given.file, given.place.dir, given.place.store, show(line));
  line.end();
  if (!copied.ok()) return report(copied.error());
  if (given.format == "json")
    print_json(*copied);
  else
    fmt::print("{} holds what was there at {}: {} rows of {} tables, each as it was\n", given.place.dir,
               format_instant(copied->made_at), grouped(copied->rows), copied->tables.size());
  std::fflush(stdout);
  return verify_there({given.place.dir, ""});
}

int move(const Given& given) {
  ProgressLine line;
  const auto copied = backup::move(given.place.dir, given.place.store, app::system_host().now(), show(line));
  line.end();
  if (!copied.ok()) return report(copied.error());
  if (given.format == "json") {
    print_json(*copied);
  } else {
    fmt::print("{} keeps its store in {} now: {} rows of {} tables, each as it was\n", given.place.dir, copied->to,
               grouped(copied->rows), copied->tables.size());
    fmt::print("the old one is used no more; delete it when you are sure: {}\n",
               copied->old_at.empty() ? copied->from : copied->old_at);
  }
  std::fflush(stdout);
  return verify_there({given.place.dir, ""});
}

}  // namespace

void add_backup_command(CLI::App& app, int& exit_code) {
  const auto given = std::make_shared<Given>();
  CLI::App* command = app.add_subcommand(
      "backup", "Write everything into one file, as of one instant; also while the server runs, which goes on");
  command->add_option("FILE", given->file, "Where to; it must not be there yet")->required();
  add_data_options(*command, given->place);
  add_format(*command, *given);
  command->footer(
      "The file can be restored into either kind of store. It holds customers' words: it is for its owner's eyes (mode "
      "0600).\n"
      "Exit status: 0 written, read again and whole; 1 refused (there is such a file); 2 it could not be made.");
  command->callback([given, &exit_code] { exit_code = back_up(*given); });
}

void add_restore_command(CLI::App& app, int& exit_code) {
  const auto given = std::make_shared<Given>();
  CLI::App* command = app.add_subcommand("restore", "Make a data folder from a backup, and check everything in it");
  command->add_option("FILE", given->file, "A file that `suki backup` made")->required();
  add_data_options(*command, given->place);
  command->get_option("--data")->required();
  add_format(*command, *given);
  command->footer(
      "Folder and database must be empty: nothing is ever restored over something. Given up half-way, there is "
      "nothing.\n"
      "Exit status: 0 all is there and as the rules make it; 1 the file is damaged, or of a later version, or "
      "something "
      "is in the place; 2 it could not be done.");
  command->callback([given, &exit_code] { exit_code = restore(*given); });
}

void add_store_move_command(CLI::App& store, int& exit_code) {
  const auto given = std::make_shared<Given>();
  CLI::App* command = store.add_subcommand(
      "move", "Bring the store of a data folder to PostgreSQL, or back into a file; while no server runs");
  command->add_option("--data", given->place.dir, "The data folder")->envname("SUKI_DATA_DIR")->capture_default_str();
  command
      ->add_option("--to", given->place.store,
                   "postgres://USER@HOST/DATABASE, an empty one; or sqlite: a file in the folder")
      ->required();
  add_format(*command, *given);
  command->footer(
      "The old store stays as it was and is used no more. Given up half-way, the old one is in force.\n"
      "Exit status: 0 all is there and as the rules make it; 1 refused; 2 it could not be done.");
  command->callback([given, &exit_code] { exit_code = move(*given); });
}

}  // namespace suki::cli
