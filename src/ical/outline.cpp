#include "ical/outline.h"

#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "ical/ical.h"

namespace suki::ical {
namespace {

Error at_line(std::uint32_t line, std::string_view what) {
  return fail(ErrorCode::bad_input, fmt::format("line {}: {}", line, what));
}

/// "BEGIN" and "VEVENT" in upper case; nothing for any other line.
bool take_mark(std::string_view line, std::string_view mark, std::string& name) {
  if (line.size() <= mark.size() || line[mark.size()] != ':' || to_lower_ascii(line.substr(0, mark.size())) != mark)
    return false;
  name = to_lower_ascii(trim(line.substr(mark.size() + 1)));
  return true;
}

}  // namespace

Result<Outline> read_outline(std::string_view bytes) {
  if (bytes.size() > bytes_max)
    return fail(ErrorCode::too_large, fmt::format("the file is larger than {} bytes", bytes_max));
  if (!is_utf8(bytes)) return fail(ErrorCode::bad_text, "the file is not UTF-8");
  if (bytes.find('\0') != std::string_view::npos) return fail(ErrorCode::bad_text, "the file holds a zero byte");
  Outline outline;
  std::vector<std::pair<std::string, std::uint32_t>> open;
  std::uint32_t number = 0;
  std::string name;
  bool any = false;
  for (const std::string_view line : split(bytes, '\n')) {
    ++number;
    if (take_mark(line, "begin", name)) {
      if (open.empty() && name != "vcalendar") return at_line(number, "an iCalendar file begins with BEGIN:VCALENDAR");
      if (open.size() == depth_max) return at_line(number, fmt::format("components more than {} deep", depth_max));
      if (name == "vevent") {
        if (open.size() != 1) return at_line(number, "an event inside of another component");
        outline.event_lines.push_back(number);
      }
      if (outline.event_lines.size() > events_max) {
        return fail(ErrorCode::too_large, fmt::format("line {}: more than {} events", number, events_max));
      }
      open.emplace_back(name, number);
      any = true;
    } else if (take_mark(line, "end", name)) {
      if (open.empty()) return at_line(number, "END without BEGIN");
      if (open.back().first != name)
        return at_line(number, fmt::format("END does not match the BEGIN on line {}", open.back().second));
      open.pop_back();
    } else if (open.empty() && !trim(line).empty()) {
      return at_line(number, "an iCalendar file begins with BEGIN:VCALENDAR");
    }
  }
  if (!open.empty()) return at_line(open.back().second, "BEGIN without END");
  if (!any) return at_line(1, "an iCalendar file begins with BEGIN:VCALENDAR");
  return outline;
}

}  // namespace suki::ical
