/// A bounded queue between threads.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

namespace suki::store {

template <class T>
class Queue {
 public:
  explicit Queue(std::size_t size_max) : size_max_(size_max) {}

  /// Takes `item` when there is room and the queue is not closed; else leaves it alone and says false.
  bool push(T& item) {
    {
      const std::lock_guard hold(mutex_);
      if (closed_ || items_.size() >= size_max_) return false;
      items_.push_back(std::move(item));
    }
    filled_.notify_one();
    return true;
  }
  /// Waits; appends up to `count_max` items, oldest first, and leaves as many for each of the other `takers`. False:
  /// closed and empty.
  bool pop(std::vector<T>& into, std::size_t count_max, std::size_t takers = 1) {
    std::unique_lock hold(mutex_);
    filled_.wait(hold, [this] { return closed_ || !items_.empty(); });
    if (items_.empty()) return false;
    count_max = std::min(count_max, (items_.size() + takers - 1) / takers);
    for (std::size_t i = 0; i < count_max && !items_.empty(); ++i) {
      into.push_back(std::move(items_.front()));
      items_.pop_front();
    }
    return true;
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard hold(mutex_);
    return items_.size();
  }
  /// What is queued is still given out.
  void close() {
    {
      const std::lock_guard hold(mutex_);
      closed_ = true;
    }
    filled_.notify_all();
  }

 private:
  const std::size_t size_max_;
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace suki::store
