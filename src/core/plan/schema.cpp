#include "plan/schema.h"

#include <algorithm>
#include <array>

namespace suki::plan {
namespace {

using Words = std::string_view;
constexpr auto required = Need::required;

constexpr std::array channel_kinds{Words{"form"}, Words{"email"}, Words{"phone"}, Words{"walk-in"}};
constexpr std::array start_words{Words{"contact"}, Words{"next_opening"}};
constexpr std::array pause_words{Words{"pending"}, Words{"on_hold"}};
constexpr std::array target_words{Words{"first_reply"}, Words{"next_reply"}, Words{"update"}, Words{"resolution"}};
constexpr std::array step_words{Words{"notify_assignee"}, Words{"notify_team"}, Words{"assign_team"},
                                Words{"raise_priority"}};
constexpr std::array routing_words{Words{"least_load"}, Words{"longest_idle"}, Words{"round_robin"}};
constexpr std::array reply_words{Words{"received"}, Words{"received_closed"}, Words{"resolved"}, Words{"reopened"},
                                 Words{"by_hand"}};
constexpr std::array quote_words{Words{"none"}, Words{"last"}, Words{"all"}};
constexpr std::array holiday_sources{Words{"set"}, Words{"date"}, Words{"ical"}};
constexpr std::array later_channel_kinds{Words{"chat"}, Words{"api"}};

constexpr Field id_field{
    .key = "id", .type = Type::id, .need = required, .meaning = "Permanent slug, unique in the plan."};
constexpr Field was_field{.key = "was", .type = Type::was, .meaning = "The id it had in the plan version before."};
constexpr Field name_field{.key = "name", .type = Type::localized, .need = required, .meaning = "What people read."};
constexpr Field any_name_field{
    .key = "name", .type = Type::localized, .meaning = "What people read; the id when it is left out."};
constexpr Field when_field{.key = "when",
                           .type = Type::condition,
                           .meaning = "When the rule applies: every key must hold, any value of a list will do."};

constexpr std::array business_fields{
    Field{.key = "name", .type = Type::plain, .need = required, .meaning = "Name of the business."},
    Field{.key = "time_zone", .type = Type::zone, .need = required, .meaning = "IANA time zone, like Asia/Manila."},
    Field{.key = "languages",
          .type = Type::languages,
          .need = required,
          .meaning = "Languages of the texts; the first is the default."},
    Field{
        .key = "tone", .type = Type::localized, .meaning = "How staff speak to customers; shown beside the reply box."},
};
constexpr Object business{.name = "business", .fields = business_fields};

constexpr std::array holiday_fields{
    Field{.key = "set", .type = Type::holiday_set, .meaning = "A shipped set of holidays, like PH."},
    Field{.key = "except",
          .type = Type::dates,
          .meaning = "Dates of the set that are working days here.",
          .only_with = "set"},
    Field{.key = "date", .type = Type::date, .meaning = "One closed date."},
    Field{.key = "name", .type = Type::localized, .meaning = "Name of the holiday.", .only_with = "date"},
    Field{.key = "hours", .type = Type::intervals, .meaning = "Hours on that date all the same.", .only_with = "date"},
    Field{.key = "ical", .type = Type::ical_file, .meaning = "An iCalendar file in the plan folder."},
};
constexpr Object holiday{.name = "holiday", .fields = holiday_fields, .exactly_one = holiday_sources};

constexpr std::array calendar_fields{
    id_field,
    was_field,
    any_name_field,
    Field{.key = "time_zone", .type = Type::zone, .meaning = "Left out: the zone of the business."},
    Field{.key = "hours",
          .type = Type::week,
          .need = required,
          .meaning = "Weekly hours by day: mon, mon-fri, \"mon,wed\"."},
    Field{.key = "holidays",
          .type = Type::objects,
          .meaning = "Dates that are closed, or have hours of their own.",
          .object = &holiday},
    Field{
        .key = "exceptions", .type = Type::exceptions, .meaning = "Other hours on single dates; a holiday beats them."},
};
constexpr Object calendar_object{.name = "calendar", .fields = calendar_fields, .kind = Kind::calendar};

constexpr std::array when_closed_fields{
    Field{.key = "offer",
          .type = Type::references,
          .meaning = "Channels offered while this one is closed, best first.",
          .kind = Kind::channel},
    Field{.key = "text", .type = Type::localized, .meaning = "What the customer reads while it is closed."},
};
constexpr Object when_closed{.name = "when_closed", .fields = when_closed_fields};

constexpr std::array channel_fields{
    id_field,
    was_field,
    name_field,
    Field{.key = "kind", .type = Type::choice, .need = required, .meaning = "Form of contact.", .words = channel_kinds},
    Field{.key = "hours", .type = Type::hours_of, .meaning = "When it is open; left out: always."},
    Field{.key = "address",
          .type = Type::plain,
          .meaning = "E-mail address, telephone number, street or page, shown to customers."},
    Field{.key = "from_name",
          .type = Type::localized,
          .meaning = "Who e-mails are from, with {agent} and {business}; left out: the name of the business."},
    Field{
        .key = "signature",
        .type = Type::localized,
        .meaning = "Stands below replies by e-mail, with {agent}, {customer}, {business}, {number}, {topic}, {link}."},
    Field{.key = "sign_automatic",
          .type = Type::boolean,
          .meaning = "Automatic e-mails are signed, too; left out: only the replies of people.",
          .only_with = "signature"},
    Field{.key = "quote_history",
          .type = Type::choice,
          .meaning = "What a reply by e-mail quotes of the conversation; left out: last.",
          .words = quote_words},
    Field{.key = "aliases",
          .type = Type::plains,
          .meaning = "Of an e-mail channel: further addresses whose mail comes in here, too."},
    Field{.key = "capacity",
          .type = Type::count,
          .meaning = "Conversations of it that one agent carries at once; 0: no limit.",
          .max = 1'000},
    Field{.key = "when_closed",
          .type = Type::object,
          .meaning = "What is offered while it is closed.",
          .object = &when_closed},
};
constexpr Object channel{.name = "channel", .fields = channel_fields, .kind = Kind::channel};

constexpr std::array named_fields{id_field, was_field, name_field};
constexpr Object skill{.name = "skill", .fields = named_fields, .kind = Kind::skill};
constexpr Object segment{.name = "segment", .fields = named_fields, .kind = Kind::segment};
constexpr Object hold_reason{.name = "hold_reason", .fields = named_fields, .kind = Kind::hold_reason};
constexpr Object priority{.name = "priority", .fields = named_fields, .kind = Kind::priority};

constexpr std::array team_fields{
    id_field,
    was_field,
    name_field,
    Field{.key = "skills", .type = Type::references, .meaning = "What every member must hold.", .kind = Kind::skill},
    Field{.key = "hours", .type = Type::hours_of, .meaning = "When the team works; left out: always."},
    Field{.key = "cover",
          .type = Type::count,
          .meaning = "Agents required to be present during these hours.",
          .max = 10'000},
};
constexpr Object team{.name = "team", .fields = team_fields, .kind = Kind::team};

constexpr std::array topic_fields{
    id_field,
    was_field,
    name_field,
    Field{.key = "team",
          .type = Type::reference,
          .meaning = "Team for it; left out: the plan's default.",
          .kind = Kind::team},
    Field{.key = "skills", .type = Type::references, .meaning = "What an agent needs for it.", .kind = Kind::skill},
};
constexpr Object topic{.name = "topic", .fields = topic_fields, .kind = Kind::topic};

constexpr std::array defaults_fields{
    Field{.key = "topic",
          .type = Type::reference,
          .need = required,
          .meaning = "Topic when none is chosen.",
          .kind = Kind::topic},
    Field{.key = "priority",
          .type = Type::reference,
          .need = required,
          .meaning = "Priority of a new conversation.",
          .kind = Kind::priority},
    Field{.key = "team",
          .type = Type::reference,
          .need = required,
          .meaning = "Team when neither rule nor topic names one.",
          .kind = Kind::team},
};
constexpr Object defaults{.name = "defaults", .fields = defaults_fields};

constexpr std::array target_fields{
    Field{.key = "within", .type = Type::duration, .need = required, .meaning = "Working time allowed, like 4h."},
    Field{.key = "warn", .type = Type::duration, .meaning = "At risk from this much working time before it is due."},
    Field{.key = "start",
          .type = Type::choice,
          .meaning = "Counting starts at contact (default), or at the next opening after it.",
          .words = start_words},
    Field{.key = "pause_in",
          .type = Type::choices,
          .meaning = "States that pause it; left out: none for replies, both for update and resolution.",
          .words = pause_words},
};
constexpr Object target{.name = "target", .fields = target_fields};
constexpr std::array targets_fields{
    Field{.key = "first_reply",
          .type = Type::object,
          .meaning = "Until a person on the staff first answers.",
          .object = &target},
    Field{.key = "next_reply",
          .type = Type::object,
          .meaning = "Until the oldest unanswered customer message is answered.",
          .object = &target},
    Field{.key = "update", .type = Type::object, .meaning = "Between two messages from staff.", .object = &target},
    Field{.key = "resolution", .type = Type::object, .meaning = "Until the matter is resolved.", .object = &target},
};
constexpr Object targets{.name = "targets", .fields = targets_fields};

constexpr std::array escalation_fields{
    id_field,
    was_field,
    any_name_field,
    Field{.key = "target",
          .type = Type::choice,
          .need = required,
          .meaning = "Whose clock it watches.",
          .words = target_words},
    Field{.key = "at",
          .type = Type::offset,
          .need = required,
          .meaning = "\"30min before\", \"due\" or \"1h after\", in working time."},
    Field{.key = "do", .type = Type::choice, .need = required, .meaning = "What happens then.", .words = step_words},
    Field{.key = "team",
          .type = Type::reference,
          .meaning = "For notify_team (left out: the conversation's team) and assign_team.",
          .kind = Kind::team},
};
constexpr Object escalation{.name = "escalation", .fields = escalation_fields, .kind = Kind::escalation};

constexpr std::array policy_fields{
    id_field,
    was_field,
    any_name_field,
    Field{.key = "calendar",
          .type = Type::hours_of,
          .need = required,
          .meaning = "Whose working time counts; or always."},
    Field{.key = "continue_within",
          .type = Type::duration,
          .meaning = "Reopening within this continues the old resolution clock."},
    Field{.key = "targets", .type = Type::object, .need = required, .meaning = "The promises.", .object = &targets},
    Field{.key = "escalations",
          .type = Type::objects,
          .meaning = "What happens before or after a promise runs out.",
          .object = &escalation},
};
constexpr Object policy{.name = "policy", .fields = policy_fields, .kind = Kind::policy};

constexpr std::array sla_rule_fields{
    id_field,
    was_field,
    any_name_field,
    when_field,
    Field{.key = "policy",
          .type = Type::reference,
          .need = required,
          .meaning = "Policy that applies then.",
          .kind = Kind::policy},
};
constexpr Object sla_rule{.name = "sla rule", .fields = sla_rule_fields, .kind = Kind::sla_rule};

constexpr std::array sla_fields{
    Field{
        .key = "policies", .type = Type::objects, .need = required, .meaning = "What is promised.", .object = &policy},
    Field{.key = "rules",
          .type = Type::objects,
          .need = required,
          .meaning = "To whom; the first match wins, the last has no when.",
          .object = &sla_rule},
};
constexpr Object sla{.name = "sla", .fields = sla_fields};

constexpr std::array assignment_rule_fields{
    id_field,
    was_field,
    any_name_field,
    when_field,
    Field{
        .key = "team", .type = Type::reference, .need = required, .meaning = "Team that gets it.", .kind = Kind::team},
    Field{.key = "routing",
          .type = Type::choice,
          .meaning = "Which agent comes first; left out: least_load.",
          .words = routing_words},
    Field{.key = "automatic",
          .type = Type::boolean,
          .meaning = "Also give it to an agent who is present; left out: only to the team."},
};
constexpr Object assignment_rule{
    .name = "assignment rule", .fields = assignment_rule_fields, .kind = Kind::assignment_rule};
constexpr std::array assignment_fields{
    Field{.key = "rules",
          .type = Type::objects,
          .need = required,
          .meaning = "The first match wins, the last has no when.",
          .object = &assignment_rule},
};
constexpr Object assignment{.name = "assignment", .fields = assignment_fields};

constexpr std::array reply_fields{
    id_field,
    was_field,
    any_name_field,
    Field{.key = "on", .type = Type::choice, .need = required, .meaning = "What it answers.", .words = reply_words},
    when_field,
    Field{.key = "subject", .type = Type::localized, .meaning = "Subject line, where the channel has one."},
    Field{.key = "body",
          .type = Type::localized,
          .need = required,
          .meaning = "Markdown with {customer}, {business}, {number}, {topic}, {reply_by}, {link}."},
};
constexpr Object reply{.name = "reply", .fields = reply_fields, .kind = Kind::reply};

constexpr std::int64_t retention_days_max = 36'500;
constexpr std::array retention_fields{
    Field{
        .key = "conversation_days",
        .type = Type::count,
        .meaning = "What was said in a resolved or closed conversation is erased so many days after its last message.",
        .min = 1,
        .max = retention_days_max},
    Field{.key = "customer_days",
          .type = Type::count,
          .meaning = "A customer with nothing unsolved is erased so many days after the last message.",
          .min = 1,
          .max = retention_days_max},
};
constexpr Object retention{.name = "retention", .fields = retention_fields};

constexpr std::array plan_fields{
    Field{.key = "suki", .type = Type::version, .need = required, .meaning = "Version of the plan's language: 1."},
    Field{.key = "business", .type = Type::object, .need = required, .meaning = "Who serves.", .object = &business},
    Field{.key = "calendars", .type = Type::objects, .meaning = "Business hours.", .object = &calendar_object},
    Field{.key = "channels",
          .type = Type::objects,
          .need = required,
          .meaning = "How customers reach staff.",
          .object = &channel},
    Field{
        .key = "skills", .type = Type::objects, .meaning = "What an agent may be required to hold.", .object = &skill},
    Field{.key = "segments", .type = Type::objects, .meaning = "Groups of customers.", .object = &segment},
    Field{.key = "teams", .type = Type::objects, .need = required, .meaning = "Who serves customers.", .object = &team},
    Field{.key = "hold_reasons",
          .type = Type::objects,
          .meaning = "Why a conversation may be on hold.",
          .object = &hold_reason},
    Field{.key = "topics", .type = Type::objects, .need = required, .meaning = "Kinds of concerns.", .object = &topic},
    Field{.key = "priorities",
          .type = Type::objects,
          .need = required,
          .meaning = "Most urgent first.",
          .object = &priority,
          .max = 100},
    Field{.key = "defaults",
          .type = Type::object,
          .need = required,
          .meaning = "What holds when nobody said otherwise.",
          .object = &defaults},
    Field{.key = "sla", .type = Type::object, .meaning = "Promises of time.", .object = &sla},
    Field{.key = "assignment", .type = Type::object, .meaning = "Who gets which conversation.", .object = &assignment},
    Field{.key = "replies", .type = Type::objects, .meaning = "Automatic replies.", .object = &reply},
    Field{.key = "retention",
          .type = Type::object,
          .meaning = "How long words and customers are kept; left out: for ever.",
          .object = &retention},
};
constexpr Object plan{.name = "plan", .fields = plan_fields};

constexpr std::array condition_table{
    ConditionKey{"channel", Kind::channel},
    ConditionKey{"topic", Kind::topic},
    ConditionKey{"priority", Kind::priority},
    ConditionKey{"segment", Kind::segment},
    ConditionKey{"language", {}},
    ConditionKey{"team", Kind::team},
};

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::calendar:
      return "calendar";
    case Kind::channel:
      return "channel";
    case Kind::skill:
      return "skill";
    case Kind::segment:
      return "segment";
    case Kind::team:
      return "team";
    case Kind::hold_reason:
      return "hold reason";
    case Kind::topic:
      return "topic";
    case Kind::priority:
      return "priority";
    case Kind::policy:
      return "policy";
    case Kind::escalation:
      return "escalation";
    case Kind::sla_rule:
      return "sla rule";
    case Kind::assignment_rule:
      return "assignment rule";
    case Kind::reply:
      return "reply";
  }
  return "";
}

const Object& plan_object() {
  return plan;
}
std::span<const ConditionKey> condition_keys() {
  return condition_table;
}

bool is_later_word(std::string_view field_key, std::string_view word) {
  return field_key == "kind" &&
         std::find(later_channel_kinds.begin(), later_channel_kinds.end(), word) != later_channel_kinds.end();
}

}  // namespace suki::plan
