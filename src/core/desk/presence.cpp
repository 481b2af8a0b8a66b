#include "desk/presence.h"

#include <algorithm>

namespace suki::desk {

const char* name_of(Presence presence) {
  switch (presence) {
    case Presence::offline:
      return "offline";
    case Presence::away:
      return "away";
    case Presence::online:
      return "online";
  }
  return "offline";
}

const char* name_of(PresenceCause cause) {
  switch (cause) {
    case PresenceCause::chosen:
      return "chosen";
    case PresenceCause::idle:
      return "idle";
    case PresenceCause::silent:
      return "silent";
    case PresenceCause::left:
      return "left";
    case PresenceCause::back:
      return "back";
  }
  return "chosen";
}

std::optional<Presence> find_presence(std::string_view name) {
  for (const Presence one : {Presence::offline, Presence::away, Presence::online})
    if (name == name_of(one)) return one;
  return std::nullopt;
}

PresenceNow presence_at(bool wants_work, const std::optional<Signs>& signs, Instant now) {
  if (!signs || now - signs->heard >= silence_max) return {};
  const Instant silent_at = signs->heard + silence_max;
  if (!wants_work) return {Presence::away, PresenceCause::chosen, silent_at};
  const Instant idle_at = signs->active + idle_max;
  if (now >= idle_at) return {Presence::away, PresenceCause::idle, silent_at};
  return {Presence::online, PresenceCause::back, std::min(silent_at, idle_at)};
}

}  // namespace suki::desk
