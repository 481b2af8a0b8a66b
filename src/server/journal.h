/// What changed last, for clients that come back: of each conversation the newest position, for as many as may be kept.
/// Whoever saw everything up to a position that is still known can be told exactly what they missed. In memory only:
/// what was before the server started is not known. Pure; its owner guards it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>

#include "base/ids.h"

namespace suki::server {

class Journal {
 public:
  using Changes = std::map<std::int64_t, ConversationId>;  ///< by position, each conversation once

  explicit Journal(std::size_t kept_max) : kept_max_(kept_max) {}

  /// Everything up to `position` was before our time. Until this is said nothing is known.
  void start(std::int64_t position);
  void forget() { forget_until(position_); }  ///< whoever was behind reads a snapshot
  [[nodiscard]] bool started() const { return started_; }
  /// INVARIANT (positions rise): the store tells groups in the order of positions and none is skipped, so a position
  /// that was told means that everything before it was told as well. No conversation: all may look different.
  void add(std::int64_t position, ConversationId conversation);
  void pass(std::int64_t position);  ///< no conversation changed there

  [[nodiscard]] std::int64_t position() const { return position_; }  ///< everything up to here is in it
  /// What changed behind `after`; none: it is not known, or `after` is in the future, or it is more than `limit`.
  /// Cost O(limit).
  [[nodiscard]] std::optional<Changes> since(std::int64_t after, std::size_t limit) const;

 private:
  void forget_until(std::int64_t position);

  std::size_t kept_max_;
  bool started_ = false;
  std::int64_t from_ = 0;  ///< behind it everything is known
  std::int64_t position_ = 0;
  Changes changes_;
  std::unordered_map<std::int64_t, std::int64_t> newest_;  ///< conversation to position
};

}  // namespace suki::server
