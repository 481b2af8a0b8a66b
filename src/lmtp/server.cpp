#include "lmtp/server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "app/mail_prepare.h"
#include "lmtp/connection.h"
#include "lmtp/shared.h"

namespace suki::lmtp {
namespace asio = boost::asio;
using asio::ip::tcp;
using asio::local::stream_protocol;
using boost::system::error_code;

// ---- what connections share

bool Shared::add(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex_);
  if (connections_.size() >= options.connections_max) return false;
  connections_.insert(connection);
  return true;
}

void Shared::remove(const std::shared_ptr<Connection>& connection) {
  {
    const std::lock_guard lock(mutex_);
    connections_.erase(connection);
    if (!connections_.empty() || !stopping) return;
  }
  asio::post(stop_deadline.get_executor(), [this] { stop_deadline.cancel(); });
}

std::vector<std::shared_ptr<Connection>> Shared::all() const {
  const std::lock_guard lock(mutex_);
  return {connections_.begin(), connections_.end()};
}

asio::awaitable<Known> Shared::know(std::string recipient) {
  if (options.any_recipient) co_return Known::ours;
  const auto now = std::chrono::steady_clock::now();
  const auto leads = [&recipient](const std::string& mailbox) { return app::leads_to(mailbox, recipient); };
  {
    const std::lock_guard lock(mutex_);
    if (now - mailboxes_of_ < limits::mailboxes_for && std::any_of(mailboxes_.begin(), mailboxes_.end(), leads))
      co_return Known::ours;
  }
  std::vector<std::string> fresh;
  store::Store::Work read = [&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(fresh, app::own_addresses(app, tx));
    return {};
  };
  const Result<void> done = co_await in_store(store, server::Access::read, read);
  if (!done.ok()) co_return Known::later;
  const bool ours = std::any_of(fresh.begin(), fresh.end(), leads);
  const std::lock_guard lock(mutex_);
  mailboxes_ = std::move(fresh);
  mailboxes_of_ = now;
  co_return ours ? Known::ours : Known::unknown;
}

// ---- the server

namespace {

Error cannot_listen(const Place& place, std::string_view why) {
  return fail(ErrorCode::io, fmt::format("cannot listen on {}: {}", to_text(place), why));
}

/// Whether somebody takes connections there.
bool is_served(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return false;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  path.copy(to.sun_path, sizeof to.sun_path - 1);
  const bool served = ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 || errno == EAGAIN;
  ::close(fd);
  return served;
}

}  // namespace

struct Server::Impl {
  Impl(app::App& app, store::Store& store, Options options) : shared(app, store, std::move(options)) {}

  Result<void> listen_at_port(Place& place);
  Result<void> listen_at_path(const Place& place);
  template <class Acceptor>
  asio::awaitable<void> accept(Acceptor& acceptor);
  void take(Socket socket);
  asio::awaitable<void> give_up_in_time();
  void close_acceptors();

  Shared shared;
  std::optional<tcp::acceptor> port;              ///< on the strand of stop_deadline, as stopping is
  std::optional<stream_protocol::acceptor> path;  ///< likewise
  std::vector<std::thread> threads;
  bool made_path = false;
};

Server::Server(app::App& app, store::Store& store, Options options) {
  if (options.threads == 0) options.threads = std::max(2u, std::thread::hardware_concurrency());
  impl_ = std::make_unique<Impl>(app, store, std::move(options));
}

Server::~Server() {
  begin_stop();
  for (std::thread& thread : impl_->threads) thread.join();
  impl_->shared.store.wait_until_left();
  if (impl_->made_path) ::unlink(impl_->shared.options.place.path.c_str());
}

Result<void> Server::Impl::listen_at_port(Place& place) {
  error_code error;
  const auto address = asio::ip::make_address(place.address, error);
  if (error) return fail(ErrorCode::bad_input, "lmtp: " + place.address + " is not an IP address");
  const tcp::endpoint endpoint(address, place.port);
  tcp::acceptor& acceptor = port.emplace(shared.stop_deadline.get_executor());
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return cannot_listen(place, error.message());
  place.port = acceptor.local_endpoint().port();
  return {};
}

