#include "questions/questions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.h"
#include "questions/raw_member.h"
#include "questions/read_calendar.h"
#include "zones/zones.h"

namespace suki::questions {
namespace {

namespace json = boost::json;

std::string_view view(json::string_view text) {
  return {text.data(), text.size()};
}
Error bad(std::string detail) {
  return fail(ErrorCode::bad_input, std::move(detail));
}
std::string shown(std::string_view text) {
  return to_valid_utf8(text.substr(0, 40));
}

std::optional<json::value> parse(std::string_view text, std::string& error) {
  json::parse_options options;
  options.max_depth = depth_max;
  json::error_code ec;
  auto value = json::parse(json::string_view(text.data(), text.size()), ec, {}, options);
  if (!ec) return value;
  error = ec.message();
  return std::nullopt;
}

enum class Ask : std::uint8_t { open, next_open, next_close, add, subtract, between, intervals, explain };
struct AskRow {
  std::string_view name;
  Ask ask;
  std::array<std::string_view, 2> needs;  ///< keys beside id, calendar and ask
};
constexpr std::array<AskRow, 8> asks{{
    {"open", Ask::open, {"at", ""}},
    {"next_open", Ask::next_open, {"at", ""}},
    {"next_close", Ask::next_close, {"at", ""}},
    {"add", Ask::add, {"from", "duration"}},
    {"subtract", Ask::subtract, {"from", "duration"}},
    {"between", Ask::between, {"from", "to"}},
    {"intervals", Ask::intervals, {"from", "count"}},
    {"explain", Ask::explain, {"from", "to"}},
}};

Result<const AskRow*> read_ask(const json::object& object) {
  const auto* value = object.if_contains("ask");
  if (value == nullptr || !value->is_string()) return bad("\"ask\" is missing");
  const std::string_view name = view(value->get_string());
  const auto row = std::find_if(asks.begin(), asks.end(), [&](const AskRow& r) { return r.name == name; });
  if (row == asks.end()) return bad(fmt::format("unknown ask \"{}\"", shown(name)));
  for (const auto& member : object) {
    const std::string_view key = view(member.key());
    if (key != "id" && key != "calendar" && key != "ask" && key != row->needs[0] &&
        (key.empty() || key != row->needs[1])) {
      return bad(fmt::format("unknown key \"{}\" for {}", shown(key), name));
    }
  }
  return &*row;
}

Result<std::string_view> read_text(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(json::string_view(key.data(), key.size()));
  if (value == nullptr) return bad(fmt::format("\"{}\" is missing", key));
  if (!value->is_string()) return bad(fmt::format("\"{}\" is not a text", key));
  return view(value->get_string());
}

Result<Instant> read_instant(const json::object& object, std::string_view key) {
  SUKI_TRY(const auto text, read_text(object, key));
  auto at = parse_instant(text);
  if (!at.ok()) return bad(fmt::format("{}: {}", key, to_valid_utf8(at.error().detail)));
  return at;
}

Result<Span> read_duration(const json::object& object) {
  SUKI_TRY(const auto text, read_text(object, "duration"));
  auto span = parse_iso_duration(text);
  if (!span.ok()) return bad("duration: " + to_valid_utf8(span.error().detail));
  return span;
}

Result<std::size_t> read_count(const json::object& object) {
  const auto* value = object.if_contains("count");
  if (value == nullptr) return bad("\"count\" is missing");
  json::error_code ec;
  const auto count = value->to_number<std::int64_t>(ec);
  if (ec || count < 0 || count > intervals_max)
    return bad(fmt::format("count: a whole number from 0 to {}", intervals_max));
  return static_cast<std::size_t>(count);
}

json::value to_json(Instant at) {
  if (at == never) return nullptr;
  return json::value(format_instant(at));
}

/// What an ask gives: an answer and, where that is null, why.
struct Answer {
  json::value value;
  std::string_view reason;
};

Result<Answer> to_answer(const Result<Instant>& at) {
  if (at.ok()) return Answer{to_json(*at), {}};
  if (at.error().code == ErrorCode::never_open || at.error().code == ErrorCode::never_closes) {
    return Answer{nullptr, name_of(at.error().code)};
  }
  return at.error();
}

json::array to_json(const std::vector<calendar::Range>& ranges) {
  json::array list;
  list.reserve(ranges.size());
  for (const auto& range : ranges) list.push_back(json::array{to_json(range.open), to_json(range.close)});
  return list;
}

json::array to_json(const std::vector<calendar::LedgerLine>& ledger) {
  json::array list;
  for (const auto& line : ledger) {
    json::object object{{"from", format_instant(line.from)},
                        {"to", format_instant(line.to)},
                        {"counts", calendar::counts(line.why)},
                        {"why", calendar::name_of(line.why)},
                        {"date", format_date(line.date)}};
    if (!line.name.empty()) object["name"] = line.name;
    list.push_back(std::move(object));
  }
  return list;
}

}  // namespace

/// A question read as far as its instants; the calendar is looked up after, over the year that is asked about.
struct Answerer::Question {
  std::string_view raw_calendar;  ///< as written; empty when it could not be told apart
  const json::value* calendar = nullptr;
  Ask ask = Ask::open;
  Instant first, second;
  Span duration;
  std::size_t count = 0;
};

namespace {

template <class Question>
Result<Question> read_question(const json::object& object) {
  Question q;
  SUKI_TRY(const AskRow* row, read_ask(object));
  q.ask = row->ask;
  q.calendar = object.if_contains("calendar");
  if (q.calendar == nullptr) return bad("\"calendar\" is missing");
  SUKI_TRY(q.first, read_instant(object, row->needs[0]));
  if (row->needs[1] == "to") {
    SUKI_TRY(q.second, read_instant(object, "to"));
  } else if (row->needs[1] == "duration") {
    SUKI_TRY(q.duration, read_duration(object));
  } else if (row->needs[1] == "count") {
    SUKI_TRY(q.count, read_count(object));
  }
  return q;
}

template <class Question>
Result<Answer> ask(const calendar::Calendar& calendar, const Question& q) {
  switch (q.ask) {
    case Ask::open:
      return Answer{calendar.is_open(q.first), {}};
    case Ask::next_open:
      return to_answer(calendar.next_open(q.first));
    case Ask::next_close:
      return to_answer(calendar.next_close(q.first));
    case Ask::add:
      return to_answer(calendar.add(q.first, q.duration));
    case Ask::subtract:
      return to_answer(calendar.subtract(q.first, q.duration));
    case Ask::between:
      return Answer{json::value(format_iso_duration(calendar.between(q.first, q.second))), {}};
    case Ask::intervals:
      return Answer{to_json(calendar.intervals(q.first, q.count)), {}};
    case Ask::explain: {
      const auto ledger = calendar.explain(q.first, q.second, static_cast<std::size_t>(intervals_max));
      if (!ledger.empty() && ledger.back().to < q.second) {
        return bad(fmt::format("explain: more than {} lines; ask for a shorter stretch", intervals_max));
      }
      return Answer{to_json(ledger), {}};
    }
  }
  return bad("unknown ask");
}

std::string with_id(std::string_view id, std::string_view rest) {
  return fmt::format("{{\"id\":{},{}}}", id, rest);
}
std::string error_line(std::string_view id, const std::string& error) {
  return with_id(id, "\"error\":" + json::serialize(json::value(error)));
}

/// The id as it was written, else "null". Good also for lines that break later on.
std::string id_of(std::string_view line) {
  const std::string_view raw = find_raw_member(line, "id");
  std::string error;
  return !raw.empty() && parse(raw, error) ? std::string(raw) : "null";
}

}  // namespace

Result<calendar::Calendar> Answerer::get_calendar(const Question& q, int year) {
  if (const auto* id = q.calendar->if_string()) {
    if (!lookup_) return bad("calendar: an id needs --plan");
    const std::string key = json::serialize(*id);
    if (const auto known = compiled_.find(key); known != compiled_.end()) return known->second;
    SUKI_TRY(auto calendar, lookup_(std::string(view(*id))));
    compiled_.emplace(key, calendar);
    return calendar;
  }
  const std::string key = q.raw_calendar.empty() ? json::serialize(*q.calendar) : std::string(q.raw_calendar);
  if (const auto known = compiled_.find(key); known != compiled_.end()) return known->second;

  SUKI_TRY(const auto written, read_calendar(*q.calendar));
  auto zone = zones_.find(written.zone);
  if (zone == zones_.end()) {
    SUKI_TRY(auto loaded, zones::load_zone(written.zone));
    zone = zones_.emplace(written.zone, std::move(loaded)).first;
  }
  // A year around the question; a calendar widens by itself when asked for more.
  SUKI_TRY(auto calendar,
           calendar::Calendar::compile(written.schedule, zone->second, make_date(year, 1, 1), make_date(year, 12, 31)));
  make_room();
  compiled_.emplace(key, calendar);
  return calendar;
}

/// Drops all when too much is kept. Calendars grow while they are asked, so they are weighed again, but not each time.
void Answerer::make_room() {
  constexpr std::size_t weighed_every = 64;  // chosen
  std::size_t bytes = 0;
  if (compiled_.size() % weighed_every == 0) {
    // A schedule takes a few times the bytes of its text.
    for (const auto& [text, kept] : compiled_) bytes += kept.memory_bytes() + 4 * text.size();
  }
  if (compiled_.size() >= calendars_kept_max || bytes > calendar_bytes_max) compiled_.clear();
}

std::string Answerer::answer(std::string_view line) {
  if (line.size() > line_bytes_max) return answer_too_long();
  std::string error;
  const auto value = parse(line, error);
  if (!value) return error_line(id_of(line), "not JSON: " + error);
  const auto* object = value->if_object();
  if (object == nullptr) return error_line("null", "a question is a JSON object");
  std::string id = id_of(line);
  if (id == "null") {
    if (const auto* written = object->if_contains("id")) id = json::serialize(*written);
  }
  auto question = read_question<Question>(*object);
  if (!question.ok()) return error_line(id, question.error().detail);
  question->raw_calendar = find_raw_member(line, "calendar");
  const int year = to_year_month_day(Date{static_cast<std::int32_t>(question->first.us / 86'400'000'000)}).year;
  const auto calendar = get_calendar(*question, year);
  if (!calendar.ok()) return error_line(id, calendar.error().detail);
  const auto answer = ask(*calendar, *question);
  if (!answer.ok()) return error_line(id, answer.error().detail);
  std::string rest = "\"answer\":" + json::serialize(answer->value);
  if (!answer->reason.empty()) rest += fmt::format(",\"reason\":\"{}\"", answer->reason);
  return with_id(id, rest);
}

std::string Answerer::answer_too_long() {
  return error_line("null", fmt::format("the line is longer than {} bytes", line_bytes_max));
}

}  // namespace suki::questions
