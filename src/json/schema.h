/// Described structs to JSON Schema (2020-12), as OpenAPI 3.1 wants it. Includes Boost.JSON: for sources, not for
/// headers.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/type_index.hpp>

#include "json/write.h"

namespace suki::json {

/// What a schema is for: in a request an optional field may be left out, in a response every field is there.
enum class Use : std::uint8_t { request, response };

/// "Row" for suki::app::Row.
[[nodiscard]] std::string short_name(std::string_view qualified);
/// The schema of a text field, which by its name may be an instant ("at", "now", "reply_by", "..._at").
[[nodiscard]] boost::json::object text_schema(std::string_view field);
/// `schema` or null.
[[nodiscard]] boost::json::object or_null(boost::json::object schema);

template <Described T>
[[nodiscard]] std::string name_of_struct() {
  return short_name(boost::typeindex::type_id<T>().pretty_name());
}

template <Described T>
void add_schema(boost::json::object& components, Use use);

namespace detail {

template <class T>
struct Kind {
  using Value = T;
  static constexpr bool optional = false, list = false;
};
template <class T>
struct Kind<std::optional<T>> {
  using Value = T;
  static constexpr bool optional = true, list = false;
};
template <class T>
struct Kind<std::vector<T>> {
  using Value = T;
  static constexpr bool optional = false, list = true;
};

template <class T>
boost::json::object schema_of(boost::json::object& components, Use use, std::string_view field) {
  using Value = typename Kind<T>::Value;
  if constexpr (Kind<T>::list) {
    return {{"type", "array"}, {"items", schema_of<Value>(components, use, field)}};
  } else if constexpr (Kind<T>::optional) {
    return or_null(schema_of<Value>(components, use, field));
  } else if constexpr (Described<T>) {
    add_schema<T>(components, use);
    return {{"$ref", "#/components/schemas/" + name_of_struct<T>()}};
  } else if constexpr (std::same_as<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::integral<T>) {
    return {{"type", "integer"}, {"format", "int64"}};
  } else {
    static_assert(std::same_as<T, std::string>);
    return text_schema(field);
  }
}

}  // namespace detail

/// Adds T, and what it holds, to `components` under its short name, unless it is there.
template <Described T>
void add_schema(boost::json::object& components, Use use) {
  const std::string name = name_of_struct<T>();
  if (components.contains(name)) return;
  components[name] = boost::json::object();  // stands before its fields are walked, so that a struct may hold itself
  boost::json::object properties;
  boost::json::array required;
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>([&](auto member) {
    using Field = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
    properties[member.name] = detail::schema_of<Field>(components, use, member.name);
    if (use == Use::response || !detail::Kind<Field>::optional) required.emplace_back(member.name);
  });
  components[name] = boost::json::object{{"type", "object"},
                                         {"additionalProperties", false},
                                         {"properties", std::move(properties)},
                                         {"required", std::move(required)}};
}

}  // namespace suki::json
