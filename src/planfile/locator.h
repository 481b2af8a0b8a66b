/// Byte offsets to lines and columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"

namespace suki::planfile {

/// `bytes` must outlive it. A line ends at LF, CR LF or CR. Asking in rising order costs O(bytes) in all.
class Locator {
 public:
  Locator(std::string_view bytes, std::string file);
  [[nodiscard]] Place at(std::size_t offset);
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  std::string_view bytes_;
  std::string file_;
  std::vector<std::size_t> line_starts_;
  std::size_t last_offset_ = 0;  ///< column of the last question, to go on from
  std::size_t last_line_ = 0;
  std::uint32_t last_column_ = 1;
};

}  // namespace suki::planfile
