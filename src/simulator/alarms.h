/// When time alone changes something next, for each of many: one instant a number, moved or taken away at any time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "base/time.h"

namespace suki::simulator {

/// A heap with four children a node that knows where each number stands. Most alarms are moved later or taken away long
/// before they ring: that happens among the leaves, and nothing stale ever has to come up through the heap.
/// Equal instants ring in the order in which they were set. Allocates only to grow.
class Alarms {
 public:
  [[nodiscard]] Instant first_at() const { return heap_.empty() ? never : heap_.front().at; }
  /// The number that rings first; there must be one.
  [[nodiscard]] std::uint32_t first() const {
    SUKI_ASSERT(!heap_.empty());
    return heap_.front().number;
  }

  /// never: takes it away. The instant that it has already: nothing happens.
  void set(std::uint32_t number, Instant at) {
    if (number >= place_of_.size()) place_of_.resize(number + 1, nowhere);
    const std::size_t place = place_of_[number];
    if (at == never) {
      if (place != nowhere) remove(place);
      return;
    }
    if (place == nowhere) {
      heap_.emplace_back();
      rise(heap_.size() - 1, {at, next_order_++, number});
    } else if (heap_[place].at != at) {
      put(place, {at, next_order_++, number});
    }
  }

 private:
  struct Alarm {
    Instant at;
    std::uint64_t order = 0;
    std::uint32_t number = 0;
  };
  static constexpr std::uint32_t nowhere = UINT32_MAX;

  static bool before(const Alarm& a, const Alarm& b) { return a.at != b.at ? a.at < b.at : a.order < b.order; }

  void settle(std::size_t place, const Alarm& alarm) {
    heap_[place] = alarm;
    place_of_[alarm.number] = static_cast<std::uint32_t>(place);
  }

  void remove(std::size_t place) {
    place_of_[heap_[place].number] = nowhere;
    const Alarm last = heap_.back();
    heap_.pop_back();
    if (place < heap_.size()) put(place, last);
  }

  /// Into the hole at `place`, or where it belongs from there.
  void put(std::size_t place, const Alarm& alarm) {
    if (place > 0 && before(alarm, heap_[(place - 1) / 4])) {
      rise(place, alarm);
    } else {
      sink(place, alarm);
    }
  }

  void rise(std::size_t hole, const Alarm& alarm) {
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / 4;
      if (!before(alarm, heap_[parent])) break;
      settle(hole, heap_[parent]);
      hole = parent;
    }
    settle(hole, alarm);
  }

  void sink(std::size_t hole, const Alarm& alarm) {
    const std::size_t size = heap_.size();
    for (;;) {
      const std::size_t begin = hole * 4 + 1;
      if (begin >= size) break;
      const std::size_t end = begin + 4 < size ? begin + 4 : size;
      std::size_t least = begin;
      for (std::size_t child = begin + 1; child < end; ++child) {
        if (before(heap_[child], heap_[least])) least = child;
      }
      if (!before(heap_[least], alarm)) break;
      settle(hole, heap_[least]);
      hole = least;
    }
    settle(hole, alarm);
  }

  std::vector<Alarm> heap_;
  std::vector<std::uint32_t> place_of_;  // by number
  std::uint64_t next_order_ = 0;
};

}  // namespace suki::simulator
