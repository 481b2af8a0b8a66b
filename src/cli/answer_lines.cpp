#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "base/text.h"
#include "cli/hours.h"

namespace suki::cli {
namespace {

bool write_all(int out, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(out, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

bool answer_lines(int in, int out, const std::function<std::string(const std::string&)>& answer,
                  const std::function<std::string()>& answer_too_long, std::size_t line_bytes_max) {
  std::array<char, 1 << 16> chunk;
  std::string line, answers;
  bool too_long = false;  // the rest of the line is read and dropped
  const auto finish_line = [&] {
    if (too_long) {
      answers += answer_too_long() + '\n';
    } else if (!trim(line).empty()) {
      answers += answer(line) + '\n';
    }
    line.clear();
    too_long = false;
  };
  for (;;) {
    const ssize_t n = ::read(in, chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    std::string_view rest(chunk.data(), static_cast<std::size_t>(n));
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      const std::string_view part = rest.substr(0, end);
      too_long = too_long || line.size() + part.size() > line_bytes_max;
      if (!too_long) line += part;
      if (end == std::string_view::npos) break;
      finish_line();
      rest.remove_prefix(end + 1);
    }
    if (n == 0) finish_line();
    if (!write_all(out, answers)) return false;
    answers.clear();
    if (n == 0) return true;
  }
}

}  // namespace suki::cli
