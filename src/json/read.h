/// JSON text to described structs. Strict: every field that is not optional must be there, a field that the struct
/// does not have is an error, and so is a field of another type. Errors name the field: "message: must be a string".
/// Includes Boost.JSON: for sources, not for headers.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "base/result.h"
#include "json/write.h"

namespace suki::json {

inline constexpr std::size_t depth_max = 16;  ///< no input of ours nests deeper than 3; chosen

/// One JSON document, at most depth_max deep, valid UTF-8, no name twice in an object. Errors: bad_input.
[[nodiscard]] Result<boost::json::value> parse(std::string_view text);

namespace detail {

[[nodiscard]] Error wrong(const std::string& path, const char* what);
[[nodiscard]] Result<void> read_into(std::string& to, const boost::json::value& from, const std::string& path);
[[nodiscard]] Result<void> read_into(bool& to, const boost::json::value& from, const std::string& path);
[[nodiscard]] Result<void> read_into(std::int64_t& to, const boost::json::value& from, const std::string& path);
/// The first name in `object` that is not among the `count` names; "" when there is none.
[[nodiscard]] std::string find_unknown(const boost::json::object& object, const char* const* names, std::size_t count);

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

template <Described T>
[[nodiscard]] Result<void> read_into(T& to, const boost::json::value& from, const std::string& path);

template <class T>
[[nodiscard]] Result<void> read_into(std::vector<T>& to, const boost::json::value& from, const std::string& path);

template <class T>
[[nodiscard]] Result<void> read_into(std::optional<T>& to, const boost::json::value& from, const std::string& path) {
  if (from.is_null()) return {};
  return read_into(to.emplace(), from, path);
}

template <class T>
[[nodiscard]] Result<void> read_into(std::vector<T>& to, const boost::json::value& from, const std::string& path) {
  if (!from.is_array()) return wrong(path, "must be a list");
  for (const boost::json::value& item : from.get_array()) {
    const std::string item_path = path + "[" + std::to_string(to.size()) + "]";
    SUKI_CHECK(read_into(to.emplace_back(), item, item_path));
  }
  return {};
}

template <Described T>
[[nodiscard]] Result<void> read_into(T& to, const boost::json::value& from, const std::string& path) {
  if (!from.is_object()) return wrong(path, "must be an object");
  const boost::json::object& object = from.get_object();
  const std::string prefix = path.empty() ? "" : path + ".";
  Result<void> result;
  std::vector<const char*> names;
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>([&](auto member) {
    names.push_back(member.name);
    if (!result.ok()) return;
    auto& field = to.*member.pointer;
    const boost::json::value* value = object.if_contains(member.name);
    if (value) {
      result = read_into(field, *value, prefix + member.name);
    } else if (!is_optional<std::remove_cvref_t<decltype(field)>>::value) {
      result = wrong(prefix + member.name, "is required");
    }
  });
  if (!result.ok()) return result;
  const std::string unknown = find_unknown(object, names.data(), names.size());
  if (!unknown.empty()) return wrong(prefix + unknown, "is not a known field");
  return {};
}

}  // namespace detail

/// Errors: bad_input, "field.path: what is wrong" ("" stands for the document: "must be an object").
template <Described T>
[[nodiscard]] Result<T> read(std::string_view text) {
  SUKI_TRY(const boost::json::value document, parse(text));
  T value;
  SUKI_CHECK(detail::read_into(value, document, ""));
  return value;
}

}  // namespace suki::json
