/// A desk that random scripts are played on: a store of either engine and the use cases over it, with a clock and
/// tokens of the script's own, so that the same script gives the same desk.
#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "app/app.h"
#include "store/tx.h"
#include "store_testing/engines.h"

namespace suki::script {

/// Everything a script decides by chance. The same on every machine, unlike the distributions of the library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  /// 0 to below - 1.
  int below(int below) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(below)); }
  bool one_in(int n) { return below(n) == 0; }
  template <class T>
  const T& of(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
  }

 private:
  std::mt19937_64 engine_;
};

/// The seed for this run, and whether it is a long one (SUKI_LONG). SUKI_SEED=N repeats a run.
[[nodiscard]] std::uint64_t seed_of_run();
[[nodiscard]] bool is_long();

class Side {
 public:
  explicit Side(const std::string& engine);
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;
  ~Side();

  /// As if the process had ended and begun again.
  void reopen();
  [[nodiscard]] std::string dump();  ///< closes
  [[nodiscard]] std::string engine() const { return place_.engine(); }

  /// One use case in a transaction of its own.
  template <class Value>
  Result<Value> write(const std::function<Result<Value>(store::Tx&)>& use) {
    ++act_;
    Result<Value> value = fail(ErrorCode::internal, "not run");
    const Result<void> done = store_->write_and_wait([&](store::Tx& tx) -> Result<void> {
      token_ = 0;  // the work may be run again
      value = use(tx);
      if (!value.ok()) return value.error();
      return {};
    });
    if (!done.ok()) return done.error();
    return value;
  }
  Result<void> write(const std::function<Result<void>(store::Tx&)>& use) {
    ++act_;
    return store_->write_and_wait([&](store::Tx& tx) {
      token_ = 0;
      return use(tx);
    });
  }
  template <class Value>
  Result<Value> read(const std::function<Result<Value>(store::Tx&)>& use) {
    Result<Value> value = fail(ErrorCode::internal, "not run");
    const Result<void> done = store_->read_and_wait([&](store::Tx& tx) -> Result<void> {
      value = use(tx);
      if (!value.ok()) return value.error();
      return {};
    });
    if (!done.ok()) return done.error();
    return value;
  }

  /// Which positions were told since it was asked last, in the order in which they were.
  std::vector<app::Changed> take_changes();

  [[nodiscard]] app::App& app() { return *app_; }
  /// Of agent `n`, who sees it in English or (odd ones) in Filipino.
  [[nodiscard]] app::Caller caller(int n) const;

  // What the script remembers of what it was told.
  Instant now;
  std::vector<std::string> links;     ///< tokens of private links, in the order of creation
  std::vector<std::string> sessions;  ///< of those who logged in, by agent; "" not
  std::vector<std::string> mails;     ///< raw ones that came in
  std::vector<std::int64_t> claimed;  ///< outbox ids whose sending was not reported yet
  int adoptions = 0;
  [[nodiscard]] std::string topic() const { return "refund-" + std::to_string(adoptions); }

  static constexpr int agents = 4;  ///< with ids from 1 on; the last one is a manager

 private:
  void open();
  void close();

  store_testing::TestPlace place_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<app::App> app_;
  std::mutex changes_mutex_;
  std::vector<app::Changed> changes_;
  int act_ = 0, token_ = 0;
};

/// The plan of adoption `n`: its topic "refund-n" was "refund-(n-1)".
[[nodiscard]] std::string plan_text(int n);

/// One thing that is done to a desk. `run` gives what is answered, as text.
struct Act {
  std::string name;
  std::function<std::string(Side&)> run;
};
enum class With { everything, daily_work };  ///< daily_work: without adoptions and restarts
[[nodiscard]] Act next_act(Random& random, With with);

}  // namespace suki::script
