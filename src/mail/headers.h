/// A mail's header fields, read leniently: whatever the bytes, there is an answer in UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mail/mail.h"

namespace suki::mail {

inline constexpr std::size_t addresses_max = 1'000;
inline constexpr std::size_t references_max = 200;

/// Names in lower case and raw values, in the order they came.
class HeaderFields {
 public:
  void add(std::string_view name, std::string_view raw_value);
  /// The raw value of the first field of this name; empty where there is none. `name` in lower case. O(fields).
  [[nodiscard]] std::string_view raw(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return !trimmed(name).empty(); }
  /// The first field's value as one line of UTF-8, encoded words left as they are.
  [[nodiscard]] std::string line(std::string_view name) const;
  /// The same in lower-case ASCII, for values that are words of a protocol.
  [[nodiscard]] std::string word(std::string_view name) const;
  /// How many fields have this name.
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  [[nodiscard]] std::string_view trimmed(std::string_view name) const;
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// The header at the start of these bytes (of a returned copy, or of one block in a delivery report), up to the first
/// empty line or the first line that is none. Takes what it read off `text`. O(bytes).
[[nodiscard]] HeaderFields take_header(std::string_view& text);

/// RFC 5322 address lists and what is written instead of them: groups opened up, encoded words anywhere, the domain in
/// lower case. `raw_charset` as for decode_words(). At most addresses_max; 256 KiB of a field are read.
[[nodiscard]] std::vector<Address> parse_addresses(std::string_view raw, std::string_view raw_charset = {});
/// "Big Bug bb@bug.com" names an address though it is no mailbox of RFC 5322: the last word with an @ in it.
[[nodiscard]] Address rescue_address(std::string_view header);
/// Message ids without angle brackets, in the order they stand; of more than references_max the first and the last
/// ones.
[[nodiscard]] std::vector<std::string> parse_ids(std::string_view raw);
/// RFC 5322 dates and the common broken ones; nullopt for what names no day.
[[nodiscard]] std::optional<Instant> parse_date(std::string_view raw);

/// g_mime_init(), once.
void ensure_gmime();

}  // namespace suki::mail
