/// The LMTP server: mails from a mail server on this machine, each answered when it is durable. Speaks to nobody but
/// its clients, App and the store.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "app/app.h"
#include "base/result.h"
#include "lmtp/limits.h"
#include "lmtp/place.h"
#include "lmtp/session.h"
#include "store/store.h"

namespace suki::metrics {
class Metrics;
}

namespace suki::lmtp {

/// Those of limits.h; shorter in tests.
struct Timeouts {
  std::chrono::milliseconds command = limits::command_timeout, data = limits::data_timeout, mail = limits::mail_timeout,
                            write = limits::write_timeout, stop = limits::stop_timeout;
};

struct Options {
  Place place;
  bool any_recipient = false;  ///< what comes is for us, whatever the address
  unsigned threads = 0;        ///< 0: as many as cores, two at least; they read the mails
  SessionLimits session{};
  std::size_t connections_max = limits::connections_max, bytes_in_hand_max = limits::bytes_in_hand_max;
  Timeouts timeouts{};
  std::shared_ptr<metrics::Metrics> metrics = nullptr;  ///< where it counts; none: for itself
};

class Server {
 public:
  /// Both outlive the server.
  Server(app::App& app, store::Store& store, Options options);
  ~Server();  ///< ends it
  /// Binds and listens; where, with the port that was free. A socket that a killed program left is replaced. Errors: io
  /// (detail names place and cause), busy (another program listens there).
  [[nodiscard]] Result<Place> listen();
  /// Serves on threads of its own, until it is destroyed.
  void start();
  /// Takes no new mail from now on; those that have come whole are answered when they are durable. From any thread,
  /// does not wait.
  void begin_stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace suki::lmtp
