#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

namespace suki::cli {

ProgressLine::ProgressLine() : terminal_(::isatty(STDERR_FILENO) != 0), began_(Clock::now()) {}

void ProgressLine::show(std::string_view what, std::int64_t done, std::int64_t in_all, std::string_view unit) {
  if (!terminal_) return;
  const auto now = Clock::now();
  if (what_ != what) {
    what_ = what;
    began_ = now;
    last_ = {};
  }
  constexpr std::chrono::milliseconds often{200};
  if (now - last_ < often && done < in_all) return;
  last_ = now;
  shown_ = true;
  in_all = std::max(in_all, done);
  const std::int64_t percent = in_all == 0 ? 100 : done * 100 / in_all;
  const double passed = std::chrono::duration<double>(now - began_).count();
  std::string left;
  if (done > 0 && done < in_all && passed > 2)
    left = fmt::format(", {:.0f} s left", passed * static_cast<double>(in_all - done) / static_cast<double>(done));
  fmt::print(stderr, "\r\x1b[K{} {} of {} {}, {} %{}", what, grouped(done), grouped(in_all), unit, percent, left);
  std::fflush(stderr);
}

void ProgressLine::end() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
  shown_ = false;
}

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string say_bytes(std::int64_t bytes) {
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  const char* unit = "KiB";
  double size = static_cast<double>(bytes) / 1024;
  for (const char* next : {"MiB", "GiB", "TiB"}) {
    if (size < 1024) break;
    size /= 1024;
    unit = next;
  }
  return fmt::format("{:.1f} {}", size, unit);
}

}  // namespace suki::cli
