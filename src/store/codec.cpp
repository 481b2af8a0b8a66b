#include "store/codec.h"

#include <charconv>
#include <stdexcept>
#include <type_traits>

namespace suki::store {
namespace {

class Writer {
 public:
  void number(std::int64_t n) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, n).ptr;
    if (!text_.empty()) text_ += ' ';
    text_.append(buffer, end);
  }
  // "Never" is by far the most common instant.
  void instant(Instant at) {
    if (at == never)
      text_ += text_.empty() ? "-" : " -";
    else
      number(at.us);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  template <class T>
  T number() {
    const std::string_view word = next();
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), n);
    if (error != std::errc() || end != word.data() + word.size())
      throw std::runtime_error("a stored value cannot be read");
    return static_cast<T>(n);
  }
  template <class I>
  I id() {
    return I(number<decltype(I::value)>());
  }
  Instant instant() {
    if (text_.substr(0, 1) == "-" && (text_.size() == 1 || text_[1] == ' ')) {
      next();
      return never;
    }
    return Instant{number<std::int64_t>()};
  }
  Span span() { return Span{number<std::int64_t>()}; }

 private:
  std::string_view next() {
    const auto end = text_.find(' ');
    const auto word = text_.substr(0, end);
    text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
    return word;
  }
  std::string_view text_;
};

template <class T>
std::int64_t n(T value) {
  return static_cast<std::int64_t>(value);
}

}  // namespace

// A field that is new in the core would be lost in silence: these notice most of them.
static_assert(sizeof(desk::Clock) == 80 && sizeof(desk::MergedPromise) == 24 && sizeof(desk::Conversation) == 640 &&
                  sizeof(desk::Event) == 128 && sizeof(desk::Command) == 104,
              "the core has new fields: write them here, in events.cpp and in the tables");

std::string encode(const desk::Conversation& c) {
  Writer out;
  out.number(1);  // form of this text
  out.number(c.id.value);
  out.number(c.last_number);
  out.number(n(c.state));
  out.number(c.started_by_staff);
  out.number(c.first_reply_done);
  out.number(c.merged);
  out.number(c.merged_into.value);
  out.number(c.hold_reason.value);
  for (const Symbol fact : c.facts.values) out.number(fact.value);
  out.number(c.assignee.value);
  out.number(c.pinned.value);
  out.number(c.policy.value);
  for (const Instant at :
       {c.opened_at, c.last_event_at, c.waiting_since, c.last_staff_message_at, c.state_since, c.cycle_since})
    out.instant(at);
  out.number(c.merged_promise_count);
  for (std::size_t i = 0; i < c.merged_promise_count; ++i) {
    out.number(c.merged_promises[i].other.value);
    out.number(n(c.merged_promises[i].target));
    out.instant(c.merged_promises[i].due);
  }
  for (const desk::Clock& clock : c.clocks) {
    out.number(clock.cycle);
    if (clock.cycle == 0) continue;
    out.number(n(clock.status));
    out.number(clock.steps_done);
    out.number(clock.warned);
    out.number(clock.owed);
    out.number(clock.borrowed);
    out.number(clock.policy.value);
    for (const Instant at :
         {clock.started_at, clock.due_at, clock.ended_at, clock.running_since, clock.told, clock.next_at})
      out.instant(at);
    out.number(clock.budget.us);
    out.number(clock.used.us);
  }
  return out.take();
}

