/// The plan's language as a table: every key, what it may hold, and what it means. check() validates by this table and
/// `suki plan schema` prints it as JSON Schema, so that the two cannot drift apart.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace suki::plan {

/// Kinds of things that have an id. Ids are unique over all of them.
enum class Kind : std::uint8_t {
  calendar,
  channel,
  skill,
  segment,
  team,
  hold_reason,
  topic,
  priority,
  policy,
  escalation,
  sla_rule,
  assignment_rule,
  reply
};
[[nodiscard]] std::string_view name_of(Kind kind);  ///< "team", for messages

enum class Type : std::uint8_t {
  version,     ///< the number 1
  id,          ///< a slug
  was,         ///< the slug that it had in the version before
  plain,       ///< text that needs no translation: a name, an address
  plains,      ///< list of such texts
  localized,   ///< text by language; a bare text when the plan has one language
  zone,        ///< IANA time zone
  languages,   ///< list of language codes
  reference,   ///< id of `kind`
  references,  ///< list of ids of `kind`
  hours_of,    ///< id of a calendar, or always
  choice,      ///< one of `words`
  choices,     ///< list of some of `words`
  duration,    ///< "4h", more than nothing
  offset,      ///< "30min before", "due", "1h after"
  count,       ///< whole number, `min` to `max`
  boolean,
  date,
  dates,        ///< list of dates
  week,         ///< map of days to intervals
  intervals,    ///< list of "09:00-18:00"
  exceptions,   ///< map of dates to intervals
  holiday_set,  ///< name of a shipped set
  ical_file,    ///< .ics file in the plan folder
  condition,    ///< `when:`
  object,
  objects,  ///< list of `object`
};

enum class Need : std::uint8_t { optional, required };

struct Object;
struct Field {
  std::string_view key;
  Type type;
  Need need = Need::optional;
  std::string_view meaning;                      ///< one sentence, for the JSON Schema and docs
  Kind kind = Kind::calendar;                    ///< of reference(s)
  std::span<const std::string_view> words = {};  ///< of choice(s)
  const Object* object = nullptr;                ///< of object(s)
  std::int64_t min = 0, max = 0;                 ///< of count; max also of objects, 0: objects_max
  std::string_view only_with = {};               ///< a key that must stand beside this one
};

struct Object {
  std::string_view name;  ///< "calendar": for messages and the JSON Schema
  std::span<const Field> fields;
  std::optional<Kind> kind = {};                       ///< of what it declares, when it has an id
  std::span<const std::string_view> exactly_one = {};  ///< exactly one of these keys must be there
};

/// The whole plan.yaml.
[[nodiscard]] const Object& plan_object();

/// Keys of a condition, in the order of FactKey.
struct ConditionKey {
  std::string_view key;
  std::optional<Kind> kind;  ///< none: a language of the plan
};
[[nodiscard]] std::span<const ConditionKey> condition_keys();

/// Words that would be right in a later version: channel kinds that do not run yet.
[[nodiscard]] bool is_later_word(std::string_view field_key, std::string_view word);

inline constexpr std::size_t objects_max = 1'000;      ///< in one list; chosen
inline constexpr std::size_t text_bytes_max = 65'536;  ///< one text in one language; chosen

/// The table as a JSON Schema (draft 2020-12), one key a line, ends in a newline.
[[nodiscard]] std::string to_json_schema();

}  // namespace suki::plan
