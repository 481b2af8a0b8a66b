/// Who may touch what, among the writers of one process: an engine that runs several writes at the same time makes them
/// wait for each other here, before they ask the database. So nobody waits long in the database, and a circle of
/// waiters is noticed at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <unordered_map>
#include <vector>

namespace suki::store {

/// What there is a lock for. `all` is shared by those who run beside others, and held alone by everybody else; `commit`
/// is an engine's own.
enum class Lock : std::uint8_t { all, conversation, customer, email, request, raw_mail, floor, account, commit };

struct LockKey {
  Lock kind = Lock::all;
  std::uint64_t id = 0;  ///< an id, or a hash: two things with one hash only wait for each other
  friend bool operator==(const LockKey&, const LockKey&) = default;
};

/// This write would wait for one that waits for it: it must let go of all its locks and begin again.
class LockConflict : public std::runtime_error {
 public:
  LockConflict() : std::runtime_error("writes wait for each other") {}
};
/// It waited as long as it may.
class LockTimeout : public std::runtime_error {
 public:
  LockTimeout() : std::runtime_error("another write takes too long") {}
};

class Locks {
 public:
  static constexpr int writers_max = 64;
  using Clock = std::chrono::steady_clock;
  enum class Mode { shared, alone };

  /// Waits until `writer` holds it, or holds it alone. False: it did already. Throws LockConflict, LockTimeout. Cost
  /// O(1) when it is free.
  bool take(int writer, LockKey key, Mode mode, Clock::time_point until);
  /// Lets go of all that `writer` holds.
  void release(int writer);

 private:
  using Mask = std::uint64_t;
  struct Hash {
    std::size_t operator()(const LockKey& key) const {
      return (key.id * 0x9E3779B97F4A7C15u) ^ (static_cast<std::size_t>(key.kind) << 57u);
    }
  };
  struct Held {
    Mask holders = 0;
    bool alone = false;
    int waiting_for_alone = 0;  ///< nobody new shares it meanwhile, else they would wait for ever
  };
  [[nodiscard]] Mask in_the_way(const Held& held, Mask me, Mode mode) const;
  [[nodiscard]] bool is_circle(Mask me, Mask blockers) const;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<LockKey, Held, Hash> held_;
  std::vector<LockKey> keys_[writers_max];
  Mask waits_for_[writers_max] = {};
};

}  // namespace suki::store
