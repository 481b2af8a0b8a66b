#include "server/readiness.h"

#include <sys/statvfs.h>

#include <chrono>
#include <memory>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/describe.hpp>

#include "json/write.h"
#include "server/limits.h"
#include "server/shared.h"
#include "store/tx.h"

namespace suki::server {
namespace asio = boost::asio;

BOOST_DESCRIBE_STRUCT(Check, (), (name, state, reason))
BOOST_DESCRIBE_STRUCT(Readiness, (), (ready, checks))

namespace {

Span span_of(std::chrono::nanoseconds span) {
  return Span{std::chrono::duration_cast<std::chrono::microseconds>(span).count()};
}

std::int64_t minutes_between(Instant from, Instant to) {
  return (to - from).us / seconds(60).us;
}

Check failed(const char* name, std::string reason) {
  return {name, "failed", std::move(reason)};
}
Check warning(const char* name, std::string reason) {
  return {name, "warning", std::move(reason)};
}
Check fine(const char* name) {
  return {name, "ok", ""};
}

Check judge_store(const Result<store::Figures>& store) {
  if (store.ok()) return fine("store");
  switch (store.error().code) {
    case ErrorCode::busy:
      return failed("store", "too many requests wait for it");
    case ErrorCode::storage_full:
      return failed("store", "its disk is full");
    case ErrorCode::io:
      return failed("store", "it cannot be read or written; the log says why");
    default:
      return failed("store", "it does not answer");
  }
}

Check judge_disk(std::uint64_t free, bool has_inodes) {
  if (!has_inodes) return failed("disk", "the data folder's disk can hold no more files");
  if (free < limits::disk_free_min)
    return failed("disk", fmt::format("{} MiB are free for the data folder", free >> 20u));
  if (free < limits::disk_free_low)
    return warning("disk", fmt::format("{} MiB are free for the data folder", free >> 20u));
  return fine("disk");
}

void judge_figures(std::vector<Check>& checks, const store::Figures& figures, Instant now) {
  checks.push_back(figures.plan > 0 ? fine("plan") : failed("plan", "no plan is in force: suki plan adopt"));
  const bool mail_late = figures.mails_waiting > 0 && figures.next_mail < now - span_of(limits::mail_late_max);
  checks.push_back(
      !mail_late ? fine("outbox")
                 : warning("outbox", fmt::format("{} mails wait, the first for {} minutes: is --smtp-url "
                                                 "given, and does that server answer?",
                                                 figures.mails_waiting, minutes_between(figures.next_mail, now))));
  // Told and not warned of: it is there for managers to look at, and the server is well.
  if (figures.quarantined > 0) {
    Check told = fine("quarantine");
    told.reason = fmt::format("{} mails in quarantine: suki quarantine list", figures.quarantined);
    checks.push_back(std::move(told));
  }
  const bool wake_late = figures.wakes_due > 0 && figures.next_wake < now - span_of(limits::wake_late_max);
  checks.push_back(!wake_late
                       ? fine("time")
                       : warning("time", fmt::format("{} conversations wait for what is due, the first for {} "
                                                     "minutes",
                                                     figures.wakes_due, minutes_between(figures.next_wake, now))));
}

/// A look at the store that goes on when nobody waits for it any more.
struct Probe {
  explicit Probe(const asio::any_io_executor& executor) : arrived(executor) {}
  std::optional<Result<store::Figures>> found;
  asio::steady_timer arrived;
};

asio::awaitable<void> look(Shared& shared, std::shared_ptr<Probe> probe, bool writes_too) {
  store::Figures figures;
  store::Store::Work read = [&](store::Tx& tx) -> Result<void> {
    figures = tx.figures(present_instant());
    return {};
  };
  Result<void> done = co_await in_store(shared.store, Access::read, read);
  // Nothing is written: what is looked at is whether the turn of a writer comes.
  store::Store::Work nothing = [](store::Tx& tx) -> Result<void> {
    tx.beside_others();
    return {};
  };
  if (done.ok() && writes_too) done = co_await in_store(shared.store, Access::write, nothing);
  if (done.ok())
    probe->found.emplace(figures);
  else
    probe->found.emplace(done.error());
  --shared.probes;
  probe->arrived.cancel();
}

asio::awaitable<Result<store::Figures>> ask_store(Shared& shared, bool writes_too) {
  if (shared.probes.fetch_add(1) >= limits::probes_max) {
    --shared.probes;
    co_return fail(ErrorCode::unavailable, "it has been asked often, and does not answer");
  }
  const auto executor = co_await asio::this_coro::executor;
  const auto probe = std::make_shared<Probe>(executor);
  probe->arrived.expires_after(limits::ready_patience);
  asio::co_spawn(executor, look(shared, probe, writes_too), asio::detached);
  boost::system::error_code ignored;
  if (!probe->found) co_await probe->arrived.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  if (!probe->found) co_return fail(ErrorCode::unavailable, "it does not answer in time");
  co_return *probe->found;
}

void look_at_disk(const std::string& folder, Looked& looked) {
  struct statvfs disk {};
  if (folder.empty() || ::statvfs(folder.c_str(), &disk) != 0) return;
  looked.disk_free = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  looked.disk_has_inodes = disk.f_files == 0 || disk.f_favail > 0;
}

}  // namespace

Readiness judge(const Looked& looked) {
  std::vector<Check> checks;
  checks.push_back(looked.stopping ? failed("server", "it is about to stop") : fine("server"));
  checks.push_back(judge_store(looked.store));
  if (looked.disk_free) checks.push_back(judge_disk(*looked.disk_free, looked.disk_has_inodes));
  if (looked.store.ok()) judge_figures(checks, *looked.store, looked.now);
  if (const auto end = looked.certificate_end) {
    if (*end <= looked.now)
      checks.push_back(warning("certificate", "it ended at " + format_instant(*end)));
    else if (*end <= looked.now + span_of(limits::certificate_soon))
      checks.push_back(warning("certificate", "it ends at " + format_instant(*end)));
    else
      checks.push_back(fine("certificate"));
  }
  bool ready = true;
  for (const Check& check : checks) ready = ready && check.state != "failed";
  return {ready, std::move(checks)};
}

asio::awaitable<Response> tell_readiness(Shared& shared) {
  Looked looked;
  looked.store = co_await ask_store(shared, true);
  looked.now = present_instant();
  looked.stopping = shared.draining || shared.stopping;
  look_at_disk(shared.options.data_dir, looked);
  if (shared.certificate) looked.certificate_end = shared.certificate->not_after();
  const Readiness readiness = judge(looked);
  Response response;
  response.status = readiness.ready ? 200 : 503;
  response.type = "application/json";
  response.body = json::write(readiness) + "\n";
  co_return response;
}

asio::awaitable<Response> tell_metrics(Shared& shared, const Request& request) {
  const std::string& token = shared.options.metrics_token;
  const bool allowed =
      token.empty() ? request.from_here : equal_in_constant_time(request.authorization, "Bearer " + token);
  if (!allowed) {
    co_return make_problem(403, "forbidden",
                           "figures are for programs on this machine, or for those who hold the token of "
                           "--metrics-token-file");
  }
  const Result<store::Figures> figures = co_await ask_store(shared, false);
  Metrics::Now now{.at = present_instant(),
                   .connections = shared.count(),
                   .feeds = shared.hub.count(),
                   .stopping = shared.draining || shared.stopping,
                   .waiting = shared.store.waiting()};
  if (figures.ok()) now.figures = *figures;
  Response response;
  response.type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = shared.metrics->text(now);
  co_return response;
}

}  // namespace suki::server
