/// One picture from elsewhere. libcurl stays inside.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace suki::pictures {

inline constexpr std::size_t picture_bytes_max = 5u << 20;
inline constexpr int redirects_max = 3;

/// What may be asked, and how long. The defaults are for everything but tests.
struct Policy {
  /// Asked about each address that a connection is about to be made to, after its name was looked up, and again after
  /// each redirection: the very address that is asked, so that no name can mean another one later.
  std::function<bool(const sockaddr*, socklen_t)> may_connect;  ///< none: is_public()
  std::set<int> ports = {80, 443};
  std::chrono::milliseconds connect_max{4'000}, whole_max{10'000};
  std::vector<std::string> names = {};  ///< "pictures.example:80:127.0.0.1", as libcurl takes them
  std::function<bool()> given_up = {};  ///< asked about once a second; true: it is let go of
};

/// `problem`: "" when there is a picture; else a code: address (not http or https, or with a name and password in it),
/// closed (an address that may not be asked), unreachable, timeout, status, too_large, no_picture (no PNG, JPEG, GIF or
/// WebP, by its bytes), given_up.
struct Fetched {
  std::string bytes, type, problem;
};
/// Sends no cookie, no referrer, no name of a user, nothing of who asks: each request looks the same. Takes whole_max
/// at most. Never throws.
[[nodiscard]] Fetched fetch(const std::string& url, const Policy& policy = {});

}  // namespace suki::pictures
