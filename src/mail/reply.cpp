#include "mail/reply.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/text.h"
#include "mail/reply_words.h"
#include "mail/words.h"

namespace suki::mail {
namespace {

using reply_words::Role;

constexpr std::size_t marker_bytes_max = 400;  // no line that marks anything is longer
constexpr std::size_t header_block_lines_max = 10;
constexpr std::size_t introduction_lines_max = 4;
// How many lines a signature may have behind its mark. Chosen: long legal notices still fit behind the true "-- ".
constexpr std::size_t delimited_lines_max = 80;
constexpr std::size_t dashed_lines_max = 25;
constexpr std::size_t ruled_lines_max = 15;
constexpr std::size_t closed_lines_max = 10;

/// A line as it is compared: in lower case, without blanks around it, stars (bold), marks of direction and of width
/// zero; every other blank is " ".
std::string key_of(std::string_view line) {
  if (line.size() > marker_bytes_max) return {};
  static constexpr std::string_view blanks[] = {"\xC2\xA0", "\xE2\x80\xAF", "\xE3\x80\x80", "\t"};
  static constexpr std::string_view nothing[] = {
      "*",           "\xE2\x80\x8B", "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC",
      "\xEF\xBB\xBF"};
  std::string out;
  out.reserve(line.size());
  for (std::size_t i = 0; i < line.size();) {
    const char c = line[i];
    if (static_cast<unsigned char>(c) < 0x80 && c != '*' && c != '\t') {
      out += c;
      ++i;
      continue;
    }
    const std::string_view rest = line.substr(i);
    const auto starts = [&](std::string_view mark) { return rest.starts_with(mark); };
    if (const auto* blank = std::find_if(std::begin(blanks), std::end(blanks), starts); blank != std::end(blanks)) {
      out += ' ';
      i += blank->size();
    } else if (const auto* none = std::find_if(std::begin(nothing), std::end(nothing), starts);
               none != std::end(nothing)) {
      i += none->size();
    } else {
      out += line[i++];
    }
  }
  return std::string(trim(lower_text(out)));
}

bool is_blank(std::string_view line) {
  return trim(line).empty();
}

bool is_quoted(std::string_view line) {
  line = trim(line);
  return line.starts_with('>') || line.starts_with("\xEF\xBC\x9E");  // the full-width one
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

bool holds_any(std::string_view key, const auto& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return key.find(word) != std::string_view::npos; });
}

bool starts_any(std::string_view key, const auto& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return key.starts_with(word); });
}

bool is_any(std::string_view key, const auto& words) {
  return std::find(words.begin(), words.end(), key) != words.end();
}

/// A colon, the full-width one too.
bool ends_in_colon(std::string_view key) {
  return key.ends_with(':') || key.ends_with("\xEF\xBC\x9A");
}

/// What stands before the first colon.
std::string_view before_colon(std::string_view key) {
  const std::size_t colon = std::min(key.find(':'), key.find("\xEF\xBC\x9A"));
  return colon == std::string_view::npos ? std::string_view() : trim(key.substr(0, colon));
}

Role role_of(std::string_view key) {
  const std::string_view name = before_colon(key);
  if (name.empty() || name.size() > 24) return Role::none;
  for (const auto& word : reply_words::roles)
    if (word.word == name) return word.role;
  return Role::none;
}

/// "-----", "_____", " ------ ": one sign at least five times and nothing else.
bool is_rule(std::string_view line) {
  const std::string key = key_of(line);
  static constexpr std::string_view signs[] = {
      "-", "_", "=", "~", "+", "\xE2\x94\x81", "\xE2\x94\x80", "\xE2\x80\x95", "\xEF\xBC\x8D"};
  for (const std::string_view sign : signs) {
    if (!key.starts_with(sign)) continue;
    std::size_t count = 0;
    std::string_view rest = key;
    for (; rest.starts_with(sign); ++count) rest.remove_prefix(sign.size());
    return rest.empty() && count >= 5;
  }
  // Stars are taken out of keys as bold.
  const std::string_view stars = trim(line);
  return stars.size() >= 5 && stars.find_first_not_of('*') == std::string_view::npos;
}

