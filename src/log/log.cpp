#include "log/log.h"

#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>

#include "base/text.h"
#include "json/write.h"

namespace suki::log {
namespace {

std::atomic<Form> form_in_use = Form::text;

/// In front of what is members of a JSON object already: no text of ours begins so (ASCII's record separator).
constexpr char members_mark = '\x1e';

class LineFormatter final : public spdlog::formatter {
 public:
  explicit LineFormatter(Form form) : form_(form) {}
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(message.time.time_since_epoch());
    const auto name = spdlog::level::to_string_view(message.level);
    const std::string_view level(name.data(), name.size()), payload(message.payload.data(), message.payload.size());
    const std::string line =
        form_ == Form::json ? to_json(since.count(), level, payload) : to_line(since.count(), level, payload);
    out.append(line.data(), line.data() + line.size());
    out.push_back('\n');
  }
  [[nodiscard]] std::unique_ptr<formatter> clone() const override { return std::make_unique<LineFormatter>(form_); }

 private:
  Form form_;
};

std::string time_of(std::int64_t ms_since_1970) {
  const auto second = static_cast<std::time_t>(ms_since_1970 / 1000);
  std::tm utc{};
  gmtime_r(&second, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec, ms_since_1970 % 1000);
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

void member(std::string& out, std::string_view name, std::string_view value) {
  if (!out.empty()) out += ',';
  json::append(out, name);
  out += ':';
  json::append(out, value);
}
void member(std::string& out, std::string_view name, std::int64_t value) {
  if (!out.empty()) out += ',';
  json::append(out, name);
  out += ':';
  json::append(out, value);
}

bool belongs_to_address(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > ' ' && byte != 0x7f && std::string_view("<>()[],;:'").find(c) == std::string_view::npos;
}

}  // namespace

void start(Form form, const std::string& level) {
  form_in_use = form;
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("suki", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
  spdlog::set_formatter(std::make_unique<LineFormatter>(form));
  spdlog::set_level(spdlog::level::from_str(level));
  spdlog::flush_on(spdlog::level::warn);
  spdlog::flush_every(std::chrono::seconds(1));
}

void flush() {
  spdlog::default_logger()->flush();
}

void answered(const Answered& line) {
  if (!spdlog::should_log(spdlog::level::info)) return;
  if (form_in_use == Form::text)
    spdlog::info("{}", to_text(line));
  else
    spdlog::info("{}{}", members_mark, to_json_members(line));
}

void say(Level level, std::string_view text, std::string_view request_id) {
  const auto at = to_spdlog(level);
  if (!spdlog::should_log(at)) return;
  if (form_in_use == Form::text) return spdlog::log(at, "{} ({})", text, request_id);
  std::string members;
  member(members, "message", to_valid_utf8(text));
  member(members, "request_id", request_id);
  spdlog::log(at, "{}{}", members_mark, members);
}

std::string without_addresses(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (!belongs_to_address(text[at])) {
      out += text[at++];
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && belongs_to_address(text[end])) ++end;
    const std::string_view word = text.substr(at, end - at);
    // Alone, or in front of a word, it is none: "@ noon".
    out += word.find('@', 1) != std::string_view::npos ? "<address>" : std::string(word);
    at = end;
  }
  return out;
}

std::string to_text(const Answered& line) {
  std::string text = fmt::format("{} {} {} {}B {:.1f}ms {}", line.method, line.route, line.status, line.bytes, line.ms,
                                 line.request_id);
  if (line.agent != 0) text += fmt::format(" agent {}", line.agent);
  return text;
}

std::string to_json_members(const Answered& line) {
  std::string members;
  member(members, "message", "request");
  member(members, "request_id", line.request_id);
  member(members, "method", line.method);
  member(members, "route", line.route);
  member(members, "status", static_cast<std::int64_t>(line.status));
  member(members, "bytes", static_cast<std::int64_t>(line.bytes));
  members += fmt::format(",\"duration_ms\":{:.3f}", line.ms);
  if (line.agent != 0) member(members, "agent", line.agent);
  return members;
}

std::string to_line(std::int64_t ms_since_1970, std::string_view level, std::string_view payload) {
  std::string line = fmt::format("{} {} ", time_of(ms_since_1970), level);
  const std::string text = to_valid_utf8(payload);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F, which steer terminals too, are two bytes.
    const bool is_second = byte == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (is_second) ++i;
    line += byte < 0x20 || byte == 0x7f || is_second ? ' ' : static_cast<char>(byte);
  }
  return line;
}

std::string to_json(std::int64_t ms_since_1970, std::string_view level, std::string_view payload) {
  std::string members;
  member(members, "time", time_of(ms_since_1970));
  member(members, "level", level);
  if (payload.starts_with(members_mark))
    members.append(",").append(payload.substr(1));
  else
    member(members, "message", to_valid_utf8(payload));
  return "{" + members + "}";
}

}  // namespace suki::log
