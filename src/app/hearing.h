/// When pages of each agent were last heard of, and last used, by a clock that nobody sets. In memory: what is heard
/// costs no write, and a server that has just begun has heard of nobody. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "base/ids.h"
#include "desk/presence.h"

namespace suki::app {

class Hearing {
 public:
  void hear(AgentId agent, Instant steady, bool active) {
    const std::scoped_lock lock(mutex_);
    const auto [at, is_new] = signs_.try_emplace(agent, desk::Signs{steady, steady});
    at->second.heard = std::max(at->second.heard, steady);
    if (active) at->second.active = std::max(at->second.active, steady);
  }
  /// They left: what was heard before says nothing any more.
  void forget(AgentId agent) {
    const std::scoped_lock lock(mutex_);
    signs_.erase(agent);
  }
  [[nodiscard]] std::optional<desk::Signs> find(AgentId agent) const {
    const std::scoped_lock lock(mutex_);
    const auto at = signs_.find(agent);
    return at == signs_.end() ? std::nullopt : std::optional(at->second);
  }
  [[nodiscard]] std::map<AgentId, desk::Signs> all() const {
    const std::scoped_lock lock(mutex_);
    return signs_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<AgentId, desk::Signs> signs_;
};

}  // namespace suki::app
