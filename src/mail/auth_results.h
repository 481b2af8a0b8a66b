/// What a mail server says about where a mail came from: Authentication-Results (RFC 8601), of servers that are
/// trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace suki::mail {

struct AuthResult {
  std::string method, result;                                   ///< lower case: "dkim", "pass"
  std::vector<std::pair<std::string, std::string>> properties;  ///< "header.d": "shop.example"; names in lower case
};
struct AuthResults {
  std::string server;  ///< authserv-id in lower case; "" where the field has none, as that of Exchange Online
  std::vector<AuthResult> results;
};
inline constexpr std::size_t auth_results_max = 50;     ///< of one field
inline constexpr std::size_t auth_properties_max = 20;  ///< of one result
/// One field's value, unfolded or not. Nothing for what does not follow the grammar at its beginning; of the rest what
/// can be read. Never fails. O(bytes).
[[nodiscard]] std::optional<AuthResults> parse_auth_results(std::string_view value);

enum class OriginVerdict : std::uint8_t {
  none = 0,        ///< no server is trusted
  verified = 1,    ///< the mail came from `domain`
  unverified = 2,  ///< nobody says where it came from
  forged = 3       ///< the owner of `domain` says that it did not come from there (DMARC)
};
struct Origin {
  OriginVerdict verdict = OriginVerdict::none;
  std::string domain;            ///< of the sender's address, lower case
  std::string spf, dkim, dmarc;  ///< results, "" not said
  std::string server;            ///< who says so; "" nobody
};
/// `from`: the sender's address; `trusted`: authserv-ids in lower case, "-" for a field without one. Only the first
/// field of a trusted server counts: servers write theirs above what came, and what stands below may be the sender's
/// own.
[[nodiscard]] Origin judge_origin(std::string_view raw, std::string_view from, const std::vector<std::string>& trusted);

}  // namespace suki::mail
