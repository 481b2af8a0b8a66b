/// The plan in force as a document for people: what its rules mean, in sentences and tables of their language.
#include <algorithm>

#include <fmt/format.h>

#include "app/channels.h"
#include "app/work.h"
#include "catalogue/catalogue.h"

namespace suki::app {
namespace {

using catalogue::message;
using catalogue::say_span;

constexpr const char* target_keys[] = {"app.plan.target.first_reply", "app.plan.target.next_reply",
                                       "app.plan.target.update", "app.plan.target.resolution"};
constexpr const char* day_keys[] = {"app.day.mon", "app.day.tue", "app.day.wed", "app.day.thu",
                                    "app.day.fri", "app.day.sat", "app.day.sun"};
constexpr const char* fact_keys[] = {"app.plan.key.channel", "app.plan.key.topic",    "app.plan.key.priority",
                                     "app.plan.key.segment", "app.plan.key.language", "app.plan.key.team"};

class Document {
 public:
  Document(const LoadedPlan& plan, const std::vector<App::Kept>& kept, std::string language)
      : plan_(plan), kept_(kept), language_(std::move(language)) {}
  List<PlanSection> write() const {
    return {business(), channels(), calendars(), people(), promises(), rules(), assignment(), replies(), retention()};
  }

 private:
  [[nodiscard]] std::string say(const char* key, const std::vector<catalogue::Arg>& args = {}) const {
    return message(language_, key, args);
  }
  [[nodiscard]] std::string text(const plan::Text& text) const { return plan_.text(text, language_); }
  [[nodiscard]] std::string name(Symbol symbol) const { return plan_.name(symbol, language_); }
  [[nodiscard]] std::string name(const std::string& id) const { return plan_.plan.name_of(id, language_); }
  [[nodiscard]] static std::string join(const List<Text>& parts, const char* between = ", ") {
    return fmt::format("{}", fmt::join(parts, between));
  }
  template <class Declared>
  [[nodiscard]] List<Text> names(const std::vector<Declared>& all) const {
    List<Text> result;
    for (const Declared& one : all) result.push_back(text(one.name));
    return result;
  }
  [[nodiscard]] std::string say_language(const std::string& id) const {
    const std::string key = "app.plan.language." + id;
    return catalogue::has(key) ? message(language_, key) : id;
  }
  [[nodiscard]] std::string say_intervals(const std::vector<calendar::Interval>& intervals) const {
    if (intervals.empty()) return say("app.plan.closed");
    List<Text> parts;
    const auto clock = [](std::int32_t s) { return fmt::format("{:02}:{:02}", s / 3600, s / 60 % 60); };
    for (const auto& interval : intervals)
      parts.push_back(clock(interval.open.seconds) + "–" + clock(interval.close.seconds));
    return join(parts);
  }
  [[nodiscard]] std::string say_hours(const std::string& calendar) const {
    return calendar.empty() || calendar == "always" ? say("app.plan.always") : name(calendar);
  }

  /// "topic is refund or warranty, and segment is vip"
  [[nodiscard]] std::string say_condition(const plan::Condition& condition) const {
    std::string sentence;
    for (const plan::Clause& clause : condition.clauses) {
      List<Text> values;
      for (const Symbol value : clause.values)
        values.push_back(clause.key == plan::FactKey::language ? say_language(plan_.slug(value)) : name(value));
      std::string list = values.empty() ? "" : values.back();
      if (values.size() > 1) {
        values.pop_back();
        list = say("app.plan.or", {{"first", join(values)}, {"last", list}});
      }
      const std::string part = say(clause.negated ? "app.plan.is_not" : "app.plan.is",
                                   {{"key", say(fact_keys[static_cast<std::size_t>(clause.key)])}, {"values", list}});
      sentence = sentence.empty() ? part : say("app.plan.and", {{"first", sentence}, {"last", part}});
    }
    return sentence.empty() ? say("app.plan.everything") : sentence;
  }

  [[nodiscard]] PlanSection business() const {
    const plan::Business& business = plan_.plan.business;
    List<Text> languages;
    for (const std::string& id : business.languages) languages.push_back(say_language(id));
    PlanSection section{"business", say("app.plan.business"), {}, {}};
    section.paragraphs.push_back(
        say("app.plan.business_line",
            {{"name", business.name}, {"zone", business.time_zone}, {"languages", join(languages)}}));
    if (const std::string tone = text(business.tone); !tone.empty())
      section.paragraphs.push_back(say("app.plan.tone", {{"tone", tone}}));
    return section;
  }

