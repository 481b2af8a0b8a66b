#include "transcript.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "base/text.h"

namespace suki::transcript {

using desk::ActorKind;
using desk::Clock;
using desk::Command;
using desk::CommandKind;
using desk::Effect;
using desk::EffectKind;
using desk::Event;
using desk::EventKind;
using desk::Refusal;
using desk::Target;
using plan::FactKey;

namespace {

constexpr Instant first_monday{1'795'392'000'000'000};
constexpr const char* day_names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr Target all_targets[] = {Target::first_reply, Target::next_reply, Target::update, Target::resolution};

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::string span_text(Span span) {
  if (span == Span{}) return "0";
  const std::int64_t s = span.us / 1'000'000;
  std::string text = span < Span{} ? "-" : "";
  const std::int64_t abs = s < 0 ? -s : s;
  if (abs >= 3600) text += fmt::format("{}h", abs / 3600);
  if (abs / 60 % 60) text += fmt::format("{}m", abs / 60 % 60);
  if (abs % 60) text += fmt::format("{}s", abs % 60);
  if (span.us % 1'000'000) text += fmt::format("{}us", span.us % 1'000'000);
  return text;
}

bool find_target(const std::string& name, Target& target) {
  for (Target candidate : all_targets) {
    if (name != desk::name_of(candidate)) continue;
    target = candidate;
    return true;
  }
  return false;
}

}  // namespace

std::string show_time(Instant at) {
  if (at == never) return "never";
  const Span since = at - first_monday;
  std::int64_t day = since.us / days(1).us;
  if (since.us < day * days(1).us) --day;
  const std::int64_t within = since.us - day * days(1).us;
  const std::int64_t week = (day >= 0 ? day : day - 6) / 7, weekday = day - week * 7, s = within / 1'000'000;
  std::string text = fmt::format("{}{} {:02}:{:02}", day_names[weekday], week == 0 ? "" : std::to_string(week + 1),
                                 s / 3600, s / 60 % 60);
  if (s % 60) text += fmt::format(":{:02}", s % 60);
  if (within % 1'000'000) text += fmt::format("+{}us", within % 1'000'000);
  return text;
}

bool read_time(const std::string& text, Instant& at) {
  char day[4] = {};
  int week = 1, hour = 0, minute = 0, second = 0;
  if (std::sscanf(text.c_str(), "%3[A-Za-z]%d %d:%d:%d", day, &week, &hour, &minute, &second) < 4) {
    week = 1;
    second = 0;
    if (std::sscanf(text.c_str(), "%3[A-Za-z] %d:%d:%d", day, &hour, &minute, &second) < 3) return false;
  }
  for (int i = 0; i < 7; ++i) {
    if (std::string(day) != day_names[i]) continue;
    at = first_monday + days((week - 1) * 7 + i) + hours(hour) + minutes(minute) + seconds(second);
    return true;
  }
  return false;
}

Case::Case(const Plans& plans) : plans_(plans) {
  conversation_.id = ConversationId{1};
}

Symbol Case::symbol(const std::string& slug) const {
  if (slug == "none" || slug.empty()) return {};
  const Symbol found = plans_.versions[in_force_].names.find(slug);
  return found ? found : Symbol{1'000'000};  // of no plan
}
std::string Case::slug(Symbol symbol) const {
  return symbol ? std::string(plans_.versions[in_force_].names.text(symbol)) : "none";
}

const plan::CompiledPlan& Case::pinned() const {
  const PlanVersion version = conversation_.pinned;
  return *plans_.versions[version ? static_cast<std::size_t>(version.value - 1) : in_force_].compiled;
}

AgentId Case::agent(const std::string& name) {
  if (name == "nobody") return {};
  auto it = std::find(agents_.begin(), agents_.end(), name);
  if (it == agents_.end()) it = agents_.insert(agents_.end(), name);
  return AgentId{it - agents_.begin() + 1};
}

void Case::read_facts(const std::vector<std::string>& words, plan::Facts& facts) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto value = [&](std::string_view key) { return symbol(words[i].substr(key.size())); };
    if (words[i] == "by" && i + 1 < words.size()) facts.set(FactKey::channel, symbol(words[i + 1]));
    if (words[i].starts_with("topic=")) facts.set(FactKey::topic, value("topic="));
    if (words[i].starts_with("priority=")) facts.set(FactKey::priority, value("priority="));
    if (words[i].starts_with("segment=")) facts.set(FactKey::segment, value("segment="));
    if (words[i].starts_with("language=")) facts.set(FactKey::language, value("language="));
  }
  if (conversation_.last_number == 0 && !facts.get(FactKey::channel)) {
    facts.set(FactKey::channel, plans_.versions[in_force_].compiled->channels.front().id);
  }
}

