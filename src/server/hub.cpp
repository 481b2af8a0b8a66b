#include "server/hub.h"

#include <set>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

namespace suki::server {
namespace asio = boost::asio;

std::uint64_t Hub::subscribe(const app::Caller& caller, const Seen& seen, Deliver deliver) {
  const std::scoped_lock lock(mutex_);
  if (clients_.size() >= limits::feed_clients_max) return 0;
  Client client{.caller = caller, .deliver = std::move(deliver), .after = {}};
  if (seen.run == run_) client.after = seen.position;
  clients_.emplace(++last_key_, std::move(client));
  ensure_running();
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
  const Frames frames{frame};
  for (const auto& [key, client] : clients_) client.deliver(frames);
}

void Hub::changed(const std::vector<app::Changed>& changes) {
  const std::scoped_lock lock(mutex_);
  for (const app::Changed& change : changes) {
    if (change.staff) {
      // No conversation: whoever shows staff asks again.
      journal_.pass(change.position);
      const Frames frames{std::make_shared<const std::string>(fmt::format(R"({{"people":{}}})", change.position))};
      for (const auto& [key, client] : clients_) client.deliver(frames);
      continue;
    }
    journal_.add(change.position, change.conversation);
    if (clients_.empty()) continue;  // whoever comes later is told from the journal
    if (!change.conversation) all_anew_ = true;
    pending_[change.conversation] = change.position;
  }
  if (!clients_.empty() && !changes.empty()) ensure_running();
}

/// Under the lock.
void Hub::ensure_running() {
  if (running_) return;
  running_ = true;
  // Posted: on a thread of the server it would begin at once, and wait for our lock.
  asio::post(io_, [this] { asio::co_spawn(io_, run_rounds(), asio::detached); });
}

bool Hub::take_round(Round& round) {
  const std::scoped_lock lock(mutex_);
  if (clients_.empty()) {
    pending_.clear();
    all_anew_ = running_ = false;
    return false;
  }
  round.start = !journal_.started();
  if (round.start) return true;
  round.position = journal_.position();
  round.all_anew = std::exchange(all_anew_, false);
  // What is read behind a snapshot's position has all of these.
  if (round.all_anew) pending_.clear();
  take_changes(round);
  take_newcomers(round);
  if (!round.all_anew && round.changes.empty() && round.newcomers.empty()) {
    running_ = false;
    return false;
  }
  return true;
}

/// Under the lock.
void Hub::take_changes(Round& round) {
  // The oldest first, so that positions never go back for a client.
  Journal::Changes ordered;
  for (const auto& [conversation, position] : pending_) ordered.emplace(position, conversation);
  for (const auto& [position, conversation] : ordered) {
    if (round.changes.size() == limits::feed_changes_max) break;
    round.changes.emplace(position, conversation);
    pending_.erase(conversation);
  }
  for (const auto& [key, client] : clients_) {
    if (client.is_new || round.changes.empty()) continue;
    round.rows[client.caller.language] = round.changes;
    round.readers.emplace(client.caller.language, client.caller);
  }
}

/// Under the lock. From here on a newcomer is told what comes behind the round's position; up to there, what it missed.
void Hub::take_newcomers(Round& round) {
  for (auto& [key, client] : clients_) {
    if (!client.is_new) continue;
    Newcomer newcomer{key, {}};
    if (client.after) newcomer.missed = journal_.since(*client.after, reach_.missed_max);
    if (newcomer.missed) {
      round.rows[client.caller.language].insert(newcomer.missed->begin(), newcomer.missed->end());
      round.readers.emplace(client.caller.language, client.caller);
    }
    client.is_new = false;
    client.told = round.position;
    round.newcomers.push_back(std::move(newcomer));
  }
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
    send_everybody_back(fail(ErrorCode::busy, failure));
  }
}

