// The imagined conversation of `suki plan try`: the example of docs/plan-try.md, lines that cannot be understood, and
// what every answer must keep, on real support chats and incidents where the data is there.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "planfile/planfile.h"
#include "planfile/sources.h"
#include "rehearsal/rehearsal.h"

namespace suki {
namespace {

namespace fs = std::filesystem;
namespace js = boost::json;

std::vector<std::string> lines_of(std::istream& in) {
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

struct Template {
  explicit Template(const std::string& name) {
    loaded = planfile::load_folder(fs::path(SUKI_SOURCE_DIR) / "plans" / name,
                                   planfile::system_sources(make_date(2026, 11, 23)), symbols);
    SUKI_ASSERT(loaded.checked.compiled != nullptr);
  }
  [[nodiscard]] rehearsal::Rehearsal start() const { return {*loaded.checked.compiled, symbols}; }
  plan::Symbols symbols;
  planfile::Loaded loaded;
};

const Template& shop() {
  static const Template shop("appliance-shop");
  return shop;
}

// ---- the document --------------------------------------------------------------------------------------------------

fs::path document() {
  return fs::path(SUKI_SOURCE_DIR) / "docs" / "plan-try.md";
}

/// Lines of the first fenced block after `mark`.
std::vector<std::string> block_after(const std::vector<std::string>& lines, const std::string& mark) {
  auto at = std::find(lines.begin(), lines.end(), mark);
  at = std::find(at, lines.end(), "```jsonl");
  if (at == lines.end()) return {};
  return {at + 1, std::find(at + 1, lines.end(), "```")};
}

TEST(plan_try, the_documents_example_gives_the_documents_answers) {
  std::ifstream in(document());
  const std::vector<std::string> lines = lines_of(in);
  const std::vector<std::string> expected = block_after(lines, "<!-- answers -->");
  rehearsal::Rehearsal rehearsal = shop().start();
  std::vector<std::string> answers;
  for (const std::string& line : block_after(lines, "<!-- example: plans/appliance-shop -->"))
    answers.push_back(rehearsal.answer(line));
  ASSERT_GT(answers.size(), 3U);
  EXPECT_EQ(answers, expected);
  EXPECT_TRUE(rehearsal.failed()) << "the example shows one line that cannot be understood";
}

// ---- lines that cannot be understood
// ---------------------------------------------------------------------------------

struct BadLine {
  const char* line;
  const char* error;
};

TEST(plan_try, a_line_that_cannot_be_understood_says_why_and_changes_nothing) {
  const BadLine bad[] = {
      {"", "not a JSON"},
      {"[]", "a line must be a JSON object"},
      {R"({"event":"note"})", "at: is required"},
      {R"({"at":5,"event":"note"})", "at: must be a string"},
      {R"({"at":"yesterday","event":"note"})", "at: "},
      {R"({"at":"2026-11-23T09:30:00Z"})", "event: is required"},
      {R"({"at":"2026-11-23T09:30:00Z","event":"notes"})", "did you mean \\\"note\\\"?"},
      {R"({"at":"2026-11-23T09:30:00Z","event":"note","chanel":"email"})",
       "unknown key \\\"chanel\\\"; did you mean \\\"channel\\\"?"},
      {R"({"at":"2026-11-23T09:30:00Z","event":"note","channel":"email"})", "only the first line"},
      {R"({"at":"2026-11-23T08:59:59Z","event":"note"})", "before the line above"},
      {R"({"at":"2026-11-23T09:30:00Z","event":"topic"})", "topic: is required"},
      {R"({"at":"2026-11-23T09:30:00Z","event":"topic","topic":"waranty"})", "did you mean \\\"warranty\\\"?"},
      {R"({"at":"2026-11-23T09:30:00Z","event":"state","state":"asleep"})", "state: unknown"},
      {R"({"at":"2026-11-23T09:30:00Z","event":"state"})", "state: is required"},
      {R"({"at":"2026-11-23T09:30:00Z","event":"assign"})", "needs agent or team"},
      {R"({"at":"2026-11-23T09:30:00Z","event":"note","explain":1})", "explain: must be true or false"},
      {R"({"at":"2026-11-23T09:30:00Z","at":"2026-11-23T09:30:00Z","event":"note"})", ""},
  };
  rehearsal::Rehearsal rehearsal = shop().start();
  rehearsal::Rehearsal undisturbed = shop().start();
  const char* const opening = R"({"at":"2026-11-23T09:00:00Z","event":"customer_message"})";
  const char* const last = R"({"at":"2026-11-23T10:00:00Z","event":"agent_reply"})";
  EXPECT_EQ(rehearsal.answer(opening), undisturbed.answer(opening));
  int number = 1;
  for (const BadLine& one : bad) {
    const std::string answer = rehearsal.answer(one.line);
    EXPECT_EQ(answer.find(fmt::format("{{\"line\":{},\"error\":", ++number)), 0U) << one.line << "\n" << answer;
    EXPECT_NE(answer.find(one.error), std::string::npos) << one.line << "\n" << answer;
  }
  EXPECT_EQ(rehearsal.answer(last), undisturbed.answer(last));
  EXPECT_TRUE(rehearsal.failed());
  EXPECT_FALSE(undisturbed.failed());
}

TEST(plan_try, a_line_that_the_rules_refuse_is_answered_with_the_reason) {
  rehearsal::Rehearsal rehearsal = shop().start();
  EXPECT_EQ(
      rehearsal.answer(R"({"at":"2026-11-23T09:00:00Z","event":"note"})"),
      R"({"at":"2026-11-23T09:00:00Z","state":null,"decisions":[{"at":"2026-11-23T09:00:00Z","decision":"refused","reason":"not_open_yet"}],"effects":[],"clocks":[]})");
  EXPECT_FALSE(rehearsal.failed());
}

// ---- real conversations
// ------------------------------------------------------------------------------------------------

/// Checks what every answer must keep, whatever the plan and the lines.
class Keeper {
 public:
  void look(const std::string& line, const std::string& answer) {
    const js::value document = js::parse(answer);
    const js::object& object = document.as_object();
    ASSERT_FALSE(object.contains("error")) << line << "\n" << answer;
    const std::string at(object.at("at").as_string());
    ++answers;
    for (const js::value& decision : object.at("decisions").as_array()) {
      const std::string when(decision.at("at").as_string());
      EXPECT_LE(last_decision_, when) << answer;
      last_decision_ = when;
    }
    for (const js::value& clock : object.at("clocks").as_array()) look_at_clock(clock.as_object(), at, answer);
  }
  std::map<std::string, int> verdicts;  ///< "first_reply met": clocks that ended so
  int answers = 0;
  /// The line of docs: target/cycle status due of the last answer.
  std::map<std::string, std::string> last;

 private:
  static std::string text(const js::object& clock, const char* key) {
    const js::value& value = clock.at(key);
    return value.is_null() ? "null" : std::string(value.as_string());
  }
  void look_at_clock(const js::object& clock, const std::string& at, const std::string& answer) {
    const std::string status = text(clock, "status"), due = text(clock, "due_at"), ended = text(clock, "ended_at");
    const std::string name = fmt::format("{}/{}", text(clock, "target"), clock.at("cycle").as_int64());
    EXPECT_GE(clock.at("used_s").to_number<double>(), 0) << answer;
    EXPECT_GE(clock.at("left_s").to_number<double>(), 0) << answer;
    if (status == "running") {
      EXPECT_GE(due, at) << "a clock that should be missed: " << answer;
    }
    if (status == "paused") {
      EXPECT_EQ(due, "null") << answer;
    }
    if (status == "running" || status == "paused") {
      EXPECT_EQ(ended, "null") << answer;
    }
    if (status == "missed") {
      EXPECT_GE(ended, due) << answer;
    }
    if (status == "met" && due != "null") {
      EXPECT_LE(ended, due) << answer;
    }
    std::string& verdict = verdict_[name];
    if (verdict == "missed") {
      EXPECT_EQ(status, "missed") << "an old verdict changed: " << answer;
    }
    if (status != verdict && (status == "met" || status == "missed" || status == "cancelled"))
      ++verdicts[text(clock, "target") + " " + status];
    verdict = status;
    last[name] = fmt::format("{} due {} used {}", status, due, js::serialize(clock.at("used_s")));
  }
  std::string last_decision_;
  std::map<std::string, std::string> verdict_;
};

fs::path data_folder() {
  if (const char* named = std::getenv("SUKI_DATA")) return named;
  return fs::path(SUKI_SOURCE_DIR).parent_path() / "shared" / "data";
}

std::vector<std::string> unpack(const fs::path& file) {
  gzFile in = gzopen(file.c_str(), "rb");
  if (!in) return {};
  std::string text;
  char chunk[1 << 16];
  for (int n = gzread(in, chunk, sizeof chunk); n > 0; n = gzread(in, chunk, sizeof chunk))
    text.append(chunk, static_cast<std::size_t>(n));
  gzclose(in);
  std::istringstream lines(text);
  return lines_of(lines);
}

#define SUKI_NEED_DATA(file) \
  if (!fs::exists(file))     \
  GTEST_SKIP() << "no data at " << (file).string() << ": set SUKI_DATA to the folder that holds it"

std::string json_line(const std::string& at, const std::string& event, const std::string& more = "") {
  return fmt::format(R"({{"at":"{}:00+08:00","event":"{}"{}}})", at, event, more);
}

using Conversations = std::map<std::string, std::vector<std::string>>;  ///< lines by conversation

struct Ran {
  std::map<std::string, int> verdicts;
  std::map<std::string, std::map<std::string, std::string>> last;  ///< by conversation, then target/cycle
  int answers = 0;
};
Ran run_all(const Template& plan, const Conversations& conversations) {
  Ran ran;
  for (const auto& [id, lines] : conversations) {
    rehearsal::Rehearsal rehearsal = plan.start();
    Keeper keeper;
    for (const std::string& line : lines) {
      keeper.look(line, rehearsal.answer(line));
      if (::testing::Test::HasFatalFailure()) return ran;
    }
    EXPECT_FALSE(rehearsal.failed()) << id;
    for (const auto& [verdict, count] : keeper.verdicts) ran.verdicts[verdict] += count;
    ran.last[id] = keeper.last;
    ran.answers += keeper.answers;
  }
  for (const auto& [verdict, count] : ran.verdicts) fmt::print("  {}: {}\n", verdict, count);
  fmt::print("  {} conversations, {} answers\n", conversations.size(), ran.answers);
  return ran;
}

std::vector<std::string> fields_of(const std::string& row) {  // no field of these files is quoted
  std::vector<std::string> fields;
  std::istringstream in(row);
  for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
  return fields;
}

/// An incident's log as lines. Its first "Active" stands for the first reply: the log has no messages.
Conversations read_incidents(const std::vector<std::string>& rows) {
  Conversations incidents;
  std::map<std::string, std::string> state, last_at;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const std::vector<std::string> f = fields_of(rows[i]);
    std::vector<std::string>& lines = incidents[f[0]];
    if (lines.empty()) {
      lines.push_back(
          json_line(f[9], "customer_message",
                    fmt::format(R"(,"channel":"outage-line","segment":"enterprise","priority":"p{}")", f[22][0])));
      last_at[f[0]] = f[9];
      state[f[0]] = "open";
    }
    const std::string at = std::max(f[13], last_at[f[0]]);  // some rows stand before the opening
    const std::string next = f[1] == "Resolved"             ? "resolved"
                             : f[1] == "Closed"             ? "closed"
                             : f[1] == "Awaiting User Info" ? "pending"
                             : f[1] == "Awaiting Problem"   ? "on_hold"
                                                            : "open";
    last_at[f[0]] = at;
    const bool replied =
        std::any_of(lines.begin(), lines.end(), [](const std::string& l) { return l.find("agent_reply") != l.npos; });
    if (f[1] == "Active" && !replied) lines.push_back(json_line(at, "agent_reply"));
    if (next == state[f[0]]) continue;
    if (state[f[0]] == "closed") continue;  // closed is for good here
    state[f[0]] = next;
    lines.push_back(json_line(
        at, "state",
        fmt::format(R"(,"state":"{}"{})", next, next == "on_hold" ? R"(,"reason":"waiting-for-provider")" : "")));
  }
  return incidents;
}

TEST(plan_try_data, incidents_of_an_audit_log) {
  const fs::path file = data_folder() / "tickets" / "servicenow_incidents.csv.gz";
  SUKI_NEED_DATA(file);
  const Conversations incidents = read_incidents(unpack(file));
  ASSERT_EQ(incidents.size(), 534U);
  const Template plan("software-service");
  const Ran ran = run_all(plan, incidents);

  // A dozen, worked out by hand; see the file.
  std::ifstream in(fs::path(SUKI_SOURCE_DIR) / "tests" / "data-checks" / "incidents.txt");
  int checked = 0;
  std::set<std::string> names;
  for (const std::string& row : lines_of(in)) {
    if (row.empty() || row[0] == '#') continue;
    const std::size_t first = row.find(' '), second = row.find(' ', first + 1);
    const std::string id = row.substr(0, first), clock = row.substr(first + 1, second - first - 1);
    ASSERT_TRUE(ran.last.contains(id)) << row;
    const auto& clocks = ran.last.at(id);
    ASSERT_TRUE(clocks.contains(clock)) << row;
    EXPECT_EQ(clocks.at(clock), row.substr(second + 1)) << row;
    names.insert(id);
    ++checked;
  }
  EXPECT_GE(names.size(), 12U);
  EXPECT_GE(checked, 12);
}

/// Threads of a support channel: who asks is the customer, who else speaks is staff.
Conversations read_chat(const std::vector<std::string>& rows) {
  Conversations threads;
  std::map<std::string, std::string> thread_of, asker_of, last_at;
  for (const std::string& row : rows) {
    const js::value document = js::parse(row);
    const js::object& line = document.as_object();
    if (!line.contains("replies_to") || !line.contains("user") || !line.contains("at") ||
        line.at("replies_to").as_array().empty())
      continue;
    const std::string file(line.at("file").as_string()), user(line.at("user").as_string());
    const auto key = [&](std::int64_t n) { return file + "#" + std::to_string(n); };
    const std::int64_t n = line.at("n").as_int64(), to = line.at("replies_to").as_array()[0].as_int64();
    const std::string before = key(to), thread = to != n && thread_of.contains(before) ? thread_of[before] : key(n);
    thread_of[key(n)] = thread;
    const bool opens = !asker_of.contains(thread);
    if (opens) asker_of[thread] = user;
    const std::string at = std::max(file.substr(0, 10) + "T" + std::string(line.at("at").as_string()), last_at[thread]);
    last_at[thread] = at;
    const bool asks = asker_of[thread] == user;
    threads[thread].push_back(
        json_line(at, asks ? "customer_message" : "agent_reply", opens ? R"(,"channel":"form")" : ""));
  }
  return threads;
}

TEST(plan_try_data, threads_of_a_support_chat) {
  const fs::path file = data_folder() / "dialogues" / "ubuntu_chat" / "dev.jsonl.gz";
  SUKI_NEED_DATA(file);
  const Conversations threads = read_chat(unpack(file));
  EXPECT_GT(threads.size(), 100U);
  const Ran ran = run_all(Template("software-service"), threads);
  EXPECT_GT(ran.verdicts.at("first_reply met"), 0);
}

/// The turns of customers; where a number is left out, the other side spoke. A turn a minute.
Conversations read_turns(const std::vector<std::string>& rows) {
  Conversations dialogues;
  std::map<std::string, std::int64_t> last;
  const auto minute = [](std::int64_t turn) { return fmt::format("2026-11-23T{:02}:{:02}", 9 + turn / 60, turn % 60); };
  for (const std::string& row : rows) {
    const js::value document = js::parse(row);
    const std::string id(document.at("conversation").as_string());
    const std::int64_t turn = document.at("turn").as_int64();
    std::vector<std::string>& lines = dialogues[id];
    if (!lines.empty() && turn > last[id] + 1) lines.push_back(json_line(minute(turn - 1), "agent_reply"));
    if (!lines.empty() && turn < last[id]) continue;
    lines.push_back(json_line(minute(turn), "customer_message"));
    last[id] = turn;
  }
  return dialogues;
}

TEST(plan_try_data, dialogues_of_four_trades) {
  int answers = 0;
  for (const char* trade : {"airline", "finance", "insurance", "software"}) {
    const fs::path file = data_folder() / "dialogues" / "multidogo" / (std::string(trade) + "_dev.jsonl.gz");
    SUKI_NEED_DATA(file);
    const Ran ran = run_all(shop(), read_turns(unpack(file)));
    answers += ran.answers;
  }
  EXPECT_GT(answers, 1000);
}

}  // namespace
}  // namespace suki