bool Case::read_action(std::vector<std::string> words, Command& command, plan::Facts& facts) {
  if (words.empty()) return false;
  if (words[0] == "customer:") {
    words.erase(words.begin());
    if (!read_action(words, command, facts)) return false;
    command.actor = {ActorKind::customer, {}};
    return true;
  }
  command.actor = {ActorKind::agent, AgentId{99}};
  const std::string verb = words[0], object = words.size() > 1 ? words[1] : "";
  const auto other = [&](const std::string& number) { return ConversationId{std::stoll(number)}; };
  const auto is = [&](CommandKind kind) {
    command.kind = kind;
    return true;
  };
  if (verb == "customer" || verb == "agent") {
    const bool customer = verb == "customer";
    if (customer) command.actor = {ActorKind::customer, {}};
    read_facts(words, facts);
    command.message = MessageId{1};
    if (conversation_.last_number == 0) return is(CommandKind::open);
    return is(customer ? CommandKind::customer_message : CommandKind::agent_reply);
  }
  if (verb == "elsewhere" && words.size() > 1) {  // elsewhere customer writes: led by another system until now
    words.erase(words.begin());
    return read_action(words, command, facts) && is(CommandKind::open_imported);
  }
  if (verb == "opens") {  // without a message yet
    read_facts(words, facts);
    return is(CommandKind::open);
  }
  if (verb == "automatic") {
    command.actor = {ActorKind::system, {}};
    return is(CommandKind::automatic_reply);
  }
  if (verb == "note") return is(CommandKind::note);
  if (verb == "state") {
    const auto state = desk::find_state(object);
    if (!state) return false;
    command.state = *state;
    if (words.size() > 2) command.symbol = symbol(words[2]);
    return is(CommandKind::set_state);
  }
  command.symbol = symbol(object);
  if (verb == "topic") return is(CommandKind::set_topic);
  if (verb == "priority") return is(CommandKind::set_priority);
  if (verb == "segment") return is(CommandKind::set_segment);
  if (verb == "language") return is(CommandKind::set_language);
  if (verb == "team") return is(CommandKind::assign_team);
  if (verb == "assign") {
    command.agent = agent(object);
    return is(CommandKind::assign_agent);
  }
  if (verb == "merge" && words.size() > 2) {
    command.other = other(words[2]);
    return is(CommandKind::merge_into);
  }
  if (verb == "unmerge") return is(CommandKind::unmerge);
  if (verb == "release") {
    command.other = other(object);
    return is(CommandKind::release_merged);
  }
  if (verb == "take") {
    command.other = other(object);
    for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
      const std::size_t equals = words[i].find('=');
      Target target{};
      Instant due;
      if (!find_target(words[i].substr(0, equals), target) ||
          !read_time(words[i].substr(equals + 1) + " " + words[i + 1], due))
        return false;
      command.dues[static_cast<std::size_t>(target)] = due;
    }
    return is(CommandKind::take_merged);
  }
  if (verb == "taken" && object == "up") {
    command.actor = {ActorKind::system, {}};
    return is(CommandKind::take_up);
  }
  if (verb == "repin") {
    command.version = PlanVersion{static_cast<std::int32_t>(in_force_ + 1)};
    return is(CommandKind::repin);
  }
  command.actor = {ActorKind::time, {}};
  passes_ = verb == "time";
  if (verb == "adopt") {
    adopts_ = object.empty() ? 0 : static_cast<std::size_t>(object[0] - '0');
    if (adopts_ == 0 || adopts_ > plans_.versions.size()) return false;
  }
  return (passes_ || adopts_ != 0 || verb == "wake") && is(CommandKind::wake);
}

