/// Lines out of pieces of bytes, in bounded memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace suki::importing {

class Lines {
 public:
  struct Line {
    std::int64_t number = 0;  ///< from 1 on
    std::string_view text;    ///< without its end; "" when it is too long
    bool too_long = false;    ///< over `bytes_max`: it was passed over
  };
  using Take = std::function<void(const Line&)>;
  explicit Lines(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Ends of lines are "\n" and "\r\n". A mark of UTF-8 at the very beginning is left out.
  void take(std::string_view bytes, const Take& line);
  /// The last line, when nothing ended it.
  void end(const Take& line);

 private:
  void add(std::string_view bytes);
  void give(const Take& line, std::string_view text);
  std::size_t bytes_max_;
  std::string held_;
  std::int64_t number_ = 0;
  bool too_long_ = false, any_ = false;
};

}  // namespace suki::importing
