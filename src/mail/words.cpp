#include "mail/words.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "mail/charset.h"

namespace suki::mail {
namespace {

constexpr std::size_t charset_bytes_max = 60;  // no charset has a longer name
// RFC 2047 allows 75 bytes; programs write a whole subject as one. Both limits keep the search linear.
constexpr std::size_t word_bytes_max = 8192;
constexpr std::size_t header_bytes_max = 64u << 10;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

int hex_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string bytes_of_q(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      out += ' ';
    } else if (text[i] == '=' && i + 2 < text.size() && hex_of(text[i + 1]) >= 0 && hex_of(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_of(text[i + 1]) * 16 + hex_of(text[i + 2]));
      i += 2;
    } else if (text[i] == '\r' || text[i] == '\n') {
      continue;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Whatever is no letter of base64 is left out; each padding starts anew, as programs do that encode piece by piece.
std::string bytes_of_b(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  int have = 0;
  for (const char c : text) {
    unsigned value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<unsigned>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      value = static_cast<unsigned>(c - 'a') + 26;
    } else if (c >= '0' && c <= '9') {
      value = static_cast<unsigned>(c - '0') + 52;
    } else if (c == '+' || c == '-') {
      value = 62;
    } else if (c == '/' || c == '_') {
      value = 63;
    } else {
      if (c == '=') have = 0;
      continue;
    }
    bits = (bits << 6 | value) & 0xffffff;
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out += static_cast<char>(bits >> have & 0xff);
  }
  return out;
}

struct Word {
  std::string charset;
  std::string bytes;
};

Word read_word(std::string_view word) {
  const std::size_t charset_end = word.find('?', 2);
  const std::string_view text = word.substr(charset_end + 3);
  const char encoding = static_cast<char>(std::tolower(static_cast<unsigned char>(word[charset_end + 1])));
  // A word that was cut has no "?=".
  const std::string_view content = text.ends_with("?=") ? text.substr(0, text.size() - 2) : text;
  return {to_lower_ascii(word.substr(2, charset_end - 2)), encoding == 'b' ? bytes_of_b(content) : bytes_of_q(content)};
}

bool is_whole(const std::string& text) {
  return text.find("\xEF\xBF\xBD") == std::string::npos;
}

/// Neighbouring words of one charset.
std::string text_of(const std::vector<Word>& words) {
  std::string joined;
  std::string apart;
  for (const Word& word : words) {
    joined += word.bytes;
    apart += decode(word.bytes, word.charset).text;
  }
  const Decoded together = decode(joined, words.front().charset);
  if (words.size() == 1 || (is_whole(together.text) && together.as_declared)) return together.text;
  if (is_whole(apart) || !is_whole(together.text)) return apart;
  return together.text;
}

/// Bytes between words: UTF-8, or what the guess makes of them.
std::string text_between(std::string_view raw, std::string_view charset) {
  if (is_utf8(raw)) return raw.find('\x1b') == std::string_view::npos ? std::string(raw) : decode(raw, "").text;
  return decode(raw, charset).text;
}

bool is_blank(std::string_view text) {
  for (const char c : text)
    if (!is_space(c)) return false;
  return true;
}

std::string decode_once(std::string_view raw, std::string_view raw_charset) {
  std::string out;
  std::vector<Word> words;
  const auto flush = [&] {
    if (!words.empty()) out += text_of(words);
    words.clear();
  };
  std::size_t at = 0;
  for (;;) {
    const WordPlace place = find_word(raw, at);
    const std::string_view between = raw.substr(at, std::min(place.start, raw.size()) - at);
    // White space between two words is none; anything else ends the row of neighbours.
    if (at == 0 || place.start == std::string_view::npos || !is_blank(between)) {
      flush();
      out += text_between(between, raw_charset);
    }
    if (place.start == std::string_view::npos) break;
    Word word = read_word(raw.substr(place.start, place.end - place.start));
    if (!words.empty() && words.back().charset != word.charset) flush();
    words.push_back(std::move(word));
    at = place.end;
  }
  flush();
  return out;
}

/// Where the content of a word begins that starts at `start` with "=?charset?q?"; npos where none does.
std::size_t content_of(std::string_view text, std::size_t start) {
  if (text.substr(start, 2) != "=?") return std::string_view::npos;
  std::size_t i = start + 2;
  while (i < text.size() && i - start < charset_bytes_max && text[i] != '?' && text[i] != '=' && !is_space(text[i]))
    ++i;
  if (i == start + 2 || i + 2 >= text.size() || text[i] != '?' || text[i + 2] != '?') return std::string_view::npos;
  const char encoding = text[i + 1];
  const bool known = encoding == 'b' || encoding == 'B' || encoding == 'q' || encoding == 'Q';
  return known ? i + 3 : std::string_view::npos;
}

}  // namespace

WordPlace find_word(std::string_view text, std::size_t from) {
  for (std::size_t start = text.find("=?", from); start != std::string_view::npos; start = text.find("=?", start + 1)) {
    const std::size_t content = content_of(text, start);
    if (content == std::string_view::npos) continue;
    const std::size_t stop = std::min(text.size(), content + word_bytes_max);
    for (std::size_t i = content; i + 1 < stop; ++i) {
      if (text[i] == '?' && text[i + 1] == '=') return {start, i + 2};
      // Another word starts before this one ends: this one lost its end there.
      if (content_of(text, i) != std::string_view::npos) {
        std::size_t end = i;
        while (end > content && is_space(text[end - 1])) --end;
        return {start, end};
      }
    }
    // The word was cut: all that is left is its content, if that is one run of letters.
    const std::string_view rest = trim(text.substr(content));
    if (stop == text.size() && !rest.empty() && rest.find_first_of(" \t\r\n") == std::string_view::npos)
      return {start, text.size()};
  }
  return {};
}

std::string decode_words(std::string_view raw, std::string_view raw_charset) {
  raw = raw.substr(0, header_bytes_max);
  std::string text = decode_once(raw, raw_charset);
  // Some programs encode what was encoded already. Twice is seen, more is somebody's joke.
  if (raw.find("=?") != std::string_view::npos && find_word(text).start != std::string_view::npos)
    text = decode_once(text, {});
  return one_line(text);
}

std::string one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const std::string valid = is_utf8(text) ? std::string() : to_valid_utf8(text);
  bool gap = false;
  for (const char c : is_utf8(text) ? text : std::string_view(valid)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      gap = gap || byte != 0;
      continue;
    }
    // A folded line goes on with the blank that it begins with.
    if (gap && c != ' ' && !out.empty() && out.back() != ' ') out += ' ';
    gap = false;
    out += c;
  }
  return std::string(trim(out));
}