bool Case::read(const std::string& step, Command& command, plan::Facts& facts) {
  std::vector<std::string> words = words_of(step);
  if (words.size() < 3 || !read_time(words[0] + " " + words[1], now_)) return false;
  words.erase(words.begin(), words.begin() + 2);
  if (words[0] == "imported") {  // imported from Mon 09:00: STEP
    if (words.size() < 5 ||
        !read_time(words[2] + " " + words[3].substr(0, words[3].find_last_of(':')), command.occurred_at))
      return false;
    words.erase(words.begin(), words.begin() + 4);
  }
  passes_ = false;
  adopts_ = 0;
  return read_action(words, command, facts);
}

Refusal Case::give(const Command& command, const plan::Facts& facts) {
  const desk::Plans plans{*plans_.versions[in_force_].compiled, pinned(),
                          PlanVersion{static_cast<std::int32_t>(in_force_ + 1)}};
  const Refusal refusal = desk::decide(plans, conversation_, command, facts, now_, out_);
  for (const Event& event : out_.events) {
    desk::apply(conversation_, event);
    history_.push_back(event);
  }
  effects_.insert(effects_.end(), out_.effects.begin(), out_.effects.end());
  return refusal;
}

void Case::pass_time() {
  const Instant until = now_;
  Command wake;
  wake.actor.kind = ActorKind::time;
  for (Instant next = desk::next_wake(conversation_); next <= until; next = desk::next_wake(conversation_)) {
    now_ = next;
    (void)give(wake, {});
  }
  now_ = until;
}

std::vector<std::string> Case::run(const std::string& step) {
  Command command;
  plan::Facts facts;
  if (!read(step, command, facts)) return {"unreadable step"};
  const std::size_t first_event = history_.size();
  effects_.clear();
  if (adopts_ != 0) {
    in_force_ = adopts_ - 1;
    return {};
  }
  if (passes_) {
    pass_time();
  } else if (const Refusal refusal = give(command, facts); refusal != Refusal::none) {
    return {std::string("refused  ") + desk::name_of(refusal)};
  }
  if (command.occurred_at != never) now_ = command.occurred_at;  // history is shown as it stood then
  return show(effects_, first_event);
}

std::vector<std::string> Case::show(const std::vector<Effect>& effects, std::size_t first_event) const {
  std::vector<std::string> events, texts;
  for (std::size_t i = first_event; i < history_.size(); ++i) {
    const Instant at = history_[i].occurred_at;
    events.push_back((at == now_ ? "" : show_time(at) + " ") + event_text(history_[i]));
  }
  for (const Effect& effect : effects) texts.push_back(effect_text(effect));
  return {fmt::format("events   {}", events.empty() ? "none" : fmt::format("{}", fmt::join(events, ", "))),
          fmt::format("effects  {}", texts.empty() ? "none" : fmt::format("{}", fmt::join(texts, ", "))),
          "clocks   " + clocks_text(), "next     " + show_time(desk::next_wake(conversation_))};
}

std::string Case::clock_event_text(const Event& e) const {
  const std::string clock = fmt::format("{}/{}", desk::name_of(e.target), e.cycle);
  const std::string cause = e.other ? fmt::format(" for {}", e.other.value) : "";
  switch (e.kind) {
    case EventKind::clock_started: {
      const std::string from = e.from == e.occurred_at ? "" : " from " + show_time(e.from);
      return fmt::format("start {}{} due {}{}", clock, from, show_time(e.due), cause);
    }
    case EventKind::clock_paused:
      return fmt::format("pause {} used {}", clock, span_text(e.used));
    case EventKind::clock_resumed:
      return fmt::format("resume {} due {}", clock, show_time(e.due));
    case EventKind::clock_moved:
      return fmt::format("move {} due {} budget {} used {}{}", clock, show_time(e.due), span_text(e.span),
                         span_text(e.used), cause);
    case EventKind::clock_warned:
      return fmt::format("warn {}{}", clock, e.late ? " late" : "");
    case EventKind::clock_met:
      return fmt::format("met {} used {}", clock, span_text(e.used));
    case EventKind::clock_missed:
      return fmt::format("missed {}{}", clock, e.late ? " late" : "");
    case EventKind::clock_cancelled:
      return fmt::format("cancel {}{}", clock, cause);
    default:
      return fmt::format("escalate {} {}{}", clock, slug(e.symbol), e.late ? " late" : "");
  }
}

