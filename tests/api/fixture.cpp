#include "fixture.h"

#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "app/host.h"
#include "json/read.h"
#include "planfile/planfile.h"
#include "store_testing/engines.h"

namespace suki::api {
namespace {

std::unique_ptr<Running> shared;
LoggedIn ana, mia;
std::string link_token, conversation_id;

void must(const Result<void>& result) {
  if (!result.ok()) throw std::runtime_error(result.error().detail);
}

}  // namespace

struct Running::Parts {
  explicit Parts(server::Options options) : place(store_testing::engine()) {
    Result<std::unique_ptr<store::Store>> opened = store::Store::open(place.options());
    if (!opened.ok()) throw std::runtime_error(opened.error().detail);
    store = std::move(opened).value();
    app = std::make_unique<app::App>(*store, app::system_host());
    must(app->start());
    const planfile::Read plan = planfile::read_folder(SUKI_SOURCE_DIR "/plans/office-hours");
    std::vector<app::App::PlanFile> files;
    for (const auto& file : plan.files) files.push_back({file.name, file.bytes});
    const std::string hash = *app::App::hash_new_password(password);
    must(store->write_and_wait([&](store::Tx& tx) -> Result<void> {
      SUKI_TRY(const PlanVersion version, app->adopt(tx, files, "test", "the first one"));
      (void)version;
      SUKI_TRY(const AgentId agent,
               app->create_account(tx, {"ana", "Ana Reyes", hash, app::Role::agent, {"office"}, {}, "", ""}));
      (void)agent;
      SUKI_TRY(const AgentId boss,
               app->create_account(tx, {"mia", "Mia Cruz", hash, app::Role::manager, {"office"}, {}, "", ""}));
      (void)boss;
      SUKI_TRY(const AgentId owner,
               app->create_account(tx, {"ria", "Ria Santos", hash, app::Role::owner, {}, {}, "", ""}));
      (void)owner;
      return {};
    }));
    server = std::make_unique<server::Server>(*app, *store, options);
    app->on_changed([this](const std::vector<app::Changed>& changes) { server->changed(changes); });
  }
  ~Parts() {
    server.reset();
    app->on_changed({});
    store.reset();
  }

  store_testing::TestPlace place;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<app::App> app;
  std::unique_ptr<server::Server> server;
  std::thread thread;
};

Running::Running(server::Options options) {
  options.port = 0;
  options.threads = 2;
  parts_ = std::make_unique<Parts>(options);
  const Result<std::uint16_t> port = parts_->server->listen();
  if (!port.ok()) throw std::runtime_error(port.error().detail);
  port_ = *port;
  parts_->thread = std::thread([this] { parts_->server->run(); });
}

Running::~Running() {
  stop();
}

server::Server& Running::server() {
  return *parts_->server;
}

void Running::run_sql(const std::string& sql) const {
  (void)parts_->place.run(sql);
}

void Running::stop() {
  parts_->server->stop();
  if (parts_->thread.joinable()) parts_->thread.join();
}

void Api::SetUpTestSuite() {
  if (shared) return;
  server::Options options;
  options.rate_limits = false;
  shared = std::make_unique<Running>(options);
  ana = log_in(port(), "ana");
  mia = log_in(port(), "mia");
  const Answer created = ask(port(), {.method = "POST",
                                      .target = "/api/v1/public/conversations",
                                      .body = new_conversation("first-1", "The printer is on fire.")});
  if (created.status != 201) throw std::runtime_error("no conversation: " + created.body);
  link_token = field(created.body, "token");
  const Answer inbox = ask(port(), {.target = "/api/v1/conversations?view=all", .cookie = ana.cookie});
  const Result<boost::json::value> parsed = json::parse(inbox.body);
  if (!parsed.ok()) throw std::runtime_error("no inbox: " + inbox.body);
  conversation_id = parsed->at("items").at(0).at("id").as_string();
}

/// The server serves all suites of this program and ends with it.
void Api::TearDownTestSuite() {}

namespace {
/// GoogleTest calls it after the last test, while everything static is still there.
class StopServer : public testing::Environment {
 public:
  void TearDown() override { shared.reset(); }
};
const testing::Environment* const stop_server = testing::AddGlobalTestEnvironment(new StopServer);
}  // namespace

std::uint16_t Api::port() {
  return shared->port();
}
const LoggedIn& Api::agent() {
  return ana;
}
const LoggedIn& Api::manager() {
  return mia;
}
const std::string& Api::token() {
  return link_token;
}
const std::string& Api::conversation() {
  return conversation_id;
}

std::string Api::new_conversation(const std::string& request_id, const std::string& message) {
  return R"({"request_id":")" + request_id +
         R"(","name":"Juan","email":"juan@example.com","topic":"","language":"en","subject":"Printer )" + request_id +
         R"(","message":")" + message + "\"}";
}

LoggedIn Api::log_in(std::uint16_t port, const std::string& login) {
  const Answer answer = ask(port, {.method = "POST",
                                   .target = "/api/v1/session",
                                   .body = R"({"login":")" + login + R"(","password":")" + password + "\"}"});
  const std::string cookie = answer.headers.count("set-cookie") ? answer.headers.at("set-cookie") : "";
  const std::size_t start = cookie.find('=') + 1;
  return {cookie.substr(start, cookie.find(';') - start), field(answer.body, "csrf")};
}

std::string field(const std::string& text, const std::string& name) {
  const Result<boost::json::value> parsed = json::parse(text);
  if (!parsed.ok() || !parsed->is_object()) return "";
  const boost::json::value* value = parsed->get_object().if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : "";
}

}  // namespace suki::api
