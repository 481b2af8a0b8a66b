/// What the desk shows: lists, conversations, explanations, downloads.
#include <algorithm>

#include "app/files.h"
#include "app/roster_work.h"
#include "app/turn.h"
#include "app/view.h"
#include "app/views.h"
#include "base/number.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "desk/ledger.h"

namespace suki::app {
namespace {

std::string to_cursor(const store::ListKey& key) {
  return to_text(key.sort) + "." + to_text(key.id);
}
Result<store::ListKey> from_cursor(std::string_view text) {
  const auto dot = text.find('.');
  const auto sort = parse_whole(text.substr(0, dot));
  const auto id = dot == std::string_view::npos ? std::nullopt : parse_whole(text.substr(dot + 1));
  if (!sort || !id) return bad_input("cursor", "is not one that a page gave");
  return store::ListKey{*sort, *id};
}

List<Named> name_all(const LoadedPlan& plan, const auto& declared, const std::string& language) {
  List<Named> result;
  for (const auto& one : declared) result.push_back({one.id, plan.text(one.name, language)});
  return result;
}

}  // namespace

Result<Inbox> App::inbox(store::Tx& tx, const Caller& caller, const std::string& view_name, const std::string& cursor,
                         int limit, bool from_end) {
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  SUKI_TRY(store::ListQuery query, find_view(work, caller, view_name));
  query.from_end = from_end;
  if (limit < 1 || limit > page_max) return bad_input("limit", "must be 1 to 200");
  store::ListKey key;
  if (!cursor.empty()) {
    SUKI_TRY(key, from_cursor(cursor));
  }
  const store::ListPage page = tx.list(query, cursor.empty() ? nullptr : &key, limit);
  Inbox inbox;
  if (page.next) inbox.next = to_cursor(*page.next);
  const AgentNames agents(tx);
  for (const store::ListRow& row : page.rows) inbox.items.push_back(to_row(work, agents, row, caller.language));
  inbox.counts = count_views(work, caller);
  inbox.now = format_instant(work.now);
  inbox.position = tx.last_position();
  return inbox;
}

Result<Row> App::row(store::Tx& tx, const Caller& caller, ConversationId id) {
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  const auto row = tx.list_row(id);
  if (!row) return fail(ErrorCode::not_found, "no such conversation");
  return to_row(work, AgentNames(tx), *row, caller.language);
}

Result<Conversation> App::conversation(store::Tx& tx, const Caller& caller, ConversationId id) {
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  return show_conversation(work, caller, id);
}

Result<ClockExplanation> App::explain(store::Tx& tx, const Caller& caller, ConversationId id,
                                      const std::string& target_name, int cycle) {
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  const auto record = tx.find_conversation(id);
  if (!record) return fail(ErrorCode::not_found, "no such conversation");
  const auto events = tx.events(id);
  SUKI_TRY(const Pinned pinned, find_pinned(work, events));
  const auto clocks = desk::clocks_from_history(events, pinned.plans, work.now);
  const auto found = std::find_if(clocks.begin(), clocks.end(), [&](const desk::LedgerClock& c) {
    return target_name == desk::name_of(c.target) && c.clock.cycle == cycle;
  });
  if (found == clocks.end()) return fail(ErrorCode::not_found, "no such clock");
  // The rule and the version under which this clock's policy was last chosen before the clock ended.
  Symbol rule;
  PlanVersion version = record->state.pinned;
  for (const desk::Event& event : events)
    if (event.kind == desk::EventKind::policy_chosen && event.symbol == found->policy &&
        (found->clock.ended_at == never || event.occurred_at <= found->clock.ended_at)) {
      rule = event.rule;
      version = event.version;
    }
  SUKI_TRY(const PlanPtr plan, shared_->plans.find(tx, version));
  ClockExplanation shown;
  shown.clock = to_clock_view(found->target, found->clock, *plan->compiled, work.now);
  shown.policy = plan->slug(found->policy);
  shown.policy_name = plan->name(found->policy, caller.language);
  shown.rule = plan->slug(rule);
  shown.plan_version = to_text(version.value);
  if (const plan::SlaPolicy* policy = plan->compiled->find_policy(found->policy)) {
    const Symbol calendar = plan->compiled->calendar_ids[policy->calendar];
    shown.calendar = plan->slug(calendar);
    shown.calendar_name =
        calendar ? plan->name(calendar, caller.language) : catalogue::message(caller.language, "app.plan.always");
    shown.time_zone = plan->compiled->calendars[policy->calendar].zone_name();
  }
  for (const desk::Stretch& stretch :
       desk::explain_clock(events, pinned.plans, found->target, static_cast<std::uint16_t>(cycle), work.now))
    shown.stretches.push_back({format_instant(stretch.from), format_instant(stretch.to), desk::name_of(stretch.why),
                               stretch.counted.us / seconds(1).us, stretch.left.us / seconds(1).us});
  return shown;
}

Result<App::Blob> App::raw_mail(store::Tx& tx, const Caller&, MessageId message) {
  auto raw = tx.raw_mail(message);
  if (!raw) return fail(ErrorCode::not_found, "no such mail");
  return Blob{std::move(*raw), "message/rfc822", "mail-" + to_text(message.value) + ".eml"};
}

Result<App::Blob> App::attachment(store::Tx& tx, const Caller&, std::int64_t attachment_id) {
  SUKI_TRY(store::AttachmentRecord found, find_file(tx, attachment_id));
  return Blob{std::move(found.bytes), std::move(found.type), std::move(found.name)};
}

Result<DeskOptions> App::options(store::Tx& tx, const Caller& caller) {
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  const LoadedPlan& plan = *work.plan;
  const std::string& language = caller.language;
  DeskOptions options;
  options.topics = name_all(plan, plan.plan.topics, language);
  options.priorities = name_all(plan, plan.plan.priorities, language);
  options.teams = name_all(plan, plan.plan.teams, language);
  options.segments = name_all(plan, plan.plan.segments, language);
  for (const plan::ChannelDecl& channel : plan.plan.channels)
    options.channels.push_back({channel.id, plan.text(channel.name, language)});
  const auto own = teams_at(tx, work.now);
  if (const auto mine = own.find(caller.agent); mine != own.end())
    for (const Named& team : options.teams)
      if (std::binary_search(mine->second.begin(), mine->second.end(), plan.symbol(team.id)))
        options.own_teams.push_back(team);
  options.hold_reasons = name_all(plan, plan.plan.hold_reasons, language);
  for (const store::AccountRecord& account : tx.accounts())
    if (!account.removed) options.agents.push_back({to_text(account.id.value), account.name});
  options.tone = plan.text(plan.plan.business.tone, language);
  options.business = plan.plan.business.name;
  options.time_zone = plan.plan.business.time_zone;
  options.languages = catalogue::languages();
  return options;
}

}  // namespace suki::app
