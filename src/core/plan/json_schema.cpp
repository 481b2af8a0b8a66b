#include <fmt/format.h>

#include <set>
#include <vector>

#include "plan/schema.h"

namespace suki::plan {
namespace {

/// The texts of the table are ASCII without control characters; quotes and backslashes are all that needs escaping.
std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string quote_all(std::span<const std::string_view> words) {
  std::vector<std::string> quoted;
  for (const auto word : words) quoted.push_back(quote(word));
  return fmt::format("{}", fmt::join(quoted, ", "));
}

std::string reference_to(std::string_view name) {
  std::string slug(name);
  for (char& c : slug) {
    if (c == ' ') c = '_';
  }
  return fmt::format("{{\"$ref\": \"#/$defs/{}\"}}", slug);
}

std::string list_of(std::string_view item, bool unique) {
  return fmt::format("{{\"type\": \"array\", \"items\": {}{}}}", item, unique ? ", \"uniqueItems\": true" : "");
}

constexpr std::string_view slug = R"({"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,63}$"})";
constexpr std::string_view date_pattern = R"(^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$)";
constexpr std::string_view day_pattern =
    R"(^ *(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?( *, *(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?)* *$)";
constexpr std::string_view language_pattern = R"(^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$)";
constexpr std::string_view interval_pattern =
    R"(^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$)";

std::string shape_of(const Field& field) {
  switch (field.type) {
    case Type::version:
      return R"({"const": 1})";
    case Type::id:
    case Type::was:
    case Type::reference:
    case Type::hours_of:
      return std::string(slug);
    case Type::references:
      return list_of(slug, true);
    case Type::plain:
    case Type::zone:
    case Type::holiday_set:
    case Type::ical_file:
      return R"({"type": "string", "minLength": 1})";
    case Type::plains:
      return list_of(R"({"type": "string", "minLength": 1})", true);
    case Type::localized:
      return reference_to("text");
    case Type::languages:
      return fmt::format(
          R"({{"type": "array", "items": {{"type": "string", "pattern": {}}}, "minItems": 1, "uniqueItems": true}})",
          quote(language_pattern));
    case Type::choice:
      return fmt::format("{{\"enum\": [{}]}}", quote_all(field.words));
    case Type::choices:
      return list_of(fmt::format("{{\"enum\": [{}]}}", quote_all(field.words)), true);
    case Type::duration:
      return R"({"type": "string", "minLength": 2, "examples": ["4h", "90min", "2d 4h"]})";
    case Type::offset:
      return R"({"type": "string", "pattern": "^(due|.+ (before|after))$", "examples": ["30min before", "due", "1h after"]})";
    case Type::count:
      return fmt::format(R"({{"type": "integer", "minimum": {}, "maximum": {}}})", field.min, field.max);
    case Type::boolean:
      return R"({"type": "boolean"})";
    case Type::date:
      return reference_to("date");
    case Type::dates:
      return list_of(reference_to("date"), true);
    case Type::week:
      return fmt::format(R"({{"type": "object", "propertyNames": {{"pattern": {}}}, "additionalProperties": {}}})",
                         quote(day_pattern), reference_to("intervals"));
    case Type::intervals:
      return reference_to("intervals");
    case Type::exceptions:
      return fmt::format(R"({{"type": "object", "propertyNames": {}, "additionalProperties": {}}})",
                         reference_to("date"), reference_to("intervals"));
    case Type::condition:
      return reference_to("condition");
    case Type::object:
      return reference_to(field.object->name);
    case Type::objects: {
      const auto limit = field.max > 0 ? static_cast<std::size_t>(field.max) : objects_max;
      return fmt::format(R"({{"type": "array", "items": {}, "maxItems": {}{}}})", reference_to(field.object->name),
                         limit, field.need == Need::required ? ", \"minItems\": 1" : "");
    }
  }
  return "{}";
}

std::string describe_object(const Object& object, std::string_view indent) {
  std::vector<std::string> properties, required, with, one_of;
  for (const auto& field : object.fields) {
    // In draft 2020-12 a description may stand beside $ref.
    std::string shape = shape_of(field);
    shape.insert(shape.size() - 1, fmt::format(", \"description\": {}", quote(field.meaning)));
    properties.push_back(fmt::format("{}    {}: {}", indent, quote(field.key), shape));
    if (field.need == Need::required) required.push_back(quote(field.key));
    if (!field.only_with.empty()) with.push_back(fmt::format("{}: [{}]", quote(field.key), quote(field.only_with)));
  }
  for (const auto key : object.exactly_one) one_of.push_back(fmt::format("{{\"required\": [{}]}}", quote(key)));
  std::string out = fmt::format(
      "{0}  \"type\": \"object\",\n{0}  \"additionalProperties\": false,\n{0}  \"properties\": {{\n{1}\n{0}  }}",
      indent, fmt::join(properties, ",\n"));
  if (!required.empty()) out += fmt::format(",\n{}  \"required\": [{}]", indent, fmt::join(required, ", "));
  if (!with.empty()) out += fmt::format(",\n{}  \"dependentRequired\": {{{}}}", indent, fmt::join(with, ", "));
  if (!one_of.empty()) out += fmt::format(",\n{}  \"oneOf\": [{}]", indent, fmt::join(one_of, ", "));
  return out;
}

void collect_objects(const Object& object, std::vector<const Object*>& out) {
  for (const auto& field : object.fields) {
    if (field.object == nullptr) continue;
    bool known = false;
    for (const auto* other : out) known = known || other == field.object;
    if (known) continue;
    out.push_back(field.object);
    collect_objects(*field.object, out);
  }
}

std::string describe_condition() {
  std::vector<std::string> facts;
  for (const auto& key : condition_keys()) {
    facts.push_back(fmt::format(
        R"({}: {{"anyOf": [{{"type": "string"}}, {{"type": "array", "items": {{"type": "string"}}, "minItems": 1, "uniqueItems": true}}]}})",
        quote(key.key)));
  }
  const auto joined = fmt::format("{}", fmt::join(facts, ", "));
  return fmt::format(
      R"({{"type": "object", "minProperties": 1, "additionalProperties": false, "properties": {{{0}, "not": {{"type": "object", "minProperties": 1, "additionalProperties": false, "properties": {{{0}}}}}}}}})",
      joined);
}

}  // namespace

