#include "rehearsal/rehearsal.h"

#include <algorithm>

#include <fmt/format.h>

#include "desk/ledger.h"
#include "json/write.h"
#include "rehearsal/line.h"

namespace suki::rehearsal {

namespace {

using desk::ActorKind;
using desk::Clock;
using desk::CommandKind;
using desk::Event;
using desk::EventKind;
using plan::FactKey;

/// Writes one JSON object or list, member by member.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  void key(std::string_view name) {
    separate();
    json::append(out_, name);
    out_ += ':';
    separated_ = true;
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    json::append(out_, value);
    separated_ = false;
  }
  void instant(std::string_view name, Instant value) {
    key(name);
    if (value == never)
      out_ += "null";
    else
      json::append(out_, format_instant(value));
    separated_ = false;
  }
  /// Seconds; a fraction only where there is one.
  void seconds(std::string_view name, Span value) {
    key(name);
    if (value.us % 1'000'000 == 0)
      out_ += fmt::format("{}", value.us / 1'000'000);
    else
      out_ += fmt::format("{:.6f}", static_cast<double>(value.us) / 1e6);
    separated_ = false;
  }
  void number(std::string_view name, std::int64_t value) {
    key(name);
    out_ += fmt::format("{}", value);
    separated_ = false;
  }
  void null(std::string_view name) {
    key(name);
    out_ += "null";
    separated_ = false;
  }
  void open(char bracket) {
    separate();
    out_ += bracket;
    separated_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    separated_ = false;
  }

 private:
  void separate() {
    if (!separated_) out_ += ',';
  }
  std::string& out_;
  bool separated_ = true;
};

}  // namespace

class Rehearsal::Impl {
 public:
  Impl(const plan::CompiledPlan& plan, const plan::Symbols& symbols) : plan_(plan), symbols_(symbols) {
    conversation_.id = ConversationId{1};
  }

  std::string answer(std::string_view text);
  std::string complain(std::string_view error);
  std::int64_t line_number = 0;
  bool failed = false;

 private:
  struct Shown {
    std::string decisions, effects;  ///< JSON objects with commas between
  };
  void give(const desk::Command& command, const plan::Facts& facts, Instant now);
  void pass_time(Instant until);
  void perform(const Line& line);
  desk::Command command(const Line& line, CommandKind kind);
  AgentId agent(const std::string& name);
  [[nodiscard]] std::string_view slug(Symbol symbol) const { return symbols_.text(symbol); }
  void show_event(const Event& event);
  void show_clock_event(Writer& w, const Event& event);
  void show_effect(const desk::Effect& effect, Instant at);
  void show_refusal(desk::Refusal refusal, Instant at);
  std::string show(const Line& line);
  void show_clock(Writer& w, const desk::LedgerClock& clock, const Line& line);

  const plan::CompiledPlan& plan_;
  const plan::Symbols& symbols_;
  desk::Conversation conversation_;
  std::vector<Event> history_;
  desk::Out out_;
  Shown shown_;
  std::vector<std::string> agents_;  ///< imagined; the id is the place, from 1
  std::int64_t messages_ = 0;
  Instant last_at_{std::numeric_limits<std::int64_t>::min()};
};

AgentId Rehearsal::Impl::agent(const std::string& name) {
  if (name.empty()) return {};
  auto it = std::find(agents_.begin(), agents_.end(), name);
  if (it == agents_.end()) it = agents_.insert(agents_.end(), name);
  return AgentId{it - agents_.begin() + 1};
}

void Rehearsal::Impl::give(const desk::Command& command, const plan::Facts& facts, Instant now) {
  const desk::Plans plans{plan_, plan_, PlanVersion{1}};
  const desk::Refusal refusal = desk::decide(plans, conversation_, command, facts, now, out_);
  if (refusal != desk::Refusal::none) return show_refusal(refusal, now);
  for (const Event& event : out_.events) {
    desk::apply(conversation_, event);
    history_.push_back(event);
    show_event(event);
  }
  // What time did belongs to its own instant: a wake happens for one instant's sake.
  const bool woken = command.kind == CommandKind::wake && !out_.events.empty();
  for (const desk::Effect& effect : out_.effects) show_effect(effect, woken ? out_.events.back().occurred_at : now);
}

/// A host's timer: whatever time does before `until`, at its own instant.
void Rehearsal::Impl::pass_time(Instant until) {
  desk::Command wake;
  wake.kind = CommandKind::wake;
  wake.actor.kind = ActorKind::time;
  for (Instant next = desk::next_wake(conversation_); next < until; next = desk::next_wake(conversation_)) {
    give(wake, {}, std::max(next, conversation_.last_event_at));
  }
}

