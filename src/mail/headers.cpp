#include "mail/headers.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <mutex>

#include "base/text.h"
#include "mail/charset.h"
#include "mail/words.h"

namespace suki::mail {
namespace {

constexpr std::size_t list_bytes_max = 256u << 10;
constexpr std::size_t date_bytes_max = 256;
constexpr std::size_t id_bytes_max = 998;  // RFC 5322, 2.1.1: no line is longer
constexpr int groups_deep_max = 50;

// Private-use characters that stand around the number of an encoded word while GMime looks at the rest.
constexpr std::string_view mark_start = "\xEF\xA3\xB0";  // U+F8F0
constexpr std::string_view mark_end = "\xEF\xA3\xB1";    // U+F8F1

std::string without_marks(std::string text) {
  for (const std::string_view mark : {mark_start, mark_end})
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
      text.erase(at, mark.size());
  return text;
}

/// An encoded word may hold what separates addresses, before it is decoded and after. So GMime sees marks instead.
class Marked {
 public:
  Marked(std::string_view raw, std::string_view raw_charset) {
    raw = raw.substr(0, list_bytes_max);
    const bool escaped = raw.find('\x1b') != std::string_view::npos;
    const std::string valid =
        without_marks(is_utf8(raw) && !escaped ? std::string(raw) : decode(raw, escaped ? "" : raw_charset).text);
    for (std::size_t at = 0;;) {
      const WordPlace place = find_word(valid, at);
      text_ += valid.substr(at, std::min(place.start, valid.size()) - at);
      if (place.start == std::string_view::npos) break;
      text_ += std::string(mark_start) + std::to_string(words_.size()) + std::string(mark_end);
      words_.push_back(valid.substr(place.start, place.end - place.start));
      at = place.end;
    }
    // A NUL would end it for GMime.
    std::erase(text_, '\0');
    separate_by_commas();
  }
  [[nodiscard]] const char* text() const { return text_.c_str(); }
  /// What GMime found, with the words put back and read.
  [[nodiscard]] std::string read(const char* found) const {
    if (found == nullptr) return {};
    std::string_view rest = found;
    std::string out;
    for (;;) {
      const std::size_t start = rest.find(mark_start);
      const std::size_t end = start == std::string_view::npos ? start : rest.find(mark_end, start);
      if (end == std::string_view::npos) break;
      out += rest.substr(0, start);
      const std::string number(rest.substr(start + mark_start.size(), end - start - mark_start.size()));
      const std::size_t index = number.size() <= 6 ? std::strtoul(number.c_str(), nullptr, 10) : words_.size();
      if (index < words_.size()) out += words_[index];
      rest.remove_prefix(end + mark_end.size());
    }
    out += rest;
    return decode_words(out);
  }

 private:
  /// Outlook's lists are separated by semicolons, which end a group of RFC 5322, whose name a colon ends.
  void separate_by_commas() {
    if (text_.find(';') == std::string::npos) return;
    std::string out = text_;
    bool quoted = false;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (out[i] == '\\') {
        ++i;
      } else if (out[i] == '"') {
        quoted = !quoted;
      } else if (!quoted && out[i] == ':') {
        return;
      } else if (!quoted && out[i] == ';') {
        out[i] = ',';
      }
    }
    text_ = std::move(out);
  }

  std::string text_;
  std::vector<std::string> words_;
};

std::string normal_email(std::string email) {
  std::erase_if(email, [](char c) { return c == ' ' || c == '<' || c == '>'; });
  const auto at = email.rfind('@');
  return at == std::string::npos ? email : email.substr(0, at) + to_lower_ascii(email.substr(at));
}

Address mailbox_of(InternetAddress* one, const Marked& marked) {
  const char* raw = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one));
  Address out{plain_name(marked.read(internet_address_get_name(one))), marked.read(raw)};
  const std::size_t bracket = out.email.find('<');
  if (bracket != std::string::npos && std::string_view(raw).find('@') == std::string_view::npos) {
    // Name and address in one encoded word.
    out.name = plain_name(std::string_view(out.email).substr(0, bracket));
    out.email = rescue_address(out.email).email;
  } else {
    out.email = normal_email(std::move(out.email));
  }
  return out;
}

void add_addresses(InternetAddressList* list, const Marked& marked, std::vector<Address>& out, int depth) {
  if (list == nullptr || depth > groups_deep_max) return;
  for (int i = 0; i < internet_address_list_length(list) && out.size() < addresses_max; ++i) {
    InternetAddress* one = internet_address_list_get_address(list, i);
    if (INTERNET_ADDRESS_IS_MAILBOX(one)) {
      Address address = mailbox_of(one, marked);
      if (!address.email.empty()) out.push_back(std::move(address));
    } else if (INTERNET_ADDRESS_IS_GROUP(one)) {
      add_addresses(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(one)), marked, out, depth + 1);
    }
  }
}

}  // namespace

void ensure_gmime() {
  static std::once_flag once;
  std::call_once(once, [] { g_mime_init(); });
}

