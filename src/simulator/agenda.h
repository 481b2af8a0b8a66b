/// What will happen, in one order: by instant, then in the order in which it was put down.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "base/time.h"

namespace suki::simulator {

/// A heap with four children a node: half the levels of a binary one, and the children share a cache line or two.
/// Allocates only to grow.
template <class What>
class Agenda {
 public:
  struct Entry {
    Instant at;
    std::uint64_t order = 0;
    What what;
  };

  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  [[nodiscard]] const Entry& first() const {
    SUKI_ASSERT(!heap_.empty());
    return heap_.front();
  }

  void put(Instant at, const What& what) {
    const Entry entry{at, next_order_++, what};
    std::size_t hole = heap_.size();
    heap_.push_back(entry);
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / 4;
      if (!before(entry, heap_[parent])) break;
      heap_[hole] = heap_[parent];
      hole = parent;
    }
    heap_[hole] = entry;
  }

  Entry take_first() {
    const Entry taken = first();
    const Entry last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sink(last);
    return taken;
  }

 private:
  static bool before(const Entry& a, const Entry& b) { return a.at != b.at ? a.at < b.at : a.order < b.order; }

  void sink(const Entry& entry) {
    const std::size_t size = heap_.size();
    std::size_t hole = 0;
    for (;;) {
      const std::size_t begin = hole * 4 + 1;
      if (begin >= size) break;
      const std::size_t end = begin + 4 < size ? begin + 4 : size;
      std::size_t least = begin;
      for (std::size_t child = begin + 1; child < end; ++child) {
        if (before(heap_[child], heap_[least])) least = child;
      }
      if (!before(heap_[least], entry)) break;
      heap_[hole] = heap_[least];
      hole = least;
    }
    heap_[hole] = entry;
  }

  std::vector<Entry> heap_;
  std::uint64_t next_order_ = 0;
};

}  // namespace suki::simulator