  [[nodiscard]] PlanSection channels() const {
    PlanTable table{{say("app.plan.channel"), say("app.plan.kind"), say("app.plan.address"), say("app.plan.hours"),
                     say("app.plan.at_once"), say("app.plan.when_closed")},
                    {}};
    for (const plan::ChannelDecl& channel : plan_.plan.channels) {
      List<Text> offered;
      for (const std::string& id : channel.offer_when_closed) offered.push_back(name(id));
      std::string closed = join(offered);
      if (const std::string words = text(channel.text_when_closed); !words.empty())
        closed += (closed.empty() ? "" : ": ") + words;
      const char* kinds[] = {"app.plan.kind.form", "app.plan.kind.email", "app.plan.kind.phone",
                             "app.plan.kind.walk_in"};
      List<Text> addresses{channel.address};
      addresses.insert(addresses.end(), channel.aliases.begin(), channel.aliases.end());
      table.rows.push_back({text(channel.name), say(kinds[static_cast<std::size_t>(channel.kind)]), join(addresses),
                            say_hours(channel.hours),
                            channel.capacity == 0 ? say("app.plan.no_limit") : std::to_string(channel.capacity),
                            closed});
    }
    PlanSection section{"channels", say("app.plan.channels"), {}, {std::move(table)}};
    if (PlanTable mails = mail_words(); !mails.rows.empty()) section.tables.push_back(std::move(mails));
    return section;
  }

  /// How mails of each e-mail channel look.
  [[nodiscard]] PlanTable mail_words() const {
    PlanTable table{
        {say("app.plan.mails"), say("app.plan.mails_from"), say("app.plan.signature"), say("app.plan.quoted")}, {}};
    constexpr const char* quote_keys[] = {"app.plan.quote.none", "app.plan.quote.last", "app.plan.quote.all"};
    for (const plan::ChannelDecl& channel : plan_.plan.channels) {
      if (channel.kind != plan::ChannelKind::email) continue;
      const std::string from = text(channel.from_name);
      std::string signature = text(channel.signature);
      while (signature.ends_with('\n')) signature.pop_back();
      if (signature.empty())
        signature = say("app.plan.no_signature");
      else if (channel.sign_automatic)
        signature = say("app.plan.signature_also", {{"signature", signature}});
      table.rows.push_back({text(channel.name), from.empty() ? plan_.plan.business.name : from, signature,
                            say(quote_keys[static_cast<std::size_t>(channel.quote_history)])});
    }
    return table;
  }

  [[nodiscard]] PlanSection calendars() const {
    PlanSection section{"calendars", say("app.plan.calendars"), {}, {}};
    for (const plan::CalendarDecl& calendar : plan_.plan.calendars) {
      section.paragraphs.push_back(
          say("app.plan.calendar_zone", {{"name", text(calendar.name)}, {"zone", calendar.time_zone}}) +
          holidays(calendar));
      PlanTable table{{say("app.plan.day"), text(calendar.name)}, {}};
      for (std::size_t day = 0; day < 7; ++day)
        table.rows.push_back({say(day_keys[day]), say_intervals(calendar.schedule.week[day])});
      section.tables.push_back(std::move(table));
    }
    for (const App::Kept& kept : kept_)
      if (const std::string line = say_moved(kept); !line.empty()) section.paragraphs.push_back(line);
    return section;
  }

  /// What the machine has now instead of what this version keeps; "" when it is the same.
  [[nodiscard]] std::string say_moved(const App::Kept& kept) const {
    const bool zone = kept.kind == "zone";
    if (kept.gone) return say(zone ? "app.plan.zone_gone" : "app.plan.set_gone", {{"name", kept.name}});
    if (kept.differs_at == never) return "";
    const auto edition = [](const std::string& text) { return text.empty() ? std::string("?") : text; };
    return say(zone ? "app.plan.zone_moved" : "app.plan.set_moved",
               {{"name", kept.name},
                {"kept", edition(kept.edition)},
                {"now", edition(kept.now)},
                {"when", catalogue::say_instant(language_, kept.differs_at, plan_.plan.business.time_zone)}});
  }

  [[nodiscard]] std::string holidays(const plan::CalendarDecl& calendar) const {
    List<Text> parts;
    for (const plan::HolidaySource& source : calendar.holidays) {
      List<Text> except;
      for (const Date date : source.except) except.push_back(catalogue::say_date(language_, date));
      if (!source.set.empty() && except.empty())
        parts.push_back(say("app.plan.holiday_set", {{"set", source.set}}));
      else if (!source.set.empty())
        parts.push_back(say("app.plan.holiday_except", {{"set", source.set}, {"dates", join(except)}}));
      else if (!source.ical.empty())
        parts.push_back(source.ical);
      else if (source.date)
        parts.push_back(fmt::format("{} ({}: {})", catalogue::say_date(language_, *source.date), text(source.name),
                                    say_intervals(source.hours)));
    }
    std::string sentence;
    if (!parts.empty()) sentence += " " + say("app.plan.holidays", {{"list", join(parts, "; ")}});
    parts.clear();
    for (const auto& [date, hours] : calendar.schedule.exceptions)
      parts.push_back(fmt::format("{} ({})", catalogue::say_date(language_, date), say_intervals(hours)));
    if (!parts.empty()) sentence += " " + say("app.plan.exceptions", {{"list", join(parts, "; ")}});
    return sentence;
  }

