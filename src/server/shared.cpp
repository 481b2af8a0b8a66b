#include "server/shared.h"

#include <spdlog/spdlog.h>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/time.h"
#include "server/connection.h"
#include "server/openapi.h"

namespace suki::server {
namespace asio = boost::asio;

namespace {

/// Starts the work; the handler is called on its own executor, which is kept alive meanwhile.
struct StartInStore {
  store::Store* store;
  Access access;

  template <class Handler>
  void operator()(Handler handler, store::Store::Work work) const {
    auto executor = asio::get_associated_executor(handler);
    auto guard = asio::make_work_guard(executor);
    // std::function wants what can be copied; a handler can only be moved.
    struct Waiting {
      Handler handler;
      decltype(guard) alive;
    };
    auto waiting = std::make_shared<Waiting>(Waiting{std::move(handler), std::move(guard)});
    auto done = [waiting, executor](Result<void> result) {
      asio::post(executor, [waiting, result = std::move(result)]() mutable {
        Handler finish = std::move(waiting->handler);
        waiting.reset();
        finish(std::move(result));
      });
    };
    if (access == Access::write) {
      store->write(std::move(work), std::move(done));
    } else {
      store->read(std::move(work), std::move(done));
    }
  }
};

}  // namespace

asio::awaitable<Result<void>> in_store(store::Store& store, Access access, store::Store::Work work) {
  StartInStore start{&store, access};
  Result<void> result = co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Result<void>)>(
      start, asio::use_awaitable, std::move(work));
  co_return result;
}

Shared::Shared(app::App& app_, store::Store& store_, Options options_)
    : io(static_cast<int>(options_.threads)),
      app(app_),
      store(store_),
      options(std::move(options_)),
      files(options.pages_folder),
      openapi(openapi_document()),
      // Chosen: a shop's whole office behind one address may write at once, a script may not fill the desk.
      public_reads({.burst = 300, .per_second = 20}, limits::limiter_keys_max),
      public_writes({.burst = 60, .per_second = 1}, limits::limiter_keys_max),
      log_ins_by_address({.burst = 30, .per_second = 0.5}, limits::limiter_keys_max),
      log_ins_by_login({.burst = 10, .per_second = 0.1}, limits::limiter_keys_max),
      passwords(&app::App::check_password, &app::App::hash_password, limits::password_queue_max),
      hub(io, app_, store_),
      stop_deadline(asio::make_strand(io)),
      next_look(asio::make_strand(io)) {}

void Shared::add(const std::shared_ptr<Connection>& connection) {
  const std::scoped_lock lock(mutex_);
  connections_.emplace(connection.get(), connection);
}

void Shared::remove(Connection* connection) {
  const std::scoped_lock lock(mutex_);
  connections_.erase(connection);
  if (stopping && connections_.empty()) asio::post(stop_deadline.get_executor(), [this] { stop_deadline.cancel(); });
}

std::size_t Shared::count() const {
  const std::scoped_lock lock(mutex_);
  return connections_.size();
}

std::vector<std::shared_ptr<Connection>> Shared::all() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::shared_ptr<Connection>> all;
  all.reserve(connections_.size());
  for (const auto& [pointer, weak] : connections_) {
    if (auto connection = weak.lock()) all.push_back(std::move(connection));
  }
  return all;
}

asio::awaitable<void> keep_waking(Shared& shared) {
  while (!shared.stopping) {
    int done = 0;
    store::Store::Work wake = [&](store::Tx& tx) -> Result<void> {
      SUKI_TRY(done, shared.app.wake(tx, limits::wake_batch));
      return {};
    };
    // Looking first keeps the writer free while nothing is due.
    bool due = false;
    store::Store::Work look = [&](store::Tx& tx) -> Result<void> {
      SUKI_TRY(const Instant next, shared.app.next_wake(tx));
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      due = next.us <= std::chrono::duration_cast<std::chrono::microseconds>(now).count();
      return {};
    };
    Result<void> result = co_await in_store(shared.store, Access::read, look);
    if (result.ok() && due) result = co_await in_store(shared.store, Access::write, wake);
    if (!result.ok()) spdlog::warn("waking failed: {}: {}", name_of(result.error().code), result.error().detail);
    if (result.ok() && done == limits::wake_batch) continue;
    if (shared.stopping) break;
    shared.next_look.expires_after(limits::wake_every);
    boost::system::error_code ignored;
    co_await shared.next_look.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

}  // namespace suki::server
