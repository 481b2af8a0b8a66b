/// The TZ string in the footer of a TZif file: RFC 9636, 3.3, which is POSIX's with hours up to 167.
#include "zones/zones.h"

namespace suki::zones {
namespace {

using calendar::YearlyChange;
using calendar::ZoneRule;

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  bool parse(ZoneRule& rule) {
    std::int32_t west = 0;
    if (!name() || !time(24, west)) return false;
    rule.standard_s = -west;
    if (rest_.empty()) return true;

    ZoneRule::Daylight daylight;
    if (!name()) return false;
    daylight.offset_s = rule.standard_s + 3600;
    if (!rest_.empty() && rest_.front() != ',') {
      if (!time(24, west)) return false;
      daylight.offset_s = -west;
    }
    // POSIX leaves the changes to the system when they are not written; a TZif footer must write them.
    if (!change(daylight.begins) || !change(daylight.ends) || !rest_.empty()) return false;
    rule.daylight = daylight;
    return true;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// At least three letters, or any of letters, digits and signs in <>.
  bool name() {
    const bool quoted = take('<');
    std::size_t n = 0;
    while (n < rest_.size() &&
           (is_letter(rest_[n]) || (quoted && (is_digit(rest_[n]) || rest_[n] == '+' || rest_[n] == '-')))) {
      ++n;
    }
    rest_.remove_prefix(n);
    return n >= 3 && (!quoted || take('>'));
  }
  bool number(std::int32_t first, std::int32_t last, std::int32_t& value) {
    std::size_t n = 0;
    value = 0;
    while (n < rest_.size() && n < 4 && is_digit(rest_[n])) value = value * 10 + (rest_[n++] - '0');
    rest_.remove_prefix(n);
    return n != 0 && value >= first && value <= last;
  }
  /// [+-]h[:m[:s]]
  bool time(std::int32_t hours_max, std::int32_t& value_s) {
    const bool negative = take('-');
    if (!negative) take('+');
    std::int32_t h = 0, m = 0, s = 0;
    if (!number(0, hours_max, h)) return false;
    if (take(':')) {
      if (!number(0, 59, m)) return false;
      if (take(':') && !number(0, 59, s)) return false;
    }
    value_s = h * 3600 + m * 60 + s;
    if (negative) value_s = -value_s;
    return true;
  }
  /// ,date[/time]
  bool change(YearlyChange& change) {
    if (!take(',')) return false;
    if (take('M')) {
      change.kind = YearlyChange::Kind::month_week_day;
      if (!number(1, 12, change.month) || !take('.') || !number(1, 5, change.week) || !take('.') ||
          !number(0, 6, change.day)) {
        return false;
      }
    } else if (take('J')) {
      change.kind = YearlyChange::Kind::julian;
      if (!number(1, 365, change.day)) return false;
    } else {
      change.kind = YearlyChange::Kind::day_of_year;
      if (!number(0, 365, change.day)) return false;
    }
    change.time_s = 7200;
    return !take('/') || time(167, change.time_s);
  }

  std::string_view rest_;
};

}  // namespace

Result<ZoneRule> parse_posix_rule(std::string_view text) {
  ZoneRule rule;
  if (!Parser(text).parse(rule)) {
    return fail(ErrorCode::bad_zone_table, "the footer is not a rule: " + std::string(text.substr(0, 80)));
  }
  return rule;
}

}  // namespace suki::zones
