/// Other systems' JSON, read with good will: what is missing or of another type is empty. Private to this room.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "base/time.h"
#include "import/records.h"

namespace suki::importing {

/// A string, or a number as one; "" for the rest.
[[nodiscard]] std::string text_of(const boost::json::object& object, std::string_view name);
[[nodiscard]] std::int64_t number_of(const boost::json::object& object, std::string_view name);  ///< 0 for the rest
[[nodiscard]] bool flag_of(const boost::json::object& object, std::string_view name);
/// Null where there is none.
[[nodiscard]] const boost::json::object* object_of(const boost::json::object& object, std::string_view name);
[[nodiscard]] const boost::json::array* list_of(const boost::json::object& object, std::string_view name);

/// "2016-02-29T01:16", "2014-11-21 00:17:41", seconds or none; with "Z" or an offset that is meant, else `offset`
/// behind UTC is. never: it is no time.
[[nodiscard]] Instant time_of(std::string_view text, Span offset);
/// Seconds since 1970; never for 0 and what is no time.
[[nodiscard]] Instant epoch_of(std::int64_t seconds);

/// "Ana Cruz <ana@example.com>" in two.
struct Person {
  std::string name, email;
};
[[nodiscard]] Person person_of(std::string_view mailbox);

}  // namespace suki::importing
