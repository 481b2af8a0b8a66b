#include "fetcher/fetcher.h"

#include <spdlog/spdlog.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include "base/reason.h"
#include "fetcher/visit.h"
#include "log/log.h"
#include "store/tx.h"

namespace suki::fetcher {
namespace {

using app::MailboxState;
using std::chrono::milliseconds;
using store::MailboxRecord;
using store::Tx;
using Clock = std::chrono::steady_clock;

Span to_span(milliseconds span) {
  return microseconds(std::chrono::microseconds(span).count());
}

/// One mailbox, in a thread of its own, until it is stopped.
class Runner {
 public:
  Runner(app::App& app, store::Store& store, const Options& options, MailboxRecord mailbox)
      : app_(app),
        store_(store),
        options_(options),
        board_(app::mailbox_board(app)),
        mailbox_(std::move(mailbox)),
        thread_([this] { run(); }) {}
  ~Runner() {
    stop();
    thread_.join();
  }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  void stop() { waker_.stop(); }  ///< many are told before the first is waited for
  void call() { waker_.call(); }
  [[nodiscard]] std::int64_t revision() const { return mailbox_.revision; }

 private:
  void run() {
    int failures = 0;
    while (!waker_.stopped()) {
      Result<void> done = fail(ErrorCode::internal, "nothing was done");
      try {
        done = visit(failures);
      } catch (const std::exception& error) {
        done = fail(ErrorCode::internal, error.what());
      }
      if (waker_.stopped()) break;
      if (done.ok()) {
        failures = 0;
        continue;
      }
      if (done.error().code == ErrorCode::not_found && take_apart(done.error().detail).reason.empty())
        break;  // removed
      wait(++failures, done.error());
    }
    board_.say(mailbox_.id, MailboxState::off);
  }

  void wait(int failures, const Error& error) {
    const std::string reason = take_apart(error.detail).reason;
    const milliseconds pause =
        options_.pause ? options_.pause(failures, reason) : pause_after(failures, reason, chance());
    spdlog::warn("mailbox {}: {} (attempt {}; the next in {} s)", mailbox_.id.value,
                 log::without_addresses(take_apart(error.detail).text), failures,
                 std::chrono::duration_cast<std::chrono::seconds>(pause).count());
    note_health(error.detail);
    board_.say(mailbox_.id, MailboxState::waiting, app::now_of(app_) + to_span(pause));
    waker_.wait(pause);
    waker_.take();
  }

  double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  void note_health(const std::string& trouble) {
    const Instant now = app::now_of(app_);
    (void)store_.write_and_wait([&](Tx& tx) -> Result<void> {
      auto m = store::find_mailbox(tx, mailbox_.id);
      if (!m) return {};
      m->last_error = trouble;
      (trouble.empty() ? m->success_at : m->error_at) = now;
      store::save_mailbox_health(tx, *m);
      return {};
    });
  }

