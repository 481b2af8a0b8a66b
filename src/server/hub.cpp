#include "server/hub.h"

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "server/limits.h"

namespace suki::server {
namespace asio = boost::asio;

std::uint64_t Hub::subscribe(const app::Caller& caller, Deliver deliver) {
  const std::scoped_lock lock(mutex_);
  if (clients_.size() >= limits::feed_clients_max) return 0;
  clients_.emplace(++last_key_, Client{caller, std::move(deliver)});
  return last_key_;
}

void Hub::unsubscribe(std::uint64_t key) {
  const std::scoped_lock lock(mutex_);
  clients_.erase(key);
}

std::size_t Hub::count() const {
  const std::scoped_lock lock(mutex_);
  return clients_.size();
}

void Hub::broadcast(const Frame& frame) {
  const std::scoped_lock lock(mutex_);
  for (const auto& [key, client] : clients_) client.deliver(frame);
}

void Hub::changed(const std::vector<app::Changed>& changes) {
  const std::scoped_lock lock(mutex_);
  if (clients_.empty()) return;  // whoever comes later reads a snapshot first
  for (const app::Changed& change : changes) {
    std::int64_t& position = pending_[change.conversation];
    position = std::max(position, change.position);
  }
  if (running_ || pending_.empty()) return;
  running_ = true;
  asio::co_spawn(io_, run_rounds(), asio::detached);
}

bool Hub::take_round(Round& round) {
  const std::scoped_lock lock(mutex_);
  if (clients_.empty()) pending_.clear();
  if (pending_.empty()) {
    running_ = false;
    return false;
  }
  // The oldest first, so that positions never go back for a client.
  std::map<std::int64_t, ConversationId> ordered;
  for (const auto& [conversation, position] : pending_) ordered.emplace(position, conversation);
  for (const auto& [position, conversation] : ordered) {
    if (round.changes.size() == limits::feed_changes_max) break;
    round.changes.emplace(position, conversation);
    pending_.erase(conversation);
  }
  for (const auto& [key, client] : clients_) round.languages.emplace(client.caller.language, client.caller);
  return true;
}

asio::awaitable<void> Hub::run_rounds() {
  for (;;) {
    std::string failure;
    try {
      Round round;
      if (!take_round(round)) co_return;
      co_await run_round(round);
      continue;
    } catch (const std::exception& error) {
      failure = error.what();
    }
    // INVARIANT (running): whoever leaves this loop has set running_ to false under the lock.
    send_everybody_back(failure);
  }
}

asio::awaitable<void> Hub::run_round(const Round& round) {
  std::map<std::string, std::vector<Frame>> frames;
  store::Store::Work read = [&](store::Tx& tx) -> Result<void> {
    frames.clear();
    for (const auto& [language, caller] : round.languages) {
      for (const auto& [position, conversation] : round.changes) {
        Result<std::string> row = read_row_(tx, caller, conversation);
        if (!row.ok() && row.error().code == ErrorCode::not_found) continue;  // erased meanwhile: nothing to show
        if (!row.ok()) return row.error();
        frames[language].push_back(std::make_shared<const std::string>("{\"position\":" + std::to_string(position) +
                                                                       ",\"row\":" + *row + '}'));
      }
    }
    return {};
  };
  const Result<void> result = co_await in_store(store_, Access::read, read);
  if (!result.ok()) {
    send_everybody_back(result.error().detail);
    co_return;
  }
  const std::scoped_lock lock(mutex_);
  for (const auto& [key, client] : clients_) {
    for (const Frame& frame : frames[client.caller.language]) client.deliver(frame);
  }
}

void Hub::send_everybody_back(const std::string& why) {
  const std::scoped_lock lock(mutex_);
  spdlog::warn("the feed could not read what changed: {}; {} who watch are to come back", why, clients_.size());
  for (const auto& [key, client] : clients_) client.deliver(nullptr);
  clients_.clear();
  pending_.clear();
}

}  // namespace suki::server
