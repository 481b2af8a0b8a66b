/// How each mailbox goes at this moment, and what its owner wants done now: between the use cases and whoever fetches.
/// In memory: what a restart forgets is learned again at the first look. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/mailboxes.h"

namespace suki::app {

enum class MailboxState : std::uint8_t {
  off,         ///< paused, or nobody fetches
  connecting,  ///< also: logging in, asking for a token
  fetching,
  idle,     ///< the server says when something comes
  polling,  ///< it does not: the next look is at `until`
  waiting,  ///< something went wrong: the next attempt is at `until`
};
struct MailboxStepDone {
  std::string name;
  bool done = false;
  std::string detail;
};
struct MailboxTestDone {
  Instant at;
  std::vector<MailboxStepDone> steps;
  std::string trouble;  ///< with its reason; "" all is well
};
struct MailboxNow {
  MailboxState state = MailboxState::off;
  Instant until;
  std::int64_t done = 0, total = 0;  ///< of the mails that wait, while fetching
  bool testing = false;
  std::optional<MailboxTestDone> test = std::nullopt;  ///< the last one
};
struct MailboxOrders {
  std::set<MailboxId> fetch, test;
};

class MailboxBoard {
 public:
  // ---- the fetching side
  /// `listener` is told, on any thread, that there are orders or that rows may have changed; {} ends it.
  void attend(std::function<void()> listener) {
    const std::scoped_lock lock(mutex_);
    listener_ = std::move(listener);
    if (!listener_) now_.clear();
  }
  MailboxOrders take_orders() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(orders_, {});
  }
  void say(MailboxId id, MailboxState state, Instant until = {}) {
    const std::scoped_lock lock(mutex_);
    MailboxNow& now = now_[id];
    now.state = state;
    now.until = until;
    if (state != MailboxState::fetching) now.done = now.total = 0;
  }
  void progress(MailboxId id, std::int64_t done, std::int64_t total) {
    const std::scoped_lock lock(mutex_);
    MailboxNow& now = now_[id];
    now.state = MailboxState::fetching;
    now.done = done;
    now.total = total;
  }
  void tested(MailboxId id, MailboxTestDone done) {
    const std::scoped_lock lock(mutex_);
    now_[id].testing = false;
    now_[id].test = std::move(done);
  }

  // ---- the use cases' side. Orders are of no use when nobody attends: whoever gives them looks first
  [[nodiscard]] bool is_attended() const {
    const std::scoped_lock lock(mutex_);
    return static_cast<bool>(listener_);
  }
  [[nodiscard]] MailboxNow find(MailboxId id) const {
    const std::scoped_lock lock(mutex_);
    const auto at = now_.find(id);
    return at == now_.end() ? MailboxNow{} : at->second;
  }
  void rows_changed() { tell({}); }
  void fetch_now(MailboxId id) {
    tell([id](MailboxBoard& board) { board.orders_.fetch.insert(id); });
  }
  void test_now(MailboxId id) {
    tell([id](MailboxBoard& board) {
      board.orders_.test.insert(id);
      board.now_[id].testing = true;
      board.now_[id].test.reset();
    });
  }

  /// PEM, of whoever may have signed the servers' certificates, instead of those this machine trusts; "" those.
  std::string ca_file = {};  ///< set before anybody else looks

 private:
  void tell(const std::function<void(MailboxBoard&)>& note) {
    const std::scoped_lock lock(mutex_);
    if (!listener_) return;
    if (note) note(*this);
    listener_();
  }
  mutable std::mutex mutex_;
  std::function<void()> listener_;  ///< called under the lock: must not call back
  std::map<MailboxId, MailboxNow> now_;
  MailboxOrders orders_;
};

}  // namespace suki::app
