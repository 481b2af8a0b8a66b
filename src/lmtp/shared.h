/// What every connection of one LMTP server uses. Includes Asio: for this room's sources only.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "lmtp/server.h"
#include "metrics/metrics.h"
#include "server/store_calls.h"

namespace suki::lmtp {

class Connection;

struct Shared {
  Shared(app::App& app_, store::Store& store_, Options options_)
      : app(app_), store(store_), options(std::move(options_)), stop_deadline(boost::asio::make_strand(io)) {
    if (!options.metrics) options.metrics = std::make_shared<metrics::Metrics>();
  }

  /// First, so that it is destroyed last: everything below may hold one of its executors.
  boost::asio::io_context io;
  app::App& app;
  server::StoreCalls store;
  Options options;
  std::atomic<bool> stopping = false;
  std::atomic<std::size_t> bytes_in_hand = 0;  ///< of mails that come in or wait for the store
  boost::asio::steady_timer stop_deadline;     ///< on the strand of accepting and stopping

  /// False: as many are there as may be.
  [[nodiscard]] bool add(const std::shared_ptr<Connection>& connection);
  void remove(const std::shared_ptr<Connection>& connection);
  [[nodiscard]] std::vector<std::shared_ptr<Connection>> all() const;

  /// Whether mail for this address is ours. What was heard of the plan before may say yes; only the store says no.
  boost::asio::awaitable<Known> know(std::string recipient);

 private:
  mutable std::mutex mutex_;
  std::set<std::shared_ptr<Connection>> connections_;
  std::vector<std::string> mailboxes_;
  std::chrono::steady_clock::time_point mailboxes_of_{};  ///< when they were read
};

}  // namespace suki::lmtp
