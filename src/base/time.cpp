#include "base/time.h"

#include <array>
#include <chrono>
#include <optional>

#include <fmt/format.h>

namespace suki {
namespace {

constexpr std::int64_t us_per_s = 1'000'000;
constexpr std::int64_t us_per_day = 86'400 * us_per_s;

/// Reads from the front of a text; every read either takes what it names or takes nothing.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool take(char c) {
    if (peek() != c || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Exactly `count` digits.
  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(rest_[i])) return std::nullopt;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  /// One or more digits, as many as there are, up to `count_max`.
  std::optional<std::int64_t> number(std::size_t count_max) {
    std::int64_t value = 0;
    std::size_t n = 0;
    while (n < rest_.size() && is_digit(rest_[n])) {
      if (n == count_max) return std::nullopt;
      value = value * 10 + (rest_[n++] - '0');
    }
    if (n == 0) return std::nullopt;
    rest_.remove_prefix(n);
    return value;
  }
  /// The digits after a decimal sign, as billionths; 1 to 9 of them.
  std::optional<std::int64_t> billionths() {
    const std::size_t before = rest_.size();
    auto value = number(9);
    if (!value) return std::nullopt;
    for (std::size_t n = before - rest_.size(); n < 9; ++n) *value *= 10;
    return value;
  }
  void skip_spaces() {
    while (peek() == ' ') rest_.remove_prefix(1);
  }
  std::string_view word() {
    std::size_t n = 0;
    while (n < rest_.size() && rest_[n] >= 'a' && rest_[n] <= 'z') ++n;
    auto result = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return result;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  std::string_view rest_;
};

std::optional<Date> read_date(Reader& in) {
  const auto year = in.digits(4);
  if (!year || !in.take('-')) return std::nullopt;
  const auto month = in.digits(2);
  if (!month || !in.take('-')) return std::nullopt;
  const auto day = in.digits(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                        std::chrono::day{static_cast<unsigned>(*day)}};
  if (!ymd.ok()) return std::nullopt;
  return Date{static_cast<std::int32_t>(std::chrono::sys_days{ymd}.time_since_epoch().count())};
}

/// "Z" or "+08:00" as seconds to the east.
std::optional<std::int64_t> read_offset(Reader& in) {
  if (in.take('Z') || in.take('z')) return 0;
  const bool west = in.take('-');
  if (!west && !in.take('+')) return std::nullopt;
  const auto h = in.digits(2);
  if (!h || *h > 23 || !in.take(':')) return std::nullopt;
  const auto m = in.digits(2);
  if (!m || *m > 59) return std::nullopt;
  const std::int64_t east = *h * 3600 + *m * 60;
  return west ? -east : east;
}

std::optional<Instant> read_instant(Reader& in) {
  const auto date = read_date(in);
  if (!date || !(in.take('T') || in.take('t'))) return std::nullopt;
  const auto h = in.digits(2);
  if (!h || *h > 23 || !in.take(':')) return std::nullopt;
  const auto m = in.digits(2);
  if (!m || *m > 59 || !in.take(':')) return std::nullopt;
  const auto s = in.digits(2);
  if (!s || *s > 60) return std::nullopt;
  std::int64_t fraction_us = 0;
  if (in.take('.')) {
    const auto billionths = in.billionths();
    if (!billionths) return std::nullopt;
    fraction_us = *billionths / 1000;
  }
  const auto east = read_offset(in);
  if (!east || !in.done()) return std::nullopt;
  const std::int64_t utc_s = std::int64_t{date->days} * 86'400 + *h * 3600 + *m * 60 + *s - *east;
  // Leap seconds are only ever the last of a UTC day (RFC 3339, 5.7).
  if (*s == 60 && utc_s % 86'400 != 0) return std::nullopt;
  return Instant{utc_s * us_per_s + fraction_us};
}

std::string quoted(std::string_view text) {
  constexpr std::size_t shown_max = 60;
  return fmt::format("\"{}{}\"", text.substr(0, shown_max), text.size() > shown_max ? "..." : "");
}

Result<Span> in_budget(__int128 us, std::string_view text) {
  if (us > budget_max.us) return fail(ErrorCode::budget_range, quoted(text) + " is longer than a hundred years");
  return Span{static_cast<std::int64_t>(us)};
}

/// "5", "5.25": as ".25" with its unit in microseconds.
std::string format_seconds(std::int64_t s, std::int64_t us) {
  std::string text = fmt::format("{}", s);
  if (us != 0) {
    text += fmt::format(".{:06}", us);
    while (text.back() == '0') text.pop_back();
  }
  return text;
}

}  // namespace

Result<Instant> parse_instant(std::string_view text) {
  Reader in(text);
  const auto at = read_instant(in);
  if (!at) return fail(ErrorCode::bad_instant, quoted(text) + " is not an RFC 3339 instant like 2026-11-23T08:00:00Z");
  if (*at < instant_min || *at > instant_max) {
    return fail(ErrorCode::bad_instant, quoted(text) + " is outside the years 1900 to 2199");
  }
  return *at;
}

std::string format_instant(Instant at) {
  if (at == never) return "never";
  std::int64_t day = at.us / us_per_day;
  std::int64_t us = at.us % us_per_day;
  if (us < 0) {
    us += us_per_day;
    --day;
  }
  const std::int64_t s = us / us_per_s;
  std::string text = fmt::format("{}T{:02}:{:02}:{:02}", format_date(Date{static_cast<std::int32_t>(day)}), s / 3600,
                                 s / 60 % 60, s % 60);
  if (const std::int64_t fraction = us % us_per_s; fraction != 0) {
    text += fmt::format(".{:06}", fraction);
    while (text.back() == '0') text.pop_back();
  }
  return text + 'Z';
}

Result<Span> parse_iso_duration(std::string_view text) {
  const auto bad = [&](const char* why) { return fail(ErrorCode::bad_duration, quoted(text) + why); };
  constexpr auto shape = " is not an ISO 8601 duration like PT4H or P1DT30M";
  Reader in(text);
  if (in.peek() == '-') return fail(ErrorCode::budget_range, quoted(text) + " is negative");
  if (!in.take('P')) return bad(shape);

  struct Unit {
    char letter;
    bool of_time;
    std::int64_t us;
  };
  static constexpr std::array units{
      Unit{'W', false, 7 * us_per_day}, Unit{'D', false, us_per_day}, Unit{'H', true, 3600 * us_per_s},
      Unit{'M', true, 60 * us_per_s},   Unit{'S', true, us_per_s},
  };
  bool in_time = false, any = false, fraction_seen = false;
  std::size_t next_unit = 0;
  __int128 total = 0;
  while (!in.done()) {
    if (!in_time && in.take('T')) {
      in_time = true;
      any = false;  // "PT" needs something after the T
      continue;
    }
    if (fraction_seen) return bad(": only the last part may have a fraction");
    const auto whole = in.number(18);
    if (!whole) return bad(shape);
    std::int64_t billionths = 0;
    if (in.take('.') || in.take(',')) {
      const auto read = in.billionths();
      if (!read) return bad(shape);
      billionths = *read;
      fraction_seen = true;
    }
    const char letter = in.peek();
    if (!in_time && (letter == 'Y' || letter == 'M')) return bad(": years and months have no fixed length");
    while (next_unit < units.size() && (units[next_unit].letter != letter || units[next_unit].of_time != in_time)) {
      ++next_unit;
    }
    if (next_unit == units.size()) return bad(shape);
    in.take(letter);
    const std::int64_t unit_us = units[next_unit++].us;
    total += static_cast<__int128>(*whole) * unit_us + static_cast<__int128>(billionths) * unit_us / 1'000'000'000;
    any = true;
  }
  if (!any) return bad(shape);
  return in_budget(total, text);
}

Result<Span> parse_duration(std::string_view text) {
  if (!text.empty() && (text.front() == 'P' || text.front() == '-')) return parse_iso_duration(text);
  const auto bad = [&] {
    return fail(ErrorCode::bad_duration, quoted(text) + " is not a duration like 30s, 90min, 4h, 2d 4h or PT4H");
  };
  Reader in(text);
  __int128 total = 0;
  std::int64_t unit_before = std::numeric_limits<std::int64_t>::max();
  bool fraction_seen = false;
  in.skip_spaces();
  if (in.done()) return bad();
  while (!in.done()) {
    if (fraction_seen) return bad();  // only the last part may have one
    const auto count = in.number(18);
    if (!count) return bad();
    std::int64_t billionths = 0;
    if (in.take('.')) {
      const auto read = in.billionths();
      if (!read) return bad();
      billionths = *read;
      fraction_seen = true;
    }
    in.skip_spaces();
    const auto unit = in.word();
    const std::int64_t unit_us = unit == "s"     ? us_per_s
                                 : unit == "min" ? 60 * us_per_s
                                 : unit == "h"   ? 3600 * us_per_s
                                 : unit == "d"   ? us_per_day
                                                 : 0;
    // Each unit once, the larger first: "4h 2d" and "1h 1h" are more likely slips than wishes.
    if (unit_us == 0 || unit_us >= unit_before) return bad();
    unit_before = unit_us;
    total += static_cast<__int128>(*count) * unit_us + static_cast<__int128>(billionths) * unit_us / 1'000'000'000;
    in.skip_spaces();
  }
  return in_budget(total, text);
}

std::string format_iso_duration(Span span) {
  if (span.us == 0) return "PT0S";
  const bool negative = span.us < 0;
  const auto us = negative ? 0 - static_cast<std::uint64_t>(span.us) : static_cast<std::uint64_t>(span.us);
  const auto s = static_cast<std::int64_t>(us / us_per_s);
  const auto fraction = static_cast<std::int64_t>(us % us_per_s);
  std::string text = negative ? "-PT" : "PT";
  if (s / 3600 != 0) text += fmt::format("{}H", s / 3600);
  if (s / 60 % 60 != 0) text += fmt::format("{}M", s / 60 % 60);
  if (s % 60 != 0 || fraction != 0) text += format_seconds(s % 60, fraction) + 'S';
  return text;
}

Date make_date(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day ymd{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  SUKI_ASSERT(ymd.ok());
  return Date{static_cast<std::int32_t>(std::chrono::sys_days{ymd}.time_since_epoch().count())};
}

YearMonthDay to_year_month_day(Date date) {
  const std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{date.days}}};
  return {static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day())};
}

Weekday weekday_of(Date date) {
  // 1970-01-01 was a Thursday, the fourth day of a week that starts on Monday.
  const std::int64_t from_monday = (std::int64_t{date.days} + 3) % 7;
  return static_cast<Weekday>(from_monday < 0 ? from_monday + 7 : from_monday);
}

Result<Date> parse_date(std::string_view text) {
  Reader in(text);
  const auto date = read_date(in);
  if (!date || !in.done()) return fail(ErrorCode::bad_date, quoted(text) + " is not a date like 2026-12-25");
  return *date;
}

std::string format_date(Date date) {
  const auto [year, month, day] = to_year_month_day(date);
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

}  // namespace suki
