#include "app/verify.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "app/projection.h"
#include "app/view.h"

namespace suki::app {
namespace {

using Events = std::vector<desk::Event>;

/// One conversation under the eye.
class Check {
 public:
  Check(Work& work, ConversationId id, std::vector<Difference>& found) : work_(work), id_(id), found_(found) {}

  Result<void> run() {
    const auto record = work_.tx.find_conversation(id_);
    if (!record) return {};  // gone since it was listed
    stored_ = work_.tx.events(id_);
    check_history(*record);
    SUKI_CHECK(replay());
    check_state(*record);
    check_texts();
    check_link(*record);
    return {};
  }

 private:
  template <class... T>
  void tell(fmt::format_string<T...> format, T&&... values) {
    found_.push_back({id_, fmt::format(format, std::forward<T>(values)...)});
  }

  void check_history(const store::ConversationRecord& record) {
    for (std::size_t i = 0; i < stored_.size(); ++i) {
      if (stored_[i].number == i + 1) continue;
      tell("after event {} comes event {}", i, stored_[i].number);
      break;
    }
    if (store::Tx::digest_of(stored_) != record.digest) tell("its digest is not that of its {} events", stored_.size());
  }

  Result<void> replay() {
    std::size_t next = 0;
    played_.id = id_;
    for (const store::InputRecord& input : work_.tx.inputs(id_)) {
      SUKI_TRY(const PlanPtr in_force, work_.shared.plans.find(work_.tx, input.in_force));
      PlanPtr pinned = in_force;
      if (played_.pinned && played_.pinned != input.in_force) {
        SUKI_TRY(pinned, work_.shared.plans.find(work_.tx, played_.pinned));
      }
      const desk::Plans plans{*in_force->compiled, *pinned->compiled, input.in_force};
      const desk::Refusal refusal = desk::decide_and_apply(plans, played_, input.command, input.facts, input.at, out_);
      if (refusal != desk::Refusal::none) {
        tell("the command {} at place {} was taken, but the rules refuse it: {}", desk::name_of(input.command.kind),
             input.position, desk::name_of(refusal));
        return {};
      }
      for (const desk::Event& event : out_.events)
        if (!compare(event, next++)) return {};
    }
    if (next < stored_.size())
      tell("event {} ({}) comes from no command in the input log", next + 1, desk::name_of(stored_[next].kind));
    replayed_ = true;
    return {};
  }

  /// False where going on would only repeat the difference.
  bool compare(const desk::Event& played, std::size_t index) {
    if (index >= stored_.size()) {
      tell("event {} ({} at {}) is missing", index + 1, desk::name_of(played.kind), format_instant(played.occurred_at));
      return false;
    }
    const desk::Event& stored = stored_[index];
    if (stored == played) return true;
    if (stored.rules != played.rules) {
      tell("event {} was made by revision {} of the rules; revision {} makes {} of it", index + 1, stored.rules,
           played.rules, desk::name_of(played.kind));
      return false;
    }
    tell("event {} is {} at {}, due {}; the rules make it {} at {}, due {}; what differs (stored, computed): {}",
         index + 1, desk::name_of(stored.kind), format_instant(stored.occurred_at), say_due(stored.due),
         desk::name_of(played.kind), format_instant(played.occurred_at), say_due(played.due), fields(stored, played));
    return false;
  }

  /// "due 5, 9; cycle 1, 2": names as in the table of events, instants and spans in microseconds.
  static std::string fields(const desk::Event& stored, const desk::Event& played) {
    std::string text;
    const auto compare = [&text](const char* name, auto a, auto b) {
      if (a != b) text += fmt::format("{}{} {}, {}", text.empty() ? "" : "; ", name, a, b);
    };
    compare("number", stored.number, played.number);
    compare("kind", desk::name_of(stored.kind), desk::name_of(played.kind));
    compare("target", desk::name_of(stored.target), desk::name_of(played.target));
    compare("state", desk::name_of(stored.state), desk::name_of(played.state));
    compare("by_staff", stored.by_staff, played.by_staff);
    compare("late", stored.late, played.late);
    compare("cycle", stored.cycle, played.cycle);
    compare("actor_kind", desk::name_of(stored.actor.kind), desk::name_of(played.actor.kind));
    compare("actor_agent", stored.actor.agent.value, played.actor.agent.value);
    compare("symbol", stored.symbol.value, played.symbol.value);
    compare("rule", stored.rule.value, played.rule.value);
    compare("agent", stored.agent.value, played.agent.value);
    compare("message", stored.message.value, played.message.value);
    compare("other", stored.other.value, played.other.value);
    compare("version", stored.version.value, played.version.value);
    compare("occurred_at", stored.occurred_at.us, played.occurred_at.us);
    compare("recorded_at", stored.recorded_at.us, played.recorded_at.us);
    compare("due", stored.due.us, played.due.us);
    compare("start_at", stored.from.us, played.from.us);
    compare("next_at", stored.next_at.us, played.next_at.us);
    compare("span", stored.span.us, played.span.us);
    compare("used", stored.used.us, played.used.us);
    return text;
  }

  static std::string say_due(Instant due) { return due == never ? "never" : format_instant(due); }

