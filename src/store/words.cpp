#include "store/words.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>

namespace suki::store {
namespace {

UScriptCode script_of(UChar32 c) {
  UErrorCode error = U_ZERO_ERROR;
  return uscript_getScript(c, &error);
}

/// Written without blanks between words.
bool stands_alone(UChar32 c) {
  switch (script_of(c)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return false;
  }
}

bool loses_accents(UChar32 c) {
  const UScriptCode script = script_of(c);
  return script == USCRIPT_LATIN || script == USCRIPT_GREEK || script == USCRIPT_CYRILLIC;
}

bool is_mark(UChar32 c) {
  return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
}
bool is_of_word(UChar32 c) {
  return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK)) != 0;
}

void put(std::string& word, UChar32 c) {
  char bytes[U8_MAX_LENGTH];
  int length = 0;
  U8_APPEND_UNSAFE(bytes, length, c);
  if (word.size() + static_cast<std::size_t>(length) <= word_bytes_max)
    word.append(bytes, static_cast<std::size_t>(length));
}

/// One run of letters, digits and marks: usually one word.
void add_words(std::string_view run, std::vector<std::string>& words) {
  if (std::all_of(run.begin(), run.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    std::string word(run.substr(0, word_bytes_max));
    for (char& c : word)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    words.push_back(std::move(word));
    return;
  }
  UErrorCode error = U_ZERO_ERROR;
  static const icu::Normalizer2* const fold = icu::Normalizer2::getNFKCCasefoldInstance(error);
  static const icu::Normalizer2* const decompose = icu::Normalizer2::getNFDInstance(error);
  const icu::UnicodeString folded =
      fold->normalize(icu::UnicodeString::fromUTF8({run.data(), static_cast<int>(run.size())}), error);
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  bool plain = false;  // the last letter loses its accents
  for (int i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
    const UChar32 c = folded.char32At(i);
    // What a compatibility form stood for may be no letter.
    if (!is_of_word(c)) {
      end_word();
      continue;
    }
    if (is_mark(c)) {
      if (!plain && !word.empty()) put(word, c);
      continue;
    }
    plain = loses_accents(c);
    if (stands_alone(c)) end_word();
    icu::UnicodeString parts;
    const bool composed = plain && decompose->getDecomposition(c, parts) != 0;
    put(word, composed ? parts.char32At(0) : c);
    // A mark may follow one that stands alone; the next letter does not.
    if (stands_alone(c)) {
      while (i + 1 < folded.length()) {
        const int next = folded.moveIndex32(i, 1);
        if (next >= folded.length() || !is_mark(folded.char32At(next))) break;
        put(word, folded.char32At(next));
        i = next;
      }
      end_word();
    }
  }
  end_word();
}

}  // namespace

std::vector<Stretch> stretches_of(std::string_view text, std::size_t max) {
  std::vector<Stretch> result;
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const std::size_t size = text.size();
  std::size_t at = 0, begin = 0, count = 0;
  bool inside = false, alone = false;
  const auto end_run = [&](std::size_t end) {
    if (!inside) return;
    inside = false;
    Stretch stretch{begin, end, {}};
    add_words(text.substr(begin, end - begin), stretch.words);
    if (count + stretch.words.size() > max) stretch.words.resize(max - count);
    count += stretch.words.size();
    if (!stretch.words.empty()) result.push_back(std::move(stretch));
  };
  while (at < size && count < max) {
    const std::size_t start = at;
    UChar32 c = bytes[at];
    if (c < 0x80)
      ++at;
    else
      U8_NEXT(bytes, at, size, c);
    const bool letter =
        c >= 0 && (c < 0x80 ? (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') : is_of_word(c));
    if (!letter) {
      end_run(start);
      continue;
    }
    const bool own = c >= 0x80 && stands_alone(c);
    if (inside && !(c >= 0x80 && is_mark(c)) && (own || alone)) end_run(start);
    if (!inside) {
      begin = start;
      inside = true;
      alone = own;
    }
  }
  end_run(at);
  return result;
}

std::vector<std::string> words_of(std::string_view text, std::size_t max) {
  std::vector<std::string> words;
  for (Stretch& stretch : stretches_of(text, max))
    for (std::string& word : stretch.words) words.push_back(std::move(word));
  return words;
}

}  // namespace suki::store
