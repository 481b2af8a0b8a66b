#include "mail/charset.h"

#include <iconv.h>
#include <uchardet/uchardet.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>

#include "base/text.h"

namespace suki::mail {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

std::string without_nul(std::string text) {
  std::erase(text, '\0');
  return text;
}

/// iconv from `charset`; nullopt when the charset is unknown. `replaced` counts bytes that did not fit.
std::optional<std::string> convert(std::string_view bytes, const std::string& charset, std::size_t& replaced) {
  const iconv_t cd = iconv_open("UTF-8", charset.c_str());
  // iconv says "unknown" by this value.
  if (cd == reinterpret_cast<iconv_t>(-1)) return std::nullopt;  // NOLINT(performance-no-int-to-ptr)
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 2);
  char* in = const_cast<char*>(bytes.data());
  std::size_t in_left = bytes.size();
  char buffer[4096];
  while (in_left > 0) {
    char* to = buffer;
    std::size_t to_left = sizeof buffer;
    const std::size_t done = iconv(cd, &in, &in_left, &to, &to_left);
    out.append(buffer, sizeof buffer - to_left);
    if (done != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
    out += replacement;  // for a byte that does not fit, or for a cut last character
    ++replaced;
    ++in;
    --in_left;
  }
  char* to = buffer;
  std::size_t to_left = sizeof buffer;
  iconv(cd, nullptr, nullptr, &to, &to_left);
  out.append(buffer, sizeof buffer - to_left);
  iconv_close(cd);
  return out;
}

bool has_high_byte(std::string_view bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

/// ISO-2022-JP as mail programs write it: with half-width kana (ESC ( I) and the characters that NEC and IBM added,
/// which iconv's own table refuses. Turned into CP932, where all of them are. Bytes after no escape stay as they are.
std::string cp932_of_iso_2022_jp(std::string_view bytes) {
  enum class Set { ascii, kana, double_byte } set = Set::ascii;
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\x1b') {
      const std::string_view escape = bytes.substr(i + 1, 2);
      if (escape == "$B" || escape == "$@" || escape == "$(") {
        set = Set::double_byte;
        i += escape == "$(" ? 3 : 2;
        continue;
      }
      if (escape.starts_with('(')) {
        set = escape == "(I" ? Set::kana : Set::ascii;
        i += 2;
        continue;
      }
    }
    const auto high = static_cast<unsigned char>(bytes[i]);
    if (high == '\n' || high == '\r') set = Set::ascii;  // RFC 1468: a line ends in ASCII, whatever it forgot
    const bool shifted = high >= 0x21 && high <= 0x7e;
    if (set == Set::kana && shifted) {
      out += static_cast<char>(high | 0x80);
    } else if (set == Set::double_byte && shifted && i + 1 < bytes.size()) {
      const auto low = static_cast<unsigned char>(bytes[++i]);
      // JIS X 0208 row and cell to the two bytes of Shift JIS.
      const unsigned row = (high - 0x21u) / 2;
      out += static_cast<char>(row + (row < 31 ? 0x81 : 0xc1));
      if ((high & 1) != 0)
        out += static_cast<char>(low + (low < 0x60 ? 0x1f : 0x20));
      else
        out += static_cast<char>(low + 0x7e);
    } else {
      out += static_cast<char>(high);
    }
  }
  return out;
}

/// RFC 1843, which iconv does not know: GB 2312 in seven bits between "~{" and "~}".
std::string gb18030_of_hz(std::string_view bytes) {
  std::string out;
  bool double_byte = false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::string_view mark = bytes.substr(i, 2);
    if (mark == "~{" || mark == "~}" || mark == "~~" || mark == "~\n") {
      double_byte = mark == "~{" || (double_byte && mark == "~\n");
      if (mark == "~~") out += '~';
      ++i;
      continue;
    }
    const bool in_pair = double_byte && bytes[i] > 0x20 && bytes[i] < 0x7f;
    if (bytes[i] == '\n') double_byte = false;  // a line ends in ASCII
    out += in_pair ? static_cast<char>(bytes[i] | 0x80) : bytes[i];
  }
  return out;
}

