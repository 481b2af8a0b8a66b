// One request to one answer: rates, log-in, use cases.
#include <fmt/format.h>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <chrono>

#include "base/reason.h"
#include "log/log.h"
#include "server/readiness.h"
#include "server/shared.h"

namespace suki::server {
namespace asio = boost::asio;

Response too_many(unsigned seconds) {
  return make_passing_problem(429, "too_many_requests", "too many requests; try again later", seconds);
}

namespace {

/// At most once a second: while the disk is full every request says the same.
bool may_log_storage() {
  static std::atomic<std::int64_t> last = 0;
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  return last.exchange(now) != now;
}

}  // namespace

Response refuse(const Error& error, const Match& match, const Request& request) {
  Response response = make_problem(error);
  const bool storage = error.code == ErrorCode::io || error.code == ErrorCode::storage_full;
  if (response.status == 500 || (storage && may_log_storage())) {
    log::say(log::Level::error,
             fmt::format("{} {}: {}: {}", name_of(match.route->method), match.route->pattern, name_of(error.code),
                         error.detail),
             request.id);
  }
  return response;
}

Instant present_instant() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Instant{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

namespace {

/// Seconds to wait, 0 when the request may go on. Log-ins have budgets of their own, see log_in().
unsigned draw(Shared& shared, const Request& request, Rate rate) {
  if (!shared.options.rate_limits) return 0;
  const Limiter::Time now = std::chrono::steady_clock::now();
  if (rate == Rate::public_read) return shared.public_reads.take(limiter_key(request.address), now);
  if (rate == Rate::link) return shared.links_by_address.take(limiter_key(request.address), now);
  if (rate == Rate::public_write) return shared.public_writes.take(limiter_key(request.address), now);
  return 0;
}

/// What the path says was touched, or the use case.
std::int64_t object_of(const Route& route, const Call& call) {
  if (route.audit.parameter < 0) return call.touched;
  const Result<std::int64_t> id = call.id(static_cast<std::size_t>(route.audit.parameter));
  return id.ok() ? *id : 0;
}

/// Somebody without a session, or a page of another site at an open one. One record of each in ten minutes.
void note_stranger(Shared& shared, const Route& route, const Call& call, const Result<void>& done) {
  // Every page of the desk begins with the question whether somebody is logged in.
  const bool only_asks = route.method == Method::get && route.pattern == "/api/v1/session";
  if (done.ok() || only_asks) return;
  const bool forged = done.error().code == ErrorCode::forbidden && done.error().detail == "csrf";
  if (!forged && done.error().code != ErrorCode::unauthorized) return;
  const auto now = std::chrono::steady_clock::now();
  if (shared.strangers.take(limiter_key(call.request.address), now) > 0 || shared.stranger_records.take("", now) > 0)
    return;
  shared.access_log.add({{store::AuditActor::nobody, {}, call.request.address, call.request.id},
                         forged ? "request.forged" : "request.no_session",
                         forged ? "account" : "",
                         forged ? call.touched : 0,
                         false,
                         present_instant()});
}

/// Reading, and what the role forbade: recorded soon after. Changes were, in their own transaction.
void note_access(Shared& shared, const Route& route, const Call& call, const Result<void>& done) {
  // What changes something, or says that a hand is on the page (POST /presence). A page left open reads by itself.
  if (done.ok() && call.caller.agent && route.method != Method::get)
    shared.sightings.saw(call.request.session_token, call.request.address, present_instant());
  note_stranger(shared, route, call, done);
  if (done.ok() && route.shows_conversation)
    if (const Result<std::int64_t> id = call.id(0); id.ok())
      shared.access_log.add(
          {app::actor_of(call.caller), "conversation.open", "conversation", *id, true, present_instant()});
  if (route.audit.act.empty()) return;
  const bool refused = !done.ok() && done.error().code == ErrorCode::forbidden && call.caller.agent;
  if (!refused && (!done.ok() || route.access == Access::write)) return;
  shared.access_log.add({app::actor_of(call.caller), std::string(route.audit.act), std::string(route.audit.object),
                         object_of(route, call), !refused, present_instant()});
}

/// Somebody at another's open session: the audit log is where that shows.
void note_wrong_password(Shared& shared, const Route& route, const Call& call) {
  const std::string_view act = route.audit.act.empty() ? std::string_view("account.change") : route.audit.act;
  shared.access_log.add(
      {app::actor_of(call.caller), std::string(act), "account", call.caller.agent.value, false, present_instant()});
}

/// The person of the session proves that it is still them.
asio::awaitable<Result<void>> prove_password(Shared& shared, const Route& route, Call& call, std::string password) {
  std::string hash;
  store::Store::Work find = [&](store::Tx& tx) -> Result<void> {
    SUKI_CHECK(authorize(shared.app, tx, route, call));
    SUKI_TRY(const app::App::Account account, shared.app.find_account(tx, call.session.login));
    hash = account.password_hash;
    return {};
  };
  const Result<void> found = co_await in_store(shared.store, Access::read, find);
  if (!found.ok()) co_return found.error();
  const std::string address = limiter_key(call.request.address);
  if (shared.options.rate_limits &&
      shared.log_ins.draw(address, call.session.login, std::chrono::steady_clock::now()) > 0)
    co_return because(fail(ErrorCode::bad_input, "present_password: was wrong too often; wait a while"),
                      "password_wrong_often");
  const Result<bool> same = co_await check_password(shared, hash, std::move(password));
  if (!same.ok()) co_return same.error();
  if (!*same) {
    note_wrong_password(shared, route, call);
    co_return because(fail(ErrorCode::bad_input, "present_password: is wrong"), "password_wrong");
  }
  if (shared.options.rate_limits) shared.log_ins.half_good(address, call.session.login);
  co_return Result<void>();
}

asio::awaitable<Response> run_job(Shared& shared, const Request& request, const Match& match) {
  const Route& route = *match.route;
  Call call{.request = request, .parameters = match.parameters, .caller = {}, .session = {}};
  call.caller.address = request.address;
  call.caller.request = request.id;
  // Without a cookie the answer is known before the body is looked at.
  if (route.permission != Permission::anyone && request.session_token.empty()) {
    const Result<void> refused = fail(ErrorCode::unauthorized, "no session");
    note_stranger(shared, route, call, refused);
    co_return make_problem(refused.error());
  }
  const bool recorded_later = !route.audit.act.empty() && route.access == Access::read;
  if (recorded_later && !shared.access_log.has_room())
    co_return refuse(fail(ErrorCode::busy, "too much waits to be recorded"), match, request);
  Result<std::unique_ptr<Job>> made = route.make_job(request);
  if (!made.ok()) co_return refuse(made.error(), match, request);
  Job* job = made->get();
  if (const std::string* present = job->present_password()) {
    const Result<void> proved = co_await prove_password(shared, route, call, *present);
    if (!proved.ok()) {
      note_stranger(shared, route, call, proved);
      co_return refuse(proved.error(), match, request);
    }
  }
  if (const std::string* chosen = job->new_password()) {
    const Result<std::string> hash = co_await hash_password(shared, *chosen);
    if (!hash.ok()) co_return refuse(hash.error(), match, request);
    call.password_hash = *hash;
  }
  store::Store::Work work = [&shared, &route, &call, job](store::Tx& tx) -> Result<void> {
    SUKI_CHECK(authorize(shared.app, tx, route, call));
    SUKI_CHECK(job->run(shared.app, tx, call));
    if (!route.audit.act.empty() && route.access == Access::write)
      app::record(shared.app, tx, app::actor_of(call.caller),
                  {route.audit.act, route.audit.object, object_of(route, call)});
    return {};
  };
  const Result<void> done = co_await in_store(shared.store, route.access, std::move(work));
  note_access(shared, route, call, done);
  Response response = done.ok() ? job->finish() : refuse(done.error(), match, request);
  response.agent = call.caller.agent.value;
  co_return response;
}

Response not_here(const Match& match) {
  if (match.allow.empty()) return make_problem(404, "not_found", "there is nothing at this address");
  Response response = make_problem(405, "method_not_allowed", "this address does not take that method");
  response.headers.emplace_back("Allow", match.allow);
  return response;
}

asio::awaitable<Response> answer_or_throw(Shared& shared, const Request& request, const Match& match) {
  if (match.route == nullptr) co_return not_here(match);
  const Route& route = *match.route;
  const unsigned wait = draw(shared, request, route.rate);
  if (wait > 0) co_return too_many(wait);
  Response response;
  switch (route.special) {
    case Special::health:
      response.type = "text/plain; charset=utf-8";
      response.static_body = "ok\n";
      co_return response;
    case Special::openapi:
      response.type = "application/json";
      response.static_body = shared.openapi;
      co_return response;
    case Special::feed:
      co_return make_problem(426, "upgrade_required", "this address is a WebSocket");
    case Special::ready:
      response = co_await tell_readiness(shared);
      co_return response;
    case Special::metrics:
      response = co_await tell_metrics(shared, request);
      co_return response;
    case Special::log_in:
      response = co_await log_in(shared, request, match);
      co_return response;
    case Special::ask_reset:
      response = co_await ask_reset(shared, request, match);
      co_return response;
    case Special::none:
      break;
  }
  response = co_await run_job(shared, request, match);
  co_return response;
}

}  // namespace

asio::awaitable<Response> answer(Shared& shared, const Request& request, const Match& match) {
  std::string what;
  try {
    Response response = co_await answer_or_throw(shared, request, match);
    co_return response;
  } catch (const std::exception& error) {
    what = error.what();
  }
  log::say(log::Level::error, "a request failed: " + what, request.id);
  co_return make_problem(500, "internal", "something went wrong on the server");
}

}  // namespace suki::server
