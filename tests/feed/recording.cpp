#include "feed/recording.h"

#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include "base/assert.h"
#include "script/side.h"
#include "server/hub.h"
#include "server/journal.h"

namespace suki::feed {
namespace {

namespace json = boost::json;

constexpr std::size_t kept_max = 20, missed_max = 12;  // small, so that both are reached
constexpr int answer_every = 6, views_every = 12;      // steps
constexpr int rows_max = 200;                          // of a page; no script makes so many

[[noreturn]] void give_up(const std::string& what) {
  fmt::print(stderr, "the recording: {}\n", what);
  std::abort();
}
template <class T>
T must(Result<T> value) {
  if (!value.ok()) give_up(value.error().detail);
  return std::move(value).value();
}

/// Everything that can be seen at this moment.
struct Seen {
  std::int64_t position = 0;
  Rows rows;
  std::string counts;
};

Seen see(script::Side& side) {
  const server::Hub::Reads reads = server::feed_reads(side.app());
  return must(side.read<Seen>([&](store::Tx& tx) -> Result<Seen> {
    Seen seen;
    seen.position = reads.position(tx);
    for (std::int64_t id = 1; id <= tx.tallies({}).all; ++id) {
      SUKI_TRY(std::string row, reads.row(tx, side.caller(0), ConversationId(id)));
      seen.rows.emplace(id, std::move(row));
    }
    SUKI_TRY(const server::Hub::CountsOf counts, reads.counts(tx));
    seen.counts = counts(side.caller(0).agent);
    return seen;
  }));
}

Views views_of(script::Side& side, std::size_t steps) {
  Views all{.steps = steps, .views = {}};
  for (const char* view : {"open", "mine", "unassigned", "at_risk", "breached", "waiting", "resolved", "closed", "all",
                           "team:front", "team:back", "topic:question"}) {
    const auto inbox = must(
        side.read<app::Inbox>([&](store::Tx& tx) { return side.app().inbox(tx, side.caller(0), view, "", rows_max); }));
    SUKI_ASSERT(!inbox.next);
    for (const app::Row& row : inbox.items) all.views[view].push_back(row.id);
    all.views.try_emplace(view);
  }
  return all;
}

/// What changed since `before`; somebody must have been told of each.
Step step_of(const Seen& before, const Seen& now, std::vector<app::Changed> changes, Instant at) {
  Step step{.at = at, .changes = std::move(changes), .rows = {}, .counts = now.counts};
  bool all_anew = false;
  std::map<std::int64_t, bool> told;
  for (const app::Changed& change : step.changes) {
    if (change.staff) continue;
    all_anew |= !change.conversation;
    told[change.conversation.value] = true;
  }
  for (const auto& [id, row] : now.rows) {
    const auto had = before.rows.find(id);
    if (had != before.rows.end() && had->second == row) continue;
    if (!all_anew && !told.contains(id)) give_up(fmt::format("nobody was told of {}", row));
    step.rows.emplace(id, row);
  }
  if (step.changes.empty() && before.counts != now.counts) give_up("counts changed in silence: " + now.counts);
  return step;
}

std::string line_of(const Step& step) {
  json::array changes;
  for (const app::Changed& change : step.changes) {
    json::array one{change.position, std::to_string(change.conversation.value)};
    if (change.staff) one.emplace_back("staff");
    changes.push_back(std::move(one));
  }
  json::object rows;
  for (const auto& [id, row] : step.rows) rows[std::to_string(id)] = json::parse(row);
  return json::serialize(json::object{
      {"at", format_instant(step.at)}, {"changes", changes}, {"rows", rows}, {"counts", json::parse(step.counts)}});
}
std::string line_of(const Answer& answer) {
  json::object line{{"after", answer.after}, {"told", nullptr}};
  if (answer.told) line["told"] = json::value_from(*answer.told);
  return json::serialize(line);
}
std::string line_of(const Views& views) {
  json::object all;
  for (const auto& [view, ids] : views.views) all[view] = json::value_from(ids);
  return json::serialize(json::object{{"views", all}});
}

Step step_from(const json::object& line) {
  Step step;
  step.at = *parse_instant(line.at("at").as_string().c_str());
  for (const json::value& change : line.at("changes").as_array())
    step.changes.push_back({change.at(0).as_int64(), ConversationId(std::stoll(change.at(1).as_string().c_str())),
                            change.as_array().size() > 2});
  for (const auto& [id, row] : line.at("rows").as_object()) step.rows.emplace(std::stoll(id), json::serialize(row));
  step.counts = json::serialize(line.at("counts"));
  return step;
}

}  // namespace

Recording record(std::uint64_t seed, int acts) {
  script::Random random(seed);
  script::Side side("sqlite");
  Recording made{.seed = seed, .kept_max = kept_max, .missed_max = missed_max, .steps = {}, .answers = {}, .views = {}};
  Seen before = see(side);
  server::Journal journal(kept_max);
  journal.start(before.position);
  const std::int64_t start = before.position;
  made.steps.push_back(
      {.at = side.now, .changes = {{before.position, {}}}, .rows = before.rows, .counts = before.counts});
  side.take_changes();
  for (int act = 0; act < acts; ++act) {
    script::next_act(random, script::With::everything).run(side);
    Seen now = see(side);
    Step step = step_of(before, now, side.take_changes(), side.now);
    if (step.changes.empty()) continue;
    for (const app::Changed& change : step.changes)
      change.staff ? journal.pass(change.position) : journal.add(change.position, change.conversation);
    SUKI_ASSERT(journal.position() == now.position);
    made.steps.push_back(std::move(step));
    before = std::move(now);
    const auto steps = made.steps.size();
    if (steps % answer_every == 0) {
      const std::int64_t after = start + random.below(static_cast<int>(before.position - start) + 2);
      Answer answer{.steps = steps, .after = after, .told = {}};
      if (const auto missed = journal.since(after, missed_max)) {
        answer.told.emplace();
        for (const auto& [position, conversation] : *missed) answer.told->push_back(position);
      }
      made.answers.push_back(std::move(answer));
    }
    if (steps % views_every == 0) made.views.push_back(views_of(side, steps));
  }
  made.views.push_back(views_of(side, made.steps.size()));
  return made;
}

std::string to_lines(const Recording& recording) {
  std::string lines = json::serialize(json::object{{"seed", recording.seed},
                                                   {"me", "1"},
                                                   {"kept_max", recording.kept_max},
                                                   {"missed_max", recording.missed_max}}) +
                      "\n";
  for (std::size_t i = 0; i < recording.steps.size(); ++i) {
    lines += line_of(recording.steps[i]) + "\n";
    for (const Answer& answer : recording.answers)
      if (answer.steps == i + 1) lines += line_of(answer) + "\n";
    for (const Views& views : recording.views)
      if (views.steps == i + 1) lines += line_of(views) + "\n";
  }
  return lines;
}

Recording from_lines(const std::string& lines) {
  Recording read;
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) {
    const json::value value = json::parse(line);
    const json::object& object = value.as_object();
    if (object.contains("seed")) {
      read.seed = object.at("seed").to_number<std::uint64_t>();
      read.kept_max = object.at("kept_max").to_number<std::size_t>();
      read.missed_max = object.at("missed_max").to_number<std::size_t>();
    } else if (object.contains("told")) {
      Answer answer{.steps = read.steps.size(), .after = object.at("after").as_int64(), .told = {}};
      if (!object.at("told").is_null()) answer.told = json::value_to<std::vector<std::int64_t>>(object.at("told"));
      read.answers.push_back(std::move(answer));
    } else if (object.contains("views")) {
      Views views{.steps = read.steps.size(), .views = {}};
      for (const auto& [view, ids] : object.at("views").as_object())
        views.views[view] = json::value_to<std::vector<std::string>>(ids);
      read.views.push_back(std::move(views));
    } else {
      read.steps.push_back(step_from(object));
    }
  }
  if (read.steps.empty()) give_up("it is empty");
  return read;
}

}  // namespace suki::feed
