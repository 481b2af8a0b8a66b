/// The HTTP server: pages, API and feed. Speaks to nobody but its clients, App and the store.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/app.h"
#include "base/result.h"
#include "server/limits.h"
#include "server/proxies.h"
#include "store/store.h"

namespace suki::metrics {
class Metrics;
}

namespace suki::server {

/// Those of limits.h; shorter in tests.
struct Timeouts {
  std::chrono::milliseconds handshake = limits::handshake_timeout, idle = limits::idle_timeout,
                            header = limits::header_timeout, body = limits::body_timeout, write = limits::write_timeout,
                            linger = limits::linger_timeout, stop = limits::stop_timeout,
                            certificate_look = limits::certificate_look_every;
};

struct Options {
  std::string address = "127.0.0.1";  ///< to listen on
  std::uint16_t port = 8080;          ///< 0: any free one
  unsigned threads = 0;               ///< 0: as many as cores
  std::string pages_folder;           ///< "": the pages embedded in the program
  bool rate_limits = true;            ///< off for benchmarks only
  Proxies proxies;                    ///< those in front that set X-Forwarded-For and X-Forwarded-Proto
  std::string tls_cert, tls_key;      ///< PEM files: TLS on `address`; both or none
  /// "" or ADDRESS:PORT that sends everybody to `redirect_to` ("https://help.example"), the same path there.
  std::string redirect_listen, redirect_to;
  std::size_t connections_max = limits::connections_max;
  std::size_t connections_per_address_max = limits::connections_per_address_max;
  std::size_t feed_queue_max = limits::feed_queue_max;
  Timeouts timeouts;
  std::shared_ptr<metrics::Metrics> metrics = nullptr;  ///< where it counts; none: for itself
  std::string metrics_token;                            ///< "": /metrics is for programs on this machine
  std::string data_dir;                                 ///< whose disk is looked at for /readyz; "" none
};

/// Splits "127.0.0.1:8080", "[::1]:8080", ":8080" or "8080". Errors: bad_input.
[[nodiscard]] Result<void> read_listen(const std::string& text, Options& options);

class Server {
 public:
  /// Both outlive the server.
  Server(app::App& app, store::Store& store, Options options);
  ~Server();
  /// Reads the certificate, binds and listens. Returns the port. Errors: io (detail names address or file, and cause),
  /// bad_input.
  [[nodiscard]] Result<std::uint16_t> listen();
  [[nodiscard]] std::uint16_t redirect_port() const;  ///< after listen(); 0: none
  /// Serves until stop(), then finishes what runs (at most limits::stop_timeout) and returns.
  void run();
  /// Says at /readyz that it is about to stop, and goes on serving. From any thread.
  void announce_stop();
  /// From any thread; not from a signal handler.
  void stop();
  /// Reads the certificate again, for connections to come; says in the log what came of it. From any thread.
  void reload_certificate();
  /// Tells those who watch. From any thread, never blocks long: made for App::on_changed.
  void changed(const std::vector<app::Changed>& changes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace suki::server