desk::Conversation decode_conversation(std::string_view text) {
  Reader in(text);
  if (in.number<int>() != 1)
    throw std::runtime_error("a conversation is stored in a form that this version does not know");
  desk::Conversation c;
  c.id = in.id<ConversationId>();
  c.last_number = in.number<std::uint32_t>();
  c.state = in.number<desk::State>();
  c.started_by_staff = in.number<bool>();
  c.first_reply_done = in.number<bool>();
  c.merged = in.number<bool>();
  c.merged_into = in.id<ConversationId>();
  c.hold_reason = in.id<Symbol>();
  for (Symbol& fact : c.facts.values) fact = in.id<Symbol>();
  c.assignee = in.id<AgentId>();
  c.pinned = in.id<PlanVersion>();
  c.policy = in.id<Symbol>();
  for (Instant* at :
       {&c.opened_at, &c.last_event_at, &c.waiting_since, &c.last_staff_message_at, &c.state_since, &c.cycle_since})
    *at = in.instant();
  c.merged_promise_count = in.number<std::uint8_t>();
  if (c.merged_promise_count > desk::merged_promises_max) throw std::runtime_error("a stored value cannot be read");
  for (std::size_t i = 0; i < c.merged_promise_count; ++i) {
    c.merged_promises[i].other = in.id<ConversationId>();
    c.merged_promises[i].target = in.number<desk::Target>();
    c.merged_promises[i].due = in.instant();
  }
  for (desk::Clock& clock : c.clocks) {
    clock.cycle = in.number<std::uint16_t>();
    if (clock.cycle == 0) continue;
    clock.status = in.number<desk::ClockStatus>();
    clock.steps_done = in.number<std::uint8_t>();
    clock.warned = in.number<bool>();
    clock.owed = in.number<bool>();
    clock.borrowed = in.number<bool>();
    clock.policy = in.id<Symbol>();
    for (Instant* at :
         {&clock.started_at, &clock.due_at, &clock.ended_at, &clock.running_since, &clock.told, &clock.next_at})
      *at = in.instant();
    clock.budget = in.span();
    clock.used = in.span();
  }
  return c;
}

std::string encode(const desk::Command& c, const plan::Facts& facts) {
  Writer out;
  out.number(n(c.kind));
  out.number(n(c.actor.kind));
  out.number(c.actor.agent.value);
  out.number(n(c.state));
  out.number(c.symbol.value);
  out.number(c.agent.value);
  out.number(c.message.value);
  out.number(c.other.value);
  out.number(c.version.value);
  for (const Instant due : c.dues) out.instant(due);
  out.instant(c.occurred_at);
  for (const Symbol fact : facts.values) out.number(fact.value);
  return out.take();
}

void decode_command(std::string_view text, desk::Command& c, plan::Facts& facts) {
  Reader in(text);
  c.kind = in.number<desk::CommandKind>();
  c.actor.kind = in.number<desk::ActorKind>();
  c.actor.agent = in.id<AgentId>();
  c.state = in.number<desk::State>();
  c.symbol = in.id<Symbol>();
  c.agent = in.id<AgentId>();
  c.message = in.id<MessageId>();
  c.other = in.id<ConversationId>();
  c.version = in.id<PlanVersion>();
  for (Instant& due : c.dues) due = in.instant();
  c.occurred_at = in.instant();
  for (Symbol& fact : facts.values) fact = in.id<Symbol>();
}

std::string encode(const desk::RosterInput& i) {
  Writer out;
  out.number(1);  // form of this text
  for (const std::int64_t value : {n(i.change), n(i.agent.value), i.id, n(i.team.value), n(i.kind)}) out.number(value);
  out.instant(i.from);
  out.instant(i.until);
  for (const std::int64_t value : {n(i.state.presence), n(i.state.cause), n(i.state.wants_work)}) out.number(value);
  out.instant(i.state.since);
  return out.take();
}

desk::RosterInput decode_roster_input(std::string_view text) {
  Reader in(text);
  if (in.number<int>() != 1)
    throw std::runtime_error("a change of the roster is stored in a form that this version does not know");
  desk::RosterInput i;
  i.change = in.number<desk::RosterChange>();
  i.agent = in.id<AgentId>();
  i.id = in.number<std::int64_t>();
  i.team = in.id<Symbol>();
  i.kind = in.number<desk::ShiftKind>();
  i.from = in.instant();
  i.until = in.instant();
  i.state.presence = in.number<desk::Presence>();
  i.state.cause = in.number<desk::PresenceCause>();
  i.state.wants_work = in.number<bool>();
  i.state.since = in.instant();
  return i;
}

std::string encode(const desk::Event& e) {
  Writer out;
  for (const std::int64_t value :
       {n(e.number),        n(e.kind),        n(e.target),      n(e.state),         n(e.by_staff),
        n(e.late),          n(e.cycle),       n(e.rules),       n(e.actor.kind),    n(e.actor.agent.value),
        n(e.symbol.value),  n(e.rule.value),  n(e.agent.value), n(e.message.value), n(e.other.value),
        n(e.version.value), e.occurred_at.us, e.recorded_at.us, e.due.us,           e.from.us,
        e.next_at.us,       e.span.us,        e.used.us})
    out.number(value);
  return out.take();
}

}  // namespace suki::store
