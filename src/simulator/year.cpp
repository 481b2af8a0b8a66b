#include "simulator/year.h"

#include <algorithm>

#include "simulator/agenda.h"
#include "simulator/alarms.h"
#include "simulator/random.h"

namespace suki::simulator {

namespace {

using desk::Command;
using desk::CommandKind;
using desk::EventKind;
using desk::Refusal;
using desk::State;

/// Streams of chance. Numbers are part of what a seed means: never reuse one.
enum Stream : std::uint32_t { arrivals = 1, customers = 2, work = 3 };

enum class Kind : std::uint32_t { contact, shift_opens, shift_closes, work_done, customer_writes, hold_over };
/// `index`: cause, staff or place, by kind. `life`: the life of the place that this is about; an older one is stale.
struct What {
  Kind kind;
  std::uint32_t index;
  std::uint64_t life;
};

enum class Hands : std::uint8_t { none, queue, agent };

/// Where one conversation lives while it is open; used again by later ones.
struct Place {
  desk::Conversation conversation;
  Random customer, work;
  std::uint64_t life = 0;
  std::uint32_t cause = 0;
  Hands hands = Hands::none;
  AgentId agent;  ///< INVARIANT (load): set exactly while the floor counts it as this agent's load
  bool had_agent = false;
  desk::Waiting queued;  ///< as it stands in the queue
};

constexpr std::size_t event_kinds = static_cast<std::size_t>(EventKind::taken_up) + 1;
constexpr std::int64_t place_bits = 24;  // conversations open at one time: 16 million

class Host {
 public:
  explicit Host(const World& world)
      : world_(world), plan_(*world.plan), plans_{*world.plan, *world.plan, world.version} {}

  Year run() {
    start();
    // When no contact is to come and none is open, only shifts are left.
    while (causes_left_ > 0 || open_ > 0) {
      const Instant next = agenda_.empty() ? never : agenda_.first().at;
      const Instant wake_at = wakes_.first_at();
      if (std::min(next, wake_at) > world_.until || std::min(next, wake_at) == never) break;
      ++year_.steps;
      if (wake_at <= next) {  // what time does stands before what people do at the same instant
        now_ = wake_at;
        wake(wakes_.first());
      } else {
        now_ = next;
        work_off(agenda_.take_first().what);
      }
    }
    sum_up();
    year_.open_at_end = open_;
    year_.ended_at = now_;
    return year_;
  }

 private:
  void start();
  void work_off(const What& what);
  void contact(std::uint32_t cause);
  void next_contact(std::uint32_t cause);
  void shift(std::uint32_t staff, bool opens);
  void wake(std::uint32_t index);
  void customer_writes(std::uint32_t index);
  void work_done(std::uint32_t index);
  void take_up_again(std::uint32_t index);
  void begin(std::uint32_t index, AgentId agent);
  void let_go(std::uint32_t index);
  void taken_away(std::uint32_t index);
  void enqueue(std::uint32_t index);
  void route();
  void begin_routed();
  void finish(std::uint32_t index);

  Refusal tell(std::uint32_t index, const Command& command);
  void count(const desk::Event& event);
  void sum_up();
  void later(Span after, Kind kind, std::uint32_t index) {
    agenda_.put(now_ + after, {kind, index, places_[index].life});
  }
  std::uint32_t new_place();