/// The words of a line between dashes; "" when it is not between dashes.
std::string_view between_dashes(std::string_view key) {
  if (!key.starts_with("--") && !key.starts_with("__") && !key.starts_with("==")) return {};
  const std::size_t start = key.find_first_not_of("-_= ");
  if (start == std::string_view::npos) return {};
  const std::size_t end = key.find_last_not_of("-_=: ");
  return key.substr(start, end + 1 - start);
}

class Splitter {
 public:
  Splitter(std::string_view text, std::string_view subject) {
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = rest.find('\n');
      lines_.push_back(rest.substr(0, end));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    whose_.assign(lines_.size(), Whose::reply);
    const std::string key = key_of(subject.substr(0, marker_bytes_max));
    const std::string_view word = before_colon(key);
    forward_ = is_any(word, reply_words::forward_subjects);
    surely_ = is_any(word, reply_words::sure_forward_subjects);
  }

  [[nodiscard]] bool may_be_forward() const { return forward_; }
  bool is_forward() {
    if (!forward_ || surely_) return surely_;
    (void)find_original();
    return forwarded_;
  }

  Split split() {
    std::size_t end = find_original();
    if (forwarded_) end = lines_.size();
    mark(end, lines_.size(), Whose::quote);
    // Signature, quote and signature again, upwards, until something else stands there.
    for (bool more = true; more && !forwarded_;) {
      const std::size_t before = end;
      end = take_signature(end);
      end = take_quote(end);
      more = end < before;
    }
    if (nothing_but_original_ && last_line_before(end) == 0) whose_.assign(lines_.size(), Whose::reply);
    return {gather(Whose::reply), gather(Whose::quote), gather(Whose::signature)};
  }

 private:
  enum class Whose : char { reply, quote, signature };

  void mark(std::size_t from, std::size_t to, Whose whose) {
    std::fill(whose_.begin() + static_cast<std::ptrdiff_t>(from), whose_.begin() + static_cast<std::ptrdiff_t>(to),
              whose);
  }