Result<void> Server::Impl::listen_at_path(const Place& place) {
  struct stat there {};
  if (::lstat(place.path.c_str(), &there) == 0) {
    if (!S_ISSOCK(there.st_mode)) return cannot_listen(place, "a file of this name is there, and is no socket");
    if (is_served(place.path))
      return fail(ErrorCode::busy, fmt::format("another program takes mail at {}", to_text(place)));
  }
  // Under another name first: at its own it is there with the right mode, or not at all. So a socket that a killed
  // program left is replaced as well.
  const std::string draft = place.path + ".new";
  ::unlink(draft.c_str());
  error_code error;
  stream_protocol::acceptor& acceptor = path.emplace(shared.stop_deadline.get_executor());
  acceptor.open(stream_protocol(), error);
  if (!error) acceptor.bind(stream_protocol::endpoint(draft), error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return cannot_listen(place, error.message());
  if (::chmod(draft.c_str(), place.mode) != 0 || ::rename(draft.c_str(), place.path.c_str()) != 0) {
    const std::string why = std::strerror(errno);
    ::unlink(draft.c_str());
    return cannot_listen(place, why);
  }
  made_path = true;
  return {};
}

Result<Place> Server::listen() {
  Place& place = impl_->shared.options.place;
  SUKI_CHECK(place.path.empty() ? impl_->listen_at_port(place) : impl_->listen_at_path(place));
  return place;
}

template <class Acceptor>
asio::awaitable<void> Server::Impl::accept(Acceptor& acceptor) {
  asio::steady_timer pause(acceptor.get_executor());
  while (!shared.stopping) {
    error_code error;
    typename Acceptor::protocol_type::socket socket(asio::make_strand(shared.io));
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (shared.stopping) break;
    if (error) {
      // Out of file descriptors, most likely: wait for some to be given back instead of spinning.
      spdlog::warn("lmtp: cannot accept: {}", error.message());
      pause.expires_after(std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    if constexpr (std::is_same_v<Acceptor, tcp::acceptor>) socket.set_option(tcp::no_delay(true), error);
    take(Socket(std::move(socket)));
  }
}

void Server::Impl::take(Socket socket) {
  const auto executor = socket.get_executor();
  const auto connection = std::make_shared<Connection>(shared, std::move(socket));
  const bool taken = shared.add(connection);
  if (!taken) shared.options.metrics->lmtp_turned_away();
  asio::co_spawn(
      executor, [connection, taken] { return taken ? connection->run() : connection->turn_away(); }, asio::detached);
}

void Server::start() {
  Shared& shared = impl_->shared;
  if (impl_->port) asio::co_spawn(impl_->port->get_executor(), impl_->accept(*impl_->port), asio::detached);
  if (impl_->path) asio::co_spawn(impl_->path->get_executor(), impl_->accept(*impl_->path), asio::detached);
  // No work guard: the threads end when the last coroutine has.
  for (unsigned i = 0; i < shared.options.threads; ++i) impl_->threads.emplace_back([&shared] { shared.io.run(); });
}

void Server::Impl::close_acceptors() {
  error_code ignored;
  if (port) port->close(ignored);
  if (path) path->close(ignored);
}

asio::awaitable<void> Server::Impl::give_up_in_time() {
  error_code error;
  shared.stop_deadline.expires_after(shared.options.timeouts.stop);
  if (!shared.all().empty()) co_await shared.stop_deadline.async_wait(asio::redirect_error(asio::use_awaitable, error));
  for (const auto& connection : shared.all()) connection->cut();
}

void Server::begin_stop() {
  Shared& shared = impl_->shared;
  if (shared.stopping.exchange(true)) return;
  asio::post(shared.stop_deadline.get_executor(), [this, &shared] {
    impl_->close_acceptors();
    for (const auto& connection : shared.all()) connection->stop();
    asio::co_spawn(shared.stop_deadline.get_executor(), impl_->give_up_in_time(), asio::detached);
  });
}

}  // namespace suki::lmtp