  const World& world_;
  const plan::CompiledPlan& plan_;
  const desk::Plans plans_;
  Year year_;
  std::array<std::array<std::uint64_t, plan::target_count>, event_kinds> seen_{};  // events by kind and target
  Instant now_;
  Agenda<What> agenda_;
  Alarms wakes_;  // next_wake() of each place
  desk::Floor floor_;
  desk::Out out_;
  std::vector<desk::Route> routes_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> free_places_;
  std::vector<Random> arrivals_;
  std::vector<Instant> last_arrival_;
  bool look_at_all_ = false;  // the rules changed what somebody in the queue wants: route_new and route_freed do not do
  std::uint64_t causes_left_ = 0, open_ = 0, lives_ = 0;
};

Command by_agent(CommandKind kind, AgentId agent) {
  Command command;
  command.kind = kind;
  command.actor = {desk::ActorKind::agent, agent};
  return command;
}
Command by(CommandKind kind, desk::ActorKind actor) {
  Command command;
  command.kind = kind;
  command.actor.kind = actor;
  return command;
}

void Host::start() {
  now_ = world_.from;
  for (std::uint32_t i = 0; i < world_.staff.size(); ++i) {
    const Staff& staff = world_.staff[i];
    desk::set_roster(floor_, staff.id, staff.teams, staff.skills);
    const auto opens = staff.shift.next_open(world_.from);
    if (opens.ok()) agenda_.put(*opens, {Kind::shift_opens, i, 0});
  }
  for (std::uint32_t i = 0; i < world_.causes.size(); ++i) {
    arrivals_.emplace_back(world_.seed, arrivals, i, 0);
    last_arrival_.push_back(world_.from);
    ++causes_left_;
    next_contact(i);
  }
}

void Host::work_off(const What& what) {
  switch (what.kind) {
    case Kind::contact:
      return contact(what.index);
    case Kind::shift_opens:
      return shift(what.index, true);
    case Kind::shift_closes:
      return shift(what.index, false);
    default:
      break;
  }
  Place& place = places_[what.index];
  if (place.life != what.life) return;
  switch (what.kind) {
    case Kind::work_done:
      return work_done(what.index);
    case Kind::customer_writes:
      return customer_writes(what.index);
    case Kind::hold_over:
      return take_up_again(what.index);
    default:
      return;
  }
}

void Host::wake(std::uint32_t index) {
  tell(index, by(CommandKind::wake, desk::ActorKind::time));
  SUKI_ASSERT(wakes_.first_at() > now_ || wakes_.first() != index);  // or it would wake for ever
  route();
}

void Host::next_contact(std::uint32_t cause) {
  const Cause& of = world_.causes[cause];
  const auto at = plan_.calendars[of.hours].add(last_arrival_[cause], arrivals_[cause].exponential(of.between));
  if (!at.ok() || *at >= world_.to) {
    --causes_left_;
    return;
  }
  last_arrival_[cause] = *at;
  agenda_.put(*at, {Kind::contact, cause, 0});
}

void Host::contact(std::uint32_t cause) {
  if (year_.contacts >= world_.contacts_max) {
    --causes_left_;
    return;
  }
  next_contact(cause);
  ++year_.contacts;
  const std::uint32_t index = new_place();
  Place& place = places_[index];
  place.cause = cause;
  place.conversation.id = ConversationId{static_cast<std::int64_t>(year_.contacts << place_bits | index)};
  place.customer = Random(world_.seed, customers, cause, year_.contacts);
  place.work = Random(world_.seed, work, cause, year_.contacts);
  year_.open_max = std::max(year_.open_max, ++open_);
  Command open = by(CommandKind::open, desk::ActorKind::customer);
  open.message = MessageId{1};  // texts are none of the rules' business: any message will do
  if (tell(index, open) != Refusal::none) return finish(index);
  take_up_again(index);
}

void Host::shift(std::uint32_t staff, bool opens) {
  const Staff& who = world_.staff[staff];
  desk::set_presence(floor_, who.id, opens ? desk::Presence::online : desk::Presence::offline, now_);
  const auto next = opens ? who.shift.next_close(now_) : who.shift.next_open(now_);
  if (next.ok()) agenda_.put(*next, {opens ? Kind::shift_closes : Kind::shift_opens, staff, 0});
  if (opens) desk::set_shift(floor_, who.id, next.value_or(never));
  route();
}

void Host::customer_writes(std::uint32_t index) {
  Place& place = places_[index];
  if (place.conversation.state == State::resolved) ++year_.reopened;
  Command message = by(CommandKind::customer_message, desk::ActorKind::customer);
  message.message = MessageId{3};
  tell(index, message);
  take_up_again(index);
}

/// An open conversation needs hands: those of its agent when they are free, else anybody's by the queue.
void Host::take_up_again(std::uint32_t index) {
  Place& place = places_[index];
  const AgentId agent = place.conversation.assignee;
  if (place.conversation.state == State::on_hold) {
    Command command = by(CommandKind::set_state, desk::ActorKind::system);
    command.state = State::open;
    tell(index, command);
  }
  if (place.hands != Hands::none) return;
  if (agent) {
    const auto* entry = desk::find_agent(floor_, agent);
    if (entry && desk::fits(plan_, *entry, place.conversation.facts, now_) == desk::WhyNot::none) {
      desk::took(floor_, agent, place.conversation.facts.get(plan::FactKey::channel), now_);
      return begin(index, agent);
    }
    tell(index, by(CommandKind::assign_agent, desk::ActorKind::system));
  }
  place.hands = Hands::queue;
  place.queued = desk::waiting_of(place.conversation);
  desk::route_new(plan_, floor_, place.queued, now_, routes_);
  if (look_at_all_) return route();
  begin_routed();
}

void Host::enqueue(std::uint32_t index) {
  Place& place = places_[index];
  if (place.hands == Hands::queue) floor_.queue.erase(place.queued);
  place.hands = Hands::queue;
  place.queued = desk::waiting_of(place.conversation);
  floor_.queue.insert(place.queued);
  look_at_all_ = true;
}

void Host::route() {
  look_at_all_ = false;
  desk::route(plan_, floor_, now_, routes_);
  begin_routed();
}

void Host::begin_routed() {
  for (const auto& one : routes_) {
    const auto index = static_cast<std::uint32_t>(one.conversation.value & ((std::int64_t{1} << place_bits) - 1));
    Place& place = places_[index];
    // The floor has counted it already; a change that decide() makes now must find it there.
    place.hands = Hands::agent;
    place.agent = one.agent;
    ++year_.routed;
    if (!place.had_agent) {
      place.had_agent = true;
      if (now_ > place.conversation.opened_at) ++year_.waited;
      year_.waited_total += now_ - place.conversation.opened_at;
    }
    Command command = by(CommandKind::assign_agent, desk::ActorKind::system);
    command.agent = one.agent;
    tell(index, command);
    begin(index, one.agent);
  }
  routes_.clear();
}

void Host::begin(std::uint32_t index, AgentId agent) {
  Place& place = places_[index];
  place.hands = Hands::agent;
  place.agent = agent;
  later(place.work.exponential(world_.causes[place.cause].handling), Kind::work_done, index);
}

/// The agent's hands are free again; who was assigned stays assigned.
void Host::let_go(std::uint32_t index) {
  Place& place = places_[index];
  desk::released(floor_, place.agent, place.conversation.facts.get(plan::FactKey::channel), now_);
  place.hands = Hands::none;
  place.agent = AgentId{};
}

/// An escalation gave it to another team while somebody worked on it: that work is void, and so is its entry.
void Host::taken_away(std::uint32_t index) {
  Place& place = places_[index];
  let_go(index);
  place.life = ++lives_;
  enqueue(index);
}

void Host::work_done(std::uint32_t index) {
  Place& place = places_[index];
  const Cause& cause = world_.causes[place.cause];
  const AgentId agent = place.agent;
  Command reply = by_agent(CommandKind::agent_reply, agent);
  reply.message = MessageId{2};
  tell(index, reply);
  if (place.hands != Hands::agent) return route();
  let_go(index);
  Command command = by_agent(CommandKind::set_state, agent);
  const double what = place.work.uniform();
  if (what < cause.asks_back) {
    command.state = State::pending;
    tell(index, command);
    later(place.customer.exponential(cause.answers_after), Kind::customer_writes, index);
  } else if (what < cause.asks_back + cause.held) {
    command.state = State::on_hold;
    command.symbol = world_.hold_reason;
    tell(index, command);
    later(place.customer.exponential(cause.held_for), Kind::hold_over, index);
  } else {
    command.state = State::resolved;
    tell(index, command);
    if (place.customer.chance(cause.reopens)) {
      later(place.customer.exponential(cause.reopens_after), Kind::customer_writes, index);
    } else {
      finish(index);
    }
  }
  if (look_at_all_) return route();
  desk::route_freed(plan_, floor_, agent, now_, routes_);
  begin_routed();
}

std::uint32_t Host::new_place() {
  if (free_places_.empty()) {
    SUKI_ASSERT(places_.size() < (std::size_t{1} << place_bits));
    places_.emplace_back();
    free_places_.reserve(places_.capacity());
    free_places_.push_back(static_cast<std::uint32_t>(places_.size() - 1));
  }
  const std::uint32_t index = free_places_.back();
  free_places_.pop_back();
  places_[index] = Place{};
  places_[index].life = ++lives_;
  return index;
}

void Host::finish(std::uint32_t index) {
  places_[index].life = 0;
  wakes_.set(index, never);
  free_places_.push_back(index);
  --open_;
}

/// One command through the rules, and what follows from it for the agenda and the queue.
Refusal Host::tell(std::uint32_t index, const Command& command) {
  Place& place = places_[index];
  desk::Conversation& conversation = place.conversation;
  const plan::Facts& facts = command.kind == CommandKind::open ? world_.causes[place.cause].facts : conversation.facts;
  const Refusal refusal = desk::decide_and_apply(plans_, conversation, command, facts, now_, out_);
  if (refusal != Refusal::none) {
    ++year_.refused;
    return refusal;
  }
  for (const auto& event : out_.events) {
    count(event);
    if (world_.on_event) world_.on_event(conversation.id, event);
  }
  if (place.hands == Hands::agent && conversation.assignee != place.agent) taken_away(index);
  if (place.hands == Hands::queue) {
    const auto waiting = desk::waiting_of(conversation);
    if (waiting.due != place.queued.due || waiting.facts != place.queued.facts) enqueue(index);
  }
  wakes_.set(index, desk::next_wake(conversation));
  return refusal;
}

void Host::count(const desk::Event& event) {
  ++seen_[static_cast<std::size_t>(event.kind)][static_cast<std::size_t>(event.target)];
  if (event.kind == EventKind::state_changed) year_.resolved += event.state == State::resolved;
  // Each event by itself first, then one step of the chain: the processor works on several events at a time.
  const auto word = [](Instant at) { return static_cast<std::uint64_t>(at.us); };
  const std::uint64_t what = std::uint64_t{event.number} << 32 |
                             std::uint64_t{static_cast<std::uint8_t>(event.kind)} << 24 |
                             std::uint64_t{static_cast<std::uint8_t>(event.state)} << 16 | event.cycle;
  const std::uint64_t who = static_cast<std::uint64_t>(event.agent.value) << 32 | event.symbol.value;
  const std::uint64_t when = word(event.occurred_at) * 0x9e3779b97f4a7c15U ^ word(event.due) * 0xd6e8feb86659fd93U;
  const std::uint64_t much = static_cast<std::uint64_t>(event.used.us) << 3 ^ static_cast<std::uint8_t>(event.target);
  const std::uint64_t one =
      mix64(what * 0xa0761d6478bd642fU ^ who * 0xe7037ed1a0b428dbU ^ when ^ much * 0x8ebc6af09c88c6e3U);
  year_.digest = (year_.digest ^ one) * 0x9fb21c651e98df25U;
  year_.digest ^= year_.digest >> 29;
}

void Host::sum_up() {
  const auto seen = [&](EventKind kind, std::size_t target) { return seen_[static_cast<std::size_t>(kind)][target]; };
  for (std::size_t target = 0; target < plan::target_count; ++target) {
    year_.verdicts[target] = {seen(EventKind::clock_met, target), seen(EventKind::clock_missed, target),
                              seen(EventKind::clock_cancelled, target)};
    year_.escalated += seen(EventKind::escalated, target);
    for (const auto& by_target : seen_) year_.events += by_target[target];
  }
}

}  // namespace

Year run(const World& world) {
  return Host(world).run();
}

}  // namespace suki::simulator