  void check_state(const store::ConversationRecord& record) {
    if (replayed_ && !(played_ == record.state)) tell("its state is not what its history makes of it");
    store::ConversationRecord again = record;
    project(again);
    // A wake that the core had nothing to do at was taken back.
    if (again.next_wake != record.next_wake && !(record.next_wake == never && again.next_wake <= work_.now))
      tell("it wakes at {}, but should at {}", say_due(record.next_wake), say_due(again.next_wake));
    if (again.next_due != record.next_due)
      tell("lists show it due {}, but it is {}", say_due(record.next_due), say_due(again.next_due));
    else if (again.next_due != never && again.next_target != record.next_target)
      tell("lists show it due for {}, but it is for {}", desk::name_of(record.next_target),
           desk::name_of(again.next_target));
    if (!work_.tx.has_list_columns_of(record)) tell("what lists are cut by is not what its state says");
    if (again.at_risk != record.at_risk || again.breached != record.breached || again.unanswered != record.unanswered)
      tell("its flags at risk, breached and unanswered are {}{}{}, but should be {}{}{}", int{record.at_risk},
           int{record.breached}, int{record.unanswered}, int{again.at_risk}, int{again.breached},
           int{again.unanswered});
  }

  void check_texts() {
    std::map<MessageId, const desk::Event*> events;
    for (const desk::Event& event : stored_)
      if (event.message) events[event.message] = &event;
    for (const store::MessageRecord& message : work_.tx.messages(id_)) {
      const auto event = events.find(message.id);
      if (event == events.end()) {
        tell("message {} is of no event", message.id.value);
        continue;
      }
      check_message(message, *event->second);
      events.erase(event);
    }
    for (const auto& [id, event] : events) tell("message {} of event {} is not there", id.value, event->number);
  }

  void check_message(const store::MessageRecord& message, const desk::Event& event) {
    const auto kind = kind_of(event.kind);
    if (kind != message.kind)
      tell("message {} is kept as {}, but event {} is {}", message.id.value, name_of(message.kind), event.number,
           desk::name_of(event.kind));
    if (message.agent != event.actor.agent)
      tell("message {} is kept as of agent {}, but event {} is of agent {}", message.id.value, message.agent.value,
           event.number, event.actor.agent.value);
    if (message.at != event.occurred_at)
      tell("message {} is kept as of {}, but event {} was at {}", message.id.value, format_instant(message.at),
           event.number, format_instant(event.occurred_at));
  }

  static std::optional<store::MessageKind> kind_of(desk::EventKind kind) {
    switch (kind) {
      case desk::EventKind::customer_message:
        return store::MessageKind::customer;
      case desk::EventKind::agent_reply:
        return store::MessageKind::reply;
      case desk::EventKind::automatic_reply:
        return store::MessageKind::automatic;
      case desk::EventKind::note:
        return store::MessageKind::note;
      default:
        return std::nullopt;
    }
  }

  /// The customer's way to it: by a token of this store's key.
  void check_link(const store::ConversationRecord& record) {
    if (record.erased_at.us != 0) return;
    if (work_.tx.find_link(link_token(work_.tx, id_)) != id_) tell("its private link does not lead to it");
  }

  Work& work_;
  ConversationId id_;
  std::vector<Difference>& found_;
  Events stored_;
  desk::Conversation played_;
  desk::Out out_;
  bool replayed_ = false;
};

}  // namespace

Result<void> verify(Work& work, ConversationId id, std::vector<Difference>& found) {
  return Check(work, id, found).run();
}

Result<App::VerifySlice> App::verify(store::Tx& tx, ConversationId after, int limit) {
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  VerifySlice slice;
  slice.last = after;
  const auto ids = tx.conversations_after(after, limit);
  std::vector<Difference> found;
  for (const ConversationId id : ids) {
    SUKI_CHECK(app::verify(work, id, found));
    slice.last = id;
  }
  slice.checked = static_cast<std::int64_t>(ids.size());
  slice.done = static_cast<int>(ids.size()) < limit;
  if (slice.done) SUKI_CHECK(verify_whole(work, found));
  for (const Difference& difference : found)
    slice.differences.push_back(difference.conversation
                                    ? fmt::format("conversation {}: {}", difference.conversation.value, difference.what)
                                    : difference.what);
  slice.in_all = tx.tallies({}).all;
  return slice;
}

Result<void> verify_whole(Work& work, std::vector<Difference>& found) {
  for (std::string& wrong : work.tx.wrong_tallies()) found.push_back({{}, std::move(wrong)});
  constexpr int slice = 500;
  for (store::Tx::SearchCheck check{}; !check.done;) {
    check = work.tx.check_search(check.last, slice);
    for (std::string& wrong : check.wrong) found.push_back({{}, std::move(wrong)});
  }
  for (std::string& wrong : work.tx.wrong_counters()) found.push_back({{}, std::move(wrong)});
  for (std::string& wrong : work.tx.wrong_references()) found.push_back({{}, std::move(wrong)});
  verify_roster(work, found);
  for (const store::PlanVersionRecord& version : work.tx.plan_versions()) {
    const auto loaded = Plans::read(work.tx, version);
    if (!loaded.ok())
      found.push_back({{}, fmt::format("plan version {}: {}", version.number.value, loaded.error().detail)});
  }
  return {};
}

ContentSlice verify_contents(store::Tx& tx, const std::string& after) {
  constexpr std::int64_t bytes = 64 << 20;  // about a tenth of a second of hashing; chosen
  store::Tx::ContentCheck check = tx.check_contents(after, bytes);
  return {std::move(check.last), check.done, std::move(check.wrong)};
}

}  // namespace suki::app
