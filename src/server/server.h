/// The HTTP server: pages, API and feed. Speaks to nobody but its clients, App and the store.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/app.h"
#include "base/result.h"
#include "store/store.h"

namespace suki::server {

struct Options {
  std::string address = "127.0.0.1";  ///< to listen on
  std::uint16_t port = 8080;          ///< 0: any free one
  unsigned threads = 0;               ///< 0: as many as cores
  std::string pages_folder;           ///< "": the pages embedded in the program
  bool rate_limits = true;            ///< off for benchmarks only
  bool trust_forwarded = false;       ///< a proxy in front sets X-Forwarded-For and X-Forwarded-Proto
};

/// Splits "127.0.0.1:8080", "[::1]:8080", ":8080" or "8080". Errors: bad_input.
[[nodiscard]] Result<void> read_listen(const std::string& text, Options& options);

class Server {
 public:
  /// Both outlive the server.
  Server(app::App& app, store::Store& store, Options options);
  ~Server();
  /// Binds and listens. Returns the port. Errors: io (detail names address and cause), bad_input.
  [[nodiscard]] Result<std::uint16_t> listen();
  /// Serves until stop(), then finishes what runs (at most limits::stop_timeout) and returns.
  void run();
  /// From any thread; not from a signal handler.
  void stop();
  /// Tells those who watch. From any thread, never blocks long: made for App::on_changed.
  void changed(const std::vector<app::Changed>& changes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace suki::server