  /// From connecting until something breaks off, or, where the server does not idle, one look and the pause behind it.
  Result<void> visit(int& failures) {
    board_.say(mailbox_.id, MailboxState::connecting);
    SUKI_TRY(const MailboxRecord mailbox, read_mailbox(store_, mailbox_.id));
    SUKI_TRY(const auto session, enter(app_, store_, mailbox, tokens_, waker_, options_.timing));
    SUKI_CHECK(begin_rounds(app_, store_, mailbox_.id, *session));
    for (;;) {
      const auto began = Clock::now();
      SUKI_CHECK(look(*session));
      if (waker_.stopped()) return {};
      failures = 0;
      note_health("");
      if (!session->can_idle()) {
        session->log_out();
        board_.say(mailbox_.id, MailboxState::polling, app::now_of(app_) + mailbox.every);
        waker_.wait(milliseconds(mailbox.every.us / 1'000));
        waker_.take();
        return {};
      }
      if (Clock::now() - began < options_.between_rounds) waker_.wait(options_.between_rounds);
      board_.say(mailbox_.id, MailboxState::idle);
      // A server that says that it tells of new mail, and does not, is looked at all the same.
      SUKI_TRY(const imap::Idle heard, session->idle(options_.idle_max));
      if (heard == imap::Idle::called) waker_.take();
    }
  }

  Result<void> look(imap::Session& session) {
    board_.say(mailbox_.id, MailboxState::fetching);
    RoundOptions round;
    round.on_mail = options_.on_mail;
    round.mail_max = options_.mail_max;
    round.progress = [this](std::int64_t done, std::int64_t total) { board_.progress(mailbox_.id, done, total); };
    round.stopped = [this] { return waker_.stopped(); };
    SUKI_TRY(const RoundDone done, run_round(app_, store_, mailbox_.id, session, attempts_, round));
    if (done.taken + done.duplicates + done.left > 0)
      spdlog::info("mailbox {}: {} mails, {} of them known before, {} left there", mailbox_.id.value,
                   done.taken + done.duplicates, done.duplicates, done.left);
    return {};
  }

  app::App& app_;
  store::Store& store_;
  const Options& options_;
  app::MailboxBoard& board_;
  const MailboxRecord mailbox_;  ///< as it was at the start; whoever changes it gets another runner
  imap::Waker waker_;
  Tokens tokens_;
  Attempts attempts_;
  std::mt19937_64 random_{std::random_device{}()};
  std::thread thread_;  ///< the last member: begins when all others are there
};

/// A test that somebody asked for; does not wait for the mailbox's own thread.
class Tester {
 public:
  Tester(app::App& app, store::Store& store, const Options& options, MailboxId id)
      : thread_([this, &app, &store, &options, id] {
          app::MailboxTestDone done;
          auto report = test_mailbox(app, store, id, waker_, options);
          done.at = app::now_of(app);
          if (report.ok()) {
            for (imap::Step& step : report->steps) done.steps.push_back({step.name, step.done, step.detail});
            done.trouble = report->trouble;
          } else {
            done.trouble = report.error().detail;
          }
          app::mailbox_board(app).tested(id, std::move(done));
          over_ = true;
        }) {}
  ~Tester() {
    waker_.stop();
    thread_.join();
  }
  Tester(const Tester&) = delete;
  Tester& operator=(const Tester&) = delete;
  [[nodiscard]] bool over() const { return over_; }

 private:
  imap::Waker waker_;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace

struct Fetcher::Impl {
  app::App& app;
  store::Store& store;
  Options options;
  std::mutex mutex;
  std::condition_variable changed;
  bool stop = false, called = false;
  std::map<MailboxId, std::unique_ptr<Runner>> runners;
  std::map<MailboxId, std::unique_ptr<Tester>> testers;
  std::thread thread;

  void run() {
    for (;;) {
      keep_runners();
      follow_orders();
      std::unique_lock lock(mutex);
      changed.wait_for(lock, options.look_at_rows, [this] { return stop || called; });
      if (stop) return;
      called = false;
    }
  }

  /// Whoever is to run does, with the settings as they are.
  void keep_runners() {
    std::vector<MailboxRecord> rows;
    const Result<void> read = store.read_and_wait([&](Tx& tx) -> Result<void> {
      rows = store::mailboxes(tx);
      return {};
    });
    if (!read.ok()) return;  // it comes back; those that run find out by themselves
    std::map<MailboxId, const MailboxRecord*> wanted;
    for (const MailboxRecord& row : rows)
      if (row.enabled) wanted[row.id] = &row;
    const auto is_wanted = [&](const auto& one) {
      const auto found = wanted.find(one.first);
      return found != wanted.end() && found->second->revision == one.second->revision();
    };
    for (const auto& one : runners)
      if (!is_wanted(one)) one.second->stop();
    std::erase_if(runners, [&](const auto& one) { return !is_wanted(one); });
    for (const auto& [id, row] : wanted)
      if (!runners.contains(id)) runners[id] = std::make_unique<Runner>(app, store, options, *row);
    purge_now_and_then();
  }

  void follow_orders() {
    const app::MailboxOrders orders = app::mailbox_board(app).take_orders();
    for (const MailboxId id : orders.fetch)
      if (const auto found = runners.find(id); found != runners.end()) found->second->call();
    std::erase_if(testers, [](const auto& one) { return one.second->over(); });
    for (const MailboxId id : orders.test)
      if (!testers.contains(id)) testers[id] = std::make_unique<Tester>(app, store, options, id);
  }

  void purge_now_and_then() {
    if (purged != Clock::time_point{} && Clock::now() - purged < std::chrono::hours(1)) return;
    purged = Clock::now();
    const Instant before = app::now_of(app) - app::mailbox_undo_time;
    (void)store.write_and_wait([&](Tx& tx) -> Result<void> {
      store::purge_mailboxes(tx, before);
      return {};
    });
  }
  Clock::time_point purged{};
};

Fetcher::Fetcher(app::App& app, store::Store& store, Options options)
    : impl_(new Impl{.app = app,
                     .store = store,
                     .options = std::move(options),
                     .mutex = {},
                     .changed = {},
                     .runners = {},
                     .testers = {},
                     .thread = {}}) {
  app::mailbox_board(app).attend([impl = impl_.get()] {
    const std::scoped_lock lock(impl->mutex);
    impl->called = true;
    impl->changed.notify_all();
  });
  impl_->thread = std::thread([this] { impl_->run(); });
}

Fetcher::~Fetcher() {
  app::mailbox_board(impl_->app).attend({});
  {
    const std::scoped_lock lock(impl_->mutex);
    impl_->stop = true;
  }
  impl_->changed.notify_all();
  impl_->thread.join();
  for (const auto& [id, runner] : impl_->runners) runner->stop();
}

}  // namespace suki::fetcher
