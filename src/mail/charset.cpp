#include "mail/charset.h"

#include <iconv.h>

#include <cerrno>
#include <optional>

#include "base/text.h"

namespace suki::mail {
namespace {

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
    out += "\xEF\xBF\xBD";  // U+FFFD for a byte that does not fit, or for a cut last character
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
  for (const char c : bytes) {
    if (static_cast<unsigned char>(c) >= 0x80) return true;
  }
  return false;
}

Decoded guess(std::string_view bytes) {
  if (is_utf8(bytes)) return {without_nul(std::string(bytes)), !has_high_byte(bytes)};
  std::size_t replaced = 0;
  auto text = convert(bytes, "WINDOWS-1252", replaced);
  return {without_nul(text ? *std::move(text) : to_valid_utf8(bytes)), false};
}

}  // namespace

Decoded decode(std::string_view bytes, std::string_view charset) {
  std::string name = to_lower_ascii(trim(charset));
  const bool single_byte_latin = name == "iso-8859-1" || name == "latin1" || name == "iso_8859-1";
  if (name.empty() || name == "us-ascii" || name == "ascii" || name == "unknown-8bit" || name == "x-unknown") {
    return guess(bytes);
  }
  if (name == "utf-8" || name == "utf8") {
    if (is_utf8(bytes)) return {without_nul(std::string(bytes)), true};
    std::size_t replaced = 0;
    auto text = convert(bytes, "UTF-8", replaced);
    // A few broken bytes in a long text are damage; many mean that it was never UTF-8.
    // What iconv lets pass still needs a look: it takes code points beyond U+10FFFF for UTF-8.
    if (text && replaced * 20 <= bytes.size()) return {without_nul(to_valid_utf8(*text)), false};
    return guess(bytes);
  }
  if (single_byte_latin) name = "windows-1252";
  if (name == "ks_c_5601-1987") name = "cp949";
  if (name == "gb2312" || name == "gbk") name = "gb18030";
  std::size_t replaced = 0;
  auto text = convert(bytes, name, replaced);
  if (!text) return guess(bytes);
  return {without_nul(to_valid_utf8(*text)), replaced == 0};
}

}  // namespace suki::mail