desk::Command Rehearsal::Impl::command(const Line& line, CommandKind kind) {
  desk::Command command;
  command.kind = kind;
  const bool machine = line.what == What::automatic_reply;
  const bool customer = line.what == What::customer_message;
  command.actor.kind = customer ? ActorKind::customer : machine ? ActorKind::system : ActorKind::agent;
  if (command.actor.kind == ActorKind::agent) {
    command.actor.agent = agent(line.what == What::assign || line.agent.empty() ? "staff" : line.agent);
  }
  return command;
}

void Rehearsal::Impl::perform(const Line& line) {
  const bool speaks = line.what == What::customer_message || line.what == What::agent_reply;
  if (conversation_.last_number == 0 && speaks) {
    plan::Facts facts = line.facts;
    if (!facts.get(FactKey::channel) && !plan_.channels.empty()) facts.set(FactKey::channel, plan_.channels.front().id);
    desk::Command open = command(line, CommandKind::open);
    open.message = MessageId{++messages_};
    return give(open, facts, line.at);
  }
  static constexpr CommandKind kinds[] = {
      CommandKind::customer_message, CommandKind::agent_reply, CommandKind::automatic_reply, CommandKind::note,
      CommandKind::set_state,        CommandKind::set_topic,   CommandKind::set_priority,    CommandKind::assign_agent};
  desk::Command next = command(line, kinds[static_cast<std::size_t>(line.what)]);
  switch (line.what) {
    case What::state:
      next.state = line.state;
      next.symbol = line.reason;
      break;
    case What::topic:
      next.symbol = line.facts.get(FactKey::topic);
      break;
    case What::priority:
      next.symbol = line.facts.get(FactKey::priority);
      break;
    case What::assign: {
      if (line.team) {
        desk::Command team = next;
        team.kind = CommandKind::assign_team;
        team.symbol = line.team;
        give(team, {}, line.at);
      }
      if (!line.sets_agent) return;
      next.agent = agent(line.agent);
      break;
    }
    default:
      next.message = MessageId{++messages_};
  }
  give(next, line.facts, line.at);
}

void Rehearsal::Impl::show_refusal(desk::Refusal refusal, Instant at) {
  std::string& out = shown_.decisions;
  if (!out.empty()) out += ',';
  Writer w(out);
  w.open('{');
  w.instant("at", at);
  w.text("decision", "refused");
  w.text("reason", desk::name_of(refusal));
  w.close('}');
}

void Rehearsal::Impl::show_clock_event(Writer& w, const Event& event) {
  w.text("target", desk::name_of(event.target));
  w.number("cycle", event.cycle);
  switch (event.kind) {
    case EventKind::clock_started:
    case EventKind::clock_moved:
      w.text("policy", slug(event.symbol));
      w.seconds("budget_s", event.span);
      w.instant("due_at", event.due);
      break;
    case EventKind::clock_resumed:
    case EventKind::clock_missed:
      w.instant("due_at", event.due);
      break;
    case EventKind::escalated:
      w.text("step", slug(event.symbol));
      break;
    default:
      break;
  }
  if (event.kind != EventKind::clock_started && event.kind != EventKind::clock_warned &&
      event.kind != EventKind::escalated) {
    w.seconds("used_s", event.used);
  }
}

void Rehearsal::Impl::show_event(const Event& event) {
  std::string& out = shown_.decisions;
  if (!out.empty()) out += ',';
  Writer w(out);
  w.open('{');
  w.instant("at", event.occurred_at);
  w.text("decision", desk::name_of(event.kind));
  w.text("by", desk::name_of(event.actor.kind));
  switch (event.kind) {
    case EventKind::opened:
      w.text("channel", slug(event.symbol));
      break;
    case EventKind::state_changed:
      w.text("state", desk::name_of(event.state));
      if (event.symbol) w.text("reason", slug(event.symbol));
      break;
    case EventKind::topic_changed:
      w.text("topic", slug(event.symbol));
      break;
    case EventKind::priority_changed:
      w.text("priority", slug(event.symbol));
      break;
    case EventKind::segment_changed:
      w.text("segment", slug(event.symbol));
      break;
    case EventKind::language_changed:
      w.text("language", slug(event.symbol));
      break;
    case EventKind::team_assigned:
      w.text("team", slug(event.symbol));
      break;
    case EventKind::policy_chosen:
      w.text("policy", slug(event.symbol));
      break;
    case EventKind::assigned:
      w.text("agent", event.agent ? agents_[static_cast<std::size_t>(event.agent.value - 1)] : "");
      break;
    case EventKind::clock_started:
    case EventKind::clock_paused:
    case EventKind::clock_resumed:
    case EventKind::clock_moved:
    case EventKind::clock_warned:
    case EventKind::clock_met:
    case EventKind::clock_missed:
    case EventKind::clock_cancelled:
    case EventKind::escalated:
      show_clock_event(w, event);
      break;
    default:
      break;
  }
  if (event.rule) w.text("rule", slug(event.rule));
  w.close('}');
}

