// Logging in, in one step or two, and asking for a new password.
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "app/second_step.h"
#include "base/text.h"
#include "json/read.h"
#include "json/write.h"
#include "server/client.h"
#include "server/jobs.h"
#include "server/shared.h"

namespace suki::server {
namespace asio = boost::asio;

namespace {

/// Something slow on the password thread; comes back on the coroutine's own executor. `start` is given what to call
/// with the value; false: it will not call, for too many wait.
template <class Value>
struct Slowly {
  std::function<bool(std::function<void(Result<Value>)>)> start;

  template <class Handler>
  void operator()(Handler handler) const {
    auto executor = asio::get_associated_executor(handler);
    struct Waiting {
      Handler handler;
      asio::executor_work_guard<decltype(executor)> alive;
    };
    auto waiting = std::make_shared<Waiting>(Waiting{std::move(handler), asio::make_work_guard(executor)});
    auto finish = [waiting, executor](Result<Value> value) {
      asio::post(executor, [waiting, value = std::move(value)]() mutable {
        Handler call = std::move(waiting->handler);
        waiting.reset();
        call(std::move(value));
      });
    };
    if (!start(finish)) finish(fail(ErrorCode::busy, "the queue of log-ins is full"));
  }
};

}  // namespace

asio::awaitable<Result<bool>> check_password(Shared& shared, std::string hash, std::string password) {
  Slowly<bool> slowly{[&](const std::function<void(Result<bool>)>& done) {
    return shared.passwords.check(std::move(hash), std::move(password), [done](bool same) { done(same); });
  }};
  Result<bool> same =
      co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Result<bool>)>(slowly, asio::use_awaitable);
  co_return same;
}

asio::awaitable<Result<std::string>> hash_password(Shared& shared, std::string password) {
  Slowly<std::string> slowly{[&](const std::function<void(Result<std::string>)>& done) {
    return shared.passwords.run([done, password] {
      Result<std::string> hash = app::App::hash_new_password(password);
      // The field is called so wherever one is chosen.
      done(hash.ok() ? std::move(hash) : Result<std::string>(fail(hash.error().code, "new_" + hash.error().detail)));
    });
  }};
  Result<std::string> hash = co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Result<std::string>)>(
      slowly, asio::use_awaitable);
  co_return hash;
}

namespace {

/// One log-in on its way.
struct Entering {
  std::string login, address, code;
  app::App::Account account;
  bool has_second_step = false;
};

void note_refusal(Shared& shared, const Request& request, const Entering& entering) {
  shared.access_log.add({{store::AuditActor::nobody, {}, request.address, request.id},
                         "session.start",
                         entering.account.id ? "account" : "",
                         entering.account.id.value,
                         false,
                         present_instant()});
}

Result<void> find_person(Shared& shared, store::Tx& tx, const std::string& login, Entering& entering) {
  Result<app::App::Account> found = shared.app.find_account(tx, login);
  if (!found.ok()) return found.error().code == ErrorCode::not_found ? Result<void>() : Result<void>(found.error());
  entering.account = std::move(found).value();
  entering.has_second_step = app::has_second_step(tx, entering.account.id);
  return {};
}

/// In the transaction: takes the code, starts the session, records both.
Result<app::StepProof> enter(Shared& shared, store::Tx& tx, const Request& request, const Entering& entering,
                             app::App::NewSession& session) {
  const AgentId agent = entering.account.id;
  const app::Actor actor{store::AuditActor::agent, agent, request.address, request.id};
  const app::Actor nobody{store::AuditActor::nobody, {}, request.address, request.id};
  app::StepProof proof = app::StepProof::code;
  if (entering.has_second_step) proof = app::prove_second_step(shared.app, tx, agent, entering.code);
  if (proof != app::StepProof::code && proof != app::StepProof::recovery) {
    // The person hears of it: whoever has the password may have looked on when the code was typed.
    if (proof == app::StepProof::used)
      app::record(shared.app, tx, nobody, {"second_step.reuse", "account", agent.value}, false);
    app::record(shared.app, tx, nobody, {"session.start", "account", agent.value}, false);
    return proof;
  }
  if (proof == app::StepProof::recovery)
    app::record(shared.app, tx, actor, {"second_step.recover", "account", agent.value});
  SUKI_TRY(session, shared.app.start_session(tx, agent,
                                             {request.address, short_device(request.user_agent),
                                              entering.has_second_step, request.browser_token}));
  app::record(shared.app, tx, actor, {"session.start", "account", agent.value});
  return proof;
}

asio::awaitable<Response> second_half(Shared& shared, const Request& request, const Match& match,
                                      const Entering& entering) {
  const bool limited = shared.options.rate_limits;
  if (entering.has_second_step && entering.code.empty()) {
    if (limited) shared.log_ins.half_good(entering.address, entering.login);
    co_return make_problem(401, "second_step", "the code of the second step is needed");
  }
  if (limited && entering.has_second_step) {
    const unsigned wait = shared.log_ins.draw_code(entering.login, std::chrono::steady_clock::now());
    if (wait > 0) co_return too_many(wait);
  }
  app::App::NewSession session;
  app::StepProof proof = app::StepProof::wrong;
  store::Store::Work start = [&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(proof, enter(shared, tx, request, entering, session));
    return {};
  };
  const Result<void> started = co_await in_store(shared.store, Access::write, start);
  if (!started.ok()) co_return refuse(started.error(), match, request);
  if (proof == app::StepProof::wrong || proof == app::StepProof::used)
    co_return make_problem(401, "second_step_wrong", "the code is wrong or was used");
  if (proof == app::StepProof::lost)
    co_return make_problem(401, "second_step_lost", "codes cannot be checked here now; a recovery code works");
  if (limited) {
    shared.log_ins.good(entering.address, entering.login);
    if (entering.has_second_step) shared.log_ins.good_code(entering.login);
  }
  Entered entered{session, request.https};
  Response response = to_response(entered, 200);
  response.agent = entering.account.id.value;
  co_return response;
}

}  // namespace