  [[nodiscard]] std::string gather(Whose whose) const {
    std::string out;
    std::size_t blank = 0;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (whose_[i] != whose) continue;
      if (is_blank(lines_[i])) {
        ++blank;
        continue;
      }
      if (!out.empty()) out.append(blank + 1, '\n');
      blank = 0;
      out += lines_[i];
    }
    // Without blanks at the end, which signatures' "-- " has as part of its delimiter.
    while (out.ends_with(' ') && !out.ends_with("-- ")) out.pop_back();
    return out;
  }

  /// Where an unquoted original begins: "-----Original Message-----", a header block, or an introduction whose quote
  /// has no ">" at all. The end when there is none. Sets forwarded_ when a forward comes first.
  std::size_t find_original() {
    bool something = false;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::string_view line = lines_[i];
      if (is_blank(line) || is_quoted(line)) continue;
      const std::string key = key_of(line);
      const std::string_view dashed = between_dashes(key);
      const bool forward = (!dashed.empty() && starts_any(dashed, reply_words::forwarded)) ||
                           (ends_in_colon(key) && is_any(before_colon(key), reply_words::forwarded));
      const bool block = is_header_block(i, key);
      if (forward || (block && forward_)) {
        forwarded_ = true;
        return lines_.size();
      }
      if ((!dashed.empty() && is_any(dashed, reply_words::original)) || block || is_bare_introduction(i, key)) {
        // With nothing above it, it is all that there is to read.
        if (!something) nothing_but_original_ = true;
        return skip_rules_up(i);
      }
      something = something || !is_rule(line);
    }
    return lines_.size();
  }

  [[nodiscard]] std::size_t skip_rules_up(std::size_t at) const {
    std::size_t best = at;
    for (std::size_t i = at; i > 0 && at - i < 4; --i) {
      if (is_rule(lines_[i - 1]))
        best = i - 1;
      else if (!is_blank(lines_[i - 1]))
        break;
    }
    return best;
  }

  /// From and subject, and one more of date and to, close together. Who books a journey from one place to another
  /// writes no subject there.
  [[nodiscard]] bool is_header_block(std::size_t at, std::string_view key) const {
    const Role first = role_of(key);
    if (first != Role::from && first != Role::subject && first != Role::date) return false;
    bool has[6] = {};
    const std::size_t end = std::min(lines_.size(), at + header_block_lines_max);
    for (std::size_t i = at; i < end; ++i) {
      if (is_blank(lines_[i])) {
        // Some programs set every field as a paragraph of its own.
        if (i + 1 < end && role_of(key_of(lines_[i + 1])) != Role::none) continue;
        break;
      }
      const Role here = role_of(i == at ? std::string(key) : key_of(lines_[i]));
      if (i > at && here == first) break;  // another block
      has[static_cast<std::size_t>(here)] = true;
    }
    const auto role = [&](Role r) { return has[static_cast<std::size_t>(r)]; };
    return role(Role::from) && role(Role::subject) && (role(Role::date) || role(Role::to));
  }

  [[nodiscard]] static bool may_introduce(std::string_view key) {
    return starts_any(key, reply_words::wrote_starts) || count_digits(key.substr(0, 4)) > 0 ||
           key.find('@') != std::string_view::npos;
  }

  /// "On DATE, NAME wrote:" over lines at .. at + n - 1; n, or 0.
  [[nodiscard]] std::size_t introduction_at(std::size_t at) const {
    std::string joined;
    for (std::size_t n = 1; n <= introduction_lines_max && at + n <= lines_.size(); ++n) {
      const std::string_view line = lines_[at + n - 1];
      if (is_blank(line) || is_quoted(line) || joined.size() > marker_bytes_max) return 0;
      if (n > 1) joined += ' ';
      joined += key_of(line);
      if (n == 1 && !may_introduce(joined)) return 0;
      if (ends_in_colon(joined)) return is_introduction(joined) ? n : 0;
    }
    return 0;
  }

  [[nodiscard]] static bool is_introduction(std::string_view key) {
    const bool dated = count_digits(key) >= 2;
    if (key.find('@') != std::string_view::npos && dated) return true;
    return (dated || starts_any(key, reply_words::wrote_starts)) && holds_any(key, reply_words::wrote);
  }

  /// An introduction that nothing quoted follows: what is below it is the quote all the same.
  [[nodiscard]] bool is_bare_introduction(std::size_t at, std::string_view key) {
    if (!may_introduce(key)) return false;
    const std::size_t n = introduction_at(at);
    if (n == 0) return false;
    std::string joined;
    for (std::size_t i = at; i < at + n; ++i) joined += key_of(lines_[i]) + ' ';
    // Without ">" an address and a number are not enough: a log has both.
    if (!holds_any(joined, reply_words::wrote)) return false;
    if (last_quoted_ == unknown) {
      last_quoted_ = 0;
      for (std::size_t i = 0; i < lines_.size(); ++i)
        if (is_quoted(lines_[i])) last_quoted_ = i + 1;
    }
    if (last_quoted_ > at) return false;
    const auto below = lines_.begin() + static_cast<std::ptrdiff_t>(at + n);
    return std::any_of(below, lines_.end(), [](std::string_view line) { return !is_blank(line); });
  }

  [[nodiscard]] std::size_t last_line_before(std::size_t end) const {
    while (end > 0 && is_blank(lines_[end - 1])) --end;
    return end;
  }

  /// Quoted lines up to `end`, and what introduces them; the new end.
  std::size_t take_quote(std::size_t end) {
    const std::size_t last = last_line_before(end);
    if (last == 0 || !is_quoted(lines_[last - 1])) return end;
    std::size_t start = last;
    while (start > 0 && (is_quoted(lines_[start - 1]) || is_blank(lines_[start - 1]))) --start;
    // Blanks between the answer and the quote belong to neither.
    const std::size_t above = start;
    for (std::size_t n = 1; n <= introduction_lines_max && n <= above; ++n) {
      if (is_blank(lines_[above - n])) break;
      if (introduction_at(above - n) == n) {
        start = above - n;
        break;
      }
    }
    mark(start, end, Whose::quote);
    return start;
  }

  /// The topmost mark of a signature that reaches up to `end` with nothing quoted behind it; the new end.
  std::size_t take_signature(std::size_t end) {
    const std::size_t last = last_line_before(end);
    std::size_t start = end;
    std::size_t below = 0;  // lines behind the one looked at that are not blank
    for (std::size_t i = last; i > 0 && below <= delimited_lines_max; --i) {
      const std::string_view line = lines_[i - 1];
      if (is_blank(line)) continue;
      if (is_quoted(line)) break;
      if (is_mark(i - 1, last, below)) start = i - 1;
      ++below;
    }
    if (start == end) return end;
    mark(start, end, Whose::signature);
    return start;
  }

  [[nodiscard]] bool is_mark(std::size_t at, std::size_t last, std::size_t below) const {
    const std::string_view line = lines_[at];
    if (line == "-----BEGIN PGP SIGNATURE-----") return true;
    if (line == "-- " || line == "--\xC2\xA0") return below <= delimited_lines_max;
    const std::string_view bare = trim(line);
    if (bare == "--" || bare == "\xE2\x80\x94" || bare == "\xE2\x80\x93") return below > 0 && below <= dashed_lines_max;
    // What is guessed by less than a delimiter needs something above it: a whole text is no signature.
    if (below == 0 || last_line_before(at) == 0) return below == 0 && (is_sent_from(line) || is_dashed_name(at));
    if (bare.starts_with("_____") && is_rule(line)) return below <= ruled_lines_max;
    if (is_rule(line)) return below <= ruled_lines_max && has_contact(at + 1, last);
    if (below <= 2 && is_sent_from(line)) return true;
    return below <= closed_lines_max && is_closing(at, last);
  }

  [[nodiscard]] static bool is_sent_from(std::string_view line) {
    const std::string key = key_of(line);
    if (!starts_any(key, reply_words::sent_from)) return false;
    // A sentence that begins so is no mark: "Sent from my desk, which is ...".
    const std::size_t blanks = static_cast<std::size_t>(std::count(key.begin(), key.end(), ' '));
    return blanks <= 8 && key.find(", ") == std::string::npos && key.find(". ") == std::string::npos &&
           !(key.ends_with('.') && blanks > 5);
  }

  /// "-Nena Reyes" below an empty line, and no item of a list.
  [[nodiscard]] bool is_dashed_name(std::size_t at) const {
    const std::string_view line = lines_[at];
    if (line.size() < 3 || line.size() > 40 || line[0] != '-') return false;
    const auto first = static_cast<unsigned char>(line[1]);
    if (std::isupper(first) == 0 && first < 0x80) return false;
    if (std::count(line.begin(), line.end(), ' ') > 3 || count_digits(line) > 0) return false;
    const std::size_t above = last_line_before(at);
    return above > 0 && above < at && !trim(lines_[above - 1]).starts_with('-');
  }

  [[nodiscard]] bool has_contact(std::size_t from, std::size_t to) const {
    for (std::size_t i = from; i < to; ++i) {
      const std::string_view line = lines_[i];
      if (line.find('@') != std::string_view::npos || line.find("http") != std::string_view::npos ||
          line.find("www.") != std::string_view::npos || count_digits(line) >= 7)
        return true;
    }
    return false;
  }

  /// "Best regards," over a name and at least one way to reach it. The line below is a name: it holds no number, so
  /// that "Thanks / Order 12345678" stays in sight.
  [[nodiscard]] bool is_closing(std::size_t at, std::size_t last) const {
    std::string key = key_of(lines_[at]);
    while (key.ends_with(',') || key.ends_with('!') || key.ends_with('.')) key.pop_back();
    if (!is_any(key, reply_words::closings)) return false;
    std::size_t name = at + 1;
    while (name < last && is_blank(lines_[name])) ++name;
    if (name == last || count_digits(lines_[name]) > 0) return false;
    for (std::size_t i = name; i < last; ++i)
      if (lines_[i].size() > 160 || trim(lines_[i]).ends_with('?')) return false;
    return has_contact(name + 1, last);
  }

  static constexpr std::size_t unknown = static_cast<std::size_t>(-1);
  std::vector<std::string_view> lines_;
  std::vector<Whose> whose_;
  bool forward_ = false;    ///< the subject says so
  bool surely_ = false;     ///< by a word that means nothing else
  bool forwarded_ = false;  ///< the text says so
  bool nothing_but_original_ = false;
  std::size_t last_quoted_ = unknown;  ///< one behind the last line with ">"
};

}  // namespace

Split split_reply(std::string_view text, std::string_view subject) {
  return Splitter(text, subject).split();
}

bool is_forward(std::string_view text, std::string_view subject) {
  if (!Splitter({}, subject).may_be_forward()) return false;
  return Splitter(text, subject).is_forward();
}

}  // namespace suki::mail
