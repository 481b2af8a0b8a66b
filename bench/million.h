/// A store with very many conversations, and the way in of 200 agents: for the benchmarks of lists and of search.
#pragma once

#include <sys/stat.h>

#include <array>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "app/app.h"
#include "app/views.h"
#include "planfile/planfile.h"
#include "served.h"
#include "store/store.h"
#include "store/tx.h"
#include "store_testing/engines.h"

namespace bench {

inline constexpr int agents = 200, own_views = 50;
inline constexpr std::array topics{"question", "delivery", "warranty", "repair-cooling", "repair-other", "refund"};
inline constexpr std::array teams{"front", "workshop"};
inline const std::string password = "a quiet river at noon";

/// Words as people use them: few of them often (Zipf's law, exponent 1, over 30,000), the same in every run.
class Words {
 public:
  explicit Words(unsigned seed) : random_(seed) {}
  static std::string word(std::size_t rank) {
    static constexpr std::array parts{"ba", "ko", "li", "ma", "su", "ta", "ri", "no", "ga", "we", "pi", "do"};
    std::string text;
    for (std::size_t rest = rank + 11; rest > 0; rest /= parts.size()) text += parts[rest % parts.size()];
    return text;
  }
  std::string some(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      if (i > 0) text += ' ';
      text += word(rank());
    }
    return text;
  }
  std::size_t rank() {
    return static_cast<std::size_t>(std::exp(std::uniform_real_distribution(0.0, std::log(30'000.0))(random_))) - 1;
  }
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

 private:
  std::mt19937 random_;
};

template <class T>
T must(suki::Result<T> result, const char* what) {
  if (!result.ok()) fail(std::string(what) + ": " + result.error().detail);
  return std::move(result).value();
}
inline void must(const suki::Result<void>& result, const char* what) {
  if (!result.ok()) fail(std::string(what) + ": " + result.error().detail);
}

/// Conversations come evenly over 90 days; nine of ten are resolved by one of the agents, four of the last ten are
/// assigned; what fell due has happened. Everything goes through the use cases that the server runs.
class Fill {
 public:
  /// `at_once`: so many wait for the store at most.
  Fill(suki::store::Store& store, long count, int at_once)
      : store_(store), count_(count), at_once_(at_once), app_(store, host()), words_(1), end_(real_now()) {
    now_ = (end_ - suki::days(90)).us;
  }

  void run() {
    using namespace suki;
    must(app_.start(), "start");
    must(store_.write_and_wait([&](store::Tx& tx) { return prepare(tx); }), "prepare");
    std::atomic<int> in_flight = 0;
    for (long i = 0; i < count_; ++i) {
      for (int waiting = in_flight; waiting >= at_once_; waiting = in_flight) in_flight.wait(waiting);
      ++in_flight;
      const app::NewConversation contact = make(i);
      store_.write([this, i, contact](store::Tx& tx) { return add(tx, i, contact); },
                   [&](const Result<void>& done) {
                     must(done, "create");
                     --in_flight;
                     in_flight.notify_one();
                   });
      if (i % 100'000 == 0) std::fprintf(stderr, "bench: %ld of %ld conversations are made\n", i, count_);
    }
    for (int waiting = in_flight; waiting > 0; waiting = in_flight) in_flight.wait(waiting);
    now_ = end_.us;
    for (int woken = 1; woken > 0;) {
      must(store_.write_and_wait([&](store::Tx& tx) -> Result<void> {
        SUKI_TRY(woken, app_.wake(tx, 1'000));
        return {};
      }),
           "wake");
    }
  }

 private:
  static suki::Instant real_now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
  }
  suki::app::Host host() {
    suki::app::Host host;
    host.mail_budgets = false;
    host.now = [this] { return suki::Instant{now_.load()}; };
    // They need only be different from each other here.
    host.random_token = [this](std::size_t bytes) { return fmt::format("{:0{}}", tokens_++, bytes * 4 / 3); };
    return host;
  }

  suki::Result<void> prepare(suki::store::Tx& tx) {
    using namespace suki;
    std::vector<app::App::PlanFile> plan;
    for (const auto& file : planfile::read_folder(SUKI_SOURCE_DIR "/plans/appliance-shop").files)
      plan.push_back({file.name, file.bytes});
    SUKI_CHECK(app_.adopt(tx, plan, "bench", "bench"));
    SUKI_TRY(const std::string hash, app::App::hash_new_password(password));
    for (std::size_t i = 0; i < agents; ++i) {
      app::App::NewAccount account;
      account.login = fmt::format("agent{}", i);
      account.name = fmt::format("Agent {}", i);
      account.password_hash = hash;
      account.teams = {teams[i % teams.size()]};
      SUKI_TRY(const AgentId id, app_.create_account(tx, account));
      ids_.push_back(id);
    }
    for (const AgentId id : ids_) SUKI_CHECK(keep_views(tx, id));
    return {};
  }

  suki::Result<void> keep_views(suki::store::Tx& tx, suki::AgentId id) {
    using namespace suki;
    for (std::size_t i = 0; i < own_views; ++i) {
      app::NewView view{fmt::format("View {}", i), "", {}};
      view.conditions.state = {i % 5 == 0 ? "resolved" : "open"};
      view.conditions.topic = {topics[i % topics.size()]};
      if (i % 2 == 0) view.conditions.team = {teams[i / 2 % teams.size()]};
      if (i % 3 == 0) view.conditions.assignee = {"me"};
      if (i % 7 == 0) view.conditions.breached = true;
      SUKI_CHECK(app::save_view(app_, tx, {id, app::Role::agent, "en"}, view));
    }
    return {};
  }

  suki::app::NewConversation make(long i) {
    suki::app::NewConversation contact;
    contact.request_id = fmt::format("fill-{}", i);
    contact.name = fmt::format("Customer {}", i % 300'000);
    contact.email = fmt::format("customer{}@example.org", i % 300'000);
    contact.topic = topics[words_.below(topics.size())];
    contact.subject = words_.some(5);
    contact.message = words_.some(25);
    contact.language = i % 2 == 0 ? "en" : "fil";
    return contact;
  }

  suki::Result<void> add(suki::store::Tx& tx, long i, const suki::app::NewConversation& contact) {
    using namespace suki;
    now_ = (end_ - days(90)).us + days(90).us / count_ * i;
    SUKI_TRY(const auto created, app_.create_by_form(tx, contact));
    if (i % 10 == 9 && i / 10 % 10 >= 4) return {};  // nobody has it yet
    const auto id = tx.find_link(created.token);
    app::Change change;
    change.assignee = fmt::format("{}", ids_[static_cast<std::size_t>(i) * 7919 % ids_.size()].value);
    if (i % 10 != 9) change.state = "resolved";
    SUKI_CHECK(app_.change(tx, {ids_.front(), app::Role::manager, "en"}, *id, change));
    return {};
  }

  suki::store::Store& store_;
  long count_;
  int at_once_;
  std::atomic<std::int64_t> now_ = 0;
  std::atomic<std::uint64_t> tokens_ = 0;
  suki::app::App app_;
  Words words_;
  suki::Instant end_;
  std::vector<suki::AgentId> ids_;
};

/// The folder that SUKI_BENCH_FOLDER names is filled once and kept; without it, a temporary one.
class Million {
 public:
  Million(const std::string& engine, long count) {
    if (engine != "sqlite" && engine != "postgres") fail("the store must be sqlite or postgres");
    const char* const given = std::getenv("SUKI_BENCH_FOLDER");
    kept_ = given != nullptr && engine == "sqlite";
    folder_ = kept_ ? given : (std::filesystem::temp_directory_path() / "suki-million-XXXXXX").string();
    if (kept_)
      std::filesystem::create_directories(folder_);
    else if (::mkdtemp(folder_.data()) == nullptr)
      fail("no temporary folder");
    if (engine == "postgres") {
      if (!suki::store_testing::has_postgres()) fail("PostgreSQL is not installed");
      server_.emplace(true);
      server_->run("postgres", "create database suki");
    }
    const std::string full = folder_ + "/full";
    if (std::filesystem::exists(full)) return;
    auto store = must(
        suki::store::Store::open({.data_dir = folder_ + "/data", .url = server_ ? server_->url("suki") : "sqlite"}),
        "open");
    // On PostgreSQL each waits for those before it, and none for longer than ten seconds.
    Fill(*store, count, server_ ? 64 : 2'000).run();
    store.reset();
    // What a server does by itself within a minute, and this one is started without: statistics, and the words that the
    // index of words has put aside.
    if (server_) server_->run("suki", "vacuum analyze");
    std::fclose(std::fopen(full.c_str(), "w"));
  }
  ~Million() {
    if (!kept_) std::filesystem::remove_all(folder_);
  }
  Million(const Million&) = delete;
  Million& operator=(const Million&) = delete;

  [[nodiscard]] std::string data() const { return folder_ + "/data"; }
  [[nodiscard]] std::string log() const { return folder_ + "/log"; }
  [[nodiscard]] const suki::store_testing::PostgresServer* postgres() const { return server_ ? &*server_ : nullptr; }

 private:
  std::string folder_;
  bool kept_ = false;
  std::optional<suki::store_testing::PostgresServer> server_;
};

/// The cookies of all agents.
inline std::vector<std::string> log_in_all(std::uint16_t port) {
  std::vector<std::string> cookies(agents);
  const auto ask = [](long i) {
    const std::string body = fmt::format(R"({{"login":"agent{}","password":"{}"}})", i, password);
    return fmt::format(
        "POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        "Content-Length: {}\r\n\r\n{}",
        body.size(), body);
  };
  run(port, 0, agents, 8, {}, ask, "200", [&](long i, const std::string& answer, double) {
    const auto at = answer.find("suki_session="), end = answer.find(';', at);
    if (at == std::string::npos) fail("a log-in without a cookie");
    cookies[static_cast<std::size_t>(i)] = answer.substr(at, end - at);
  });
  return cookies;
}

inline std::string get(const std::string& target, const std::string& cookie) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {}\r\n\r\n", target, cookie);
}

}  // namespace bench
