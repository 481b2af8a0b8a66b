/// `suki hours`: questions about working time from the command line.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "calendar/calendar.h"

namespace CLI {
class App;
}

namespace suki::cli {

/// The calendar `calendar_id` of the plan in the folder `plan_dir`. Errors say what is wrong for a person.
using CalendarLookup =
    std::function<Result<calendar::Calendar>(const std::string& plan_dir, const std::string& calendar_id)>;

/// Adds `hours` under `app`. `exit_code` is set when it has run: 0 answered, 1 no answer or a wrong question (with
/// --jsonl always 0 but when standard input or output fails), 2 the plan or the calendar cannot be had.
void add_hours_command(CLI::App& app, int& exit_code, CalendarLookup lookup);

/// Answers every line of file descriptor `in` on `out`; each answer is written before more input is waited for.
/// False when reading or writing failed.
bool answer_lines(int in, int out, const std::function<std::string(const std::string&)>& answer,
                  const std::function<std::string()>& answer_too_long, std::size_t line_bytes_max);

}  // namespace suki::cli
