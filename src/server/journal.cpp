#include "server/journal.h"

#include <algorithm>

#include "base/assert.h"

namespace suki::server {

void Journal::start(std::int64_t position) {
  started_ = true;
  forget_until(position);
  position_ = std::max(position_, position);
}

void Journal::pass(std::int64_t position) {
  if (started_ && position <= from_) return;
  SUKI_ASSERT(position > position_);  // INVARIANT (positions rise)
  position_ = position;
}

void Journal::add(std::int64_t position, ConversationId conversation) {
  if (started_ && position <= from_) return;  // it was committed before the start, and told after it
  SUKI_ASSERT(position > position_);          // INVARIANT (positions rise)
  position_ = position;
  if (!conversation) return forget_until(position);
  const auto [known, is_new] = newest_.try_emplace(conversation.value, position);
  if (!is_new) {
    changes_.erase(known->second);
    known->second = position;
  }
  changes_.emplace_hint(changes_.end(), position, conversation);
  if (changes_.size() > kept_max_) forget_until(changes_.begin()->first);
}

void Journal::forget_until(std::int64_t position) {
  from_ = std::max(from_, position);
  const auto end = changes_.upper_bound(position);
  for (auto it = changes_.begin(); it != end; ++it) newest_.erase(it->second.value);
  changes_.erase(changes_.begin(), end);
}

std::optional<Journal::Changes> Journal::since(std::int64_t after, std::size_t limit) const {
  if (!started_ || after < from_ || after > position_) return std::nullopt;
  Changes missed;
  for (auto it = changes_.upper_bound(after); it != changes_.end(); ++it) {
    if (missed.size() == limit) return std::nullopt;
    missed.insert(missed.end(), *it);
  }
  return missed;
}

}  // namespace suki::server
