/// Access tokens of OAuth 2 by a refresh token (RFC 6749, 6).
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "imap/session.h"

namespace suki::fetcher {

struct TokenAsk {
  std::string url, client_id, client_secret, refresh_token, scope, ca_file;
};
struct Token {
  std::string access;
  std::chrono::seconds good_for{3600};  ///< RFC 6749, 5.1 recommends to say it; where it is not said, an hour
  std::string refresh;                  ///< another one from now on; "" it stays
};
/// Reads what a token server answers. Errors: unavailable, with a reason: token_refused (it says no), token_answer.
[[nodiscard]] Result<Token> read_token(long status, const std::string& body);
/// Blocks, a quarter of a minute at most. Errors: as read_token(); token_unreachable, token_certificate.
[[nodiscard]] Result<Token> ask_token(const TokenAsk& ask, const imap::Waker& waker);

}  // namespace suki::fetcher