std::string Case::event_text(const Event& e) const {
  switch (e.kind) {
    case EventKind::opened:
      return fmt::format("opened {}{}", slug(e.symbol), e.by_staff ? " by staff" : "");
    case EventKind::customer_message:
      return "message";
    case EventKind::agent_reply:
      return "reply";
    case EventKind::automatic_reply:
      return "automatic reply";
    case EventKind::note:
      return "note";
    case EventKind::state_changed:
      return fmt::format("state {}{}", desk::name_of(e.state), e.symbol ? " " + slug(e.symbol) : "");
    case EventKind::topic_changed:
      return "topic " + slug(e.symbol);
    case EventKind::priority_changed:
      return "priority " + slug(e.symbol);
    case EventKind::segment_changed:
      return "segment " + slug(e.symbol);
    case EventKind::language_changed:
      return "language " + slug(e.symbol);
    case EventKind::assigned:
      return e.agent ? "assigned " + agents_[static_cast<std::size_t>(e.agent.value - 1)] : "unassigned";
    case EventKind::team_assigned:
      return fmt::format("team {}{}", slug(e.symbol), e.rule ? " by " + slug(e.rule) : "");
    case EventKind::policy_chosen:
      return fmt::format("policy {} by {}{}", slug(e.symbol), slug(e.rule),
                         e.version == PlanVersion{1} ? "" : fmt::format(" of version {}", e.version.value));
    case EventKind::merged_into:
      return fmt::format("merged into {}", e.other.value);
    case EventKind::took_merged:
      return fmt::format("took {}", e.other.value);
    case EventKind::promise_taken:
      return fmt::format("promise {} of {} due {}", desk::name_of(e.target), e.other.value, show_time(e.due));
    case EventKind::unmerged:
      return "unmerged";
    case EventKind::released_merged:
      return fmt::format("released {}", e.other.value);
    case EventKind::taken_up:
      return "taken up";
    default:
      return clock_event_text(e);
  }
}

std::string Case::effect_text(const Effect& e) const {
  switch (e.kind) {
    case EffectKind::send_automatic_reply:
      return "send " + slug(e.symbol);
    case EffectKind::notify_agent:
      return fmt::format("notify {} of {} ({})", agents_[static_cast<std::size_t>(e.agent.value - 1)],
                         desk::name_of(e.target), slug(e.symbol));
    case EffectKind::notify_team:
      return fmt::format("notify team {} of {} ({})", slug(e.team), desk::name_of(e.target), slug(e.symbol));
    case EffectKind::notify_customer_moved:
      return fmt::format("tell customer {} moved to {}", desk::name_of(e.target), show_time(e.due));
    case EffectKind::route:
      return "route " + slug(e.team);
  }
  return "?";
}

std::string Case::clocks_text() const {
  std::vector<desk::PinnedPlan> pinned;
  for (std::size_t i = 0; i < plans_.versions.size(); ++i) {
    pinned.push_back({PlanVersion{static_cast<std::int32_t>(i + 1)}, plans_.versions[i].compiled.get()});
  }
  std::vector<std::string> texts;
  for (const desk::LedgerClock& found :
       desk::clocks_from_history(history_, pinned, std::max(now_, conversation_.last_event_at))) {
    const Clock& kept = conversation_.clocks[static_cast<std::size_t>(found.target)];
    const Clock& clock = kept.cycle == found.clock.cycle ? kept : found.clock;
    const Span used = desk::used_at(clock, this->pinned(), now_);
    std::string text = fmt::format("{}/{} {}", desk::name_of(found.target), clock.cycle, desk::name_of(clock.status));
    if (clock.status == desk::ClockStatus::running) text += " due " + show_time(clock.due_at);
    text += fmt::format(" used {} left {}", span_text(used), span_text(clock.budget - used));
    if (clock.owed) text += " owed";
    texts.push_back(text);
  }
  return texts.empty() ? "none" : fmt::format("{}", fmt::join(texts, "; "));
}

}  // namespace suki::transcript
