/// Text as the words that search knows it by, alike on every engine: lower case, without accents on Latin, Greek and
/// Cyrillic letters, compatibility forms as the plain ones (NFKC). Scripts written without blanks give a word for each
/// character, so that a phrase finds them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace suki::store {

inline constexpr std::size_t word_bytes_max = 64;         ///< of one word, cut at a character; chosen
inline constexpr std::size_t message_words_max = 10'000;  ///< of one text: what comes behind is not found; chosen

/// At most `max`, in order. Any bytes are taken: what is no UTF-8 separates words.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text, std::size_t max = message_words_max);

/// A stretch of `text` and the words that it gives; together they are all words of it.
struct Stretch {
  std::size_t begin = 0, end = 0;  ///< bytes
  std::vector<std::string> words;
};
[[nodiscard]] std::vector<Stretch> stretches_of(std::string_view text, std::size_t max = message_words_max);

/// A message's words by field.
struct SearchWords {
  std::vector<std::string> subject, who, body;
};

}  // namespace suki::store
