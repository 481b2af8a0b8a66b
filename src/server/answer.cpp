// One request to one answer: rates, log-in, use cases.
#include <fmt/format.h>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <chrono>

#include "base/text.h"
#include "json/read.h"
#include "json/write.h"
#include "log/log.h"
#include "server/readiness.h"
#include "server/shared.h"

namespace suki::server {
namespace asio = boost::asio;

namespace {

Response too_many(unsigned seconds) {
  return make_passing_problem(429, "too_many_requests", "too many requests; try again later", seconds);
}

/// Seconds to wait, 0 when the request may go on. Log-ins have budgets of their own, see log_in().
unsigned draw(Shared& shared, const Request& request, Rate rate) {
  if (!shared.options.rate_limits) return 0;
  const Limiter::Time now = std::chrono::steady_clock::now();
  if (rate == Rate::public_read) return shared.public_reads.take(limiter_key(request.address), now);
  if (rate == Rate::public_write) return shared.public_writes.take(limiter_key(request.address), now);
  return 0;
}

/// At most once a second: while the disk is full every request says the same.
bool may_log_storage() {
  static std::atomic<std::int64_t> last = 0;
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  return last.exchange(now) != now;
}

/// A problem for the client; what it must not be told goes to the log.
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

asio::awaitable<Response> run_job(Shared& shared, const Request& request, const Match& match) {
  const Route& route = *match.route;
  Call call{.request = request, .parameters = match.parameters, .caller = {}, .session = {}};
  // Without a cookie the answer is known before the body is looked at.
  if (route.permission != Permission::anyone && request.session_token.empty()) {
    co_return make_problem(fail(ErrorCode::unauthorized, "no session"));
  }
  Result<std::unique_ptr<Job>> made = route.make_job(request);
  if (!made.ok()) co_return refuse(made.error(), match, request);
  Job* job = made->get();
  store::Store::Work work = [&shared, &route, &call, job](store::Tx& tx) -> Result<void> {
    SUKI_CHECK(authorize(shared.app, tx, route, call));
    return job->run(shared.app, tx, call);
  };
  const Result<void> done = co_await in_store(shared.store, route.access, std::move(work));
  Response response = done.ok() ? job->finish() : refuse(done.error(), match, request);
  response.agent = call.caller.agent.value;
  co_return response;
}

struct StartCheck {
  Passwords* passwords;

  template <class Handler>
  void operator()(Handler handler, std::string hash, std::string password) const {
    auto executor = asio::get_associated_executor(handler);
    struct Waiting {
      Handler handler;
      asio::executor_work_guard<decltype(executor)> alive;
    };
    auto waiting = std::make_shared<Waiting>(Waiting{std::move(handler), asio::make_work_guard(executor)});
    auto finish = [waiting, executor](Result<bool> same) {
      asio::post(executor, [waiting, same = std::move(same)]() mutable {
        Handler call = std::move(waiting->handler);
        waiting.reset();
        call(std::move(same));
      });
    };
    if (!passwords->check(std::move(hash), std::move(password), [finish](bool same) { finish(same); })) {
      finish(fail(ErrorCode::busy, "the queue of log-ins is full"));
    }
  }
};

asio::awaitable<Result<bool>> check_password(Shared& shared, std::string hash, std::string password) {
  StartCheck start{&shared.passwords};
  Result<bool> same = co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Result<bool>)>(
      start, asio::use_awaitable, std::move(hash), std::move(password));
  co_return same;
}

Response welcome(const app::App::NewSession& session, bool https) {
  Response response;
  response.type = "application/json";
  response.body = json::write(session.session);
  // As long as the session itself: it outlives a browser that is closed, and is not kept beyond its end.
  std::string cookie = "suki_session=" + session.token +
                       "; Path=/; Max-Age=" + std::to_string(session.length.us / seconds(1).us) +
                       "; HttpOnly; SameSite=Strict";
  if (https) cookie += "; Secure";
  response.headers.emplace_back("Set-Cookie", std::move(cookie));
  return response;
}

unsigned draw_log_in(Shared& shared, const std::string& address, const std::string& login) {
  if (!shared.options.rate_limits) return 0;
  const Limiter::Time now = std::chrono::steady_clock::now();
  const unsigned by_address = shared.log_ins_by_address.take(address, now);
  return by_address > 0 ? by_address : shared.log_ins_by_login.take(login, now);
}

asio::awaitable<Response> log_in(Shared& shared, const Request& request, const Match& match) {
  const Result<app::LogIn> input = json::read<app::LogIn>(request.body);
  if (!input.ok()) co_return refuse(input.error(), match, request);
  const std::string login = to_lower_ascii(input->login);
  if (login.size() > limits::login_bytes_max)
    co_return refuse(fail(ErrorCode::bad_input, "login: is too long"), match, request);
  if (input->password.size() > limits::password_bytes_max) {
    co_return refuse(fail(ErrorCode::bad_input, "password: is too long"), match, request);
  }
  const std::string address = limiter_key(request.address);
  const unsigned wait = draw_log_in(shared, address, login);
  if (wait > 0) co_return too_many(wait);

  app::App::Account account;
  store::Store::Work find = [&](store::Tx& tx) -> Result<void> {
    Result<app::App::Account> found = shared.app.find_account(tx, input->login);
    if (found.ok()) {
      account = std::move(found).value();
    } else if (found.error().code != ErrorCode::not_found && found.error().code != ErrorCode::unauthorized) {
      return found.error();
    }
    return {};
  };
  const Result<void> looked = co_await in_store(shared.store, Access::read, find);
  if (!looked.ok()) co_return refuse(looked.error(), match, request);

  const Result<bool> same = co_await check_password(shared, account.password_hash, input->password);
  if (!same.ok()) co_return refuse(same.error(), match, request);
  if (!*same) co_return refuse(fail(ErrorCode::unauthorized, "the log-in or the password is wrong"), match, request);
  if (shared.options.rate_limits) {
    shared.log_ins_by_address.give_back(address);
    shared.log_ins_by_login.give_back(login);
  }

  app::App::NewSession session;
  store::Store::Work start = [&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(session, shared.app.start_session(tx, account.id));
    return {};
  };
  const Result<void> started = co_await in_store(shared.store, Access::write, start);
  if (!started.ok()) co_return refuse(started.error(), match, request);
  Response response = welcome(session, request.https);
  response.agent = account.id.value;
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