struct Name {
  std::string_view given, known;
};
/// Names that programs write, and those of a wider table that holds what they then really send, as iconv knows them.
constexpr std::array names = std::to_array<Name>({
    {"8859-1", "windows-1252"},
    {"big5", "big5-hkscs"},
    {"cn-big5", "big5-hkscs"},
    {"cp-850", "cp850"},
    {"csiso2022jp", "iso-2022-jp"},
    {"dos-874", "cp874"},
    {"euc-jp", "euc-jp-ms"},
    {"euc-kr", "cp949"},
    {"gb2312", "gb18030"},
    {"gb_2312-80", "gb18030"},
    {"gbk", "gb18030"},
    {"x-gbk", "gb18030"},
    {"cp936", "gb18030"},
    {"hz-gb-2312", "hz"},
    {"iso-8859-1", "windows-1252"},
    {"iso-8859-11", "cp874"},
    {"iso-8859-6-i", "iso-8859-6"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"iso-8859-9", "windows-1254"},
    {"iso8859-1", "windows-1252"},
    {"iso_8859-1", "windows-1252"},
    {"koi8", "koi8-r"},
    {"ks_c_5601-1987", "cp949"},
    {"ks_c_5601", "cp949"},
    {"ksc5601", "cp949"},
    {"latin-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"ms_kanji", "cp932"},
    {"shift-jis", "cp932"},
    {"shift_jis", "cp932"},
    {"sjis", "cp932"},
    {"windows-31j", "cp932"},
    {"x-sjis", "cp932"},
    {"x-euc-jp", "euc-jp-ms"},
    {"tis-620", "cp874"},
    {"windows-874", "cp874"},
    {"unicode-1-1-utf-7", "utf-7"},
    {"x-unicode-2-0-utf-7", "utf-7"},
    {"x-mac-roman", "macintosh"},
    {"x-mac-cyrillic", "mac-cyrillic"},
    {"utf8", "utf-8"},
    {"utf8mb4", "utf-8"},
    {"utf-8mb4", "utf-8"},
    {"unicode-1-1-utf-8", "utf-8"},
    {"x-utf-8", "utf-8"},
});
/// What says nothing of the bytes.
constexpr std::array nameless = std::to_array<std::string_view>(
    {"", "us-ascii", "ascii", "ansi_x3.4-1968", "unknown-8bit", "x-unknown", "unknown", "none", "default", "binary",
     "8bit", "7bit", "unicode", "x-user-defined", "iso-ir-6", "charset", "_iso-2022-jp$esc"});

std::string known_name(std::string_view charset) {
  std::string name = to_lower_ascii(trim(charset));
  std::erase_if(name, [](char c) { return c == '"' || c == '\'' || c == ';' || c == ' '; });
  if (const auto star = name.find('*'); star != std::string::npos) name.resize(star);  // RFC 2231, 5: a language
  // iconv takes "utf-8//ignore" for a wish of ours.
  if (const auto slash = name.find('/'); slash != std::string::npos) name.resize(slash);
  if (std::find(nameless.begin(), nameless.end(), name) != nameless.end()) return "";
  for (const Name& n : names)
    if (n.given == name) return std::string(n.known);
  if (name.starts_with("windows12")) name.insert(7, "-");
  if (name.starts_with("cp-")) name.erase(2, 1);
  return name;
}

/// Charsets whose characters are one byte: UTF-8 text almost never means anything in them.
bool is_single_byte(std::string_view name) {
  for (const std::string_view start : {"windows-125", "iso-8859-", "koi8", "cp125", "cp8", "mac"})
    if (name.starts_with(start)) return true;
  return name == "macintosh";
}

/// Two or more characters of three bytes and more in what is UTF-8. Double-byte charsets can look like UTF-8 of two
/// bytes a character by chance, hardly like these.
bool has_long_sequences(std::string_view utf8) {
  return std::count_if(utf8.begin(), utf8.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xE0; }) >= 2;
}

/// The escapes that ISO-2022 announces itself by.
std::string_view escaped_charset(std::string_view bytes) {
  const std::size_t escape = bytes.find('\x1b');
  if (escape == std::string_view::npos) return {};
  const std::string_view first = bytes.substr(escape + 1, 3);
  if (first == "$)C") return "iso-2022-kr";
  if (first == "$)A" || first == "$)G") return "iso-2022-cn";
  return first.starts_with("$B") || first.starts_with("$@") || first.starts_with("(J") || first.starts_with("(I")
             ? "iso-2022-jp"
             : std::string_view();
}

/// Under so many bytes beyond ASCII uchardet's answer is a throw of dice: chosen after trying single words.
constexpr std::size_t detected_high_bytes_min = 12;
constexpr std::size_t detected_bytes_max = 64u << 10;

