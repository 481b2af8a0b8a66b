/// What every connection of one server uses, and the bridge from a coroutine to the store. Includes Asio: for this
/// room's sources only.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "metrics/metrics.h"
#include "server/access_log.h"
#include "server/hub.h"
#include "server/limiter.h"
#include "server/limits.h"
#include "server/log_in_guard.h"
#include "server/passwords.h"
#include "server/routes.h"
#include "server/server.h"
#include "server/static_files.h"
#include "server/store_calls.h"
#include "server/tls.h"
#include "server/watchers.h"

namespace suki::server {

class Connection;
using metrics::Metrics;

struct Shared {
  Shared(app::App& app_, store::Store& store_, Options options_);

  /// First, so that it is destroyed last: everything below may hold one of its executors.
  boost::asio::io_context io;
  app::App& app;
  StoreCalls store;
  Options options;
  StaticFiles files;
  std::string openapi;
  std::optional<Certificate> certificate;  ///< none: plain HTTP
  Limiter public_reads, public_writes, links_by_address, resets_by_address, resets_by_name;
  Limiter strangers, stranger_records;  ///< what of them is recorded: by address, and in all
  LogInGuard log_ins;
  AccessLog access_log;
  Sightings sightings;
  ResetAsks reset_asks;
  Passwords passwords;
  Hub hub;
  Watchers watchers;
  const std::shared_ptr<Metrics> metrics;
  std::atomic<int> probes = 0;                 ///< looks at the store that nobody waits for any more, or still somebody
  std::atomic<bool> draining = false;          ///< it says that it is about to stop
  std::atomic<bool> telling_watchers = false;  ///< tell_watchers() runs
  std::atomic<std::size_t> large_bodies = 0;   ///< that are coming in
  std::atomic<bool> stopping = false;
  boost::asio::steady_timer stop_deadline;  ///< on the strand of accepting and stopping
  boost::asio::steady_timer next_look;      ///< of keep_waking, on its strand
  boost::asio::steady_timer next_records;   ///< of keep_records, likewise

  /// `from`: what its address counts as (limiter_key). False: as many are there as may be.
  [[nodiscard]] bool add(const std::shared_ptr<Connection>& connection, const std::string& from);
  void remove(Connection* connection);
  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] std::vector<std::shared_ptr<Connection>> all() const;

 private:
  mutable std::mutex mutex_;
  struct Known {
    std::weak_ptr<Connection> connection;
    std::string from;
  };
  std::unordered_map<Connection*, Known> connections_;
  std::unordered_map<std::string, std::size_t> by_address_;
};

/// The answer to a request whose body has been read: limits, log-in, use case. Never throws.
boost::asio::awaitable<Response> answer(Shared& shared, const Request& request, const Match& match);

/// Tells everybody who watches the feed who looks at what, until nobody does. For one who just looked.
void tell_watchers(Shared& shared);
/// The log-in, and what tells nobody whether there is such a person.
boost::asio::awaitable<Response> log_in(Shared& shared, const Request& request, const Match& match);
boost::asio::awaitable<Response> ask_reset(Shared& shared, const Request& request, const Match& match);
/// Whether it is the right one; takes about 50 ms on a thread of its own. busy: too many wait.
boost::asio::awaitable<Result<bool>> check_password(Shared& shared, std::string hash, std::string password);
/// Hashes one that somebody chose for the field new_password, likewise. bad_input.
boost::asio::awaitable<Result<std::string>> hash_password(Shared& shared, std::string password);
[[nodiscard]] Response too_many(unsigned seconds);
/// A problem for the client; what it must not be told goes to the log.
[[nodiscard]] Response refuse(const Error& error, const Match& match, const Request& request);
[[nodiscard]] Instant present_instant();

/// Writes what waits in access_log, sightings and reset_asks, in groups, until the server stops; as keep_waking.
boost::asio::awaitable<void> keep_records(Shared& shared);
/// What is left when the server has stopped.
void write_last_records(Shared& shared);

/// Performs what is due, until the server stops. Runs on the executor of `next_look`, whose cancelling ends its wait.
boost::asio::awaitable<void> keep_waking(Shared& shared);

}  // namespace suki::server
