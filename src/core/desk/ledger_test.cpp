// Clocks kept step by step against clocks found from history alone, over random lives of a conversation.
#include "desk/ledger.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "desk/test_plan.h"

namespace suki::desk {
namespace {

using testing::at;
using testing::Desk;
using testing::Shop;

constexpr Target all_targets[] = {Target::first_reply, Target::next_reply, Target::update, Target::resolution};

std::string describe(const Clock& c) {
  return std::string(name_of(c.status)) + " cycle " + std::to_string(c.cycle) + " started " +
         format_instant(c.started_at) + " due " + format_instant(c.due_at) + " ended " + format_instant(c.ended_at) +
         " budget " + std::to_string(c.budget.us) + " used " +
         std::to_string(c.status == ClockStatus::running ? -1 : c.used.us) + " policy " +
         std::to_string(c.policy.value) + (c.owed ? " owed" : "") + (c.warned ? " warned" : "") + " steps " +
         std::to_string(c.steps_done);
}

std::string history_text(const Desk& desk) {
  std::string text;
  for (const Event& e : desk.events) {
    text += "  " + std::to_string(e.number) + " " + format_instant(e.occurred_at) + " " + name_of(e.kind) + " " +
            name_of(e.target) + "/" + std::to_string(e.cycle) + " " + name_of(e.state) + " symbol " +
            std::to_string(e.symbol.value) + " due " + format_instant(e.due) + " by " + name_of(e.actor.kind) + "\n";
  }
  return text;
}

void expect_history_agrees(Desk& desk, std::span<const PinnedPlan> pinned) {
  const Conversation& c = desk.conversation;
  const std::vector<LedgerClock> found = clocks_from_history(desk.events, pinned, std::max(desk.now, c.last_event_at));
  for (Target target : all_targets) {
    const Clock& kept = desk.clock(target);
    const LedgerClock* last = nullptr;
    for (const LedgerClock& clock : found) {
      if (clock.target == target) last = &clock;
    }
    RC_ASSERT((last != nullptr) == (kept.cycle > 0));
    if (!last) continue;
    if (describe(last->clock) != describe(kept)) {
      RC_FAIL(std::string(name_of(target)) + "\n kept:    " + describe(kept) + "\n history: " + describe(last->clock) +
              "\n" + history_text(desk));
    }
  }
}

/// Every stretch touches the next; what they count is what the clock has used.
void expect_explained(Desk& desk, std::span<const PinnedPlan> pinned) {
  const Instant now = std::max(desk.now, desk.conversation.last_event_at);
  for (const LedgerClock& found : clocks_from_history(desk.events, pinned, now)) {
    const auto stretches = explain_clock(desk.events, pinned, found.target, found.clock.cycle, now);
    Span counted;
    for (std::size_t i = 0; i < stretches.size(); ++i) {
      RC_ASSERT(stretches[i].from < stretches[i].to);
      if (i > 0) RC_ASSERT(stretches[i].from == stretches[i - 1].to);
      counted += stretches[i].counted;
    }
    const bool runs_on = found.clock.status == ClockStatus::running && found.clock.due_at > now;
    // A paused clock that moved to a smaller budget may have used more than that when it runs on.
    const bool right = runs_on ? counted >= found.clock.budget
                               : found.clock.status == ClockStatus::running || counted == found.clock.used;
    if (!right) {
      std::string text = std::string(name_of(found.target)) + " " + describe(found.clock) + "\n";
      for (const Stretch& s : stretches) {
        text += format_instant(s.from) + " " + format_instant(s.to) + " " + name_of(s.why) + " " +
                std::to_string(s.counted.us) + "\n";
      }
      RC_FAIL(text + history_text(desk));
    }
  }
}

/// Numbers without holes, instants never going back, and folding the events gives the kept state.
void expect_one_order(const Desk& desk) {
  Conversation folded;
  folded.id = desk.conversation.id;
  Instant last{std::numeric_limits<std::int64_t>::min()};
  for (const Event& event : desk.events) {
    RC_ASSERT(event.occurred_at >= last);
    RC_ASSERT(event.recorded_at >= event.occurred_at);
    last = event.occurred_at;
    apply(folded, event);
  }
  RC_ASSERT(folded == desk.conversation);
}

Symbol any(std::initializer_list<Symbol> symbols) {
  return *rc::gen::elementOf(std::vector<Symbol>(symbols));
}

std::array<Instant, plan::target_count> random_dues(Instant now) {
  std::array<Instant, plan::target_count> dues{never, never, never, never};
  for (Instant& due : dues) {
    if (*rc::gen::inRange(0, 3) == 0) due = now + minutes(30) * *rc::gen::inRange(1, 200);
  }
  return dues;
}

Command random_command(Shop& s, const Desk& desk) {
  Command c;
  c.actor = {ActorKind::agent, AgentId{7}};
  switch (*rc::gen::inRange(0, 16)) {
    case 0:
    case 1:
    case 2:
      c.kind = CommandKind::customer_message;
      c.actor = {ActorKind::customer, {}};
      break;
    case 3:
    case 4:
      c.kind = CommandKind::agent_reply;
      break;
    case 5:
      c.kind = *rc::gen::element(CommandKind::automatic_reply, CommandKind::note);
      break;
    case 6:
    case 7:
    case 8:
      c.kind = CommandKind::set_state;
      c.state = *rc::gen::weightedElement<State>(
          {{6, State::pending}, {6, State::on_hold}, {4, State::open}, {5, State::resolved}, {1, State::closed}});
      c.symbol = c.state == State::on_hold ? s("parts") : Symbol{};
      break;
    case 9:
      c.kind = CommandKind::set_topic;
      c.symbol = any({s("question"), s("repair"), s("refund")});
      break;
    case 10:
      c.kind = CommandKind::set_priority;
      c.symbol = any({s("urgent"), s("high"), s("normal")});
      break;
    case 11:
      c.kind = CommandKind::set_segment;
      c.symbol = any({s("vip"), Symbol{}});
      break;
    case 12:
      c.kind = CommandKind::take_merged;
      c.other = ConversationId{*rc::gen::inRange(2, 4)};
      c.dues = random_dues(std::max(desk.now, desk.conversation.last_event_at));
      break;
    case 13:
      c.kind = CommandKind::release_merged;
      c.other = ConversationId{*rc::gen::inRange(2, 4)};
      break;
    case 14:
      c.kind = *rc::gen::element(CommandKind::merge_into, CommandKind::unmerge);
      c.other = ConversationId{9};
      break;
    case 15:
      c.kind = CommandKind::wake;
      break;
  }
  return c;
}

int lives() {
  return std::getenv("SUKI_LONG") ? 20'000 : 1'500;
}

class Lives {
 public:
  /// History of another system, which promised nothing here, until the plan takes it up.
  static void move_in(Shop& shop, Desk& desk, ActorKind opener) {
    const Instant now = desk.now;
    Command command;
    command.kind = CommandKind::open_imported;
    command.actor.kind = opener;
    command.occurred_at = now - days(*rc::gen::inRange(1, 60));
    plan::Facts facts;
    facts.set(plan::FactKey::channel, shop("form"));
    RC_ASSERT(desk.give(command, facts) == Refusal::none);
    for (int left = *rc::gen::inRange(0, 8); left > 0; --left) {
      command.occurred_at = std::min(now, command.occurred_at + minutes(30) * *rc::gen::inRange(0, 300));
      command.kind = *rc::gen::element(CommandKind::customer_message, CommandKind::agent_reply, CommandKind::set_state);
      command.actor.kind = command.kind == CommandKind::customer_message ? ActorKind::customer : ActorKind::agent;
      command.state = *rc::gen::element(State::open, State::pending, State::resolved);
      (void)desk.give(command);
      RC_ASSERT(desk.out.effects.empty());
      RC_ASSERT(next_wake(desk.conversation) == never);
      for (const Clock& clock : desk.conversation.clocks) RC_ASSERT(clock.cycle == 0);
    }
    command = {};
    command.kind = CommandKind::take_up;
    RC_ASSERT(desk.give(command) == Refusal::none);
    RC_ASSERT(desk.out.effects.empty());
    for (const Clock& clock : desk.conversation.clocks) {
      RC_ASSERT(clock.cycle == 0 || clock.started_at >= now);
      RC_ASSERT(clock.cycle == 0 || clock.status == ClockStatus::running || clock.status == ClockStatus::paused);
    }
  }

