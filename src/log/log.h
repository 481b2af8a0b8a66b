/// The log of a running server, on standard error: lines for people, or one JSON object a line. A line names things by
/// number and by the pattern of a route; it holds no name, address, word, path or token of anybody.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace suki::log {

enum class Form : std::uint8_t { text, json };
enum class Level : std::uint8_t { info, warning, error };

/// Called once, before anything is said. `level`: "debug", "info", "warning", "error" or "off".
void start(Form form, const std::string& level);
void flush();

/// One request and what came of it.
struct Answered {
  std::string_view method, route;  ///< route: its pattern, "page" or "unknown"
  unsigned status = 0;
  std::size_t bytes = 0;
  double ms = 0;
  std::string_view request_id;
  std::int64_t agent = 0;  ///< the account's number; 0: nobody was signed in
};
/// At level info.
void answered(const Answered& line);
/// Something that happened while a request was served.
void say(Level level, std::string_view text, std::string_view request_id);

/// What another program said, fit for the log: mail addresses become "<address>".
[[nodiscard]] std::string without_addresses(std::string_view text);

// ---- for tests
[[nodiscard]] std::string to_text(const Answered& line);
[[nodiscard]] std::string to_json_members(const Answered& line);  ///< without the brackets
/// Whole lines, without their end: whatever is said, it begins no other line, and steers no terminal.
[[nodiscard]] std::string to_line(std::int64_t ms_since_1970, std::string_view level, std::string_view payload);
/// `payload`: text, or members that to_json_members() made.
[[nodiscard]] std::string to_json(std::int64_t ms_since_1970, std::string_view level, std::string_view payload);

}  // namespace suki::log
