/// What goes on by itself: clocks that strike, people who come and go, files nobody named, what is to be erased.
#include <spdlog/spdlog.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "app/files.h"
#include "app/held.h"
#include "app/mail_html.h"
#include "app/presence.h"
#include "app/privacy.h"
#include "app/quarantine.h"
#include "app/roster.h"
#include "server/shared.h"
#include "store/tx.h"

namespace suki::server {
namespace asio = boost::asio;

namespace {

/// What is due now.
struct Due {
  bool conversations = false, sessions = false, presence = false, roster = false, erasing = false, held = false;
};
/// What waking remembers from one look to the next.
struct Waking {
  bool first = true;            ///< those whose session ended while nobody served, too
  Instant roster_settled_at{};  ///< what began or ended until then is done
  bool erasing = false;         ///< somebody is to be erased
};

std::string said(const Error& error) {
  return std::string(name_of(error.code)) + ": " + error.detail;
}

asio::awaitable<Result<Due>> look_what_is_due(Shared& shared, const Waking& waking) {
  Due due;
  store::Store::Work look = [&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(const Instant next_wake, shared.app.next_wake(tx));
    SUKI_TRY(const Instant next_end, shared.app.next_session_end(tx));
    const Instant now = present_instant();
    due = {.conversations = next_wake <= now, .sessions = next_end <= now};
    SUKI_TRY(due.presence, app::is_presence_due(shared.app, tx));
    SUKI_TRY(due.roster, app::is_roster_due(shared.app, tx, waking.roster_settled_at));
    due.erasing = app::has_to_erase(tx);
    due.held = app::next_held(tx) <= now;
    return {};
  };
  const Result<void> result = co_await in_store(shared.store, Access::read, look);
  if (!result.ok()) co_return result.error();
  co_return due;
}

asio::awaitable<Result<void>> settle_staff(Shared& shared, const Due& due, Waking& waking) {
  const Instant now = present_instant();
  const bool roster = due.roster || waking.first;
  store::Store::Work settle = [&](store::Tx& tx) -> Result<void> {
    SUKI_CHECK(app::settle_presence(shared.app, tx));
    return roster ? app::settle_roster(shared.app, tx) : Result<void>();
  };
  Result<void> settled = co_await in_store(shared.store, Access::write, settle);
  if (settled.ok() && roster) waking.roster_settled_at = now;
  co_return settled;
}

/// Replies and forwards whose time has come, each in a transaction of its own: what stops one stops no other, and one
/// that went is gone with it. True: there may be more.
asio::awaitable<Result<bool>> send_what_was_held(Shared& shared) {
  std::vector<std::int64_t> due;
  store::Store::Work look = [&](store::Tx& tx) -> Result<void> {
    due = app::due_held(shared.app.shared(), tx, app::held_batch);
    return {};
  };
  const Result<void> looked = co_await in_store(shared.store, Access::read, look);
  if (!looked.ok()) co_return looked.error();
  for (const std::int64_t held : due) {
    store::Store::Work send = [&](store::Tx& tx) { return app::send_held(shared.app.shared(), tx, held); };
    const Result<void> sent = co_await in_store(shared.store, Access::write, send);
    if (sent.ok()) continue;
    const Error& why = sent.error();
    if (!app::stops_held(why)) co_return why;
    store::Store::Work stop = [&](store::Tx& tx) { return app::stop_held(shared.app.shared(), tx, held, why); };
    const Result<void> stopped = co_await in_store(shared.store, Access::write, stop);
    if (!stopped.ok()) co_return stopped.error();
  }
  co_return static_cast<int>(due.size()) == app::held_batch;
}

/// Does what is due. True: there may be more.
asio::awaitable<Result<bool>> do_what_is_due(Shared& shared, Waking& waking) {
  // Looking first keeps the writer free while nothing is due.
  const Result<Due> due = co_await look_what_is_due(shared, waking);
  if (!due.ok()) co_return due.error();
  waking.erasing = due->erasing;
  if (due->sessions || waking.first) {
    store::Store::Work end = [&](store::Tx& tx) { return shared.app.end_old_sessions(tx); };
    const Result<void> ended = co_await in_store(shared.store, Access::write, end);
    if (!ended.ok()) co_return ended.error();
  }
  if (due->presence || due->roster || waking.first) {
    const Result<void> settled = co_await settle_staff(shared, *due, waking);
    if (!settled.ok()) co_return settled.error();
  }
  bool more = false;
  if (due->held) {
    const Result<bool> sent = co_await send_what_was_held(shared);
    if (!sent.ok()) co_return sent.error();
    more = *sent;
  }
  if (!due->conversations) co_return more;
  int done = 0;
  store::Store::Work wake = [&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(done, shared.app.wake(tx, limits::wake_batch));
    return {};
  };
  const Result<void> woken = co_await in_store(shared.store, Access::write, wake);
  if (!woken.ok()) co_return woken.error();
  shared.metrics->woke(done);
  co_return more || done == limits::wake_batch;
}

/// Files that nobody named in time, HTML that an earlier sanitiser made, deleted mails that nobody took back. True:
/// there may be more.
asio::awaitable<Result<bool>> tidy(Shared& shared) {
  bool more = false;
  store::Store::Work work = [&](store::Tx& tx) -> Result<void> {
    const bool files = app::sweep_files(shared.app.shared(), tx) >= app::sweep_max;
    const bool html = app::remake_html(tx) >= app::remake_max;
    const bool mails = app::sweep_quarantine(shared.app, tx) >= app::quarantine_sweep;
    more = files || html || mails;
    return {};
  };
  const Result<void> done = co_await in_store(shared.store, Access::write, work);
  if (!done.ok()) co_return done.error();
  co_return more;
}

/// What was begun to be erased, a batch of it. True: there is more.
asio::awaitable<Result<bool>> go_on_erasing(Shared& shared) {
  bool more = false;
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
asio::awaitable<std::string> erase_what_is_due(Shared& shared, bool wanted, Erasing& erasing) {
  if (wanted) {
    const Result<bool> erased = co_await go_on_erasing(shared);
    if (!erased.ok() || *erased) co_return erased.ok() ? "" : said(erased.error());
  }
  const auto now = std::chrono::steady_clock::now();
  if (now < erasing.retention_at) co_return "";
  const Result<bool> more = co_await follow_retention(shared, erasing.after);
  if (!more.ok() || !*more) erasing.after = {};
  erasing.retention_at = now + (more.ok() && *more ? limits::wake_every : limits::retention_every);
  co_return more.ok() ? "" : said(more.error());
}

}  // namespace

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
        failure = said(done.error());
      }
      if (const auto now = std::chrono::steady_clock::now(); done.ok() && now >= tidy_at) {
        const Result<bool> tidied = co_await tidy(shared);
        tidy_at = now + (tidied.ok() && *tidied ? limits::wake_every : limits::tidy_every);
        if (!tidied.ok()) failure = said(tidied.error());
      }
      if (done.ok() && failure.empty()) failure = co_await erase_what_is_due(shared, waking.erasing, erasing);
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
