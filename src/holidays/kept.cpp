/// Days as text:
///   days 1                             the form
///   2026-12-25 - Christmas Day         closed
///   2026-12-31 32400-43200,50400-0 Last day    open from and to these seconds of the day; the name may be empty
/// In a name a backslash is written twice, and a line's end as \\n.
#include <charconv>
#include <optional>

#include "base/text.h"
#include "holidays/holidays.h"

namespace suki::holidays {
namespace {

constexpr std::string_view form = "days 1\n";

Error bad() {
  return fail(ErrorCode::bad_calendar, "these are not days as they are kept");
}

std::string escape(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '\n') {
      text += "\\n";
    } else {
      if (c == '\\') text += '\\';
      text += c;
    }
  }
  return text;
}

std::optional<std::string> unescape(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      name += text[i];
      continue;
    }
    if (++i == text.size() || (text[i] != 'n' && text[i] != '\\')) return std::nullopt;
    name += text[i] == 'n' ? '\n' : '\\';
  }
  return name;
}

std::optional<calendar::TimeOfDay> read_time(std::string_view text) {
  calendar::TimeOfDay time;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time.seconds);
  const bool good = error == std::errc() && end == text.data() + text.size();
  if (!good || time.seconds < 0 || time.seconds > 86'400) return std::nullopt;
  return time;
}

std::optional<std::vector<calendar::Interval>> read_hours(std::string_view text) {
  std::vector<calendar::Interval> hours;
  if (text == "-") return hours;
  for (const std::string_view part : split(text, ',')) {
    const auto dash = part.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto open = read_time(part.substr(0, dash)), close = read_time(part.substr(dash + 1));
    if (!open || !close || open->seconds == 86'400) return std::nullopt;
    hours.push_back({*open, *close});
  }
  return hours;
}

}  // namespace

std::string write_days(const std::vector<calendar::Holiday>& days) {
  std::string text(form);
  for (const auto& day : days) {
    text += format_date(day.date) + " ";
    for (std::size_t i = 0; i < day.hours.size(); ++i) {
      if (i != 0) text += ",";
      text += std::to_string(day.hours[i].open.seconds) + "-" + std::to_string(day.hours[i].close.seconds);
    }
    if (day.hours.empty()) text += "-";
    text += " " + escape(day.name) + "\n";
  }
  return text;
}

Result<std::vector<calendar::Holiday>> read_days(std::string_view text) {
  if (!text.starts_with(form) || !text.ends_with('\n')) return bad();
  text.remove_prefix(form.size());
  std::vector<calendar::Holiday> days;
  if (text.empty()) return days;
  text.remove_suffix(1);
  for (const std::string_view line : split(text, '\n')) {
    const auto first = line.find(' '), second = line.find(' ', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return bad();
    const auto date = parse_date(line.substr(0, first));
    const auto hours = read_hours(line.substr(first + 1, second - first - 1));
    const auto name = unescape(line.substr(second + 1));
    if (!date || !hours || !name) return bad();
    days.push_back({*date, *hours, *name});
  }
  return days;
}

}  // namespace suki::holidays
