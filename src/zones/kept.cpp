/// Zone tables as text:
///   zone 1                                   the form
///   first 29040                              seconds east of UTC before the first change
///   at -2219083200 28800                     from then on (UTC seconds) that far east; ascending
///   rule 3600                                after the last change; left out: the last offset stays
///   daylight 7200 0 3 5 0 7200 0 10 5 0 10800    offset; kind, month, week, day, time of its begin and of its end
#include <array>
#include <charconv>
#include <span>

#include "base/text.h"
#include "zones/zones.h"

namespace suki::zones {
namespace {

using calendar::YearlyChange;
using calendar::ZoneTable;

void append(std::string& text, std::string_view word, std::initializer_list<std::int64_t> numbers) {
  text += word;
  for (const std::int64_t number : numbers) text += " " + std::to_string(number);
  text += "\n";
}

Error bad() {
  return fail(ErrorCode::bad_zone_table, "this is not a zone table as it is kept");
}

constexpr std::size_t numbers_max = 11;  // of a line
struct Line {
  std::string_view word;
  std::array<std::int64_t, numbers_max> numbers{};
  std::size_t count = 0;
};

bool read_line(std::string_view text, Line& line) {
  const auto words = split(text, ' ');
  line = {};
  line.word = words.front();
  for (const std::string_view word : std::span(words).subspan(1)) {
    if (line.count == numbers_max) return false;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), line.numbers[line.count++]);
    if (error != std::errc() || end != word.data() + word.size()) return false;
  }
  return true;
}

/// The ranges are those of a TZif file (tzif.cpp, posix_rule.cpp): core relies on them.
bool in(std::int64_t number, std::int64_t first, std::int64_t last) {
  return number >= first && number <= last;
}
bool is_offset(std::int64_t seconds) {
  return in(seconds, -25 * 3600 + 1, 26 * 3600 - 1);
}

bool read_change(const std::int64_t* numbers, YearlyChange& change) {
  if (!in(numbers[0], 0, 2) || !in(numbers[1], 1, 12) || !in(numbers[2], 1, 5) || !in(numbers[4], -604'799, 604'799))
    return false;
  change.kind = static_cast<YearlyChange::Kind>(numbers[0]);
  change.month = static_cast<std::int32_t>(numbers[1]);
  change.week = static_cast<std::int32_t>(numbers[2]);
  change.day = static_cast<std::int32_t>(numbers[3]);
  change.time_s = static_cast<std::int32_t>(numbers[4]);
  const bool weekday = change.kind == YearlyChange::Kind::month_week_day;
  return in(numbers[3], change.kind == YearlyChange::Kind::julian ? 1 : 0, weekday ? 6 : 365);
}

/// One line after the form. False: it has no place here.
bool take(const Line& line, ZoneTable& zone) {
  constexpr std::int64_t time_max_s = std::int64_t{1} << 59;
  const auto& n = line.numbers;
  if (line.word == "at" && line.count == 2) {
    if (!in(n[0], -time_max_s, time_max_s) || !is_offset(n[1]) || zone.rule) return false;
    if (!zone.transitions.empty() && n[0] <= zone.transitions.back().at_s) return false;
    zone.transitions.push_back({n[0], static_cast<std::int32_t>(n[1])});
    return true;
  }
  if (line.word == "rule" && line.count == 1) {
    if (!is_offset(n[0]) || zone.rule) return false;
    zone.rule.emplace().standard_s = static_cast<std::int32_t>(n[0]);
    return true;
  }
  if (line.word == "daylight" && line.count == 11) {
    if (!is_offset(n[0]) || !zone.rule || zone.rule->daylight) return false;
    calendar::ZoneRule::Daylight daylight;
    daylight.offset_s = static_cast<std::int32_t>(n[0]);
    const bool read = read_change(&n[1], daylight.begins) && read_change(&n[6], daylight.ends);
    zone.rule->daylight = daylight;
    return read;
  }
  return false;
}

}  // namespace

std::string write_table(const ZoneTable& zone) {
  std::string text;
  append(text, "zone", {1});
  append(text, "first", {zone.first_offset_s});
  for (const auto& change : zone.transitions) append(text, "at", {change.at_s, change.offset_s});
  if (!zone.rule) return text;
  append(text, "rule", {zone.rule->standard_s});
  if (!zone.rule->daylight) return text;
  const auto& [offset_s, begins, ends] = *zone.rule->daylight;
  append(text, "daylight",
         {offset_s, static_cast<int>(begins.kind), begins.month, begins.week, begins.day, begins.time_s,
          static_cast<int>(ends.kind), ends.month, ends.week, ends.day, ends.time_s});
  return text;
}

Result<ZoneTable> read_table(std::string_view text) {
  ZoneTable zone;
  if (!text.ends_with('\n')) return bad();
  text.remove_suffix(1);
  std::size_t number = 0;
  for (const std::string_view written : split(text, '\n')) {
    Line line;
    if (!read_line(written, line)) return bad();
    const bool one = line.count == 1;
    if (number == 0) {
      if (line.word != "zone" || !one || line.numbers[0] != 1) return bad();
    } else if (number == 1) {
      if (line.word != "first" || !one || !is_offset(line.numbers[0])) return bad();
      zone.first_offset_s = static_cast<std::int32_t>(line.numbers[0]);
    } else if (!take(line, zone)) {
      return bad();
    }
    ++number;
  }
  if (number < 2) return bad();
  return zone;
}

}  // namespace suki::zones
