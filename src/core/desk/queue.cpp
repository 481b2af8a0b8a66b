#include "desk/queue.h"

#include <algorithm>
#include <tuple>

#include "base/assert.h"

namespace suki::desk {

bool comes_before(const Waiting& a, const Waiting& b) {
  return std::tie(a.due, a.since, a.conversation) < std::tie(b.due, b.since, b.conversation);
}

Queue::Line* Queue::find_line(const plan::Facts& facts) {
  for (std::size_t i = 0; i < used_; ++i) {
    if (lines_[i].facts == facts) return &lines_[i];
  }
  return nullptr;
}

bool Queue::has_line(const plan::Facts& facts) const {
  for (std::size_t i = 0; i < used_; ++i) {
    if (lines_[i].facts == facts) return true;
  }
  return false;
}

void Queue::insert(const Waiting& waiting) {
  Line* line = find_line(waiting.facts);
  if (!line) {
    if (used_ == lines_.size()) lines_.emplace_back();
    line = &lines_[used_++];
    line->facts = waiting.facts;
  }
  auto& list = line->waiting;
  if (list.size() == list.capacity() && line->head > list.size() / 2) {
    // Room at the front is used before more is asked for.
    list.erase(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(line->head));
    line->head = 0;
  }
  const auto begin = list.begin() + static_cast<std::ptrdiff_t>(line->head);
  list.insert(std::upper_bound(begin, list.end(), waiting, comes_before), waiting);
  ++size_;
}

bool Queue::erase(const Waiting& waiting) {
  Line* line = find_line(waiting.facts);
  if (!line) return false;
  auto& list = line->waiting;
  const auto begin = list.begin() + static_cast<std::ptrdiff_t>(line->head);
  const auto at = std::lower_bound(begin, list.end(), waiting, comes_before);
  if (at == list.end() || at->conversation != waiting.conversation) return false;
  list.erase(at);
  --size_;
  if (line->head == list.size()) retire(static_cast<std::size_t>(line - lines_.data()));
  return true;
}

bool Queue::erase(ConversationId conversation) {
  for (std::size_t i = 0; i < used_; ++i) {
    const auto& list = lines_[i].waiting;
    for (std::size_t k = lines_[i].head; k < list.size(); ++k) {
      if (list[k].conversation == conversation) return erase(Waiting(list[k]));
    }
  }
  return false;
}

std::vector<Waiting> Queue::in_order() const {
  std::vector<Waiting> all;
  all.reserve(size_);
  for (std::size_t i = 0; i < used_; ++i) {
    const auto& line = lines_[i];
    all.insert(all.end(), line.waiting.begin() + static_cast<std::ptrdiff_t>(line.head), line.waiting.end());
  }
  std::sort(all.begin(), all.end(), comes_before);
  return all;
}

bool Queue::pop(std::size_t line) {
  SUKI_ASSERT(line < used_);
  --size_;
  if (++lines_[line].head < lines_[line].waiting.size()) return false;
  retire(line);
  return true;
}

void Queue::retire(std::size_t line) {
  lines_[line].waiting.clear();
  lines_[line].head = 0;
  std::swap(lines_[line], lines_[--used_]);
}

}  // namespace suki::desk
