#include "server/server.h"

#include <charconv>
#include <thread>

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "server/connection.h"
#include "server/shared.h"

namespace suki::server {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

Result<void> read_listen(const std::string& text, Options& options) {
  const std::size_t colon = text.rfind(':');
  const bool bracketed = !text.empty() && text.front() == '[';
  std::string address = colon == std::string::npos ? "" : text.substr(0, colon);
  const std::string port = colon == std::string::npos ? text : text.substr(colon + 1);
  if (bracketed) {
    if (address.size() < 3 || address.back() != ']') return fail(ErrorCode::bad_input, "listen: write [ADDRESS]:PORT");
    address = address.substr(1, address.size() - 2);
  }
  std::uint16_t number = 0;
  const auto [end, wrong] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (wrong != std::errc() || end != port.data() + port.size()) {
    return fail(ErrorCode::bad_input, "listen: the port must be a number from 0 to 65535");
  }
  if (!address.empty()) {
    error_code error;
    asio::ip::make_address(address, error);
    if (error) return fail(ErrorCode::bad_input, "listen: " + address + " is not an IP address");
    options.address = address;
  }
  options.port = number;
  return {};
}

struct Server::Impl {
  Impl(app::App& app, store::Store& store, Options options)
      : shared(app, store, std::move(options)), acceptor(shared.stop_deadline.get_executor()) {}

  asio::awaitable<void> accept();
  asio::awaitable<void> give_up_in_time();

  Shared shared;
  /// On one strand with stop_deadline and with stopping itself: a connection is either seen by the stop or not taken.
  tcp::acceptor acceptor;
};

Server::Server(app::App& app, store::Store& store, Options options) {
  if (options.threads == 0) options.threads = std::max(1u, std::thread::hardware_concurrency());
  impl_ = std::make_unique<Impl>(app, store, std::move(options));
}

Server::~Server() = default;

Result<std::uint16_t> Server::listen() {
  error_code error;
  const Options& options = impl_->shared.options;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) return fail(ErrorCode::bad_input, "listen: " + options.address + " is not an IP address");
  const tcp::endpoint endpoint(address, options.port);
  tcp::acceptor& acceptor = impl_->acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return fail(ErrorCode::io,
                "cannot listen on " + options.address + ":" + std::to_string(options.port) + ": " + error.message());
  }
  return acceptor.local_endpoint().port();
}

asio::awaitable<void> Server::Impl::accept() {
  asio::steady_timer pause(acceptor.get_executor());
  while (!shared.stopping) {
    error_code error;
    auto strand = asio::make_strand(shared.io);
    tcp::socket socket(strand);
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (shared.stopping) break;
    if (error) {
      // Out of file descriptors, most likely: wait for some to be given back instead of spinning.
      spdlog::warn("cannot accept: {}", error.message());
      pause.expires_after(std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    if (shared.count() >= limits::connections_max) {
      static constexpr std::string_view full =
          "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      socket.non_blocking(true, error);
      socket.write_some(asio::buffer(full), error);
      continue;
    }
    auto connection = std::make_shared<Connection>(shared, std::move(socket));
    shared.add(connection);
    asio::co_spawn(
        strand, [connection]() { return connection->run(); }, asio::detached);
  }
}

asio::awaitable<void> Server::Impl::give_up_in_time() {
  error_code error;
  shared.stop_deadline.expires_after(limits::stop_timeout);
  if (shared.count() > 0) co_await shared.stop_deadline.async_wait(asio::redirect_error(asio::use_awaitable, error));
  for (const auto& connection : shared.all()) connection->cut();
}

void Server::run() {
  Shared& shared = impl_->shared;
  asio::co_spawn(impl_->acceptor.get_executor(), impl_->accept(), asio::detached);
  asio::co_spawn(shared.next_look.get_executor(), keep_waking(shared), asio::detached);
  asio::co_spawn(shared.next_records.get_executor(), keep_records(shared), asio::detached);
  // No work guard: the threads end when the last coroutine has.
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < shared.options.threads; ++i) threads.emplace_back([&shared] { shared.io.run(); });
  shared.io.run();
  for (std::thread& thread : threads) thread.join();
  shared.store.wait_until_left();
  write_last_records(shared);
}

void Server::stop() {
  Shared& shared = impl_->shared;
  if (shared.stopping.exchange(true)) return;
  asio::post(impl_->acceptor.get_executor(), [this, &shared] {
    error_code ignored;
    impl_->acceptor.close(ignored);
    asio::post(shared.next_look.get_executor(), [&shared] { shared.next_look.cancel(); });
    asio::post(shared.next_records.get_executor(), [&shared] { shared.next_records.cancel(); });
    for (const auto& connection : shared.all()) connection->stop();
    asio::co_spawn(impl_->acceptor.get_executor(), impl_->give_up_in_time(), asio::detached);
  });
}

void Server::changed(const std::vector<app::Changed>& changes) {
  impl_->shared.hub.changed(changes);
}

}  // namespace suki::server
