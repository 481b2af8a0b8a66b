/// A plan as people wrote it: ids, names and texts in every language, with places. check() makes it from a located
/// tree, compile() turns it into what runs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "calendar/calendar.h"
#include "plan/compiled.h"
#include "plan/schema.h"
#include "plan/tree.h"

namespace suki::plan {

/// A text in the plan's languages: language -> text.
struct Text {
  std::map<std::string, std::string> by_language;
  /// In `language`, else in the plan's first language that has it, else "".
  [[nodiscard]] std::string_view get(std::string_view language, const std::vector<std::string>& fallbacks) const;
};

struct Business {
  std::string name, time_zone;
  std::vector<std::string> languages;  ///< first is the default
  Text tone;                           ///< how staff speak to customers: guidance shown beside the reply box
};
struct HolidaySource {  ///< exactly one of set, date, ical
  std::string set;      ///< "PH"
  std::vector<Date> except;
  std::optional<Date> date;
  std::vector<calendar::Interval> hours;
  Text name;
  std::string ical;  ///< file in the plan folder
};
struct CalendarDecl {
  std::string id;
  Place place;
  Text name;
  std::string time_zone;
  calendar::Schedule schedule;  ///< weekly hours and exceptions; holidays resolved into it by compile()
  std::vector<HolidaySource> holidays;
};
/// What a reply by e-mail quotes below itself: nothing, the customer's last message, or everything said so far.
enum class QuoteHistory : std::uint8_t { none, last, all };
struct ChannelDecl {
  std::string id;
  Place place;
  Text name;
  ChannelKind kind;
  std::string hours;                 ///< calendar id, or "always"
  std::string address;               ///< e-mail address, phone number, street: shown to customers
  std::vector<std::string> aliases;  ///< further e-mail addresses of it
  std::vector<std::string> offer_when_closed;
  Text text_when_closed;
  std::uint16_t capacity = 0;
  // Of an e-mail channel.
  Text from_name;  ///< with {agent} and {business}; nothing: the name of the business
  Text signature;  ///< plain text with placeholders; nothing: none
  bool sign_automatic = false;
  QuoteHistory quote_history = QuoteHistory::last;
};
struct Named {
  std::string id;
  Place place;
  Text name;
};  // skills, segments, hold reasons
struct TeamDecl : Named {
  std::vector<std::string> skills;
  std::string hours;
  std::uint16_t cover = 0;
};
struct TopicDecl : Named {
  std::string team;
  std::vector<std::string> skills;
};
struct PriorityDecl : Named {};
struct AutoReplyDecl : Named {
  Text subject, body;
};  ///< body: CommonMark text with {customer}, {reply_by}, {number} ...
/// The rules' ids, places and texts; what they mean is in CompiledPlan. Every id of the plan is here once.
struct Plan {
  int language_version = 1;
  Business business;
  std::vector<CalendarDecl> calendars;
  std::vector<ChannelDecl> channels;
  std::vector<Named> skills, segments, hold_reasons;
  std::vector<TeamDecl> teams;
  std::vector<TopicDecl> topics;
  std::vector<PriorityDecl> priorities;
  std::vector<Named> policies, sla_rules, assignment_rules, escalation_steps;
  std::vector<AutoReplyDecl> auto_replies;
  std::map<std::string, std::string> renamed;  ///< `was:` old id -> its id now
  /// Name of whatever has this id, in `language`; the id itself when it has no name.
  [[nodiscard]] std::string name_of(std::string_view id, std::string_view language) const;
  [[nodiscard]] Place place_of(std::string_view id) const;
  [[nodiscard]] std::optional<Kind> kind_of(std::string_view id) const;  ///< none: it has no such id
};

/// What lies outside core and is handed in. Each returns an Error that becomes a diagnostic at the place that named it.
struct Sources {
  std::function<Result<calendar::ZoneTable>(const std::string& zone)> zone;
  std::function<Result<std::vector<calendar::Holiday>>(const std::string& set)> holiday_set;
  std::function<Result<std::vector<calendar::Holiday>>(const std::string& file, const std::string& bytes)> ical;
  /// Years that a holiday set covers, both included; for the warning that a plan outruns them. May be empty.
  struct Years {
    int first, last;
  };
  std::function<std::optional<Years>(const std::string& set)> holiday_years;
  std::vector<std::string> holiday_sets;  ///< their names, for "did you mean"
  std::vector<std::string> zones;         ///< likewise; may be empty
  /// The day of the check. Without it nothing that depends on the day is warned of.
  std::optional<Date> today;
};

struct Checked {
  Diagnostics diagnostics;
  std::optional<Plan> plan;                      ///< present when there is no error
  std::shared_ptr<const CompiledPlan> compiled;  ///< likewise
};
/// Checks the whole folder and reports everything at once; interns new slugs into `symbols` only when there is no
/// error.
[[nodiscard]] Checked check(const Folder& folder, const Sources& sources, Symbols& symbols);

}  // namespace suki::plan
