/// Who looks at which conversation, and who types there. Only in memory: it is about this moment. Time is an argument.
/// Safe from any thread. Whoever says nothing for a while is forgotten.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "base/ids.h"

namespace suki::server {

class Watchers {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Who {
    AgentId agent;
    std::string name;
  };

  /// `feed`: any number that nobody else uses. `conversation` none: at nothing any more.
  void look(std::uint64_t feed, const Who& who, ConversationId conversation, bool typing, Time now);
  void leave(std::uint64_t feed);
  /// A frame about the conversations where something has changed since the last time, "" for none:
  /// {"watching":[{"conversation":"12","agents":[{"id":"3","name":"Ana","typing":true}]}]}. No agents: nobody is there
  /// any more. An agent with several pages stands there once. Cost O(watchers).
  [[nodiscard]] std::string take_changes(Time now);
  /// The same about every conversation where somebody is; for one who just came.
  [[nodiscard]] std::string all() const;
  [[nodiscard]] bool empty() const;

 private:
  struct Watcher {
    Who who;
    ConversationId conversation;
    bool typing = false;
    Time heard_at, typed_at;
  };
  [[nodiscard]] std::string frame_about(const std::set<ConversationId>& conversations) const;

  mutable std::mutex mutex_;
  std::map<std::uint64_t, Watcher> watchers_;  ///< by feed
  std::set<ConversationId> changed_;
};

}  // namespace suki::server
