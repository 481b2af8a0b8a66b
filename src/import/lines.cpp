#include "import/lines.h"

namespace suki::importing {

void Lines::add(std::string_view bytes) {
  any_ = any_ || !bytes.empty();
  if (too_long_) return;
  if (held_.size() + bytes.size() > bytes_max_) {
    too_long_ = true;
    held_ = {};
    return;
  }
  held_ += bytes;
}

void Lines::give(const Take& line, std::string_view text) {
  ++number_;
  if (number_ == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.ends_with('\r')) text.remove_suffix(1);
  line({number_, too_long_ ? std::string_view() : text, too_long_});
  held_.clear();
  too_long_ = any_ = false;
}

void Lines::take(std::string_view bytes, const Take& line) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) return add(bytes);
    if (!any_ && end <= bytes_max_) {
      give(line, bytes.substr(0, end));  // whole as it lies there
    } else {
      add(bytes.substr(0, end));
      give(line, held_);
    }
    bytes.remove_prefix(end + 1);
  }
}

void Lines::end(const Take& line) {
  if (any_) give(line, held_);
}

}  // namespace suki::importing
