#include "cli/erlang.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <memory>

#include "base/time.h"
#include "simulator/erlang.h"

namespace suki::cli {
namespace {

using simulator::QueueModel;

Error wrong(const char* option, const std::string& what) {
  return fail(ErrorCode::bad_input, fmt::format("--{}: {}", option, what));
}

Result<double> read_number(const char* option, const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) || value < 0)
    return wrong(option, fmt::format("\"{}\" is not a number like 100 or 12.5", text));
  return value;
}

Result<double> read_seconds(const char* option, const std::string& text) {
  const auto span = parse_duration(text);
  if (!span.ok()) return wrong(option, span.error().detail);
  return static_cast<double>(span->us) / 1e6;
}

/// "80%" or "0.8".
Result<double> read_share(const char* option, std::string text) {
  const bool percent = text.ends_with('%');
  if (percent) text.pop_back();
  const auto number = read_number(option, text);
  if (!number.ok() || *number > (percent ? 100 : 1))
    return wrong(option, fmt::format("\"{}\" is not a share like 80% or 0.8", percent ? text + '%' : text));
  return percent ? *number / 100 : *number;
}

Result<QueueModel> model_of(const GivenToErlang& given) {
  if (given.model == "b") return QueueModel::erlang_b;
  if (given.model == "c") return QueueModel::erlang_c;
  if (given.model == "a") return QueueModel::erlang_a;
  if (!given.model.empty()) return wrong("model", "must be b, c or a");
  if (!given.patience.empty()) return QueueModel::erlang_a;
  return given.blocking.empty() ? QueueModel::erlang_c : QueueModel::erlang_b;
}

/// Options that would have no say are refused: an answer that ignores what was asked is a wrong answer.
Result<void> check_together(const GivenToErlang& given, QueueModel model) {
  if (model != QueueModel::erlang_a && !given.patience.empty()) return wrong("patience", "only model a knows patience");
  if (model != QueueModel::erlang_b && !given.blocking.empty())
    return wrong("blocking", "only model b turns anybody away; use --level");
  if (model == QueueModel::erlang_b && !given.level.empty())
    return wrong("level", "model b has no waiting; use --blocking");
  if (given.agents.empty()) return {};
  for (const auto& [option, text] :
       {std::pair{"level", &given.level}, {"blocking", &given.blocking}, {"occupancy", &given.occupancy}})
    if (!text->empty()) return wrong(option, "says how many agents are needed; leave it out, or leave out --agents");
  return {};
}

Result<simulator::Demand> read_demand(const GivenToErlang& given) {
  SUKI_TRY(const double contacts, read_number("contacts", given.contacts));
  SUKI_TRY(const double per, read_seconds("per", given.per));
  SUKI_TRY(const double handling, read_seconds("handling", given.handling));
  if (per <= 0) return wrong("per", "must be longer than nothing");
  simulator::Demand demand{.arrivals = contacts / per, .handling = handling};
  if (!given.patience.empty() && given.patience != "endless") {
    SUKI_TRY(demand.patience, read_seconds("patience", given.patience));
  }
  return demand;
}

/// The level asked for where nothing was said: four of five, as the trade does (chosen).
constexpr double level_default = 0.8, blocking_default = 0.02;

Result<simulator::Wanted> read_wanted(const GivenToErlang& given, QueueModel model) {
  simulator::Wanted wanted;
  if (model == QueueModel::erlang_b) {
    wanted.blocking = blocking_default;
    if (!given.blocking.empty()) {
      SUKI_TRY(wanted.blocking, read_share("blocking", given.blocking));
    }
  } else {
    wanted.service_level = level_default;
    if (!given.level.empty()) {
      SUKI_TRY(wanted.service_level, read_share("level", given.level));
    }
  }
  if (!given.occupancy.empty()) {
    SUKI_TRY(wanted.occupancy, read_share("occupancy", given.occupancy));
  }
  return wanted;
}

