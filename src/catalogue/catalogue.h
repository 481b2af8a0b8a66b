/// What the program itself says to people, in every language: ICU messages from catalogue/app.*.json, which are part of
/// the program; and instants and spans in words. Command line, logs and problem details are not here: they are English.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"

namespace suki::catalogue {

using Arg = std::pair<const char*, std::variant<std::string, std::int64_t>>;

/// The message in `language`; in English where there is no such language. `key` must exist (a test reads the sources),
/// and `args` must be what it names.
[[nodiscard]] std::string message(std::string_view language, std::string_view key, const std::vector<Arg>& args = {});
/// Whether `key` exists; for keys that are put together from a code.
[[nodiscard]] bool has(std::string_view key);
[[nodiscard]] std::vector<std::string> languages();  ///< "en", "fil"; sorted
[[nodiscard]] std::vector<std::string> keys(std::string_view language);

/// "Monday, November 23 at 10:00 AM (Manila time)": in the named zone, which is said. `zone`: IANA.
[[nodiscard]] std::string say_instant(std::string_view language, Instant at, const std::string& zone);
/// "4 hours 30 minutes". Seconds are cut off.
[[nodiscard]] std::string say_span(std::string_view language, Span span);
/// "Friday, December 25, 2026"
[[nodiscard]] std::string say_date(std::string_view language, Date date);

}  // namespace suki::catalogue
