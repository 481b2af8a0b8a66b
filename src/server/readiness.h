/// What the server says of itself to those who keep watch: whether it can take work now, and its figures.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/result.h"
#include "base/time.h"
#include "server/http.h"
#include "store/figures.h"

namespace suki::server {

struct Shared;

/// One thing that was looked at.
struct Check {
  std::string name;   ///< server, store, plan, disk, outbox, time, certificate
  std::string state;  ///< ok; warning: it serves, and somebody should look; failed: it cannot serve
  std::string
      reason;  ///< "" when ok. For anybody to read: figures and cures, no address of a database or a mail server
};
struct Readiness {
  bool ready = false;  ///< nothing failed
  std::vector<Check> checks;
};

/// What is known when it is judged.
struct Looked {
  Instant now;
  bool stopping = false;
  Result<store::Figures> store = fail(ErrorCode::unavailable, "");
  std::optional<std::uint64_t> disk_free{};  ///< bytes that the data folder may still take; nothing: not looked at
  bool disk_has_inodes = true;
  std::optional<Instant> certificate_end{};
};
[[nodiscard]] Readiness judge(const Looked& looked);

/// GET /readyz. Asks the store for limits::ready_patience at most.
boost::asio::awaitable<Response> tell_readiness(Shared& shared);
/// GET /metrics.
boost::asio::awaitable<Response> tell_metrics(Shared& shared, const Request& request);

}  // namespace suki::server
