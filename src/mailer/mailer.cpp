#include "mailer/mailer.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "log/log.h"

namespace suki::mailer {

Result<int> send_round(app::App& app, store::Store& store, const Send& send) {
  std::vector<app::App::OutgoingMail> mails;
  SUKI_CHECK(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(mails, app.claim_outgoing(tx, claim_max));
    return {};
  }));
  for (const auto& mail : mails) {
    Result<std::string> bytes = std::string();
    SUKI_CHECK(store.read_and_wait([&](store::Tx& tx) -> Result<void> {
      bytes = app.outgoing_bytes(tx, mail.outbox_id);
      return {};
    }));
    // No server was asked, and none will be: what cannot be made today cannot be made tomorrow.
    if (!bytes.ok()) {
      spdlog::warn("mail {}: {}", mail.outbox_id, log::without_addresses(bytes.error().detail));
      SUKI_CHECK(store.write_and_wait(
          [&](store::Tx& tx) { return app.mail_failed(tx, mail.outbox_id, bytes.error().detail, true); }));
      continue;
    }
    const Result<void> sent = send(mail.from, mail.to, *bytes);
    // Those claimed stay so: whoever sends next takes them over.
    if (!sent.ok() && sent.error().code == ErrorCode::unavailable) return 0;
    if (!sent.ok())
      spdlog::warn("mail {}: {} (attempt {})", mail.outbox_id, log::without_addresses(sent.error().detail),
                   mail.attempts + 1);
    SUKI_CHECK(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
      if (sent.ok()) return app.mail_sent(tx, mail.outbox_id);
      const bool for_good = sent.error().code == ErrorCode::refused || mail.attempts + 1 >= attempts_max;
      return app.mail_failed(tx, mail.outbox_id, sent.error().detail, for_good);
    }));
  }
  return static_cast<int>(mails.size());
}

struct Mailer::Impl {
  app::App& app;
  store::Store& store;
  Send send;
  std::mutex mutex;
  std::condition_variable changed;
  bool stop = false;
  bool called = true;
  bool released = false;  ///< what the sender before this one had in hand when it ended
  std::thread thread;

  void run() {
    for (;;) {
      {
        std::unique_lock lock(mutex);
        changed.wait_for(lock, std::chrono::seconds(idle_seconds), [this] { return stop || called; });
        if (stop) return;
        called = false;
      }
      rounds();
    }
  }
  void rounds() {
    if (!released) {
      const Result<void> done = store.write_and_wait([&](store::Tx& tx) { return app.release_outgoing(tx); });
      if (!done.ok()) return spdlog::error("the outbox cannot be read: {}", done.error().detail);
      released = true;
    }
    for (;;) {
      const Result<int> claimed = send_round(app, store, send);
      if (!claimed.ok()) {
        spdlog::error("the outbox cannot be read: {}", claimed.error().detail);
        return;
      }
      if (*claimed < claim_max) return;
      const std::lock_guard lock(mutex);
      if (stop) return;
    }
  }
};

Mailer::Mailer(app::App& app, store::Store& store, Send send)
    : impl_(new Impl{.app = app, .store = store, .send = std::move(send), .mutex = {}, .changed = {}, .thread = {}}) {
  impl_->thread = std::thread([this] { impl_->run(); });
}

Mailer::~Mailer() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stop = true;
  }
  impl_->changed.notify_all();
  impl_->thread.join();
}

void Mailer::notify() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->called = true;
  }
  impl_->changed.notify_all();
}

}  // namespace suki::mailer
