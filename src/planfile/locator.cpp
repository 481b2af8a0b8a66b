#include "planfile/locator.h"

#include <algorithm>

namespace suki::planfile {

Locator::Locator(std::string_view bytes, std::string file) : bytes_(bytes), file_(std::move(file)) {
  line_starts_.push_back(0);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool cr_alone = bytes[i] == '\r' && (i + 1 == bytes.size() || bytes[i + 1] != '\n');
    if (bytes[i] == '\n' || cr_alone) line_starts_.push_back(i + 1);
  }
}

Place Locator::at(std::size_t offset) {
  offset = std::min(offset, bytes_.size());
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = static_cast<std::size_t>(next - line_starts_.begin()) - 1;
  if (line != last_line_ || offset < last_offset_) {
    last_line_ = line;
    last_offset_ = line_starts_[line];
    last_column_ = 1;
  }
  if (last_offset_ == 0 && bytes_.starts_with("\xEF\xBB\xBF") && offset >= 3)
    last_offset_ = 3;  // a byte order mark has no width
  for (; last_offset_ < offset; ++last_offset_) {
    if ((static_cast<unsigned char>(bytes_[last_offset_]) & 0xC0U) != 0x80U) ++last_column_;
  }
  return {file_, static_cast<std::uint32_t>(line + 1), last_column_};
}

}  // namespace suki::planfile
