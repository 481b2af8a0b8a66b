#include "json/schema.h"

namespace suki::json {

std::string short_name(std::string_view qualified) {
  const std::size_t colon = qualified.rfind(':');
  return std::string(colon == std::string_view::npos ? qualified : qualified.substr(colon + 1));
}

boost::json::object text_schema(std::string_view field) {
  const bool instant = field == "at" || field == "now" || field == "reply_by" || field.ends_with("_at");
  if (instant) return {{"type", "string"}, {"format", "date-time"}};
  return {{"type", "string"}};
}

boost::json::object or_null(boost::json::object schema) {
  if (schema.contains("$ref")) {
    return {{"anyOf", boost::json::array{std::move(schema), boost::json::object{{"type", "null"}}}}};
  }
  schema["type"] = boost::json::array{schema["type"], "null"};
  return schema;
}

}  // namespace suki::json
