#include "imap/response.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace suki::imap {
namespace {

Error bad(std::string what) {
  return fail(ErrorCode::bad_input, "the server's answer cannot be read: " + std::move(what));
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The size that a line announces at its end, "{310}" or "{310+}"; none: no literal follows. `length`: of the mark.
std::optional<Result<std::size_t>> announced(std::string_view line, std::size_t& length) {
  if (!line.ends_with('}')) return std::nullopt;
  const std::size_t open = line.rfind('{');
  if (open == std::string_view::npos) return std::nullopt;
  std::string_view digits = line.substr(open + 1, line.size() - open - 2);
  if (digits.ends_with('+')) digits.remove_suffix(1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  length = line.size() - open;
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (error != std::errc() || size > SIZE_MAX / 2) return Result<std::size_t>(bad("a size beyond all limits"));
  return Result<std::size_t>(static_cast<std::size_t>(size));
}

/// Walks over lines and the literals between them as over one text.
class Walk {
 public:
  Walk(const std::vector<std::string>& lines, const std::vector<std::string>& literals, std::size_t at)
      : lines_(lines), literals_(literals), at_(at) {}

  void skip_blanks() {
    while (here() == ' ') ++at_;
  }
  /// '\0' at the end of a line.
  [[nodiscard]] char here() const { return at_ < line().size() ? line()[at_] : '\0'; }
  [[nodiscard]] bool at_literal() const { return at_ >= line().size() && of_ < literals_.size(); }
  [[nodiscard]] bool at_end() const { return at_ >= line().size() && of_ >= literals_.size(); }
  void step() { ++at_; }

  const std::string& take_literal() {
    at_ = 0;
    return literals_[of_++];
  }
  /// Up to a blank or a bracket; what stands in [] belongs to it.
  std::string_view take_word() {
    const std::size_t start = at_;
    int inside = 0;
    for (; at_ < line().size(); ++at_) {
      const char c = line()[at_];
      if (c == '[') ++inside;
      if (c == ']') --inside;
      if (inside <= 0 && (c == ' ' || c == '(' || c == ')' || c == '"')) break;
    }
    return std::string_view(line()).substr(start, at_ - start);
  }
  Result<std::string> take_quoted() {
    std::string text;
    for (++at_; at_ < line().size(); ++at_) {
      char c = line()[at_];
      if (c == '"') {
        ++at_;
        return text;
      }
      if (c == '\\' && ++at_ < line().size()) c = line()[at_];
      text += c;
    }
    return bad("a quote that does not end");
  }

 private:
  [[nodiscard]] const std::string& line() const { return lines_[of_]; }
  const std::vector<std::string>& lines_;
  const std::vector<std::string>& literals_;
  std::size_t of_ = 0, at_;
};

/// Passes over a list, whatever it holds.
Result<void> skip_list(Walk& walk) {
  int depth = 0;
  do {
    if (walk.at_literal()) {
      (void)walk.take_literal();
      continue;
    }
    if (walk.at_end()) return bad("a list that does not end");
    if (walk.here() == '"') {
      SUKI_TRY(const std::string text, walk.take_quoted());
      (void)text;
      continue;
    }
    if (walk.here() == '(' && ++depth > lists_deep_max) return bad("lists in lists in lists");
    if (walk.here() == ')') --depth;
    walk.step();
  } while (depth > 0);
  return {};
}

Result<std::string> take_value(Walk& walk) {
  if (walk.at_literal()) return walk.take_literal();
  if (walk.here() == '"') return walk.take_quoted();
  if (walk.here() == '(') {
    SUKI_CHECK(skip_list(walk));
    return std::string();
  }
  const std::string_view word = walk.take_word();
  if (word.empty()) return bad("a value is missing");
  return upper(word) == "NIL" ? std::string() : std::string(word);
}

Result<void> read_items(Walk& walk, std::vector<Item>& items) {
  walk.skip_blanks();
  if (walk.here() != '(') return bad("FETCH without a list");
  walk.step();
  for (;;) {
    walk.skip_blanks();
    if (walk.here() == ')') return {};
    const std::string key = upper(walk.take_word());
    if (key.empty()) return bad("FETCH without a name");
    walk.skip_blanks();
    SUKI_TRY(std::string value, take_value(walk));
    if (items.size() >= items_max) return bad("FETCH tells too much");
    items.push_back({key, std::move(value)});
  }
}

/// "[CODE] text"
void read_text(std::string_view rest, Response& response) {
  rest = trim(rest);
  if (rest.starts_with('[')) {
    const std::size_t close = rest.find(']');
    if (close != std::string_view::npos) {
      response.code = rest.substr(1, close - 1);
      rest = trim(rest.substr(close + 1));
    }
  }
  response.text = rest;
}

Result<void> read_numbers(std::string_view rest, Response& response) {
  while (!(rest = trim(rest)).empty()) {
    if (rest.front() == '(') break;  // "(MODSEQ 917162500)", RFC 7162, at its end
    const std::string_view word = rest.substr(0, rest.find(' '));
    const auto number = number_of(word);
    if (!number) return bad("SEARCH with what is no number");
    response.numbers.push_back(*number);
    rest.remove_prefix(word.size());
  }
  return {};
}

bool is_status(std::string_view kind) {
  return kind == "OK" || kind == "NO" || kind == "BAD" || kind == "BYE" || kind == "PREAUTH";
}

}  // namespace

Result<Response> read_response(const std::vector<std::string>& lines, const std::vector<std::string>& literals) {
  SUKI_ASSERT(!lines.empty() && lines.size() == literals.size() + 1);
  Response response;
  const std::string_view line = lines.front();
  std::size_t at = std::min(line.find(' '), line.size());
  response.tag = line.substr(0, at);
  if (response.tag.empty()) return bad("a line without a beginning");
  if (response.tag == "+") {
    response.text = trim(line.substr(at));
    return response;
  }
  const auto word = [&] {
    while (at < line.size() && line[at] == ' ') ++at;
    const std::size_t start = at;
    at = std::min(line.find(' ', at), line.size());
    return line.substr(start, at - start);
  };
  response.kind = upper(word());
  if (const auto number = number_of(response.kind)) {
    response.number = *number;
    response.kind = upper(word());
  }
  if (response.kind.empty()) return bad("a line that says nothing");
  if (is_status(response.kind)) {
    read_text(line.substr(at), response);
  } else if (response.kind == "SEARCH") {
    SUKI_CHECK(read_numbers(line.substr(at), response));
  } else if (response.kind == "FETCH") {
    Walk walk(lines, literals, at);
    SUKI_CHECK(read_items(walk, response.items));
  } else {
    response.text = trim(line.substr(at));
  }
  return response;
}

Result<void> Reader::end_line() {
  if (line_.ends_with('\r')) line_.pop_back();
  std::size_t mark = 0;
  if (const auto size = announced(line_, mark)) {
    if (!size->ok()) return size->error();
    if (**size > limits_.literal_max || **size > limits_.response_max - literal_bytes_)
      return bad("it sends more than was asked for");
    literal_bytes_ += **size;
    literal_left_ = **size;
    line_.resize(line_.size() - mark);
    lines_.push_back(std::move(line_));
    literals_.emplace_back();
    line_.clear();
    return {};
  }
  lines_.push_back(std::move(line_));
  line_.clear();
  SUKI_TRY(Response response, read_response(lines_, literals_));
  ready_.push_back(std::move(response));
  lines_.clear();
  literals_.clear();
  line_bytes_ = literal_bytes_ = 0;
  return {};
}

Result<void> Reader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (literal_left_ > 0) {
      const std::size_t n = std::min(literal_left_, bytes.size());
      literals_.back().append(bytes.substr(0, n));
      literal_left_ -= n;
      bytes.remove_prefix(n);
      continue;
    }
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    if (part.size() > limits_.line_max - line_bytes_) return bad("a line without an end");
    line_bytes_ += part.size();
    line_ += part;
    if (end == std::string_view::npos) break;
    bytes.remove_prefix(end + 1);
    // A literal costs a few bytes of line each; so many of them are no answer to anything that is asked here.
    if (literals_.size() > items_max) return bad("a line in too many parts");
    if (line_.empty() || line_ == "\r") {
      if (lines_.empty()) {
        line_.clear();
        continue;  // an empty line between two answers
      }
    }
    SUKI_CHECK(end_line());
  }
  return {};
}

std::optional<Response> Reader::next() {
  if (ready_.empty()) return std::nullopt;
  Response first = std::move(ready_.front());
  ready_.pop_front();
  return first;
}

}  // namespace suki::imap
