#include "app/privacy.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/turn.h"
#include "app/view.h"
#include "base/number.h"
#include "base/reason.h"
#include "base/text.h"
#include "store/mail_thread.h"
#include "store/quarantine.h"
#include "store/remote_pictures.h"

namespace suki::app {
namespace {

using store::ErasureReason;

struct ReasonName {
  ErasureReason reason;
  const char* name;
  bool may_be_given;  ///< the others are ours
};
constexpr ReasonName reasons[] = {
    {ErasureReason::asked, "asked", true},
    {ErasureReason::withdrawn, "withdrawn", true},
    {ErasureReason::not_needed, "not_needed", true},
    {ErasureReason::unlawful, "unlawful", true},
    {ErasureReason::duty, "duty", true},
    {ErasureReason::retention, "retention", false},
    {ErasureReason::restored, "restored", false},
};

/// What names this customer best, and has to be typed.
std::string confirmation_of(const store::CustomerRecord& customer) {
  if (!customer.email.empty()) return customer.email;
  if (!customer.name.empty()) return customer.name;
  return to_text(customer.id.value);
}

Erasure to_view(store::Tx& tx, const AgentNames& agents, const store::ErasureRecord& record) {
  Erasure view;
  view.customer = to_text(record.customer.value);
  view.reason = name_of(record.reason);
  view.by = agents.find(record.asked_by);
  view.asked_at = format_instant(record.asked_at);
  if (record.done_at.us != 0) view.done_at = format_instant(record.done_at);
  view.conversations = record.counts.conversations;
  view.messages = record.counts.messages;
  view.files = record.counts.files;
  view.mails = record.counts.mails;
  if (record.done_at.us == 0)
    view.left = static_cast<std::int64_t>(tx.conversations_to_erase(record.customer, 1'000).size());
  return view;
}

/// Ends it, so that nobody is promised anything any more, and takes its texts.
Result<void> erase_conversation(Work& work, ConversationId id, desk::Actor actor, store::ErasedCounts& counts) {
  SUKI_TRY(Turn turn, Turn::load(work, id));
  turn.be_silent();
  if (turn.state().state != desk::State::closed && !turn.state().merged) {
    desk::Command close;
    close.kind = desk::CommandKind::set_state;
    close.actor = actor;
    close.state = desk::State::closed;
    SUKI_CHECK(turn.run(close));
    SUKI_CHECK(turn.finish());
  }
  counts.add(work.tx.erase_texts(id, work.now));
  work.tx.touch(id);
  return {};
}

desk::Actor actor_of(const store::ErasureRecord& record) {
  if (record.asked_by) return {desk::ActorKind::agent, record.asked_by};
  return {desk::ActorKind::system, {}};
}

void add_day(Work& work, const store::ErasedCounts& counts, std::int64_t customers) {
  store::RetentionDay day;
  day.day = work.now.us / days(1).us;
  day.plan = work.plan->record.number;
  day.customers = customers;
  day.counts = counts;
  work.tx.add_retention(day);
}

Result<void> erase_some(Work& work, store::ErasureRecord& record) {
  const auto ids = work.tx.conversations_to_erase(record.customer, erase_batch);
  store::ErasedCounts counts;
  for (const ConversationId id : ids) SUKI_CHECK(erase_conversation(work, id, actor_of(record), counts));
  record.counts.add(counts);
  if (record.reason == ErasureReason::retention && !ids.empty()) add_day(work, counts, 0);
  if (static_cast<int>(ids.size()) < erase_batch) record.done_at = work.now;
  work.tx.update_erasure(record);
  work.tx.want_scrub();
  return {};
}

Result<store::ErasureRecord> begin(Work& work, CustomerId id, ErasureReason reason, AgentId by) {
  store::ErasureRecord record;
  record.customer = id;
  record.reason = reason;
  record.asked_by = by;
  record.asked_at = work.now;
  if (const auto first = store::own_first_conversation(work.tx, id)) {
    record.first_conversation = *first;
    if (const auto conversation = work.tx.find_conversation(*first)) record.first_at = conversation->state.opened_at;
  }
  // What this address sent and nobody could read goes, too, while it is still known.
  const auto customer = work.tx.find_customer(id);
  if (customer) {
    store::forget_picture_sender(work.tx, to_lower_ascii(customer->email));
    while (store::remove_quarantined_from(work.tx, to_lower_ascii(customer->email), erase_batch) == erase_batch)
      continue;
  }
  // Who stood for one of their addresses is the same person.
  const auto others = store::forget_addresses(work.tx, id);
  work.tx.begin_erasure(record);
  SUKI_CHECK(erase_some(work, record));
  for (const CustomerId other : others)
    if (!work.tx.find_erasure(other)) SUKI_CHECK(begin(work, other, reason, by));
  return record;
}

}  // namespace

const char* name_of(ErasureReason reason) {
  for (const ReasonName& known : reasons)
    if (known.reason == reason) return known.name;
  return "";
}

std::optional<ErasureReason> find_erasure_reason(std::string_view name) {
  for (const ReasonName& known : reasons)
    if (known.name == name && known.may_be_given) return known.reason;
  return std::nullopt;
}

Result<ErasurePreview> preview_erasure(App& app, store::Tx& tx, const Caller&, CustomerId id) {
  SUKI_TRY(const Work work, Work::begin(app.shared(), tx));
  const auto customer = tx.find_customer(id);
  if (!customer) return fail(ErrorCode::not_found, "no such customer");
  ErasurePreview preview;
  preview.id = to_text(id.value);
  preview.name = customer->name;
  preview.email = customer->email;
  preview.confirm = confirmation_of(*customer);
  store::CustomerHoldings h = tx.holdings(id);
  const store::QuarantinedOf apart = store::count_quarantined_from(tx, to_lower_ascii(customer->email));
  h.mails += apart.mails;
  h.mail_bytes += apart.bytes;
  preview.holdings = {h.conversations, h.unsolved, h.messages,   h.notes,  h.files,
                      h.file_bytes,    h.mails,    h.mail_bytes, h.drafts, h.waiting_mails};
  constexpr int shown_max = 20;
  for (const CustomerId other : tx.customers_with_email(customer->email, id, shown_max))
    preview.same_address.push_back(to_text(other.value));
  if (const auto record = tx.find_erasure(id)) preview.erasure = to_view(tx, AgentNames(tx), *record);
  return preview;
}

Result<Erasure> erase_customer(App& app, store::Tx& tx, const Caller& caller, CustomerId id,
                               const EraseCustomer& input) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  const auto customer = tx.find_customer(id);
  if (!customer) return fail(ErrorCode::not_found, "no such customer");
  if (const auto known = tx.find_erasure(id)) return to_view(tx, AgentNames(tx), *known);
  const auto reason = find_erasure_reason(input.reason);
  if (!reason) return bad_input("reason", "must be one of asked, withdrawn, not_needed, unlawful, duty");
  if (to_lower_ascii(trim(input.confirm)) != to_lower_ascii(trim(confirmation_of(*customer))))
    return because(bad_input("confirm", "is not the address or name of this customer"), "confirm_differs");
  SUKI_TRY(const store::ErasureRecord record, begin(work, id, *reason, caller.agent));
  return to_view(tx, AgentNames(tx), record);
}

bool has_to_erase(store::Tx& tx) {
  return tx.next_erasure().has_value() || !tx.is_scrubbed();
}

Result<bool> erase_step(App& app, store::Tx& tx) {
  auto record = tx.next_erasure();
  if (!record) return tx.scrub(scrub_pages);
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  SUKI_CHECK(erase_some(work, *record));
  return true;
}

Result<Erasures> erasures(App&, store::Tx& tx, const std::string& cursor, int limit) {
  if (limit < 1 || limit > page_max) return bad_input("limit", "must be 1 to 200");
  std::optional<store::ErasureKey> before;
  if (!cursor.empty()) {
    const auto dot = cursor.find('.');
    const auto at = parse_whole(cursor.substr(0, dot));
    const auto id = dot == std::string::npos ? std::nullopt : parse_positive(cursor.substr(dot + 1));
    if (!at || !id) return bad_input("cursor", "is not one that a page gave");
    before = store::ErasureKey{*at, *id};
  }
  auto records = tx.erasures(before ? &*before : nullptr, limit + 1);
  Erasures page;
  if (records.size() > static_cast<std::size_t>(limit)) {
    records.pop_back();
    page.next = fmt::format("{}.{}", records.back().asked_at.us, records.back().customer.value);
  }
  const AgentNames agents(tx);
  for (const store::ErasureRecord& record : records) page.items.push_back(to_view(tx, agents, record));
  return page;
}

Result<ErasedPage> erased_list(store::Tx& tx, const std::string& cursor, int limit) {
  const auto after = cursor.empty() ? std::optional<std::int64_t>(0) : parse_positive(cursor);
  if (!after) return bad_input("cursor", "is not one that a page gave");
  ErasedPage page;
  for (const store::ErasureRecord& record : tx.erasures_after(CustomerId(*after), limit)) {
    Maybe<Time> first_at;
    if (record.first_conversation) first_at = format_instant(record.first_at);
    page.items.push_back({to_text(record.customer.value), name_of(record.reason), format_instant(record.asked_at),
                          record.first_conversation ? to_text(record.first_conversation.value) : "", first_at});
  }
  if (static_cast<int>(page.items.size()) == limit) page.next = page.items.back().customer;
  return page;
}

Result<ErasedAgain> erase_again(App& app, store::Tx& tx, const ErasedEntry& entry) {
  const auto id = parse_positive(entry.customer);
  if (!id) return bad_input("customer", "must be a customer's number");
  const CustomerId customer(*id);
  if (tx.find_erasure(customer)) return ErasedAgain::already;
  const auto first = store::own_first_conversation(tx, customer);
  if (!tx.find_customer(customer) || !first || to_text(first->value) != entry.first_conversation)
    return ErasedAgain::not_here;
  const auto conversation = tx.find_conversation(*first);
  if (!conversation || !entry.first_at || format_instant(conversation->state.opened_at) != *entry.first_at)
    return ErasedAgain::not_here;
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  SUKI_CHECK(begin(work, customer, ErasureReason::restored, {}));
  return ErasedAgain::begun;
}

// ---- the plan's rule ------------------------------------------------------------------------------------------------

namespace {

/// 0 is for ever.
std::uint16_t longer(std::uint16_t a, std::uint16_t b) {
  return a == 0 || b == 0 ? std::uint16_t{0} : std::max(a, b);
}

Instant days_before(Instant now, std::uint16_t count) {
  return now - days(count);
}

Result<RetentionRule> find_rule(Work& work) {
  RetentionRule rule;
  rule.in_force = rule.followed = work.plan->compiled->retention;
  auto versions = work.tx.plan_versions();
  std::reverse(versions.begin(), versions.end());
  const Instant since = work.now - retention_grace;
  if (versions.empty()) return rule;
  for (const store::PlanVersionRecord& version : versions) {
    SUKI_TRY(const PlanPtr plan, work.shared.plans.find(work.tx, version.number));
    const plan::Retention& kept = plan->compiled->retention;
    rule.followed.conversation_days = longer(rule.followed.conversation_days, kept.conversation_days);
    rule.followed.customer_days = longer(rule.followed.customer_days, kept.customer_days);
    if (version.adopted_at <= since) break;
  }
  // Before the first plan nothing was said: as if everything were kept for ever.
  if (versions.back().adopted_at > since) rule.followed = {};
  if (!(rule.followed == rule.in_force)) rule.followed_from = versions.front().adopted_at + retention_grace;
  return rule;
}

std::string day_text(std::int64_t day) {
  return format_instant(Instant{day * days(1).us}).substr(0, 10);
}

}  // namespace

Result<RetentionRule> retention_rule(App& app, store::Tx& tx) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  return find_rule(work);
}

Result<RetentionDue> count_retention(App& app, store::Tx& tx) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  RetentionDue due;
  SUKI_TRY(due.rule, find_rule(work));
  const plan::Retention& rule = due.rule.in_force;
  if (rule.conversation_days > 0)
    due.conversations = tx.count_conversations_to_forget(days_before(work.now, rule.conversation_days));
  if (rule.customer_days > 0) {
    const Instant before = days_before(work.now, rule.customer_days);
    for (store::Tx::CustomersToForget stretch{}; !stretch.done;) {
      stretch = tx.customers_to_forget(before, stretch.last, forget_stretch);
      due.customers += static_cast<std::int64_t>(stretch.found.size());
    }
  }
  return due;
}