std::string detected_charset(std::string_view bytes) {
  const auto high = static_cast<std::size_t>(
      std::count_if(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
  if (high < detected_high_bytes_min) return {};
  bytes = bytes.substr(0, detected_bytes_max);
  const std::unique_ptr<uchardet, decltype(&uchardet_delete)> detector(uchardet_new(), &uchardet_delete);
  if (uchardet_handle_data(detector.get(), bytes.data(), bytes.size()) != 0) return {};
  uchardet_data_end(detector.get());
  return known_name(uchardet_get_charset(detector.get()));
}

Decoded guess(std::string_view bytes) {
  std::size_t replaced = 0;
  if (!has_high_byte(bytes)) {
    const std::string_view escaped = escaped_charset(bytes);
    if (escaped.empty()) return {without_nul(std::string(bytes)), true};
    return {decode(bytes, escaped).text, false};
  }
  if (is_utf8(bytes)) return {without_nul(std::string(bytes)), false};
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
    if (const auto text = convert(bytes, "UTF-16", replaced); text && replaced == 0)
      return {without_nul(to_valid_utf8(*text)), false};
    replaced = 0;
  }
  if (const std::string name = detected_charset(bytes); !name.empty() && name != "utf-8") {
    if (const auto text = convert(bytes, name, replaced); text && replaced == 0)
      return {without_nul(to_valid_utf8(*text)), false};
    replaced = 0;
  }
  auto text = convert(bytes, "WINDOWS-1252", replaced);
  return {without_nul(text ? *std::move(text) : to_valid_utf8(bytes)), false};
}

Decoded decode_utf8(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (is_utf8(bytes)) {
    // UTF-8 has no escapes: what holds those of ISO-2022 was labelled by somebody who changed the label alone.
    if (!has_high_byte(bytes) && !escaped_charset(bytes).empty()) return guess(bytes);
    return {without_nul(std::string(bytes)), true};
  }
  std::size_t replaced = 0;
  auto text = convert(bytes, "UTF-8", replaced);
  // A few broken bytes in a long text are damage; many mean that it was never UTF-8.
  // What iconv lets pass still needs a look: it takes code points beyond U+10FFFF for UTF-8.
  if (text && replaced * 20 <= bytes.size()) return {without_nul(to_valid_utf8(*text)), false};
  return guess(bytes);
}

}  // namespace

Decoded decode(std::string_view bytes, std::string_view charset) {
  const std::string name = known_name(charset);
  if (name.empty()) return guess(bytes);
  if (name == "utf-8") return decode_utf8(bytes);
  const bool high = has_high_byte(bytes);
  if (high && is_utf8(bytes) && (is_single_byte(name) || has_long_sequences(bytes)))
    return {without_nul(std::string(bytes)), false};
  std::size_t replaced = 0;
  std::optional<std::string> text;
  if (name.starts_with("iso-2022-jp")) {
    if (high && is_utf8(bytes)) return {without_nul(std::string(bytes)), false};
    text = convert(cp932_of_iso_2022_jp(bytes), "cp932", replaced);
  } else if (name == "hz") {
    text = convert(gb18030_of_hz(bytes), "gb18030", replaced);
  } else {
    text = convert(bytes, name, replaced);
  }
  if (!text) return guess(bytes);
  // More than damage: the label is wrong. A guess that reads all of the bytes is better, whatever it is.
  if (replaced > 0 && high && (is_utf8(bytes) || replaced * 20 > bytes.size())) {
    Decoded guessed = guess(bytes);
    if (guessed.text.find(replacement) == std::string::npos) return guessed;
  }
  return {without_nul(to_valid_utf8(*text)), replaced == 0};
}

std::string charset_of_html(std::string_view html) {
  constexpr std::size_t looked_at = 1024;  // WHATWG HTML, 13.2.3.2
  const std::string start = to_lower_ascii(html.substr(0, looked_at));
  for (std::size_t meta = start.find("<meta"); meta != std::string::npos; meta = start.find("<meta", meta + 5)) {
    const std::string_view tag = std::string_view(start).substr(meta, start.find('>', meta) - meta);
    const auto at = tag.find("charset");
    if (at == std::string_view::npos) continue;
    std::string_view value = trim(tag.substr(at + 7));
    if (!value.starts_with('=')) continue;
    value = trim(value.substr(1));
    if (value.starts_with('"') || value.starts_with('\'')) value.remove_prefix(1);
    return std::string(value.substr(0, value.find_first_of("\"' ;/>")));
  }
  return {};
}

}  // namespace suki::mail