  /// `full`: merges and repins too. `moved_in`: it was led elsewhere first.
  void run(bool full, bool moved_in = false) {
    Shop shop;
    Shop second = shop;  // another version: longer hours, other budgets
    second.policy("standard").calendar = 2;
    second.promise("standard", Target::resolution).budget = hours(30);
    second.promise("fast", Target::first_reply).budget = minutes(90);
    const PinnedPlan pinned[] = {{PlanVersion{1}, &shop.plan}, {PlanVersion{2}, &second.plan}};

    Desk desk(shop, at(*rc::gen::inRange(0, 7), *rc::gen::inRange(0, 24)));
    const ActorKind opener = *rc::gen::weightedElement<ActorKind>({{5, ActorKind::customer}, {1, ActorKind::agent}});
    if (moved_in)
      move_in(shop, desk, opener);
    else
      RC_ASSERT(desk.open(shop("form"), opener) == Refusal::none);
    for (int left = *rc::gen::inRange(1, 40); left > 0; --left) {
      // Half hours, so that replies often fall exactly on a due instant; sometimes the clock jumps back.
      desk.now = desk.now + minutes(30) * *rc::gen::weightedOneOf<int>({{12, rc::gen::inRange(0, 12)},
                                                                        {3, rc::gen::inRange(0, 150)},
                                                                        {1, rc::gen::inRange(-20, 0)}});
      Command command = random_command(shop, desk);
      if (!full && (command.kind == CommandKind::take_merged || command.kind == CommandKind::release_merged)) continue;
      if (full && *rc::gen::inRange(0, 25) == 0) {
        command.kind = CommandKind::repin;
        command.version = desk.version = PlanVersion{2};
        desk.in_force = &second.plan;
      }
      (void)desk.give(command);
      if (!desk.conversation.merged)
        RC_ASSERT(desk.wake() == Refusal::none || desk.conversation.state == State::closed);
      expect_one_order(desk);
      if (desk.conversation.merged || desk.conversation.state == State::closed) continue;
      RC_ASSERT(next_wake(desk.conversation) > desk.now);
      expect_history_agrees(desk, pinned);
    }
    expect_explained(desk, pinned);
  }
};

void check_lives(bool full, const char* name, bool moved_in = false) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = lives();
  rc::detail::TestMetadata metadata;
  metadata.id = metadata.description = name;
  const auto result = rc::detail::checkTestable([&] { Lives().run(full, moved_in); }, metadata, params);
  if (!result.template is<rc::detail::SuccessResult>()) {
    std::ostringstream text;
    rc::detail::printResultMessage(result, text);
    FAIL() << text.str();
  }
}

TEST(ledger, clocks_kept_step_by_step_equal_clocks_found_from_history) {
  check_lives(false, "ledger: plain lives");
}
TEST(ledger, the_same_with_merges_and_other_plan_versions) {
  check_lives(true, "ledger: full lives");
}
TEST(ledger, the_same_of_what_was_led_elsewhere_and_taken_up) {
  check_lives(false, "ledger: lives that moved in", true);
  check_lives(true, "ledger: full lives that moved in", true);
}

}  // namespace
}  // namespace suki::desk