void HeaderFields::add(std::string_view name, std::string_view raw_value) {
  fields_.emplace_back(to_lower_ascii(trim(name)), raw_value);
}

std::string_view HeaderFields::raw(std::string_view name) const {
  for (const auto& [known, value] : fields_)
    if (known == name) return value;
  return {};
}

std::string_view HeaderFields::trimmed(std::string_view name) const {
  return trim(raw(name));
}

std::string HeaderFields::line(std::string_view name) const {
  const std::string_view value = raw(name).substr(0, list_bytes_max);
  return one_line(is_utf8(value) ? std::string(value) : decode(value, "").text);
}

std::string HeaderFields::word(std::string_view name) const {
  return to_lower_ascii(line(name));
}

std::size_t HeaderFields::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(), [&](const auto& field) { return field.first == name; }));
}

HeaderFields take_header(std::string_view& text) {
  HeaderFields out;
  std::string name;
  std::string value;
  const auto flush = [&] {
    if (!name.empty()) out.add(name, value);
    name.clear();
  };
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool folded = !line.empty() && (line.front() == ' ' || line.front() == '\t');
    const std::size_t colon = line.find(':');
    const bool field = !folded && colon != std::string_view::npos && colon > 0 &&
                       trim(line.substr(0, colon)).find_first_of(" \t") == std::string_view::npos;
    const bool empty = trim(line).empty();
    if (!empty && !field && !(folded && !name.empty())) break;
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (empty) break;
    if (field) {
      flush();
      name = line.substr(0, colon);
      value = line.substr(colon + 1);
    } else {
      value += '\n';
      value += line;
    }
  }
  flush();
  return out;
}

std::vector<Address> parse_addresses(std::string_view raw, std::string_view raw_charset) {
  ensure_gmime();
  std::vector<Address> out;
  if (trim(raw).empty()) return out;
  const Marked marked(raw, raw_charset);
  InternetAddressList* list = internet_address_list_parse(nullptr, marked.text());
  if (list == nullptr) return out;
  add_addresses(list, marked, out, 0);
  g_object_unref(list);
  return out;
}

Address rescue_address(std::string_view header) {
  for (std::string_view words = header; !words.empty();) {
    const auto at = words.find_last_of(" \t\r\n<>,;\"()[]");
    const std::string_view word = at == std::string_view::npos ? words : words.substr(at + 1);
    const auto sign = word.find('@');
    if (sign != std::string_view::npos && sign > 0 && sign + 1 < word.size()) return {"", normal_email(one_line(word))};
    words = at == std::string_view::npos ? std::string_view() : words.substr(0, at);
  }
  return {};
}

std::vector<std::string> parse_ids(std::string_view raw) {
  std::vector<std::string> out;
  const auto add = [&](std::string_view id) {
    std::string clean = one_line(id);
    std::erase(clean, ' ');
    if (clean.empty() || clean.size() > id_bytes_max) return;
    // Of too many the first, where the thread began, and the last ones, which are nearest.
    if (out.size() == references_max) out.erase(out.begin() + 1);
    out.push_back(std::move(clean));
  };
  raw = raw.substr(0, list_bytes_max);
  if (raw.find('<') == std::string_view::npos) {
    // Without brackets only what looks like an id is one: "Your message of Monday" is none.
    for (std::size_t at = 0; at < raw.size();) {
      const std::size_t start = raw.find_first_not_of(" \t\r\n,", at);
      if (start == std::string_view::npos) break;
      const std::size_t end = std::min(raw.find_first_of(" \t\r\n,", start), raw.size());
      const std::string_view word = raw.substr(start, end - start);
      if (word.find('@') != std::string_view::npos) add(word);
      at = end;
    }
    return out;
  }
  for (std::size_t start = raw.find('<'); start != std::string_view::npos; start = raw.find('<', start + 1)) {
    const std::size_t end = raw.find_first_of("<>", start + 1);
    const std::string_view id = raw.substr(start + 1, end == std::string_view::npos ? end : end - start - 1);
    add(id);
    if (end == std::string_view::npos) break;
    start = end - 1;
  }
  return out;
}

std::optional<Instant> parse_date(std::string_view raw) {
  ensure_gmime();
  const std::string line = one_line(raw.substr(0, date_bytes_max));
  if (line.empty()) return std::nullopt;
  GDateTime* date = g_mime_utils_header_decode_date(line.c_str());
  if (date == nullptr) return std::nullopt;
  const std::int64_t seconds_since = g_date_time_to_unix(date);
  g_date_time_unref(date);
  // Beyond what multiplies; instant_max is far below.
  if (seconds_since < instant_min.us / 1'000'000 || seconds_since > instant_max.us / 1'000'000) return std::nullopt;
  const Instant at{seconds_since * 1'000'000};
  return at >= instant_min && at <= instant_max ? std::optional(at) : std::nullopt;
}

}  // namespace suki::mail