Result<simulator::Service> compute(const GivenToErlang& given, QueueModel model) {
  SUKI_TRY(const simulator::Demand demand, read_demand(given));
  SUKI_TRY(const double within, read_seconds("within", given.within));
  const auto named = [](Result<simulator::Service> service) {
    // "contacts: ..." of the formula is "--contacts: ..." here.
    if (!service.ok() && service.error().code == ErrorCode::bad_input)
      return Result<simulator::Service>(fail(ErrorCode::bad_input, "--" + service.error().detail));
    return service;
  };
  if (given.agents.empty()) {
    SUKI_TRY(const simulator::Wanted wanted, read_wanted(given, model));
    return named(simulator::staff(model, demand, within, wanted));
  }
  SUKI_TRY(const double agents, read_number("agents", given.agents));
  if (agents != std::floor(agents) || agents > static_cast<double>(simulator::agents_max))
    return wrong("agents", "must be a whole number up to 1,000,000");
  return named(simulator::serve(model, demand, static_cast<std::int64_t>(agents), within));
}

/// As many digits as tell it from every other double; null for what is endless.
std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

}  // namespace

Result<std::string> answer_erlang(const GivenToErlang& given) {
  SUKI_TRY(const QueueModel model, model_of(given));
  SUKI_CHECK(check_together(given, model));
  double shrinkage = 0;
  if (!given.shrinkage.empty()) {
    SUKI_TRY(shrinkage, read_share("shrinkage", given.shrinkage));
    if (shrinkage >= 1) return wrong("shrinkage", "must be below 100%: somebody has to be at work");
  }
  SUKI_TRY(const simulator::Service s, compute(given, model));
  return fmt::format(
      R"({{"model":"{}","agents":{},"agents_with_shrinkage":{},"stable":{},"service_level":{},"wait_probability":{},)"
      R"("wait_mean_s":{},"occupancy":{},"abandoned":{},"blocking":{}}})",
      "bca"[static_cast<std::size_t>(model)], s.agents, simulator::with_shrinkage(s.agents, shrinkage), s.stable,
      number(s.service_level), number(s.wait_probability), number(s.wait_mean), number(s.occupancy),
      number(s.abandoned), number(s.blocking));
}

void add_erlang_command(CLI::App& app, int& exit_code) {
  const auto given = std::make_shared<GivenToErlang>();
  CLI::App* command = app.add_subcommand("erlang", "How many agents, by the formulas Erlang B, C and A");
  command->add_option("--contacts", given->contacts, "How many come")->type_name("N")->required();
  command->add_option("--per", given->per, "in this time")->type_name("DURATION")->required();
  command->add_option("--handling", given->handling, "Mean time of one contact")->type_name("DURATION")->required();
  command->add_option("--within", given->within, "Wait that the service level is about")
      ->type_name("DURATION")
      ->capture_default_str();
  command
      ->add_option("--model", given->model,
                   "b: who cannot be served at once is lost; c: everybody waits; a: everybody waits as long as their "
                   "patience lasts (default: a with --patience, b with --blocking, else c)")
      ->type_name("b|c|a");
  command->add_option("--patience", given->patience, "Mean time that somebody waits before giving up; or \"endless\"")
      ->type_name("DURATION");
  command->add_option("--agents", given->agents, "What so many agents do; without it, how many are needed")
      ->type_name("N");
  command->add_option("--level", given->level, "Share to be served within that wait (default 80%)")->type_name("SHARE");
  command->add_option("--blocking", given->blocking, "Share that may be lost, in model b (default 2%)")
      ->type_name("SHARE");
  command->add_option("--occupancy", given->occupancy, "Share of an agent's time that may be taken at most")
      ->type_name("SHARE");
  command->add_option("--shrinkage", given->shrinkage, "Share of paid time for leave, breaks, training")
      ->type_name("SHARE");
  command->footer(
      "Prints one JSON object. Shares are of all who came; wait_mean_s is over everybody, in seconds, null when it has "
      "no end. Durations are 3min, 19.8s or PT3M; shares 80% or 0.8.");
  command->callback([given, &exit_code] {
    const Result<std::string> answer = answer_erlang(*given);
    exit_code = answer.ok() ? 0 : 1;
    if (answer.ok()) {
      fmt::print("{}\n", *answer);
    } else {
      fmt::print(stderr, "suki erlang: {}\n", answer.error().detail);
    }
  });
}

}  // namespace suki::cli
