#include "import/foreign.h"

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"
#include "mail/headers.h"

namespace suki::importing {

namespace bj = boost::json;

std::string text_of(const bj::object& object, std::string_view name) {
  const bj::value* value = object.if_contains(name);
  if (value == nullptr) return {};
  if (value->is_string()) return {value->get_string().data(), value->get_string().size()};
  if (value->is_int64() || value->is_uint64()) return bj::serialize(*value);
  return {};
}

std::int64_t number_of(const bj::object& object, std::string_view name) {
  return parse_whole(text_of(object, name)).value_or(0);
}

bool flag_of(const bj::object& object, std::string_view name) {
  const bj::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

const bj::object* object_of(const bj::object& object, std::string_view name) {
  const bj::value* value = object.if_contains(name);
  return value != nullptr && value->is_object() ? &value->get_object() : nullptr;
}

const bj::array* list_of(const bj::object& object, std::string_view name) {
  const bj::value* value = object.if_contains(name);
  return value != nullptr && value->is_array() ? &value->get_array() : nullptr;
}

Instant time_of(std::string_view text, Span offset) {
  std::string full(trim(text));
  if (full.size() > 10 && full[10] == ' ') full[10] = 'T';
  if (const auto at = parse_instant(full); at.ok()) return *at;
  if (full.size() == 10) full += "T00:00";
  if (full.size() == 16) full += ":00";
  const auto at = parse_instant(full + "Z");
  return at.ok() ? *at - offset : never;
}

Instant epoch_of(std::int64_t seconds_since) {
  constexpr std::int64_t most = 7'258'118'399;  // the end of 2199
  return seconds_since > 0 && seconds_since <= most ? Instant{seconds_since * 1'000'000} : never;
}

Person person_of(std::string_view mailbox) {
  const auto all = mail::parse_addresses(mailbox);
  for (const mail::Address& one : all)
    if (!one.email.empty()) return {one.name, one.email};
  const mail::Address rescued = mail::rescue_address(mailbox);
  return {rescued.name, rescued.email};
}

}  // namespace suki::importing
