/// CSV (RFC 4180) out of pieces of bytes: rows by the names of the first one. Private to this room.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "import/records.h"

namespace suki::importing {

class Csv {
 public:
  struct Row {
    std::int64_t line = 0;            ///< where it begins
    std::vector<std::string> values;  ///< in the order of the header
    std::string raw;                  ///< whole lines
    std::string problem;              ///< "": it is a row
  };
  using Take = std::function<void(Row&)>;

  /// A line that begins with '#' outside a row is passed over.
  void take(std::string_view bytes, const Take& row);
  void end(const Take& row);
  [[nodiscard]] const std::string& header() const { return header_raw_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// By the name of its column; "" where there is none.
  [[nodiscard]] std::string_view value(const Row& row, std::string_view name) const;

 private:
  void put(char c, const Take& row);
  void end_value();
  void end_row(const Take& row);

  std::vector<std::string> names_, values_;
  std::string header_raw_, raw_, value_;
  std::int64_t line_ = 1, begun_ = 1;
  bool quoted_ = false, was_quote_ = false, comment_ = false, too_long_ = false;
};

}  // namespace suki::importing
