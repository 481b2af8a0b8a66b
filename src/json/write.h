/// Described structs to JSON text. Every field is written, in the order described; an empty optional is null.
/// Text must be UTF-8. Nothing here fails, and nothing but `out` is allocated.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

namespace suki::json {

template <class T>
concept Described = boost::describe::has_describe_members<T>::value;

/// In quotes, with the escapes that RFC 8259 asks for.
void append(std::string& out, std::string_view text);

inline void append(std::string& out, const std::string& text) {
  append(out, std::string_view(text));
}
inline void append(std::string& out, std::same_as<bool> auto value) {
  out += value ? "true" : "false";
}

template <std::integral T>
requires(!std::same_as<T, bool>) void append(std::string& out, T value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, end.ptr);
}

template <Described T>
void append(std::string& out, const T& value);
template <class T>
void append(std::string& out, const std::vector<T>& values);

template <class T>
void append(std::string& out, const std::optional<T>& value) {
  if (value) {
    append(out, *value);
  } else {
    out += "null";
  }
}

template <class T>
void append(std::string& out, const std::vector<T>& values) {
  out += '[';
  const char* separator = "";
  for (const T& value : values) {
    out += separator;
    append(out, value);
    separator = ",";
  }
  out += ']';
}

template <Described T>
void append(std::string& out, const T& value) {
  const char* separator = "{\"";
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>([&](auto member) {
    out += separator;
    out += member.name;
    out += "\":";
    append(out, value.*member.pointer);
    separator = ",\"";
  });
  out += '}';
}

template <class T>
[[nodiscard]] std::string write(const T& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace suki::json
