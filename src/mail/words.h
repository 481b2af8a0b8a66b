/// Words of headers: RFC 2047 as it is written, broken in every known way.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace suki::mail {

/// A header's raw value (folded, in any charset) to one line of UTF-8 without controls. Encoded words are read wherever
/// they stand: without space around them, in quotes, with blanks or line ends inside, with a language, with a charset
/// that is wrong, with broken base64, cut at the end. Neighbours of one charset are put together first where that is
/// whole (characters cut in two), else read one by one. What is no word stays as it is; bytes that are not UTF-8 there
/// are read by `raw_charset`, that of the mail's body. Reads at most 64 KiB. O(bytes).
[[nodiscard]] std::string decode_words(std::string_view raw, std::string_view raw_charset = {});

/// Where in `text` an encoded word starts and ends ("=?charset?q?...?="); npos where none does.
struct WordPlace {
  std::size_t start = std::string_view::npos, end = 0;
};
[[nodiscard]] WordPlace find_word(std::string_view text, std::size_t from = 0);

/// Valid UTF-8 without controls, trimmed, runs of line ends and tabs to one blank.
[[nodiscard]] std::string one_line(std::string_view text);
/// The same without the marks that turn the direction of writing: for names that somebody judges a file or sender by.
[[nodiscard]] std::string plain_name(std::string_view text);
/// Lower case in ASCII, Latin-1, Greek and Cyrillic, byte for byte as long: to compare with words of ours.
[[nodiscard]] std::string lower_text(std::string_view text);

}  // namespace suki::mail
