#include "mail/raw_view.h"

#include <fmt/format.h>

#include "base/text.h"

namespace suki::mail {
namespace {

constexpr std::size_t peeked_max = 64u << 10;

struct Sequence {
  std::size_t length = 0;  ///< 0: no UTF-8 begins here
  char32_t code = 0;
};

Sequence sequence_at(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return {1, first};
  std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || length > text.size() || !is_utf8(text.substr(0, length))) return {};
  char32_t code = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) code = code << 6u | (byte(i) & 0x3Fu);
  return {length, code};
}

/// Nothing that a terminal or a page would act on, or that makes text look like another.
bool is_shown(char32_t code) {
  if (code == '\n' || code == '\t') return true;
  if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return false;
  if ((code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E)) return false;
  return !((code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || (code >= 0xFFF0 && code <= 0xFFFB));
}

/// Where the header ends, and the body begins.
std::pair<std::size_t, std::size_t> header_end(std::string_view raw) {
  if (raw.starts_with("\n")) return {0, 1};
  if (raw.starts_with("\r\n")) return {0, 2};
  for (std::size_t at = raw.find('\n'); at != std::string_view::npos; at = raw.find('\n', at + 1)) {
    if (raw.substr(at + 1).starts_with("\n")) return {at + 1, at + 2};
    if (raw.substr(at + 1).starts_with("\r\n")) return {at + 1, at + 3};
  }
  return {raw.size(), raw.size()};
}

/// The values of fields of this name (lower case), their lines put together; `count` at most.
std::vector<std::string> values_of(std::string_view header, std::string_view name, std::size_t count) {
  std::vector<std::string> values;
  while (!header.empty() && values.size() < count) {
    const std::size_t end = header.find('\n');
    const std::string_view line = header.substr(0, end);
    header = end == std::string_view::npos ? std::string_view() : header.substr(end + 1);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || to_lower_ascii(trim(line.substr(0, colon))) != name) continue;
    std::string value(trim(line.substr(colon + 1)));
    while (header.starts_with(" ") || header.starts_with("\t")) {
      const std::size_t next = header.find('\n');
      value.append(" ").append(trim(header.substr(0, next)));
      header = next == std::string_view::npos ? std::string_view() : header.substr(next + 1);
    }
    values.push_back(std::move(value));
  }
  return values;
}

/// "" there is none.
std::string field_of(std::string_view header, std::string_view name) {
  auto values = values_of(header, name, 1);
  return values.empty() ? std::string() : std::move(values.front());
}

bool is_atom(char c) {
  return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F &&
         std::string_view("<>()[]:;,\"\\@").find(c) == std::string_view::npos;
}

/// The last thing that looks like an address: what stands before it may be a name that looks like one, too.
std::string address_in(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return {};
  std::size_t from = at, to = at + 1;
  while (from > 0 && is_atom(text[from - 1])) --from;
  while (to < text.size() && is_atom(text[to])) ++to;
  if (from == at || to == at + 1 || to - from > 254) return {};
  return to_lower_ascii(text.substr(from, to - from));
}

}  // namespace

std::string printable(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    // A line's end is a line feed, however it came.
    if (bytes.starts_with("\r\n")) bytes.remove_prefix(1);
    const Sequence here = sequence_at(bytes);
    if (here.length == 0)
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(bytes.front()));
    else if (is_shown(here.code))
      out.append(bytes.substr(0, here.length));
    else
      out += here.code < 0x80 ? fmt::format("\\x{:02x}", static_cast<unsigned>(here.code))
                              : fmt::format("\\u{{{:04x}}}", static_cast<unsigned>(here.code));
    bytes.remove_prefix(here.length == 0 ? 1 : here.length);
  }
  return out;
}

RawView view_raw(std::string_view raw, std::size_t header_bytes, std::size_t body_bytes) {
  const auto [end, start] = header_end(raw);
  RawView view;
  view.cut = end > header_bytes || raw.size() - start > body_bytes;
  view.headers = printable(raw.substr(0, std::min(end, header_bytes)));
  view.body = printable(raw.substr(start, body_bytes));
  return view;
}

Peeked peek(std::string_view raw) {
  raw = raw.substr(0, peeked_max);
  const std::string_view header = raw.substr(0, header_end(raw).first);
  const std::string from = field_of(header, "from");
  Peeked peeked;
  peeked.email = address_in(from);
  const std::size_t angle = from.find('<');
  if (angle != std::string::npos) peeked.name = printable(trim(from.substr(0, angle)));
  if (peeked.name.size() > 1 && peeked.name.starts_with('"') && peeked.name.ends_with('"'))
    peeked.name = peeked.name.substr(1, peeked.name.size() - 2);
  peeked.subject = printable(field_of(header, "subject"));
  return peeked;
}

std::vector<std::string> fields_named(std::string_view raw, std::string_view name) {
  constexpr std::size_t header_max = 256u << 10, fields_max = 100;
  raw = raw.substr(0, header_max);
  return values_of(raw.substr(0, header_end(raw).first), name, fields_max);
}

}  // namespace suki::mail
