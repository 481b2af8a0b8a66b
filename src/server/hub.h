/// Tells those who watch which conversations changed. Changes come from the store's writer; rows are read again in each
/// language that somebody watches in, once for all who do; every client has a bounded queue of its own. When rows
/// cannot be read everybody who watches is told to come back and read a snapshot: nobody goes on with a hole in what
/// they saw.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "app/app.h"
#include "server/store_calls.h"

namespace suki::server {

class Hub {
 public:
  using Frame = std::shared_ptr<const std::string>;
  /// Called on the hub's thread of the moment; must not block. A null frame is the last one: something was missed.
  using Deliver = std::function<void(const Frame&)>;
  /// A conversation's row as JSON; not_found: there is nothing to show.
  using ReadRow = std::function<Result<std::string>(store::Tx&, const app::Caller&, ConversationId)>;

  Hub(boost::asio::io_context& io, StoreCalls& store, ReadRow read_row)
      : io_(io), store_(store), read_row_(std::move(read_row)) {}

  /// A key for unsubscribe(), or 0: limits::feed_clients_max are there already.
  [[nodiscard]] std::uint64_t subscribe(const app::Caller& caller, Deliver deliver);
  void unsubscribe(std::uint64_t key);
  [[nodiscard]] std::size_t count() const;  ///< who watch
  /// The same frame for everybody who watches. From any thread.
  void broadcast(const Frame& frame);
  /// From any thread.
  void changed(const std::vector<app::Changed>& changes);

 private:
  struct Client {
    app::Caller caller;
    Deliver deliver;
  };
  struct Round {
    std::map<std::int64_t, ConversationId> changes;  ///< by position
    std::map<std::string, app::Caller> languages;    ///< one caller for each
  };
  boost::asio::awaitable<void> run_rounds();
  [[nodiscard]] bool take_round(Round& round);
  boost::asio::awaitable<void> run_round(const Round& round);
  void send_everybody_back(const std::string& why);

  boost::asio::io_context& io_;
  StoreCalls& store_;
  ReadRow read_row_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Client> clients_;
  std::map<ConversationId, std::int64_t> pending_;  ///< newest position of each: several changes need one row
  std::uint64_t last_key_ = 0;
  bool running_ = false;
};

}  // namespace suki::server