Result<RetentionView> show_retention(App& app, store::Tx& tx) {
  SUKI_TRY(const RetentionDue due, count_retention(app, tx));
  const plan::Retention& rule = due.rule.in_force;
  RetentionView view;
  if (rule.conversation_days > 0) view.conversation_days = rule.conversation_days;
  if (rule.customer_days > 0) view.customer_days = rule.customer_days;
  if (due.rule.followed_from != never) view.begins_at = format_instant(due.rule.followed_from);
  view.due_conversations = due.conversations;
  view.due_customers = due.customers;
  for (const store::RetentionDay& day : tx.retention_days(retention_days_shown))
    view.days.push_back({day_text(day.day), to_text(day.plan.value), day.customers, day.counts.conversations,
                         day.counts.messages, day.counts.files, day.counts.mails});
  return view;
}

namespace {

Result<std::optional<store::ForgetKey>> read_forget_key(const std::string& cursor) {
  if (cursor.empty()) return std::optional<store::ForgetKey>();
  const auto dot = cursor.find('.');
  const auto at = parse_whole(cursor.substr(0, dot));
  const auto id = dot == std::string::npos ? std::nullopt : parse_positive(cursor.substr(dot + 1));
  if (!at || !id) return bad_input("cursor", "is not one that a page gave");
  return std::optional(store::ForgetKey{*at, *id});
}

/// A page of customers, and where the next one begins.
std::vector<store::Forgettable> next_customers(store::Tx& tx, std::optional<store::ForgetKey>& key, int limit) {
  std::vector<store::Forgettable> found;
  for (int n = 0; n < next_stretches_max && static_cast<int>(found.size()) < limit; ++n) {
    const auto stretch =
        tx.next_customers_to_forget(key ? &*key : nullptr, forget_stretch, limit - static_cast<int>(found.size()));
    found.insert(found.end(), stretch.found.begin(), stretch.found.end());
    key = stretch.last;
    if (stretch.done) {
      key.reset();
      break;
    }
  }
  return found;
}

std::vector<store::Forgettable> next_conversations(store::Tx& tx, std::optional<store::ForgetKey>& key, int limit) {
  auto found = tx.next_to_forget(key ? &*key : nullptr, limit + 1);
  key.reset();
  if (static_cast<int>(found.size()) > limit) {
    found.pop_back();
    key = store::ForgetKey{found.back().last_at.us, found.back().conversation.value};
  }
  return found;
}

}  // namespace