void Rehearsal::Impl::show_effect(const desk::Effect& effect, Instant at) {
  std::string& out = shown_.effects;
  if (!out.empty()) out += ',';
  Writer w(out);
  w.open('{');
  w.instant("at", at);
  w.text("effect", desk::name_of(effect.kind));
  switch (effect.kind) {
    case desk::EffectKind::send_automatic_reply:
      w.text("reply", slug(effect.symbol));
      break;
    case desk::EffectKind::notify_agent:
    case desk::EffectKind::notify_team:
      if (effect.kind == desk::EffectKind::notify_agent)
        w.text("agent", agents_[static_cast<std::size_t>(effect.agent.value - 1)]);
      else
        w.text("team", slug(effect.team));
      w.text("step", slug(effect.symbol));
      w.text("target", desk::name_of(effect.target));
      w.instant("due_at", effect.due);
      break;
    case desk::EffectKind::notify_customer_moved:
      w.text("target", desk::name_of(effect.target));
      w.instant("due_at", effect.due);
      break;
    case desk::EffectKind::route:
      w.text("team", slug(effect.team));
      w.text("rule", slug(effect.symbol));
      break;
  }
  w.close('}');
}

void Rehearsal::Impl::show_clock(Writer& w, const desk::LedgerClock& found, const Line& line) {
  const Clock& kept = conversation_.clocks[static_cast<std::size_t>(found.target)];
  const Clock& clock = kept.cycle == found.clock.cycle ? kept : found.clock;
  const Span used = desk::used_at(clock, plan_, line.at);
  w.open('{');
  w.text("target", desk::name_of(found.target));
  w.number("cycle", clock.cycle);
  w.text("status", desk::name_of(clock.status));
  w.instant("started_at", clock.started_at);
  w.instant("due_at", clock.due_at);
  w.instant("ended_at", clock.ended_at);
  w.seconds("used_s", used);
  w.seconds("left_s", std::max(clock.budget - used, Span{}));
  if (line.explain) {
    w.key("explain");
    w.open('[');
    for (const desk::Stretch& s : desk::explain_clock(history_, plan_, found.target, clock.cycle, line.at)) {
      w.open('{');
      w.instant("from", s.from);
      w.instant("to", s.to);
      w.text("why", desk::name_of(s.why));
      w.seconds("counted_s", s.counted);
      w.seconds("left_s", s.left);
      w.close('}');
    }
    w.close(']');
  }
  w.close('}');
}

std::string Rehearsal::Impl::show(const Line& line) {
  std::string out;
  Writer w(out);
  w.open('{');
  w.instant("at", line.at);
  if (conversation_.last_number > 0)
    w.text("state", desk::name_of(conversation_.state));
  else
    w.null("state");
  out += ",\"decisions\":[" + shown_.decisions + "],\"effects\":[" + shown_.effects + "],\"clocks\":[";
  Writer clocks(out);
  for (const desk::LedgerClock& clock : desk::clocks_from_history(history_, plan_, line.at))
    show_clock(clocks, clock, line);
  out += "]}";
  return out;
}

std::string Rehearsal::Impl::answer(std::string_view text) {
  ++line_number;
  const Result<Line> line = read_line(text, plan_, symbols_);
  if (!line.ok()) return complain(line.error().detail);
  if (line->at < last_at_) return complain("at: is before the line above");
  if (conversation_.last_number > 0 && line->facts.get(FactKey::channel)) {
    return complain("channel: only the first line can set it");
  }
  last_at_ = line->at;
  shown_ = {};
  pass_time(line->at);
  perform(*line);
  return show(*line);
}

std::string Rehearsal::Impl::complain(std::string_view error) {
  failed = true;
  std::string out = fmt::format("{{\"line\":{},\"error\":", line_number);
  json::append(out, error);
  return out + '}';
}

Rehearsal::Rehearsal(const plan::CompiledPlan& plan, const plan::Symbols& symbols)
    : impl_(std::make_unique<Impl>(plan, symbols)) {}
Rehearsal::~Rehearsal() = default;

std::string Rehearsal::answer(std::string_view line) {
  return impl_->answer(line);
}

std::string Rehearsal::answer_too_long() {
  ++impl_->line_number;
  return impl_->complain(fmt::format("a line must not be longer than {} bytes", line_bytes_max));
}

void Rehearsal::skip_line() {
  ++impl_->line_number;
}
bool Rehearsal::failed() const {
  return impl_->failed;
}

}  // namespace suki::rehearsal
