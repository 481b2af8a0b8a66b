#include "plan/values.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "base/text.h"

namespace suki::plan {
namespace {

constexpr std::array day_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

Error bad(std::string detail) {
  return fail(ErrorCode::bad_input, std::move(detail));
}

std::optional<Weekday> find_day(std::string_view name) {
  for (std::size_t i = 0; i < day_names.size(); ++i) {
    if (name == day_names[i]) return static_cast<Weekday>(i);
  }
  return std::nullopt;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// "09:30"; 24:00 only where `end`.
std::optional<calendar::TimeOfDay> read_time(std::string_view text, bool end) {
  if (text.size() != 5 || text[2] != ':' || !is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[3]) ||
      !is_digit(text[4])) {
    return std::nullopt;
  }
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  const bool midnight_end = end && hour == 24 && minute == 0;
  if ((hour > 23 && !midnight_end) || minute > 59) return std::nullopt;
  return calendar::TimeOfDay{hour * 3600 + minute * 60};
}

}  // namespace

Result<Span> read_budget(std::string_view text) {
  if (trim(text).starts_with('-')) return bad(fmt::format("the duration \"{}\" is negative", text));
  auto span = parse_duration(text);
  if (!span) return bad(fmt::format("\"{}\" is not a duration", text));
  if (span->us <= 0) return bad("the duration is nothing");
  return span;
}

Result<Span> read_offset(std::string_view text) {
  if (text == "due") return Span{};
  const auto space = text.rfind(' ');
  const auto word = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
  if (word != "before" && word != "after") {
    return bad(fmt::format("\"{}\" is not a point in time before or after a promise is due", text));
  }
  SUKI_TRY(const Span span, read_budget(trim(text.substr(0, space))));
  return word == "before" ? -span : span;
}

Result<calendar::Interval> read_interval(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return bad(fmt::format("\"{}\" is not a stretch of hours", text));
  const auto open = read_time(text.substr(0, dash), false);
  const auto close = read_time(text.substr(dash + 1), true);
  if (!open || !close) return bad(fmt::format("impossible hours \"{}\"", text));
  if (*open == *close) return bad(fmt::format("\"{}\" opens and closes at the same time", text));
  return calendar::Interval{*open, *close};
}

Result<std::vector<Weekday>> read_days(std::string_view text) {
  std::vector<Weekday> days;
  for (const auto part : split(text, ',')) {
    const auto word = trim(part);
    const auto dash = word.find('-');
    const auto first = find_day(word.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : find_day(word.substr(dash + 1));
    if (!first || !last) return bad(fmt::format("\"{}\" is not a day of the week", word));
    // fri-mon goes over the weekend: count on until the last day is reached.
    for (int day = static_cast<int>(*first);; day = (day + 1) % 7) {
      days.push_back(static_cast<Weekday>(day));
      if (day == static_cast<int>(*last)) break;
    }
  }
  return days;
}

bool is_language(std::string_view text) {
  std::size_t part_length = 0;
  std::size_t parts = 1;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c == '-') {
      if (parts == 1 && (part_length < 2 || part_length > 3)) return false;
      if (part_length == 0) return false;
      ++parts;
      part_length = 0;
    } else if ((parts == 1 && c >= 'a' && c <= 'z') || (parts > 1 && (letter || is_digit(c)))) {
      ++part_length;
    } else {
      return false;
    }
  }
  return parts == 1 ? part_length == 2 || part_length == 3 : part_length >= 1 && part_length <= 8;
}

}  // namespace suki::plan