Result<RetentionNextPage> retention_next(App& app, store::Tx& tx, const RetentionNextAsk& ask) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  if (ask.limit < 1 || ask.limit > page_max) return bad_input("limit", "must be 1 to 200");
  const bool customers = ask.kind == "customers";
  if (!customers && ask.kind != "conversations") return bad_input("kind", "must be conversations or customers");
  SUKI_TRY(std::optional<store::ForgetKey> key, read_forget_key(ask.cursor));
  SUKI_TRY(const RetentionRule rule, find_rule(work));
  const std::uint16_t kept_days = customers ? rule.in_force.customer_days : rule.in_force.conversation_days;
  RetentionNextPage page;
  if (kept_days == 0) return page;
  const auto found = customers ? next_customers(tx, key, ask.limit) : next_conversations(tx, key, ask.limit);
  for (const store::Forgettable& one : found) {
    Instant at = one.last_at + days(kept_days);
    if (rule.followed_from != never) at = std::max(at, rule.followed_from);
    const auto customer = tx.find_customer(one.customer);
    page.items.push_back({to_text(one.conversation.value), to_text(one.customer.value), customer ? customer->name : "",
                          format_instant(at)});
  }
  if (key) page.next = fmt::format("{}.{}", key->last_at, key->conversation);
  return page;
}