asio::awaitable<Response> log_in(Shared& shared, const Request& request, const Match& match) {
  const Result<app::LogIn> input = json::read<app::LogIn>(request.body);
  if (!input.ok()) co_return refuse(input.error(), match, request);
  Entering entering{to_lower_ascii(input->login), limiter_key(request.address), input->code.value_or(""), {}, false};
  if (entering.login.size() > limits::login_bytes_max)
    co_return refuse(fail(ErrorCode::bad_input, "login: is too long"), match, request);
  if (input->password.size() > limits::password_bytes_max)
    co_return refuse(fail(ErrorCode::bad_input, "password: is too long"), match, request);
  if (shared.options.rate_limits) {
    const unsigned wait = shared.log_ins.draw(entering.address, entering.login, std::chrono::steady_clock::now());
    if (wait > 0) co_return too_many(wait);
  }
  store::Store::Work find = [&](store::Tx& tx) { return find_person(shared, tx, input->login, entering); };
  const Result<void> looked = co_await in_store(shared.store, Access::read, find);
  if (!looked.ok()) co_return refuse(looked.error(), match, request);

  const Result<bool> same = co_await check_password(shared, entering.account.password_hash, input->password);
  if (!same.ok()) co_return refuse(same.error(), match, request);
  if (!*same) {
    note_refusal(shared, request, entering);
    co_return refuse(fail(ErrorCode::unauthorized, "the log-in or the password is wrong"), match, request);
  }
  Response response = co_await second_half(shared, request, match, entering);
  co_return response;
}

asio::awaitable<Response> ask_reset(Shared& shared, const Request& request, const Match& match) {
  const Result<app::AskReset> input = json::read<app::AskReset>(request.body);
  if (!input.ok()) co_return refuse(input.error(), match, request);
  const std::string who = to_lower_ascii(trim(input->who));
  if (who.empty()) co_return refuse(fail(ErrorCode::bad_input, "who: must not be empty"), match, request);
  if (who.size() > 254) co_return refuse(fail(ErrorCode::bad_input, "who: is too long"), match, request);
  if (shared.options.rate_limits) {
    const auto now = std::chrono::steady_clock::now();
    unsigned wait = shared.resets_by_address.take(limiter_key(request.address), now);
    // By what was asked for, whether it exists or not.
    if (wait == 0) wait = shared.resets_by_name.take(who, now);
    if (wait > 0) co_return too_many(wait);
  }
  if (!shared.reset_asks.add({who, request.address}))
    co_return refuse(fail(ErrorCode::busy, "too many ask for a new password"), match, request);
  Response response;
  response.status = 204;
  co_return response;
}

}  // namespace suki::server
