#include "desk/run.h"

#include <algorithm>

namespace suki::desk {

using plan::FactKey;

Run::Run(const Plans& plans, Conversation& conversation, Instant recorded, bool importing, Out& out)
    : plans_(plans),
      pinned_(&plans.pinned),
      conversation_(conversation),
      recorded_(recorded),
      importing_(importing),
      out_(out) {}

void Run::set_moment(Instant at, const Actor& actor) {
  at_ = conversation_.last_number == 0 ? at : std::max(at, conversation_.last_event_at);
  blank_.actor = actor;
  blank_.occurred_at = at_;
  blank_.recorded_at = std::max(recorded_, at_);
}

Event& Run::new_event(EventKind kind) {
  Event& event = out_.events.emplace_back(blank_);
  event.number = conversation_.last_number + 1;
  event.kind = kind;
  return event;
}

void Run::emit_message(EventKind kind, MessageId message) {
  Event& event = new_event(kind);
  event.message = message;
  emit(event);
}

void Run::emit_fact(EventKind kind, Symbol value, Symbol rule) {
  Event& event = new_event(kind);
  event.symbol = value;
  event.rule = rule;
  emit(event);
}

Event& Run::clock_event(EventKind kind, Target target) {
  Event& event = new_event(kind);
  event.target = target;
  event.cycle = clock(target).cycle;
  event.rules = rules_revision;
  return event;
}

void Run::emit_clock(Event& event) {
  emit(event);
  // Only now is it known what time does next to the clock as it became.
  Clock& changed = clock(event.target);
  changed.next_at = next_item(*pinned_, changed, event.target).fires_at();
  event.next_at = changed.next_at;
  lost_[static_cast<std::size_t>(event.target)] = false;
}

void Run::effect(const Effect& effect) {
  if (!importing_) out_.effects.push_back(effect);
}

void Run::send_reply(plan::ReplyOn on) {
  if (importing_) return;
  const plan::AutoReply* reply = plans_.in_force.choose_reply(on, conversation_.facts);
  if (!reply) return;
  Effect send;
  send.kind = EffectKind::send_automatic_reply;
  send.symbol = reply->id;
  effect(send);
  out_.explanations.push_back({Choice::auto_reply, reply->id, reply->id});
}

void Run::ask_route() {
  if (conversation_.assignee || !is_unresolved()) return;
  const plan::AssignmentRule* rule = plans_.in_force.choose_assignment(conversation_.facts);
  if (!rule || !rule->automatic) return;
  Effect route;
  route.kind = EffectKind::route;
  route.symbol = rule->id;
  route.team = conversation_.facts.get(FactKey::team);
  effect(route);
}

void Run::notify_if_moved(Target target, Instant due) {
  const Clock& told = clock(target);
  if (told.told == never || due == never || due <= told.told) return;
  Effect moved;
  moved.kind = EffectKind::notify_customer_moved;
  moved.target = target;
  moved.due = due;
  effect(moved);
}

}  // namespace suki::desk
