#include "server/shared.h"

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "app/files.h"
#include "app/mail_html.h"
#include "app/presence.h"
#include "app/privacy.h"
#include "app/roster.h"
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

/// What is due now.
struct Due {
  bool conversations = false, sessions = false, presence = false, roster = false;
};
/// What waking remembers from one look to the next.
struct Waking {
  bool first = true;            ///< those whose session ended while nobody served, too
  Instant roster_settled_at{};  ///< what began or ended until then is done
};

Instant system_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Instant{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

asio::awaitable<Result<Due>> look_what_is_due(Shared& shared, const Waking& waking) {
  Due due;
  store::Store::Work look = [&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(const Instant next_wake, shared.app.next_wake(tx));
    SUKI_TRY(const Instant next_end, shared.app.next_session_end(tx));
    const Instant now = system_now();
    due = {next_wake <= now, next_end <= now, false, false};
    SUKI_TRY(due.presence, app::is_presence_due(shared.app, tx));
    SUKI_TRY(due.roster, app::is_roster_due(shared.app, tx, waking.roster_settled_at));
    return {};
  };
  const Result<void> result = co_await in_store(shared.store, Access::read, look);
  if (!result.ok()) co_return result.error();
  co_return due;
}

asio::awaitable<Result<void>> settle_staff(Shared& shared, const Due& due, Waking& waking) {
  const Instant now = system_now();
  const bool roster = due.roster || waking.first;
  store::Store::Work settle = [&](store::Tx& tx) -> Result<void> {
    SUKI_CHECK(app::settle_presence(shared.app, tx));
    return roster ? app::settle_roster(shared.app, tx) : Result<void>();
  };
  Result<void> settled = co_await in_store(shared.store, Access::write, settle);
  if (settled.ok() && roster) waking.roster_settled_at = now;
  co_return settled;
}

/// Does what is due. True: there may be more.
asio::awaitable<Result<bool>> do_what_is_due(Shared& shared, Waking& waking) {
  // Looking first keeps the writer free while nothing is due.
  const Result<Due> due = co_await look_what_is_due(shared, waking);
  if (!due.ok()) co_return due.error();
  if (due->sessions || waking.first) {
    store::Store::Work end = [&](store::Tx& tx) { return shared.app.end_old_sessions(tx); };
    const Result<void> ended = co_await in_store(shared.store, Access::write, end);
    if (!ended.ok()) co_return ended.error();
  }
  if (due->presence || due->roster || waking.first) {
    const Result<void> settled = co_await settle_staff(shared, *due, waking);
    if (!settled.ok()) co_return settled.error();
  }
  if (!due->conversations) co_return false;
  int done = 0;
  store::Store::Work wake = [&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(done, shared.app.wake(tx, limits::wake_batch));
    return {};
  };
  const Result<void> woken = co_await in_store(shared.store, Access::write, wake);
  if (!woken.ok()) co_return woken.error();
  shared.metrics->woke(done);
  co_return done == limits::wake_batch;
}

}  // namespace

namespace {

/// Files that nobody named in time, and HTML that an earlier sanitiser made. True: there may be more.
asio::awaitable<Result<bool>> tidy(Shared& shared) {
  bool more = false;
  store::Store::Work work = [&](store::Tx& tx) -> Result<void> {
    more = app::sweep_files(shared.app.shared(), tx) >= app::sweep_max || app::remake_html(tx) >= app::remake_max;
    return {};
  };
  const Result<void> done = co_await in_store(shared.store, Access::write, work);
  if (!done.ok()) co_return done.error();
  co_return more;
}

/// What was begun to be erased, a batch at a time. True: there is more.
asio::awaitable<Result<bool>> go_on_erasing(Shared& shared) {
  bool wanted = false, more = false;
  store::Store::Work look = [&](store::Tx& tx) -> Result<void> {
    wanted = app::has_to_erase(tx);
    return {};
  };
  const Result<void> looked = co_await in_store(shared.store, Access::read, look);
  if (!looked.ok()) co_return looked.error();
  if (!wanted) co_return false;
  store::Store::Work work = [&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(more, app::erase_step(shared.app, tx));
    return {};
  };
  const Result<void> done = co_await in_store(shared.store, Access::write, work);
  if (!done.ok()) co_return done.error();
  co_return more;
}

/// The plan's rule: a batch behind `after`. True: there is more.
asio::awaitable<Result<bool>> follow_retention(Shared& shared, CustomerId& after) {
  bool wanted = false, more = false;
  store::Store::Work look = [&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(const app::RetentionRule rule, app::retention_rule(shared.app, tx));
    wanted = rule.followed.conversation_days > 0 || rule.followed.customer_days > 0;
    return {};
  };
  const Result<void> looked = co_await in_store(shared.store, Access::read, look);
  if (!looked.ok()) co_return looked.error();
  if (!wanted) co_return false;
  CustomerId next;
  store::Store::Work work = [&](store::Tx& tx) -> Result<void> {
    next = after;  // the work may run again from its start
    SUKI_TRY(more, app::retention_step(shared.app, tx, next));
    return {};
  };
  const Result<void> done = co_await in_store(shared.store, Access::write, work);
  if (!done.ok()) co_return done.error();
  after = next;
  co_return more;
}

/// Where the work of erasing stands in this process.
struct Erasing {
  std::chrono::steady_clock::time_point retention_at = std::chrono::steady_clock::now();
  CustomerId after{};
};

/// A step of each. What went wrong, or "".
asio::awaitable<std::string> erase_what_is_due(Shared& shared, Erasing& erasing) {
  const Result<bool> erased = co_await go_on_erasing(shared);
  if (!erased.ok()) co_return std::string(name_of(erased.error().code)) + ": " + erased.error().detail;
  const auto now = std::chrono::steady_clock::now();
  if (*erased || now < erasing.retention_at) co_return "";
  const Result<bool> more = co_await follow_retention(shared, erasing.after);
  if (!more.ok() || !*more) erasing.after = {};
  erasing.retention_at = now + (more.ok() && *more ? limits::wake_every : limits::retention_every);
  if (!more.ok()) co_return std::string(name_of(more.error().code)) + ": " + more.error().detail;
  co_return "";
}

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

asio::awaitable<void> keep_waking(Shared& shared) {
  auto tidy_at = std::chrono::steady_clock::now();
  Erasing erasing;
  Waking waking;
  while (!shared.stopping) {
    std::string failure;
    bool more = false;
    try {
      const Result<bool> done = co_await do_what_is_due(shared, waking);
      if (done.ok()) {
        waking.first = false;
        more = *done;
      } else {
        failure = std::string(name_of(done.error().code)) + ": " + done.error().detail;
      }
      if (const auto now = std::chrono::steady_clock::now(); done.ok() && now >= tidy_at) {
        const Result<bool> tidied = co_await tidy(shared);
        tidy_at = now + (tidied.ok() && *tidied ? limits::wake_every : limits::tidy_every);
        if (!tidied.ok()) failure = std::string(name_of(tidied.error().code)) + ": " + tidied.error().detail;
      }
      if (done.ok() && failure.empty()) failure = co_await erase_what_is_due(shared, erasing);
    } catch (const std::exception& error) {
      failure = error.what();
    }
    if (!failure.empty()) spdlog::warn("waking failed: {}", failure);
    if (more) continue;
    if (shared.stopping) break;
    shared.next_look.expires_after(limits::wake_every);
    boost::system::error_code ignored;
    co_await shared.next_look.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

}  // namespace suki::server
