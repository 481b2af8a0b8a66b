/// Questions about working time as JSON, one object a line: what `suki hours --jsonl` answers.
///
///   {"id":"q1","calendar":{"zone":"Europe/Berlin","hours":{"mon":["09:00-12:00","13:00-17:00"]},
///    "holidays":["2026-12-25"],"exceptions":{"2026-12-31":[]}},"ask":"add","from":"2026-11-23T08:00:00Z","duration":"PT4H"}
///   {"id":"q1","answer":"2026-11-23T13:00:00Z"}
///
/// `calendar` may be the id of one in a plan folder. A holiday is a date, {"date","hours","name"} or
/// {"set":"PH","except":[dates]}. Asks: open, next_open, next_close (at); add, subtract (from, duration); between
/// (from, to); intervals (from, count); explain (from, to). An instant that never comes is null with a `reason`. A line
/// that cannot be read gives {"id","error"}.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "calendar/calendar.h"

namespace suki::questions {

inline constexpr std::size_t line_bytes_max = 1 << 20;         ///< chosen
inline constexpr std::size_t depth_max = 16;                   ///< of JSON in JSON; a calendar needs five
inline constexpr std::int64_t intervals_max = 10'000;          ///< of one answer; chosen
inline constexpr std::size_t calendars_kept_max = 4'096;       ///< compiled; then all are dropped; chosen
inline constexpr std::size_t calendar_bytes_max = 256u << 20;  ///< likewise

/// The calendar of a plan folder by its id.
using Lookup = std::function<Result<calendar::Calendar>(const std::string& calendar_id)>;

/// Answers lines. Keeps the calendars it has compiled, so that asking one again costs about a microsecond. One thread.
class Answerer {
 public:
  /// `lookup` may be empty: then a calendar must be written out in each question.
  explicit Answerer(Lookup lookup) : lookup_(std::move(lookup)) {}

  /// One line without its end, as an answer without one. Never fails: what is wrong is said in the answer.
  [[nodiscard]] std::string answer(std::string_view line);
  /// The answer to a line longer than line_bytes_max, which the caller need not keep.
  [[nodiscard]] static std::string answer_too_long();

 private:
  struct Question;

  Result<calendar::Calendar> get_calendar(const Question& question, int year);
  void make_room();

  Lookup lookup_;
  std::unordered_map<std::string, calendar::Calendar> compiled_;  // by the JSON text of the calendar
  std::map<std::string, calendar::ZoneTable, std::less<>> zones_;
};

}  // namespace suki::questions