std::string plain_name(std::string_view text) {
  std::string name = one_line(text);
  // U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069: all begin with E2 80 or E2 81.
  for (std::size_t i = name.find('\xE2'); i != std::string::npos; i = name.find('\xE2', i)) {
    const auto second = i + 2 < name.size() ? static_cast<unsigned char>(name[i + 1]) : 0u;
    const auto third = i + 2 < name.size() ? static_cast<unsigned char>(name[i + 2]) : 0u;
    const bool turns = (second == 0x80 && (third == 0x8e || third == 0x8f || (third >= 0xaa && third <= 0xae))) ||
                       (second == 0x81 && third >= 0xa6 && third <= 0xa9);
    if (turns)
      name.erase(i, 3);
    else
      ++i;
  }
  return name;
}

std::string lower_text(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto lead = static_cast<unsigned char>(out[i]);
    if (lead >= 'A' && lead <= 'Z') out[i] = static_cast<char>(lead + 0x20);
    if (lead < 0xC3 || lead > 0xDF || i + 1 == out.size()) continue;
    const unsigned code = (lead & 0x1fu) << 6 | (static_cast<unsigned char>(out[i + 1]) & 0x3fu);
    unsigned small = code;
    if ((code >= 0xC0 && code <= 0xDE && code != 0xD7) || (code >= 0x391 && code <= 0x3A9) ||
        (code >= 0x410 && code <= 0x42F))
      small = code + 0x20;
    else if (code >= 0x400 && code <= 0x40F)
      small = code + 0x50;
    out[i] = static_cast<char>(0xC0 | small >> 6);
    out[++i] = static_cast<char>(0x80 | (small & 0x3f));
  }
  return out;
}

}  // namespace suki::mail
