#include "questions/raw_member.h"

#include <cstddef>

namespace suki::questions {
namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::string_view find(std::string_view key) {
    std::string_view found;
    space();
    if (!take('{')) return found;
    for (;;) {
      space();
      const std::size_t key_at = at_;
      if (!string()) return found;
      const std::string_view name = text_.substr(key_at + 1, at_ - key_at - 2);
      space();
      if (!take(':')) return found;
      space();
      const std::size_t value_at = at_;
      if (!value()) return found;
      if (name == key) found = text_.substr(value_at, at_ - value_at);
      space();
      if (!take(',')) return found;
    }
  }

 private:
  void space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n'))
      ++at_;
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool string() {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (c == '\\') ++at_;
    }
    return false;
  }
  /// Passes over one value, brackets balanced, ending before the ',' or '}' that follows it.
  bool value() {
    std::size_t depth = 0;
    const std::size_t start = at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!string()) return false;
      } else if (c == '{' || c == '[') {
        ++depth;
        ++at_;
      } else if (c == '}' || c == ']') {
        if (depth == 0) return at_ != start;
        --depth;
        ++at_;
      } else if (depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n')) {
        return at_ != start;
      } else {
        ++at_;
        continue;
      }
      if (depth == 0) return true;
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string_view find_raw_member(std::string_view text, std::string_view key) {
  return Scanner(text).find(key);
}

}  // namespace suki::questions
