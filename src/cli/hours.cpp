#include "cli/hours.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "questions/questions.h"
#include "zones/zones.h"

namespace suki::cli {
namespace {

using calendar::Calendar;

enum Exit : int { answered = 0, no_answer = 1, no_calendar = 2 };

struct Options {
  std::string plan_dir, calendar_id, first, second;
  bool jsonl = false;
};

Instant now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

/// An instant, and what the clock on the wall shows then: "2026-11-23T12:00:00Z  Mon 2026-11-23 13:00 Europe/Berlin".
class Writer {
 public:
  explicit Writer(const Calendar& calendar) {
    if (auto zone = zones::load_zone(calendar.zone_name()); zone.ok()) zone_ = std::move(*zone);
  }
  [[nodiscard]] std::string text(Instant at) const {
    std::string utc = format_instant(at);
    if (!zone_ || at == never) return utc;
    static constexpr std::array days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    const auto local = calendar::to_local(*zone_, at);
    return fmt::format("{}  {} {} {:02}:{:02} {}", utc, days[static_cast<std::size_t>(weekday_of(local.date))],
                       format_date(local.date), local.time.seconds / 3600, local.time.seconds / 60 % 60, zone_->name);
  }

 private:
  std::optional<calendar::ZoneTable> zone_;
};

int complain(const Error& error, Exit code = no_answer) {
  fmt::print(stderr, "suki hours: {}\n", error.detail);
  return code;
}

Result<Instant> read_at(const std::string& text) {
  return text.empty() ? Result<Instant>(now()) : parse_instant(text);
}

int print_instant(const Calendar& calendar, const Result<Instant>& at) {
  if (!at.ok()) return complain(at.error());
  fmt::print("{}\n", Writer(calendar).text(*at));
  return answered;
}

int run_open(const Calendar& calendar, const Options& options) {
  const auto at = read_at(options.first);
  if (!at.ok()) return complain(at.error());
  const bool open = calendar.is_open(*at);
  const auto next = open ? calendar.next_close(*at) : calendar.next_open(*at);
  const std::string until = next.ok() ? Writer(calendar).text(*next) : next.error().detail;
  fmt::print("{}; {}{}\n", open ? "open" : "closed", next.ok() ? (open ? "closes " : "opens ") : "", until);
  return answered;
}

int run_next(const Calendar& calendar, const Options& options) {
  const auto at = read_at(options.first);
  if (!at.ok()) return complain(at.error());
  return print_instant(calendar, calendar.next_open(*at));
}

int run_add(const Calendar& calendar, const Options& options) {
  const auto from = parse_instant(options.first);
  if (!from.ok()) return complain(from.error());
  const auto budget = parse_duration(options.second);
  if (!budget.ok()) return complain(budget.error());
  return print_instant(calendar, calendar.add(*from, *budget));
}

int run_between(const Calendar& calendar, const Options& options) {
  const auto from = parse_instant(options.first);
  if (!from.ok()) return complain(from.error());
  const auto to = parse_instant(options.second);
  if (!to.ok()) return complain(to.error());
  fmt::print("{}\n", format_iso_duration(calendar.between(*from, *to)));
  return answered;
}

std::string words_of(const calendar::LedgerLine& line) {
  using calendar::Why;
  switch (line.why) {
    case Why::weekly_hours:
      return "weekly hours of " + format_date(line.date);
    case Why::exception_hours:
      return "hours of the exception on " + format_date(line.date);
    case Why::holiday_hours:
      return fmt::format("hours of the holiday on {} {}", format_date(line.date), line.name);
    case Why::always_open:
      return "always open";
    case Why::outside_hours:
      return "outside hours";
    case Why::exception_closed:
      return "outside the exception's hours on " + format_date(line.date);
    case Why::holiday_closed:
      return fmt::format("holiday on {} {}", format_date(line.date), line.name);
  }
  return "";
}

int run_explain(const Calendar& calendar, const Options& options) {
  const auto from = parse_instant(options.first);
  if (!from.ok()) return complain(from.error());
  const auto to = parse_instant(options.second);
  if (!to.ok()) return complain(to.error());
  const Writer writer(calendar);
  constexpr std::size_t lines_max = 10'000;
  const auto ledger = calendar.explain(*from, *to, lines_max);
  Span total;
  for (const auto& line : ledger) {
    const Span length = line.to - line.from;
    if (calendar::counts(line.why)) total += length;
    fmt::print("{}  {} {:<12} {}\n", writer.text(line.from), calendar::counts(line.why) ? '+' : ' ',
               format_iso_duration(length), words_of(line));
  }
  fmt::print("{}  = {}\n", writer.text(ledger.empty() ? *from : ledger.back().to), format_iso_duration(total));
  if (ledger.size() == lines_max) return complain(fail(ErrorCode::too_large, "cut after 10000 lines"));
  return answered;
}

int run_jsonl(const Options& options, const CalendarLookup& lookup) {
  questions::Lookup by_id;
  if (!options.plan_dir.empty()) {
    by_id = [&](const std::string& id) { return lookup(options.plan_dir, id); };
  }
  questions::Answerer answerer(by_id);
  const bool done = answer_lines(
      STDIN_FILENO, STDOUT_FILENO, [&](const std::string& line) { return answerer.answer(line); },
      [] { return questions::Answerer::answer_too_long(); }, questions::line_bytes_max);
  return done ? answered : complain(fail(ErrorCode::io, "standard input or output failed"));
}

struct Command {
  const char* name;
  const char* help;
  const char* first;   // name of the first argument; optional where it is an instant that may be now
  const char* second;  // null when there is none
  int (*run)(const Calendar&, const Options&);
};
constexpr std::array commands{
    Command{"open", "Is it open at an instant (default: now), and until when", "AT", nullptr, run_open},
    Command{"next", "The next opening; the instant itself when open", "AT", nullptr, run_next},
    Command{"add", "The instant at which working time has been used up", "FROM", "DURATION", run_add},
    Command{"between", "Working time between two instants", "FROM", "TO", run_between},
    Command{"explain", "Every stretch between two instants: which counts, and why", "FROM", "TO", run_explain},
};

}  // namespace

void add_hours_command(CLI::App& app, int& exit_code, CalendarLookup lookup) {
  auto options = std::make_shared<Options>();
  auto shared_lookup = std::make_shared<CalendarLookup>(std::move(lookup));
  CLI::App* hours = app.add_subcommand("hours", "Ask a calendar: open, next, add, between, explain");
  hours->add_option("--plan", options->plan_dir, "Folder of the plan that the calendar is in")->type_name("DIR");
  hours->add_flag("--jsonl", options->jsonl, "Answer questions from standard input, one JSON object a line");
  hours->require_subcommand(0, 1);
  hours->fallthrough();
  hours->footer("Instants are RFC 3339 (2026-11-23T08:00:00Z), durations 4h, 90min or PT4H.");
  for (const Command& command : commands) {
    CLI::App* sub = hours->add_subcommand(command.name, command.help);
    sub->fallthrough();
    sub->add_option("CALENDAR", options->calendar_id, "Id of a calendar of the plan")->required();
    auto* first = sub->add_option(command.first, options->first, "Instant");
    if (command.second != nullptr) {
      first->required();
      sub->add_option(command.second, options->second, std::string(command.second) == "TO" ? "Instant" : "Duration")
          ->required();
    }
    sub->callback([options, shared_lookup, run = command.run, &exit_code] {
      if (options->plan_dir.empty()) {
        exit_code = complain(fail(ErrorCode::bad_input, "--plan is missing"), no_calendar);
        return;
      }
      const auto calendar = (*shared_lookup)(options->plan_dir, options->calendar_id);
      exit_code = calendar.ok() ? run(*calendar, *options) : complain(calendar.error(), no_calendar);
    });
  }
  hours->callback([hours, options, shared_lookup, &exit_code] {
    if (!hours->get_subcommands().empty()) return;
    if (options->jsonl) {
      exit_code = run_jsonl(*options, *shared_lookup);
    } else {
      fmt::print("{}", hours->help());
      exit_code = no_answer;
    }
  });
}

}  // namespace suki::cli
