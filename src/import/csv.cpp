#include "import/csv.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "import/readers.h"

namespace suki::importing {

namespace {
constexpr std::size_t row_bytes_max = 1u << 20;
constexpr std::size_t columns_max = 1'000;
}  // namespace

void Csv::take(std::string_view bytes, const Take& row) {
  for (const char c : bytes) put(c, row);
}

void Csv::put(char c, const Take& row) {
  if (raw_.empty() && c == '#') comment_ = true;
  if (raw_.size() < row_bytes_max)
    raw_ += c;
  else
    too_long_ = true;
  if (c == '\n') ++line_;
  if (too_long_ && c == '\n') return end_row(row);
  if (too_long_) return;
  // A quote ends a quoted value, unless it is one of two.
  if (quoted_ && !was_quote_) {
    if (c == '"')
      was_quote_ = true;
    else
      value_ += c;
    return;
  }
  if (was_quote_) {
    was_quote_ = false;
    if (c == '"') {
      value_ += '"';
      return;
    }
    quoted_ = false;
  }
  if (c == '"' && value_.empty() && !comment_)
    quoted_ = true;
  else if (c == ',')
    end_value();
  else if (c == '\n')
    end_row(row);
  else if (c != '\r')
    value_ += c;
}

void Csv::end_value() {
  if (values_.size() < columns_max) values_.push_back(std::move(value_));
  value_.clear();
}

void Csv::end_row(const Take& row) {
  end_value();
  Row done{begun_, std::move(values_), std::move(raw_), ""};
  const bool empty = trim(done.raw).empty(), comment = comment_, long_one = too_long_;
  values_.clear();
  raw_.clear();
  begun_ = line_;
  quoted_ = was_quote_ = comment_ = too_long_ = false;
  if (empty || comment) return;
  if (long_one) {
    done.raw.clear();
    done.problem = "the row is longer than 1 MiB; it is not repeated here";
  } else if (!is_utf8(done.raw)) {
    done.problem = "the row is not in UTF-8";
  } else if (names_.empty()) {
    names_ = done.values;
    if (!names_.empty() && names_.front().starts_with("\xEF\xBB\xBF")) names_.front().erase(0, 3);
    header_raw_ = done.raw;
    return;
  } else if (done.values.size() != names_.size()) {
    done.problem = fmt::format("has {} values, but the header names {}", done.values.size(), names_.size());
  }
  row(done);
}

void Csv::end(const Take& row) {
  if (raw_.empty()) return;
  if (quoted_ && !was_quote_) {
    Row cut{begun_, {}, raw_ + "\n", "a quote is not closed before the end of the file"};
    raw_.clear();
    return row(cut);
  }
  if (!raw_.ends_with('\n')) put('\n', row);
}

std::string_view Csv::value(const Row& row, std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  const auto place = static_cast<std::size_t>(found - names_.begin());
  return place < row.values.size() ? std::string_view(row.values[place]) : std::string_view();
}

}  // namespace suki::importing
