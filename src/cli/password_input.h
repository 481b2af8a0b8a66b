/// A password from the person at the terminal, or from a pipe; never from the command line, which others can read.
#pragma once

#include <string>

#include "base/result.h"

namespace suki::cli {

inline constexpr std::size_t password_length_min = 12;  ///< characters: OWASP ASVS 4.0.3, 2.1.1
inline constexpr std::size_t password_bytes_max = 1024;
inline constexpr std::size_t secret_bytes_max = 8192;

/// From a terminal: asks twice, without showing what is typed. Else: the first line of standard input.
/// Errors: bad_input.
[[nodiscard]] Result<std::string> read_new_password(const std::string& login);

/// A secret that somebody else has chosen, of any length up to that, asked for once; may be empty. Likewise, one line
/// each time.
[[nodiscard]] Result<std::string> read_secret(const std::string& question);

}  // namespace suki::cli
