/// Tells those who watch which conversations changed. Changes come from the store's writer; rows are read again in each
/// language that somebody watches in, once for all who do; every client has a bounded queue of its own.
///
/// A client that comes back says the last position that it heard, and of which run of the server. It gets the row of
/// every conversation that changed since, once each, in the order of positions, then the position it is at now; or it
/// is told to read a snapshot. The same when rows cannot be read, or when all may look different (another plan):
/// nobody goes on with a hole in what they saw.
///
/// Frames, in JSON:
///   {"position": P, "row": {...}}                the conversation as it is now, at least as new as P
///   {"counts": {...}, "at": S}                   the agent's counts exactly as of S, behind the rows of each round
///   {"people": P}                                presence or roster changed at P: whoever shows staff reads it again
///   {"position": P, "run": R}                    everything up to P has been told
///   {"position": P, "run": R, "snapshot": true}  read everything again: what is read now is at least as new as P
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "app/app.h"
#include "server/journal.h"
#include "server/limits.h"
#include "server/store_calls.h"

namespace suki::server {

class Hub {
 public:
  using Frame = std::shared_ptr<const std::string>;
  using Frames = std::vector<Frame>;
  /// What one round has for a client. Called on the hub's thread of the moment; must not block. A null frame is the
  /// last one: something was missed.
  using Deliver = std::function<void(const Frames&)>;
  /// An agent's counts as JSON.
  using CountsOf = std::function<std::string(AgentId)>;
  /// What is read of the store, in one transaction a round.
  struct Reads {
    /// A conversation's row as JSON; not_found: there is nothing to show.
    std::function<Result<std::string>(store::Tx&, const app::Caller&, ConversationId)> row;
    std::function<Result<CountsOf>(store::Tx&)> counts;
    std::function<std::int64_t(store::Tx&)> position;
  };
  /// How far back a client may have been.
  struct Reach {
    std::size_t kept_max = limits::feed_kept_max;
    std::size_t missed_max = limits::feed_missed_max;
  };
  /// What a client says that it heard last.
  struct Seen {
    std::string run;
    std::optional<std::int64_t> position;
  };

  /// `run`: what no other run of the server is called, since positions of another may mean something else.
  Hub(boost::asio::io_context& io, StoreCalls& store, Reads reads, std::string run, Reach reach)
      : io_(io),
        store_(store),
        reads_(std::move(reads)),
        run_(std::move(run)),
        reach_(reach),
        journal_(reach.kept_max) {}

  /// A key for unsubscribe(), or 0: limits::feed_clients_max are there already.
  [[nodiscard]] std::uint64_t subscribe(const app::Caller& caller, const Seen& seen, Deliver deliver);
  void unsubscribe(std::uint64_t key);
  [[nodiscard]] std::size_t count() const;  ///< who watch
  /// The same frame for everybody who watches. From any thread.
  void broadcast(const Frame& frame);
  /// From any thread. In the order of positions, none left out.
  void changed(const std::vector<app::Changed>& changes);

 private:
  struct Client {
    app::Caller caller;
    Deliver deliver;
    std::optional<std::int64_t> after;  ///< of a newcomer
    bool is_new = true;                 ///< no round has taken it in
    std::int64_t told = 0;              ///< everything up to here is told, or behind a snapshot
  };
  struct Newcomer {
    std::uint64_t key;
    std::optional<Journal::Changes> missed;  ///< none: a snapshot
  };
  struct Round {
    bool start = false;     ///< only the position is read
    bool all_anew = false;  ///< a snapshot for everybody
    std::int64_t position = 0;
    Journal::Changes changes;
    std::vector<Newcomer> newcomers;
    std::map<std::string, Journal::Changes> rows;  ///< to be read, by language
    std::map<std::string, app::Caller> readers;    ///< one caller for each
  };
  /// By language and position.
  using RowFrames = std::map<std::string, std::map<std::int64_t, Frame>>;

  void ensure_running();
  boost::asio::awaitable<void> run_rounds();
  [[nodiscard]] bool take_round(Round& round);
  void take_newcomers(Round& round);
  void take_changes(Round& round);
  boost::asio::awaitable<void> run_round(const Round& round);
  [[nodiscard]] Result<void> read_rows(store::Tx& tx, const Round& round, RowFrames& rows) const;
  void deliver_round(const Round& round, const RowFrames& rows, std::int64_t at, const CountsOf& counts);
  void greet(const Newcomer& newcomer, const Round& round, const RowFrames& rows, const Frame& counts);
  [[nodiscard]] Frame position_frame(std::int64_t position, bool snapshot) const;
  void send_everybody_back(const Error& why);

  boost::asio::io_context& io_;
  StoreCalls& store_;
  Reads reads_;
  std::string run_;
  Reach reach_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Client> clients_;
  Journal journal_;
  std::map<ConversationId, std::int64_t> pending_;  ///< newest position of each: several changes need one row
  bool all_anew_ = false;
  std::uint64_t last_key_ = 0;
  bool running_ = false;
};

/// What the desk shows.
[[nodiscard]] Hub::Reads feed_reads(app::App& app);

}  // namespace suki::server
