#include "store/locks.h"

#include "base/assert.h"

namespace suki::store {

Locks::Mask Locks::in_the_way(const Held& held, Mask me, Mode mode) const {
  if (mode == Mode::alone || held.alone) return held.holders & ~me;
  return 0;
}

/// Whether one of those whom `me` would wait for waits, over however many others, for `me`.
bool Locks::is_circle(Mask me, Mask blockers) const {
  Mask seen = 0;
  while (blockers & ~seen) {
    const int writer = __builtin_ctzll(blockers & ~seen);
    seen |= Mask{1} << static_cast<unsigned>(writer);
    blockers |= waits_for_[writer];
  }
  return (seen & me) != 0;
}

bool Locks::take(int writer, LockKey key, Mode mode, Clock::time_point until) {
  SUKI_ASSERT(writer >= 0 && writer < writers_max);
  const Mask me = Mask{1} << static_cast<unsigned>(writer);
  std::unique_lock lock(mutex_);
  Held* held = &held_[key];
  const bool mine = (held->holders & me) != 0;
  if (mine && (mode == Mode::shared || held->alone)) return false;
  // Those who want it alone must not wait for ever for others who come and go.
  const auto queue = [&] { return mode == Mode::shared && held->waiting_for_alone > 0; };
  if (mode == Mode::alone) ++held->waiting_for_alone;
  bool timed_out = false, conflict = false;
  while (!timed_out && (in_the_way(*held, me, mode) != 0 || queue())) {
    waits_for_[writer] = in_the_way(*held, me, mode);
    if (is_circle(me, waits_for_[writer])) {
      conflict = true;
      break;
    }
    timed_out = changed_.wait_until(lock, until) == std::cv_status::timeout;
    held = &held_[key];  // others may have grown the table
  }
  waits_for_[writer] = 0;
  if (mode == Mode::alone) --held->waiting_for_alone;
  const bool got = in_the_way(*held, me, mode) == 0 && !queue() && !conflict;
  if (got) {
    if (!mine) keys_[writer].push_back(key);
    held->holders |= me;
    held->alone = mode == Mode::alone;
    return !mine;
  }
  changed_.notify_all();
  if (held->holders == 0 && held->waiting_for_alone == 0) held_.erase(key);
  if (conflict) throw LockConflict();
  throw LockTimeout();
}

void Locks::release(int writer) {
  const Mask me = Mask{1} << static_cast<unsigned>(writer);
  {
    const std::lock_guard lock(mutex_);
    for (const LockKey& key : keys_[writer]) {
      const auto at = held_.find(key);
      at->second.holders &= ~me;
      at->second.alone = false;
      if (at->second.holders == 0 && at->second.waiting_for_alone == 0) held_.erase(at);
    }
    keys_[writer].clear();
    // Whoever waited for it looks again; until then it must not look like a circle.
    for (Mask& blockers : waits_for_) blockers &= ~me;
  }
  changed_.notify_all();
}

}  // namespace suki::store
