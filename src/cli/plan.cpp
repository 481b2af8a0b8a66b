#include "cli/plan.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/describe.hpp>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "cli/today.h"
#include "json/write.h"
#include "plan/schema.h"
#include "planfile/format.h"
#include "planfile/planfile.h"
#include "planfile/sources.h"

namespace suki::cli {
namespace {

/// One diagnostic in `--format json`. line 0: the file as a whole.
struct ShownDiagnostic {
  std::string file;
  std::uint32_t line = 0, column = 0;
  std::string severity, code, message, help;
};
BOOST_DESCRIBE_STRUCT(ShownDiagnostic, (), (file, line, column, severity, code, message, help))

struct ShownCheck {
  bool ok = false;
  std::vector<ShownDiagnostic> diagnostics;
};
BOOST_DESCRIBE_STRUCT(ShownCheck, (), (ok, diagnostics))

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string count_of(int count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

void print_text(const std::string& folder, const Diagnostics& diagnostics) {
  int errors = 0, warnings = 0;
  for (const auto severity : {Severity::error, Severity::warning, Severity::advice}) {
    for (const auto& diagnostic : diagnostics.list()) {
      if (diagnostic.severity != severity) continue;
      errors += severity == Severity::error ? 1 : 0;
      warnings += severity == Severity::warning ? 1 : 0;
      print(to_line(diagnostic) + "\n");
    }
  }
  print(fmt::format("{}: {}, {}\n", folder, errors == 0 ? "ok" : count_of(errors, "error"),
                    count_of(warnings, "warning")));
}

void print_json(const Diagnostics& diagnostics) {
  ShownCheck shown{!diagnostics.has_errors(), {}};
  for (const auto& d : diagnostics.list()) {
    shown.diagnostics.push_back(
        {d.place.file, d.place.line, d.place.column, name_of(d.severity), d.code, d.message, d.help});
  }
  std::string text;
  json::append(text, shown);
  print(text + "\n");
}

int run_check(const std::string& folder, const std::string& format) {
  plan::Symbols symbols;
  const auto loaded = planfile::load_folder(folder, planfile::system_sources(today()), symbols);
  if (format == "json") {
    print_json(loaded.checked.diagnostics);
  } else {
    print_text(folder, loaded.checked.diagnostics);
  }
  if (loaded.cannot_read) return 2;
  return loaded.checked.diagnostics.has_errors() ? 1 : 0;
}

int run_fmt(const std::string& folder, bool check_only) {
  plan::Symbols symbols;
  const auto loaded = planfile::load_folder(folder, planfile::system_sources(today()), symbols);
  if (loaded.cannot_read || loaded.checked.diagnostics.has_errors()) {
    for (const auto& diagnostic : loaded.checked.diagnostics.list()) {
      if (diagnostic.severity == Severity::error) fmt::print(stderr, "{}\n", to_line(diagnostic));
    }
    fmt::print(stderr, "{}: not formatted, because it has errors\n", folder);
    return loaded.cannot_read ? 2 : 1;
  }
  const std::string& before = loaded.files.front().bytes;
  const auto after = planfile::format_yaml(before);
  if (!after) {
    fmt::print(stderr, "{}: not formatted: {}\n", folder, after.error().detail);
    return 2;
  }
  if (*after == before) return 0;
  const auto path = std::filesystem::path(folder) / planfile::plan_file_name;
  if (check_only) {
    print(fmt::format("{} is not formatted; run: suki plan fmt {}\n", path.string(), folder));
    return 1;
  }
  if (const auto written = planfile::replace_file(path, *after); !written) {
    fmt::print(stderr, "{}\n", written.error().detail);
    return 2;
  }
  print(fmt::format("{} formatted\n", path.string()));
  return 0;
}

}  // namespace

void add_plan_commands(CLI::App& plan, int& exit_code) {
  struct Options {
    std::string folder, format = "text";
    bool check_only = false;
  };
  // The options live as long as the commands that hold them.
  auto options = std::make_shared<Options>();

  auto* check = plan.add_subcommand("check", "Report every error, warning and piece of advice about a plan folder");
  check->add_option("DIR", options->folder, "The folder that holds plan.yaml")->required();
  check->add_option("--format", options->format, "text (one line each) or json (one object)")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  check->footer("Exit code: 0 no errors, 1 errors, 2 the folder cannot be read.");
  check->callback([options, &exit_code] { exit_code = run_check(options->folder, options->format); });

  auto* format = plan.add_subcommand("fmt", "Format plan.yaml: comments stay, the meaning stays");
  format->add_option("DIR", options->folder, "The folder that holds plan.yaml")->required();
  format->add_flag("--check", options->check_only, "Change nothing; exit 1 when it is not formatted");
  format->footer(
      "Exit code: 0 formatted, 1 the plan has errors (or, with --check, is not formatted), 2 cannot be read or "
      "written.");
  format->callback([options, &exit_code] { exit_code = run_fmt(options->folder, options->check_only); });

  auto* schema = plan.add_subcommand("schema", "Print the JSON Schema of plan.yaml, for editors");
  schema->callback([&exit_code] {
    print(plan::to_json_schema());
    exit_code = 0;
  });
}

}  // namespace suki::cli
