/// One line on a terminal that tells how far a long command is; nothing where nobody looks.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace suki::cli {

class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { end(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  /// "copying 1,000 of 20,000 rows, 5 %, 3 s left"; at most a few times a second.
  void show(std::string_view what, std::int64_t done, std::int64_t in_all, std::string_view unit);
  /// Takes the line away.
  void end();

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_, shown_ = false;
  std::string what_;
  Clock::time_point began_, last_;
};

/// "12,345"
[[nodiscard]] std::string grouped(std::int64_t number);
/// "812 bytes", "1.2 MiB"
[[nodiscard]] std::string say_bytes(std::int64_t bytes);

}  // namespace suki::cli
