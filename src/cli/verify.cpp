#include "cli/verify.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/describe.hpp>

#include "app/verify.h"
#include "cli/open_data.h"
#include "cli/progress.h"
#include "json/read.h"
#include "json/write.h"

namespace suki::cli {

BOOST_DESCRIBE_STRUCT(Verified, (), (ok, conversations, difference_count, differences))

namespace {

// One slice keeps a reader of the server busy for about a second, and the socket from being idle.
constexpr std::int64_t slice_conversations = 2'000;
constexpr std::size_t shown_max = 100;  ///< differences: who has more has one cause for many

struct Asked {
  std::int64_t after = 0;
};
BOOST_DESCRIBE_STRUCT(Asked, (), (after))
struct Answered {
  std::int64_t checked = 0, in_all = 0, last = 0;
  bool done = false;
  std::vector<std::string> differences;
};
BOOST_DESCRIBE_STRUCT(Answered, (), (checked, in_all, last, done, differences))
struct AskedContents {
  std::string after;
};
BOOST_DESCRIBE_STRUCT(AskedContents, (), (after))
struct AnsweredContents {
  std::string last;
  bool done = false;
  std::vector<std::string> differences;
};
BOOST_DESCRIBE_STRUCT(AnsweredContents, (), (last, done, differences))

void add_differences(Verified& all, const std::vector<std::string>& differences) {
  all.difference_count += static_cast<std::int64_t>(differences.size());
  for (const std::string& difference : differences)
    if (all.differences.size() < shown_max) all.differences.push_back(difference);
}

struct Given {
  DataPlace place{};
  std::string format = "text";
};

}  // namespace

Result<Verified> verify_all(const DataPlace& place) {
  ProgressLine line;
  Verified all;
  Asked next;
  for (bool done = false; !done;) {
    SUKI_TRY(const std::string text, perform(place, "verify", json::write(next)));
    SUKI_TRY(const Answered slice, json::read<Answered>(text));
    all.conversations += slice.checked;
    add_differences(all, slice.differences);
    next.after = slice.last;
    done = slice.done;
    line.show("checked", all.conversations, slice.in_all, "conversations");
  }
  AskedContents contents;
  for (bool done = false; !done;) {
    SUKI_TRY(const std::string text, perform(place, "verify-contents", json::write(contents)));
    SUKI_TRY(const AnsweredContents slice, json::read<AnsweredContents>(text));
    add_differences(all, slice.differences);
    contents.after = slice.last;
    done = slice.done;
  }
  all.ok = all.difference_count == 0;
  return all;
}

void print_verified(const Verified& verified) {
  for (const std::string& difference : verified.differences) fmt::print("{}\n", difference);
  const auto hidden = verified.difference_count - static_cast<std::int64_t>(verified.differences.size());
  if (hidden > 0) fmt::print("and {} more\n", hidden);
  if (verified.ok)
    fmt::print("{} conversations played again: everything is as the input log and the rules make it\n",
               verified.conversations);
  else
    fmt::print("{} conversations played again: {} differences\n", verified.conversations, verified.difference_count);
}

Result<std::string> verify_slice(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const Asked asked, json::read<Asked>(body));
  app::App::VerifySlice slice;
  SUKI_CHECK(store.read_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(slice, app.verify(tx, ConversationId(asked.after), static_cast<int>(slice_conversations)));
    return {};
  }));
  return json::write(Answered{slice.checked, slice.in_all, slice.last.value, slice.done, std::move(slice.differences)});
}

Result<std::string> verify_contents(app::App&, store::Store& store, const std::string& body) {
  SUKI_TRY(const AskedContents asked, json::read<AskedContents>(body));
  app::ContentSlice slice;
  SUKI_CHECK(store.read_and_wait([&](store::Tx& tx) -> Result<void> {
    slice = app::verify_contents(tx, asked.after);
    return {};
  }));
  return json::write(AnsweredContents{slice.last, slice.done, std::move(slice.differences)});
}

void add_verify_command(CLI::App& app, int& exit_code) {
  const auto given = std::make_shared<Given>();
  CLI::App* command = app.add_subcommand(
      "verify", "Play every conversation again from the input log, and say what is not as the rules make it");
  add_data_options(*command, given->place);
  command->add_option("--format", given->format, "text, or one JSON object")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->footer(
      "Also whether the contents of files and mails are those that came. Nothing is changed. It works beside a running "
      "server.\n"
      "Exit status: 0 all is as it should be, 1 there are differences, 2 the data folder cannot be used.");
  command->callback([given, &exit_code] {
    const Result<Verified> verified = verify_all(given->place);
    if (!verified.ok()) {
      (void)report(verified.error());
      exit_code = 2;  // whatever it is: nothing is known of what is stored
      return;
    }
    if (given->format == "json")
      fmt::print("{}\n", json::write(*verified));
    else
      print_verified(*verified);
    exit_code = verified->ok ? 0 : 1;
  });
}

}  // namespace suki::cli
