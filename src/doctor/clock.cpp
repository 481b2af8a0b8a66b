#include <fmt/format.h>

#include "doctor/checks.h"

namespace suki::doctor {
namespace {

// Chosen: a server that was put right by NTP a moment ago is no fault; a minute is.
constexpr std::int64_t behind_us_max = seconds(5).us;
constexpr std::int64_t file_ahead_us_max = seconds(60).us;
/// Before this program could have been: 2025-01-01.
constexpr Instant earliest{1'735'689'600'000'000};
/// 2100-01-01: a clock with a flat battery counts from anywhere.
constexpr Instant latest{4'102'444'800'000'000};
constexpr std::int64_t silent_us_max = seconds(2LL * 365 * 86'400).us;  ///< without an input; chosen

constexpr const char* why_clock = "promises are counted, and mails and sessions dated, by this clock";
constexpr const char* cure_clock = "set it, and keep it set: timedatectl set-ntp true (or chrony, ntpd)";

std::string length_of(std::int64_t us) {
  const std::int64_t s = us / 1'000'000;
  if (s < 120) return fmt::format("{} s", s);
  if (s < 7'200) return fmt::format("{} minutes", s / 60);
  if (s < 172'800) return fmt::format("{} hours", s / 3'600);
  return fmt::format("{} days", s / 86'400);
}

}  // namespace

Findings check_clock(const ClockFacts& facts) {
  const auto bad = [&](Level level, const char* code, std::string what) {
    return Finding{"clock", level, code, std::move(what), why_clock, cure_clock};
  };
  const std::string now = format_instant(Instant{facts.now.us / 1'000'000 * 1'000'000});
  if (facts.now < earliest || facts.now >= latest)
    return {bad(Level::error, "clock-unset", fmt::format("this machine says it is {}", now))};
  Findings all;
  if (facts.last_input.us - facts.now.us > behind_us_max)
    all.push_back(
        bad(Level::error, "clock-behind",
            fmt::format("it says {}, but the newest entry of the store was made at {}, {} later: it was set "
                        "back, or was ahead then",
                        now, format_instant(facts.last_input), length_of(facts.last_input.us - facts.now.us))));
  if (facts.newest_file.us - facts.now.us > file_ahead_us_max)
    all.push_back(bad(Level::warning, "clock-behind-files",
                      fmt::format("it says {}, but a file in the data folder was written {} later", now,
                                  length_of(facts.newest_file.us - facts.now.us))));
  if (facts.last_input.us > 0 && facts.now.us - facts.last_input.us > silent_us_max)
    all.push_back(bad(Level::warning, "clock-ahead",
                      fmt::format("it says {}, {} after the newest entry of the store: is it ahead, or was suki not "
                                  "used for so long?",
                                  now, length_of(facts.now.us - facts.last_input.us))));
  if (all.empty()) all.push_back(fine("clock", fmt::format("it says {}", now)));
  return all;
}

}  // namespace suki::doctor
