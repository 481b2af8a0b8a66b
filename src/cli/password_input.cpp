#include "cli/password_input.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>

#include "base/text.h"

namespace suki::cli {
namespace {

/// Turns the terminal's echo off for as long as it lives.
class Silence {
 public:
  Silence() : set_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (set_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~Silence() {
    if (set_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  termios before_{};
  bool set_;
};

std::string read_line(std::size_t bytes_max = password_bytes_max) {
  std::string line;
  for (int c = std::getchar(); c != EOF && c != '\n' && line.size() <= bytes_max; c = std::getchar()) {
    line += static_cast<char>(c);
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string ask(const std::string& question, std::size_t bytes_max = password_bytes_max) {
  fmt::print(stderr, "{}", question);
  const Silence silence;
  std::string answer = read_line(bytes_max);
  fmt::print(stderr, "\n");
  return answer;
}

}  // namespace

Result<std::string> read_new_password(const std::string& login) {
  std::string password;
  if (isatty(STDIN_FILENO) != 0) {
    password = ask(fmt::format("New password for {}: ", login));
    if (ask("Once more: ") != password) return fail(ErrorCode::bad_input, "the two passwords differ");
  } else {
    password = read_line();
  }
  if (password.size() > password_bytes_max || !is_utf8(password)) {
    return fail(ErrorCode::bad_input, "the password must be UTF-8 text of at most 1024 bytes");
  }
  if (count_code_points(password) < password_length_min) {
    return fail(ErrorCode::bad_input, fmt::format("the password needs at least {} characters", password_length_min));
  }
  return password;
}

Result<std::string> read_secret(const std::string& question) {
  std::string secret = isatty(STDIN_FILENO) != 0 ? ask(question, secret_bytes_max) : read_line(secret_bytes_max);
  if (secret.size() > secret_bytes_max || !is_utf8(secret))
    return fail(ErrorCode::bad_input, "a secret must be UTF-8 text of at most 8192 bytes");
  return secret;
}

}  // namespace suki::cli
