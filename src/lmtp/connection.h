/// One client of the LMTP server. Includes Asio: for this room's sources only.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "lmtp/session.h"
#include "lmtp/shared.h"

namespace suki::lmtp {

using Socket = boost::asio::generic::stream_protocol::socket;

/// All but keep() runs on the socket's strand.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Shared& shared, Socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  /// Until it is over and every mail that came whole is answered or nobody hears it any more.
  boost::asio::awaitable<void> run();
  boost::asio::awaitable<void> turn_away();  ///< there are too many
  void stop();                               ///< from any thread; see Server::begin_stop
  void cut();                                ///< from any thread: at once

 private:
  struct Outcome {
    Kept kept = Kept::later;
    std::string words;
  };
  boost::asio::awaitable<void> understand();
  boost::asio::awaitable<bool> read();
  boost::asio::awaitable<void> keep(Mail mail);
  boost::asio::awaitable<Outcome> store(Mail mail);
  boost::asio::awaitable<void> write();
  boost::asio::awaitable<void> finish();
  boost::asio::awaitable<void> wait_for_change();
  void flush();
  void changed() { change_.cancel(); }
  void account();
  void start_deadline(std::chrono::milliseconds span);
  void close_late();
  [[nodiscard]] std::chrono::milliseconds patience();

  Shared& shared_;
  std::shared_ptr<metrics::Metrics> metrics_;
  Socket socket_;
  Session session_;
  std::string buffer_, unread_;   ///< unread: came, and not understood yet
  std::string out_, on_its_way_;  ///< answers
  std::size_t accounted_ = 0;     ///< of shared_.bytes_in_hand, for the mail that is coming in
  bool writing_ = false, gone_ = false, late_ = false;
  /// The mail that is coming in, by how many came before it, and since when; -1: none does.
  std::int64_t coming_ = -1;
  std::uint64_t turn_ = 0;  ///< of deadline_: an earlier one that was too late to be cancelled says nothing
  std::chrono::steady_clock::time_point coming_since_{};
  boost::asio::steady_timer deadline_, write_deadline_, change_;
};

}  // namespace suki::lmtp
