/// Who waits for an agent, in one order: due, then age, then id. Kept as one line for each set of facts, because all in
/// a line want the same of an agent: when nobody can take the first of a line, nobody can take the rest of it.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "desk/types.h"

namespace suki::desk {

struct Waiting {
  ConversationId conversation;
  plan::Facts facts;    ///< channel, topic, team ...
  Instant due = never;  ///< earliest due still to be kept or owed
  Instant since;
};
/// The queue's order. INVARIANT (queue order): every line keeps it, and lines are merged by it.
[[nodiscard]] bool comes_before(const Waiting& a, const Waiting& b);

class Queue {
 public:
  /// `waiting.conversation` must not be in the queue. O(lines + log line), and what stands behind it moves.
  void insert(const Waiting& waiting);
  /// `waiting` as it was inserted; false when it is not there. O(lines + log line).
  bool erase(const Waiting& waiting);
  bool erase(ConversationId conversation);  ///< O(size)

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] bool has_line(const plan::Facts& facts) const;  ///< whether anybody with these facts waits
  [[nodiscard]] std::vector<Waiting> in_order() const;          ///< allocates; O(size log size)

  /// Lines that hold somebody are the first `line_count()`; which is where means nothing.
  [[nodiscard]] std::size_t line_count() const { return used_; }
  [[nodiscard]] const Waiting& first_of(std::size_t line) const { return lines_[line].waiting[lines_[line].head]; }
  /// Takes away the first of `line`. A line that is then empty leaves, and the last line gets its number: true.
  bool pop(std::size_t line);
  void swap_lines(std::size_t a, std::size_t b) { std::swap(lines_[a], lines_[b]); }

 private:
  struct Line {
    plan::Facts facts;
    std::size_t head = 0;  // [head, size) waits; what was before is gone
    std::vector<Waiting> waiting;
  };
  [[nodiscard]] Line* find_line(const plan::Facts& facts);
  void retire(std::size_t line);

  std::vector<Line> lines_;  // beyond used_: empty ones kept for their room
  std::size_t used_ = 0, size_ = 0;
};

}  // namespace suki::desk