  [[nodiscard]] PlanSection people() const {
    PlanTable teams{{say("app.plan.team"), say("app.plan.skills"), say("app.plan.hours"), say("app.plan.cover")}, {}};
    const auto skill_names = [this](const std::vector<std::string>& ids) {
      List<Text> result;
      for (const std::string& id : ids) result.push_back(name(id));
      return join(result);
    };
    for (const plan::TeamDecl& team : plan_.plan.teams)
      teams.rows.push_back(
          {text(team.name), skill_names(team.skills), say_hours(team.hours), std::to_string(team.cover)});
    PlanTable topics{{say("app.plan.topic"), say("app.plan.team"), say("app.plan.skills")}, {}};
    for (const plan::TopicDecl& topic : plan_.plan.topics)
      topics.rows.push_back({text(topic.name), topic.team.empty() ? "" : name(topic.team), skill_names(topic.skills)});
    PlanSection section{"people", say("app.plan.people"), {}, {std::move(teams), std::move(topics)}};
    section.paragraphs.push_back(say("app.plan.priorities", {{"list", join(names(plan_.plan.priorities))}}));
    if (!plan_.plan.segments.empty())
      section.paragraphs.push_back(say("app.plan.segments", {{"list", join(names(plan_.plan.segments))}}));
    if (!plan_.plan.hold_reasons.empty())
      section.paragraphs.push_back(say("app.plan.hold_reasons", {{"list", join(names(plan_.plan.hold_reasons))}}));
    const plan::CompiledPlan& compiled = *plan_.compiled;
    section.paragraphs.push_back(say("app.plan.defaults", {{"topic", name(compiled.default_topic)},
                                                           {"priority", name(compiled.default_priority)},
                                                           {"team", name(compiled.default_team)}}));
    return section;
  }

  [[nodiscard]] std::string say_offset(Span offset) const {
    if (offset.us == 0) return say("app.plan.at_due");
    return offset.us < 0 ? say("app.plan.before", {{"span", say_span(language_, -offset)}})
                         : say("app.plan.after", {{"span", say_span(language_, offset)}});
  }
  [[nodiscard]] std::string say_step(const plan::EscalationStep& step) const {
    switch (step.step) {
      case plan::Step::notify_assignee:
        return say("app.plan.step.notify_assignee");
      case plan::Step::notify_team:
        return step.team ? say("app.plan.step.notify_team", {{"team", name(step.team)}})
                         : say("app.plan.step.notify_own_team");
      case plan::Step::assign_team:
        return say("app.plan.step.assign_team", {{"team", name(step.team)}});
      case plan::Step::raise_priority:
        return say("app.plan.step.raise_priority");
    }
    return "";
  }

  [[nodiscard]] PlanSection promises() const {
    PlanSection section{"promises", say("app.plan.promises"), {}, {}};
    const plan::CompiledPlan& compiled = *plan_.compiled;
    for (const plan::SlaPolicy& policy : compiled.policies) {
      const Symbol hours = compiled.calendar_ids[policy.calendar];
      std::string line =
          say("app.plan.policy_line",
              {{"name", name(policy.id)}, {"calendar", hours ? name(hours) : say("app.plan.calendar_always")}});
      if (policy.continue_within.us > 0)
        line += " " + say("app.plan.continue", {{"span", say_span(language_, policy.continue_within)}});
      section.paragraphs.push_back(std::move(line));
      PlanTable table{{name(policy.id), say("app.plan.warned"), say("app.plan.counts_from"), say("app.plan.pauses")},
                      {}};
      PlanTable steps{{say("app.plan.escalations"), say("app.plan.when"), say("app.plan.what")}, {}};
      for (std::size_t i = 0; i < plan::target_count; ++i) {
        const auto& promise = policy.targets[i];
        if (!promise) continue;
        const std::string sentence = say(target_keys[i], {{"span", say_span(language_, promise->budget)}});
        List<Text> pauses;
        if (promise->paused_in_pending) pauses.push_back(say("app.plan.pause.pending"));
        if (promise->paused_in_on_hold) pauses.push_back(say("app.plan.pause.on_hold"));
        table.rows.push_back(
            {sentence, promise->warn_before.us > 0 ? say_offset(-promise->warn_before) : "",
             say(promise->start == plan::StartAt::contact ? "app.plan.from_contact" : "app.plan.from_opening"),
             join(pauses)});
        for (const plan::EscalationStep& step : promise->escalations)
          steps.rows.push_back({sentence, say_offset(step.offset), say_step(step)});
      }
      section.tables.push_back(std::move(table));
      if (!steps.rows.empty()) section.tables.push_back(std::move(steps));
    }
    return section;
  }

