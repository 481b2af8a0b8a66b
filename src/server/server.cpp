#include "server/server.h"

#include <charconv>
#include <deque>
#include <thread>

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/time.h"
#include "metrics/metrics.h"
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
  /// Whoever comes here is served so.
  struct Listener {
    Entry entry;
    tcp::acceptor acceptor;
  };

  Impl(app::App& app, store::Store& store, Options options) : shared(app, store, std::move(options)) {}

  Result<std::uint16_t> listen(Entry entry, const std::string& address, std::uint16_t port);
  asio::awaitable<void> accept(Listener& listener);
  void take(Entry entry, tcp::socket socket);
  asio::awaitable<void> give_up_in_time();
  asio::awaitable<void> watch_certificate();
  void load_certificate(bool only_if_changed);

  Shared shared;
  /// All on one strand with stop_deadline and with stopping itself: a connection is either seen by the stop or not
  /// taken.
  std::deque<Listener> listeners;
  asio::steady_timer next_look{shared.stop_deadline.get_executor()};  ///< at the certificate
  std::uint16_t redirect_port = 0;
};

Server::Server(app::App& app, store::Store& store, Options options) {
  if (options.threads == 0) options.threads = std::max(1u, std::thread::hardware_concurrency());
  impl_ = std::make_unique<Impl>(app, store, std::move(options));
}

Server::~Server() = default;

Result<std::uint16_t> Server::Impl::listen(Entry entry, const std::string& ip, std::uint16_t port) {
  error_code error;
  const auto address = asio::ip::make_address(ip, error);
  if (error) return fail(ErrorCode::bad_input, "listen: " + ip + " is not an IP address");
  const tcp::endpoint endpoint(address, port);
  Listener& listener = listeners.emplace_back(Listener{entry, tcp::acceptor(shared.stop_deadline.get_executor())});
  tcp::acceptor& acceptor = listener.acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(ErrorCode::io, "cannot listen on " + ip + ":" + std::to_string(port) + ": " + error.message());
  return acceptor.local_endpoint().port();
}

Result<std::uint16_t> Server::listen() {
  const Options& options = impl_->shared.options;
  if (options.tls_cert.empty() != options.tls_key.empty())
    return fail(ErrorCode::bad_input, "tls: a certificate and its key belong together: --tls-cert and --tls-key");
  if (impl_->shared.certificate) SUKI_CHECK(impl_->shared.certificate->load());
  SUKI_TRY(const std::uint16_t port, impl_->listen(Entry::site, options.address, options.port));
  if (!options.redirect_listen.empty()) {
    if (!options.redirect_to.starts_with("https://"))
      return fail(ErrorCode::bad_input, "redirect: to send people to HTTPS, --site-url must be https://...");
    Options other;
    SUKI_CHECK(read_listen(options.redirect_listen, other));
    SUKI_TRY(impl_->redirect_port, impl_->listen(Entry::redirect, other.address, other.port));
  }
  return port;
}

std::uint16_t Server::redirect_port() const {
  return impl_->redirect_port;
}

asio::awaitable<void> Server::Impl::accept(Listener& listener) {
  asio::steady_timer pause(listener.acceptor.get_executor());
  while (!shared.stopping) {
    error_code error;
    tcp::socket socket(asio::make_strand(shared.io));
    co_await listener.acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (shared.stopping) break;
    if (error) {
      // Out of file descriptors, most likely: wait for some to be given back instead of spinning.
      spdlog::warn("cannot accept: {}", error.message());
      pause.expires_after(std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    take(listener.entry, std::move(socket));
  }
}

void Server::Impl::take(Entry entry, tcp::socket socket) {
  const auto executor = socket.get_executor();
  auto connection = std::make_shared<Connection>(shared, std::move(socket), entry);
  if (!shared.add(connection, limiter_key(connection->address()))) {
    shared.metrics->turned_away();
    connection->turn_away();
    return;
  }
  asio::co_spawn(
      executor, [connection]() { return connection->run(); }, asio::detached);
}

asio::awaitable<void> Server::Impl::give_up_in_time() {
  error_code error;
  shared.stop_deadline.expires_after(shared.options.timeouts.stop);
  if (shared.count() > 0) co_await shared.stop_deadline.async_wait(asio::redirect_error(asio::use_awaitable, error));
  for (const auto& connection : shared.all()) connection->cut();
}

void Server::Impl::load_certificate(bool only_if_changed) {
  Result<bool> loaded = true;
  if (only_if_changed) {
    loaded = shared.certificate->load_if_changed();
  } else if (const Result<void> read = shared.certificate->load(); !read.ok()) {
    loaded = read.error();
  }
  if (!loaded.ok())
    spdlog::error("the certificate was not replaced, the one before stays in use: {}", loaded.error().detail);
  else if (*loaded)
    spdlog::info("the certificate was read; it ends at {}", format_instant(shared.certificate->not_after()));
}

asio::awaitable<void> Server::Impl::watch_certificate() {
  while (!shared.stopping) {
    error_code ignored;
    next_look.expires_after(shared.options.timeouts.certificate_look);
    co_await next_look.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (!shared.stopping) load_certificate(true);
  }
}

void Server::run() {
  Shared& shared = impl_->shared;
  for (Impl::Listener& listener : impl_->listeners)
    asio::co_spawn(listener.acceptor.get_executor(), impl_->accept(listener), asio::detached);
  asio::co_spawn(shared.next_look.get_executor(), keep_waking(shared), asio::detached);
  if (shared.certificate)
    asio::co_spawn(shared.stop_deadline.get_executor(), impl_->watch_certificate(), asio::detached);
  asio::co_spawn(shared.next_records.get_executor(), keep_records(shared), asio::detached);
  // No work guard: the threads end when the last coroutine has.
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < shared.options.threads; ++i) threads.emplace_back([&shared] { shared.io.run(); });
  shared.io.run();
  for (std::thread& thread : threads) thread.join();
  shared.store.wait_until_left();
  write_last_records(shared);
}

void Server::announce_stop() {
  impl_->shared.draining = true;
}

void Server::stop() {
  Shared& shared = impl_->shared;
  if (shared.stopping.exchange(true)) return;
  asio::post(shared.stop_deadline.get_executor(), [this, &shared] {
    error_code ignored;
    for (Impl::Listener& listener : impl_->listeners) listener.acceptor.close(ignored);
    impl_->next_look.cancel();
    asio::post(shared.next_look.get_executor(), [&shared] { shared.next_look.cancel(); });
    asio::post(shared.next_records.get_executor(), [&shared] { shared.next_records.cancel(); });
    for (const auto& connection : shared.all()) connection->stop();
    asio::co_spawn(shared.stop_deadline.get_executor(), impl_->give_up_in_time(), asio::detached);
  });
}

void Server::reload_certificate() {
  if (impl_->shared.certificate) impl_->load_certificate(false);
}

void Server::changed(const std::vector<app::Changed>& changes) {
  impl_->shared.hub.changed(changes);
}

}  // namespace suki::server