Result<bool> retention_step(App& app, store::Tx& tx, CustomerId& after) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  SUKI_TRY(const RetentionRule rule, find_rule(work));
  if (rule.followed.conversation_days > 0) {
    store::ErasedCounts counts;
    const Instant before = days_before(work.now, rule.followed.conversation_days);
    if (const int mails = store::remove_quarantined_before(tx, before, erase_batch); mails > 0) {
      counts.mails = mails;
      add_day(work, counts, 0);
      tx.want_scrub();
      return true;
    }
    const auto ids = tx.conversations_to_forget(before, erase_batch);
    for (const ConversationId id : ids) SUKI_CHECK(erase_conversation(work, id, {desk::ActorKind::system, {}}, counts));
    if (!ids.empty()) {
      add_day(work, counts, 0);
      tx.want_scrub();
      return true;
    }
  }
  if (rule.followed.customer_days == 0) return false;
  const auto stretch =
      tx.customers_to_forget(days_before(work.now, rule.followed.customer_days), after, forget_stretch);
  std::int64_t customers = 0;
  for (const CustomerId id : stretch.found) {
    SUKI_CHECK(begin(work, id, ErasureReason::retention, {}));
    after = id;
    // The rest of this stretch is looked at again.
    if (++customers == erase_batch) break;
  }
  if (customers > 0) add_day(work, {}, customers);
  if (customers == erase_batch) return true;
  after = stretch.last;
  return !stretch.done;
}

}  // namespace suki::app
