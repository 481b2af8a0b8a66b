/// A recording played to clients through the real hub, in simulated time.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "feed/recording.h"
#include "server/hub.h"
#include "store/store.h"

namespace suki::feed {

/// The recorded desk as of a step, behind a hub.
class Server {
 public:
  /// `store`: what the hub asks is answered from the recording; the store only runs it on its threads.
  Server(const Recording& recording, store::Store& store);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void take(const Step& step);
  void work();     ///< the hub does all that it has to
  void restart();  ///< everybody is cut, and what was missed is not known
  void fail_next_read();

  struct Seen {
    std::int64_t position = 0;
    Rows rows;
    std::string counts;
  };
  [[nodiscard]] const Seen& seen() const { return seen_; }
  /// The newest position of each conversation that changed behind `after` and up to `to`, by position.
  [[nodiscard]] std::vector<std::int64_t> missed(std::int64_t after, std::int64_t to) const;
  [[nodiscard]] server::Hub& hub() { return *hub_; }

 private:
  class Unsteady;
  void open();

  server::Hub::Reach reach_;
  std::unique_ptr<Unsteady> store_;
  std::unique_ptr<boost::asio::io_context> io_;
  std::unique_ptr<server::StoreCalls> calls_;
  std::unique_ptr<server::Hub> hub_;
  Seen seen_;
  std::vector<app::Changed> told_;
  int runs_ = 0;
};

/// How often each happened, so that a test can tell that it tested something.
struct Tally {
  int cuts = 0, missed_nothing = 0, missed_rows = 0, snapshots = 0, compared = 0;
};
/// Clients that are cut for 1 s to 8 h, read with delay and lose what was on its way. "" or the first thing that is
/// wrong: a client was told other than exactly what it missed, or shows other than the server has.
[[nodiscard]] std::string play(const Recording& recording, store::Store& store, std::uint64_t seed, Tally& tally);

}  // namespace suki::feed