Result<void> Hub::read_rows(store::Tx& tx, const Round& round, RowFrames& rows) const {
  for (const auto& [language, changes] : round.rows) {
    const app::Caller& reader = round.readers.at(language);
    for (const auto& [position, conversation] : changes) {
      Result<std::string> row = reads_.row(tx, reader, conversation);
      if (!row.ok() && row.error().code == ErrorCode::not_found) continue;  // erased meanwhile: nothing to show
      if (!row.ok()) return row.error();
      rows[language].emplace(
          position, std::make_shared<const std::string>(fmt::format(R"({{"position":{},"row":{}}})", position, *row)));
    }
  }
  return {};
}

asio::awaitable<void> Hub::run_round(const Round& round) {
  RowFrames rows;
  CountsOf counts;
  std::int64_t at = 0;
  store::Store::Work read = [&](store::Tx& tx) -> Result<void> {
    rows.clear();
    at = reads_.position(tx);
    if (round.start) return {};
    SUKI_CHECK(read_rows(tx, round, rows));
    SUKI_TRY(counts, reads_.counts(tx));
    return {};
  };
  const Result<void> result = co_await in_store(store_, Access::read, read);
  if (!result.ok()) {
    send_everybody_back(result.error());
    co_return;
  }
  const std::scoped_lock lock(mutex_);
  if (round.start)
    journal_.start(at);
  else
    deliver_round(round, rows, at, counts);
}

/// Under the lock.
void Hub::deliver_round(const Round& round, const RowFrames& rows, std::int64_t at, const CountsOf& counts_of) {
  std::map<AgentId, Frame> counts;
  const auto counts_for = [&](AgentId agent) {
    Frame& frame = counts[agent];
    if (!frame)
      frame = std::make_shared<const std::string>(fmt::format(R"({{"counts":{},"at":{}}})", counts_of(agent), at));
    return frame;
  };
  std::set<std::uint64_t> greeted;
  for (const Newcomer& newcomer : round.newcomers) {
    greeted.insert(newcomer.key);
    if (const auto client = clients_.find(newcomer.key); client != clients_.end())
      greet(newcomer, round, rows, newcomer.missed ? counts_for(client->second.caller.agent) : nullptr);
  }
  const Frame anew = round.all_anew ? position_frame(round.position, true) : nullptr;
  for (auto& [key, client] : clients_) {
    if (client.is_new || greeted.contains(key)) continue;
    Frames frames;
    if (round.all_anew) {
      client.told = round.position;
      frames.push_back(anew);
    } else if (const auto of_language = rows.find(client.caller.language); of_language != rows.end()) {
      for (const auto& [position, frame] : of_language->second)
        if (position > client.told && round.changes.contains(position)) frames.push_back(frame);
    }
    if (frames.empty()) continue;
    if (!round.all_anew) frames.push_back(counts_for(client.caller.agent));
    client.deliver(frames);
  }
}

/// Under the lock; the newcomer is there.
void Hub::greet(const Newcomer& newcomer, const Round& round, const RowFrames& rows, const Frame& counts) {
  const Client& client = clients_.at(newcomer.key);
  Frames frames;
  if (newcomer.missed) {
    const auto of_language = rows.find(client.caller.language);
    for (const auto& [position, conversation] : *newcomer.missed) {
      if (of_language == rows.end()) break;
      if (const auto frame = of_language->second.find(position); frame != of_language->second.end())
        frames.push_back(frame->second);
    }
    frames.push_back(counts);
  }
  frames.push_back(position_frame(round.position, !newcomer.missed));
  client.deliver(frames);
}

Hub::Frame Hub::position_frame(std::int64_t position, bool snapshot) const {
  return std::make_shared<const std::string>(
      fmt::format(R"({{"position":{},"run":"{}"{}}})", position, run_, snapshot ? R"(,"snapshot":true)" : ""));
}

void Hub::send_everybody_back(const Error& why) {
  const std::scoped_lock lock(mutex_);
  spdlog::warn("the feed could not read what changed: {}; {} who watch are to come back", why.detail, clients_.size());
  // What was wrong with a row may be so the next time: a snapshot goes around it. A store that is busy recovers.
  if (why.code == ErrorCode::internal) journal_.forget();
  for (const auto& [key, client] : clients_) client.deliver({nullptr});
  clients_.clear();
  pending_.clear();
}

}  // namespace suki::server
