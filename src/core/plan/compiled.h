/// A plan version ready to be run: symbols instead of text, compiled calendars, rules in the order written.
/// Immutable after compile(); shared by all threads. What people read (names, texts, places) is in plan::Plan
/// (model.h).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "calendar/calendar.h"
#include "plan/facts.h"
#include "plan/symbols.h"

namespace suki::plan {

// ---- conditions --------------------------------------------------------------------------------------------------

/// One key of a `when:`: the fact must be among `values` (any of them), or with `negated` known and not among them.
struct Clause {
  FactKey key;
  bool negated = false;
  std::vector<Symbol> values;
};
/// All clauses must hold; no clause: always. An unknown fact fails its clause, negated or not.
struct Condition {
  std::vector<Clause> clauses;
};
[[nodiscard]] bool matches(const Condition& condition, const Facts& facts);  ///< O(values), no allocation

// ---- the service chapter -----------------------------------------------------------------------------------------

enum class ChannelKind : std::uint8_t { form, email, phone, walk_in };
enum class Target : std::uint8_t { first_reply, next_reply, update, resolution };
inline constexpr std::size_t target_count = 4;

/// An index into CompiledPlan::calendars; 0 is always the calendar "always".
using CalendarIndex = std::uint16_t;

struct Channel {
  Symbol id;
  ChannelKind kind;
  CalendarIndex hours = 0;
  std::vector<Symbol> offered_when_closed;  ///< channels, best first
  std::uint16_t capacity = 0;               ///< conversations of this channel one agent carries at once; 0: no limit
};

struct Team {
  Symbol id;
  std::vector<Symbol> skills;  ///< what its members must hold
  CalendarIndex hours = 0;     ///< when it works (required cover spans it)
  std::uint16_t cover = 0;     ///< agents required to be present during hours
};

struct Topic {
  Symbol id;
  Symbol team;                 ///< default team; none: the plan's
  std::vector<Symbol> skills;  ///< what an agent needs for it
};

struct Priority {
  Symbol id;
  std::uint8_t rank;  ///< 0 is the most urgent
};

enum class StartAt : std::uint8_t { contact, next_opening };
enum class Step : std::uint8_t { notify_assignee, notify_team, assign_team, raise_priority };

/// Runs once when the clock reaches due + offset (offset negative: before), in working time of the target's calendar.
struct EscalationStep {
  Symbol id;  ///< unique within the plan
  Span offset;
  Step step;
  Symbol team;  ///< for notify_team (none: the conversation's team) and assign_team
};

struct TargetPromise {
  Span budget;                     ///< working time, > 0
  Span warn_before;                ///< at risk from due - this, in working time; 0: no warning
  bool paused_in_pending = false;  ///< defaults by compile(): true for update and resolution
  bool paused_in_on_hold = false;
  StartAt start = StartAt::contact;
  std::vector<EscalationStep> escalations;  ///< ordered by offset
};

struct SlaPolicy {
  Symbol id;
  CalendarIndex calendar = 0;
  std::array<std::optional<TargetPromise>, target_count> targets;
  Span continue_within;  ///< reopening within this continues the old resolution cycle; 0: new cycle
};

struct SlaRule {
  Symbol id;
  Condition when;
  std::uint16_t policy;
};  ///< policy: index into policies
enum class Routing : std::uint8_t { least_load, longest_idle, round_robin };
struct AssignmentRule {
  Symbol id;
  Condition when;
  Symbol team;
  Routing routing;
  bool automatic;
};  ///< automatic: to an agent too
enum class ReplyOn : std::uint8_t {
  received,
  received_closed,
  resolved,
  reopened,
  by_hand,  ///< never sent by itself: a template that agents take
};
struct AutoReply {
  Symbol id;
  Condition when;
  ReplyOn on;
};

/// For how many days after the last message something is kept; 0: for ever.
struct Retention {
  std::uint16_t conversation_days = 0;  ///< what was said, once it is solved
  std::uint16_t customer_days = 0;      ///< a customer with nothing unsolved
  friend bool operator==(const Retention&, const Retention&) = default;
};

struct CompiledPlan {
  std::vector<calendar::Calendar> calendars;  ///< [0] is always open
  std::vector<Symbol> calendar_ids;           ///< same index; [0] is Symbol{}
  std::vector<Channel> channels;
  std::vector<Team> teams;
  std::vector<Topic> topics;
  std::vector<Priority> priorities;  ///< most urgent first
  std::vector<Symbol> segments, languages, skills, hold_reasons;
  Symbol default_topic, default_priority, default_team, default_language;

  std::vector<SlaPolicy> policies;
  std::vector<SlaRule> sla_rules;  ///< the last has no condition (the named default), unless there are none
  std::vector<AssignmentRule> assignment_rules;
  Retention retention;
  std::vector<AutoReply> auto_replies;  ///< for each ReplyOn the first match is sent, at most one

  [[nodiscard]] const Channel* find_channel(Symbol id) const;
  [[nodiscard]] const Team* find_team(Symbol id) const;
  [[nodiscard]] const Topic* find_topic(Symbol id) const;
  [[nodiscard]] const Priority* find_priority(Symbol id) const;
  [[nodiscard]] const SlaPolicy* find_policy(Symbol id) const;
  /// First matching rule; null only when there are no rules. O(rules), no allocation.
  [[nodiscard]] const SlaRule* choose_sla(const Facts& facts) const;
  [[nodiscard]] const AssignmentRule* choose_assignment(const Facts& facts) const;
  [[nodiscard]] const AutoReply* choose_reply(ReplyOn on, const Facts& facts) const;
};

}  // namespace suki::plan
