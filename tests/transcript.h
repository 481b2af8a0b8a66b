/// Runs the steps of one transcript case and writes what comes of each. The language: tests/transcripts/README.md.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "desk/ledger.h"
#include "plan/model.h"
#include "plan/symbols.h"

namespace suki::transcript {

/// The plans of one file: [0] in force at first, [1] the one that `adopt 2` puts in force ...
struct Plans {
  struct Version {
    plan::Plan plan;
    std::shared_ptr<const plan::CompiledPlan> compiled;
    plan::Symbols names;  ///< what this version calls things
  };
  std::vector<Version> versions;
};

class Case {
 public:
  explicit Case(const Plans& plans);
  /// The lines that stand under the step, without indent: "events   ...", "effects  ...", "clocks   ...", "next ...",
  /// or "refused  ...". A step that cannot be read gives "unreadable ...".
  [[nodiscard]] std::vector<std::string> run(const std::string& step);

 private:
  bool read(const std::string& step, desk::Command& command, plan::Facts& facts);
  bool read_action(std::vector<std::string> words, desk::Command& command, plan::Facts& facts);
  void read_facts(const std::vector<std::string>& words, plan::Facts& facts);
  void pass_time();
  desk::Refusal give(const desk::Command& command, const plan::Facts& facts);
  [[nodiscard]] std::vector<std::string> show(const std::vector<desk::Effect>& effects, std::size_t first_event) const;
  [[nodiscard]] std::string event_text(const desk::Event& event) const;
  [[nodiscard]] std::string clock_event_text(const desk::Event& event) const;
  [[nodiscard]] std::string effect_text(const desk::Effect& effect) const;
  [[nodiscard]] std::string clocks_text() const;
  [[nodiscard]] Symbol symbol(const std::string& slug) const;
  [[nodiscard]] std::string slug(Symbol symbol) const;
  AgentId agent(const std::string& name);

  /// The version whose promises hold: of a new conversation the one in force.
  [[nodiscard]] const plan::CompiledPlan& pinned() const;

  const Plans& plans_;
  std::size_t in_force_ = 0;
  desk::Conversation conversation_;
  std::vector<desk::Event> history_;
  std::vector<desk::Effect> effects_;
  desk::Out out_;
  Instant now_;
  bool passes_ = false;
  std::size_t adopts_ = 0;  ///< number of the version that the step puts in force; 0: none
  std::vector<std::string> agents_;
};

/// "Mon 09:00", "Tue2 13:30:05" (the week after), "never". The first Monday is 2026-11-23.
[[nodiscard]] std::string show_time(Instant at);
[[nodiscard]] bool read_time(const std::string& text, Instant& at);

}  // namespace suki::transcript
