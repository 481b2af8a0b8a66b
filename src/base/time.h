/// Instants and spans: UTC microseconds in 64 bits. No clock is read here; time comes as an argument.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "base/result.h"

namespace suki {

/// A length of time in microseconds; may be negative.
struct Span {
  std::int64_t us = 0;
  friend constexpr auto operator<=>(const Span&, const Span&) = default;
  friend constexpr Span operator+(Span a, Span b) { return {a.us + b.us}; }
  friend constexpr Span operator-(Span a, Span b) { return {a.us - b.us}; }
  friend constexpr Span operator*(Span a, std::int64_t n) { return {a.us * n}; }
  constexpr Span operator-() const { return {-us}; }
  constexpr Span& operator+=(Span b) {
    us += b.us;
    return *this;
  }
  constexpr Span& operator-=(Span b) {
    us -= b.us;
    return *this;
  }
};

constexpr Span microseconds(std::int64_t n) {
  return {n};
}
constexpr Span seconds(std::int64_t n) {
  return {n * 1'000'000};
}
constexpr Span minutes(std::int64_t n) {
  return seconds(n * 60);
}
constexpr Span hours(std::int64_t n) {
  return minutes(n * 60);
}
constexpr Span days(std::int64_t n) {
  return hours(n * 24);
}

/// Microseconds since 1970-01-01T00:00:00Z (no leap seconds, as POSIX).
struct Instant {
  std::int64_t us = 0;
  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;
  friend constexpr Instant operator+(Instant a, Span b) { return {a.us + b.us}; }
  friend constexpr Instant operator-(Instant a, Span b) { return {a.us - b.us}; }
  friend constexpr Span operator-(Instant a, Instant b) { return {a.us - b.us}; }
};

/// "Never" and "not set". Compares after every real instant.
inline constexpr Instant never{std::numeric_limits<std::int64_t>::max()};

/// The instants that suki accepts from outside: years 1900 to 2199. Sums of these and budget_max cannot overflow.
inline constexpr Instant instant_min{-2'208'988'800'000'000};
inline constexpr Instant instant_max{7'258'118'399'999'999};
inline constexpr Span budget_max = days(36'525);  // a hundred years, chosen

/// RFC 3339 with an offset ("2026-11-23T08:00:00Z", "...+08:00", fractions up to 9 digits, cut to microseconds).
/// Errors: bad_instant, also outside instant_min .. instant_max. A leap second (":60") is read as the second after.
[[nodiscard]] Result<Instant> parse_instant(std::string_view text);
/// RFC 3339 in UTC, "2026-11-23T08:00:00Z"; a fraction only where it is not zero. never gives "never".
[[nodiscard]] std::string format_instant(Instant at);

/// ISO 8601 duration of weeks, days (24 hours), hours, minutes, seconds: "PT4H", "P1DT30M", "PT1.5S".
/// Years and months have no fixed length: bad_duration. Not negative, at most budget_max.
[[nodiscard]] Result<Span> parse_iso_duration(std::string_view text);
/// The plan's own form: "4h", "90min", "2d 4h", "30s", "19.8s", or ISO 8601. Units: s, min, h, d (24 h of the clock
/// counted), each once and the larger first; only the last may have a fraction.
[[nodiscard]] Result<Span> parse_duration(std::string_view text);
/// ISO 8601 in hours, minutes and seconds: "PT27H30M", "PT0S".
[[nodiscard]] std::string format_iso_duration(Span span);

/// A date of the proleptic Gregorian calendar, as days since 1970-01-01.
struct Date {
  std::int32_t days = 0;
  friend constexpr auto operator<=>(const Date&, const Date&) = default;
  friend constexpr Date operator+(Date a, std::int32_t n) { return {a.days + n}; }
};
enum class Weekday : std::uint8_t { mon, tue, wed, thu, fri, sat, sun };
[[nodiscard]] Date make_date(int year, unsigned month, unsigned day);  ///< the parts must form a real date
struct YearMonthDay {
  int year;
  unsigned month, day;
};
[[nodiscard]] YearMonthDay to_year_month_day(Date date);
[[nodiscard]] Weekday weekday_of(Date date);
/// "2026-12-25"; errors: bad_date.
[[nodiscard]] Result<Date> parse_date(std::string_view text);
[[nodiscard]] std::string format_date(Date date);

}  // namespace suki