  [[nodiscard]] PlanSection rules() const {
    PlanTable table{{say("app.plan.rule"), say("app.plan.condition"), say("app.plan.policy")}, {}};
    for (const plan::SlaRule& rule : plan_.compiled->sla_rules)
      table.rows.push_back({name(rule.id), say_condition(rule.when), name(plan_.compiled->policies[rule.policy].id)});
    return {"rules", say("app.plan.rules"), {say("app.plan.rules_intro")}, {std::move(table)}};
  }

  [[nodiscard]] PlanSection assignment() const {
    PlanTable table{{say("app.plan.rule"), say("app.plan.condition"), say("app.plan.team"), say("app.plan.routing"),
                     say("app.plan.automatic")},
                    {}};
    constexpr const char* routings[] = {"app.plan.routing.least_load", "app.plan.routing.longest_idle",
                                        "app.plan.routing.round_robin"};
    for (const plan::AssignmentRule& rule : plan_.compiled->assignment_rules)
      table.rows.push_back({name(rule.id), say_condition(rule.when), name(rule.team),
                            say(routings[static_cast<std::size_t>(rule.routing)]),
                            say(rule.automatic ? "app.plan.automatic_yes" : "app.plan.automatic_no")});
    return {"assignment", say("app.plan.assignment"), {say("app.plan.rules_intro")}, {std::move(table)}};
  }

  [[nodiscard]] PlanSection replies() const {
    PlanSection section{"replies", say("app.plan.replies"), {}, {}};
    constexpr const char* occasions[] = {"app.plan.reply.received", "app.plan.reply.received_closed",
                                         "app.plan.reply.resolved", "app.plan.reply.reopened",
                                         "app.plan.reply.by_hand"};
    PlanTable table{{say("app.plan.when"), say("app.plan.condition"), say("app.plan.subject"), say("app.plan.text")},
                    {}};
    for (const plan::AutoReply& reply : plan_.compiled->auto_replies) {
      const std::string id = plan_.slug(reply.id);
      const auto& all = plan_.plan.auto_replies;
      const auto declared =
          std::find_if(all.begin(), all.end(), [&](const plan::AutoReplyDecl& d) { return d.id == id; });
      if (declared == all.end()) continue;
      table.rows.push_back({say(occasions[static_cast<std::size_t>(reply.on)]), say_condition(reply.when),
                            text(declared->subject), text(declared->body)});
    }
    section.tables.push_back(std::move(table));
    return section;
  }

  [[nodiscard]] PlanSection retention() const {
    const plan::Retention& kept = plan_.compiled->retention;
    PlanSection section;
    section.id = "retention";
    section.title = say("app.plan.retention");
    const auto tell = [&](std::uint16_t days, const char* key) {
      if (days > 0) section.paragraphs.push_back(say(key, {{"days", std::int64_t{days}}}));
    };
    tell(kept.conversation_days, "app.plan.retention.conversations");
    tell(kept.customer_days, "app.plan.retention.customers");
    if (section.paragraphs.empty()) section.paragraphs.push_back(say("app.plan.retention.none"));
    return section;
  }

  const LoadedPlan& plan_;
  const std::vector<App::Kept>& kept_;
  std::string language_;
};

}  // namespace

Result<PlanDocument> App::plan_document(store::Tx& tx, const Caller& caller) {
  SUKI_TRY(const Work work, Work::begin(*shared_, tx));
  const store::PlanVersionRecord& record = work.plan->record;
  PlanDocument document;
  document.version = to_text(record.number.value);
  document.adopted_at = format_instant(record.adopted_at);
  document.adopted_by = record.adopted_by;
  document.why = record.why;
  document.digest = record.digest;
  document.source = work.plan->source;
  SUKI_TRY(const PlanStatus status, plan_status(tx));
  document.sections = Document(*work.plan, status.kept, caller.language).write();
  return document;
}

Result<ChannelsNow> App::channels_now(store::Tx& tx, const Caller& caller) {
  SUKI_TRY(const Work work, Work::begin(*shared_, tx));
  return ChannelsNow{format_instant(work.now), work.plan->plan.business.time_zone,
                     channel_states(work, caller.language)};
}

}  // namespace suki::app
