#include "server/watchers.h"

#include <vector>

#include "json/write.h"
#include "server/limits.h"

namespace suki::server {

void Watchers::look(std::uint64_t feed, const Who& who, ConversationId conversation, bool typing, Time now) {
  const std::scoped_lock lock(mutex_);
  const auto known = watchers_.find(feed);
  if (!conversation) {
    if (known == watchers_.end()) return;
    changed_.insert(known->second.conversation);
    watchers_.erase(known);
    return;
  }
  const bool same = known != watchers_.end() && known->second.conversation == conversation;
  if (known != watchers_.end() && !same) changed_.insert(known->second.conversation);
  if (!same || known->second.typing != typing) changed_.insert(conversation);
  watchers_[feed] = {who, conversation, typing, now, now};
}

void Watchers::leave(std::uint64_t feed) {
  look(feed, {}, {}, false, {});
}

std::string Watchers::take_changes(Time now) {
  const std::scoped_lock lock(mutex_);
  for (auto at = watchers_.begin(); at != watchers_.end();) {
    Watcher& watcher = at->second;
    if (watcher.typing && now - watcher.typed_at >= limits::watch_typing_for) {
      watcher.typing = false;
      changed_.insert(watcher.conversation);
    }
    if (now - watcher.heard_at < limits::watch_for) {
      ++at;
      continue;
    }
    changed_.insert(watcher.conversation);
    at = watchers_.erase(at);
  }
  if (changed_.empty()) return "";
  const std::set<ConversationId> changed = std::move(changed_);
  changed_.clear();
  return frame_about(changed);
}

std::string Watchers::all() const {
  const std::scoped_lock lock(mutex_);
  std::set<ConversationId> conversations;
  for (const auto& [feed, watcher] : watchers_) conversations.insert(watcher.conversation);
  return conversations.empty() ? "" : frame_about(conversations);
}

bool Watchers::empty() const {
  const std::scoped_lock lock(mutex_);
  return watchers_.empty() && changed_.empty();
}

std::string Watchers::frame_about(const std::set<ConversationId>& conversations) const {
  struct Seen {
    std::string name;
    bool typing = false;
  };
  std::map<ConversationId, std::map<AgentId, Seen>> there;
  for (const auto& [feed, watcher] : watchers_) {
    if (!conversations.contains(watcher.conversation)) continue;
    Seen& seen = there[watcher.conversation][watcher.who.agent];
    seen.name = watcher.who.name;
    seen.typing = seen.typing || watcher.typing;
  }
  std::string frame = "{\"watching\":[";
  const char* between = "";
  for (const ConversationId conversation : conversations) {
    frame.append(between).append("{\"conversation\":\"").append(std::to_string(conversation.value));
    frame += "\",\"agents\":[";
    const char* comma = "";
    for (const auto& [agent, seen] : there[conversation]) {
      frame.append(comma).append("{\"id\":\"").append(std::to_string(agent.value)).append("\",\"name\":");
      json::append(frame, seen.name);
      frame.append(",\"typing\":").append(seen.typing ? "true}" : "false}");
      comma = ",";
    }
    frame += "]}";
    between = ",";
  }
  return frame + "]}";
}

}  // namespace suki::server
