#include "cli/plan_try.h"

#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/today.h"
#include "planfile/planfile.h"
#include "planfile/sources.h"
#include "rehearsal/rehearsal.h"

namespace suki::cli {

namespace {

enum class Got : std::uint8_t { line, too_long, end };

/// The next line of `in` without its end; the rest of one that is too long is dropped.
Got read_line(std::FILE* in, std::string& line) {
  line.clear();
  bool too_long = false;
  for (int c = std::getc(in); c != EOF; c = std::getc(in)) {
    if (c == '\n') return too_long ? Got::too_long : Got::line;
    if (line.size() == rehearsal::line_bytes_max)
      too_long = true;
    else
      line += static_cast<char>(c);
  }
  if (too_long) return Got::too_long;
  return line.empty() ? Got::end : Got::line;
}

/// Each answer is written before more input is waited for, so that a program can talk to this one.
bool answer_all(rehearsal::Rehearsal& rehearsal, std::FILE* in, std::FILE* out) {
  std::string line;
  for (;;) {
    const Got got = read_line(in, line);
    if (got == Got::end) return std::ferror(in) == 0;
    if (got == Got::line && trim(line).empty()) {
      rehearsal.skip_line();
      continue;
    }
    const std::string answer = (got == Got::line ? rehearsal.answer(line) : rehearsal.answer_too_long()) + '\n';
    if (std::fwrite(answer.data(), 1, answer.size(), out) != answer.size() || std::fflush(out) != 0) return false;
  }
}

int run(const std::string& folder) {
  plan::Symbols symbols;
  const planfile::Loaded loaded = planfile::load_folder(folder, planfile::system_sources(today()), symbols);
  if (!loaded.checked.compiled) {
    for (const Diagnostic& diagnostic : loaded.checked.diagnostics.list()) {
      if (diagnostic.severity == Severity::error) std::fprintf(stderr, "%s\n", to_line(diagnostic).c_str());
    }
    return 2;
  }
  rehearsal::Rehearsal rehearsal(*loaded.checked.compiled, symbols);
  return answer_all(rehearsal, stdin, stdout) && !rehearsal.failed() ? 0 : 1;
}

}  // namespace

void add_plan_try_command(CLI::App& plan, int& exit_code) {
  CLI::App* command = plan.add_subcommand("try", "Tell what the plan would do with an imagined conversation");
  command->footer(
      "Reads events from standard input, one JSON object a line, and answers each with one line:\n"
      "  {\"at\":\"2026-11-23T09:00:00+08:00\",\"event\":\"customer_message\",\"channel\":\"email\"}\n"
      "Events: customer_message, agent_reply, automatic_reply, note, state, topic, priority, assign.\n"
      "Exit: 0 fine, 1 a line could not be understood, 2 the plan cannot be used.");
  const auto folder = std::make_shared<std::string>();
  command->add_option("DIR", *folder, "Folder with plan.yaml")->required();
  command->callback([folder, &exit_code] { exit_code = run(*folder); });
}

}  // namespace suki::cli
