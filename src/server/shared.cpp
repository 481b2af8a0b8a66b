#include "server/shared.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "app/views.h"
#include "base/time.h"
#include "json/write.h"
#include "server/connection.h"
#include "server/http.h"
#include "server/openapi.h"
#include "store/tx.h"

namespace suki::server {
namespace asio = boost::asio;

Hub::Reads feed_reads(app::App& app) {
  return {.row = [&app](store::Tx& tx, const app::Caller& caller, ConversationId id) -> Result<std::string> {
            SUKI_TRY(const app::Row row, app.row(tx, caller, id));
            return json::write(row);
          },
          .counts = [&app](store::Tx& tx) -> Result<Hub::CountsOf> {
            SUKI_TRY(app::CountsOfAll all, app::count_for_all(app, tx));
            return Hub::CountsOf([all = std::move(all)](AgentId agent) { return json::write(all.of(agent)); });
          },
          .position = [](store::Tx& tx) { return tx.last_position(); }};
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
      links_by_address({.burst = 30, .per_second = 0.1}, limits::limiter_keys_max),
      resets_by_address({.burst = 5, .per_second = 1.0 / 120}, limits::limiter_keys_max),
      resets_by_name({.burst = 3, .per_second = 1.0 / 600}, limits::limiter_keys_max),
      strangers({.burst = limits::stranger_burst, .per_second = limits::stranger_per_second}, limits::limiter_keys_max),
      stranger_records({.burst = limits::stranger_records_burst, .per_second = limits::stranger_records_per_second}, 1),
      log_ins(limits::limiter_keys_max),
      access_log(limits::records_waiting_max, limits::records_remembered_max),
      sightings(limits::sightings_max),
      reset_asks(limits::reset_asks_max),
      passwords(&app::App::check_password, &app::App::hash_password, limits::password_queue_max),
      hub(io, store, feed_reads(app), new_request_id(), {}),
      metrics(options.metrics ? options.metrics : std::make_shared<Metrics>()),
      stop_deadline(asio::make_strand(io)),
      next_look(asio::make_strand(io)),
      next_records(asio::make_strand(io)) {
  if (!options.tls_cert.empty()) certificate.emplace(options.tls_cert, options.tls_key);
}

bool Shared::add(const std::shared_ptr<Connection>& connection, const std::string& from) {
  const std::scoped_lock lock(mutex_);
  if (connections_.size() >= options.connections_max) return false;
  std::size_t& same = by_address_[from];
  if (!options.proxies.holds(from) && same >= options.connections_per_address_max) return false;
  ++same;
  connections_.emplace(connection.get(), Known{connection, from});
  return true;
}

void Shared::remove(Connection* connection) {
  const std::scoped_lock lock(mutex_);
  const auto known = connections_.find(connection);
  if (known == connections_.end()) return;  // it was refused
  const auto same = by_address_.find(known->second.from);
  if (--same->second == 0) by_address_.erase(same);
  connections_.erase(known);
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
  for (const auto& [pointer, known] : connections_) {
    if (auto connection = known.connection.lock()) all.push_back(std::move(connection));
  }
  return all;
}

namespace {

asio::awaitable<void> keep_telling(Shared& shared) {
  asio::steady_timer tick(co_await asio::this_coro::executor);
  while (!shared.stopping && !shared.watchers.empty()) {
    tick.expires_after(limits::watch_tick);
    boost::system::error_code ignored;
    co_await tick.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    std::string frame = shared.watchers.take_changes(std::chrono::steady_clock::now());
    if (!frame.empty()) shared.hub.broadcast(std::make_shared<const std::string>(std::move(frame)));
  }
  shared.telling_watchers = false;
  // Somebody may have come just before that was said.
  if (!shared.watchers.empty()) tell_watchers(shared);
}

}  // namespace

void tell_watchers(Shared& shared) {
  if (shared.stopping || shared.telling_watchers.exchange(true)) return;
  asio::co_spawn(shared.io, keep_telling(shared), asio::detached);
}

}  // namespace suki::server