std::string to_json_schema() {
  std::vector<const Object*> objects;
  collect_objects(plan_object(), objects);
  std::vector<std::string> definitions{
      fmt::format(R"(    "date": {{"type": "string", "pattern": {}}})", quote(date_pattern)),
      fmt::format(R"(    "intervals": {{"type": "array", "items": {{"type": "string", "pattern": {}}}}})",
                  quote(interval_pattern)),
      R"(    "words": {"anyOf": [{"type": "string", "minLength": 1}, {"type": "object", "additionalProperties": false, "properties": {"file": {"type": "string"}}, "required": ["file"]}]})",
      fmt::format(
          R"(    "text": {{"anyOf": [{{"$ref": "#/$defs/words"}}, {{"type": "object", "minProperties": 1, "propertyNames": {{"pattern": {}}}, "additionalProperties": {{"$ref": "#/$defs/words"}}}}]}})",
          quote(language_pattern)),
      "    \"condition\": " + describe_condition(),
  };
  for (const auto* object : objects) {
    std::string name(object->name);
    for (char& c : name) {
      if (c == ' ') c = '_';
    }
    definitions.push_back(fmt::format("    {}: {{\n{}\n    }}", quote(name), describe_object(*object, "    ")));
  }
  return fmt::format(
      "{{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"title\": \"suki plan\",\n{},\n  "
      "\"$defs\": {{\n{}\n  }}\n}}\n",
      describe_object(plan_object(), ""), fmt::join(definitions, ",\n"));
}

}  // namespace suki::plan
