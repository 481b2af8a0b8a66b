/// Presence: who is here. A person says whether they take new work; their open pages say that they are there, and what
/// they do on them that they are awake. From these alone follows who is online, away or offline. Instants here are of a
/// clock that nobody sets, so that a corrected clock sends nobody away.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace suki::desk {

/// The numbers are stored.
enum class Presence : std::uint8_t {
  offline,  ///< no page of theirs is heard of
  away,     ///< a page is open, and they take nothing new: they chose so, or were idle
  online,   ///< new work may come
};
/// Why it is so since it is so. The numbers are stored.
enum class PresenceCause : std::uint8_t {
  chosen,  ///< they said so
  idle,    ///< nothing was done on their pages for idle_max
  silent,  ///< their pages were not heard of for silence_max
  left,    ///< they logged out, the session was over, the password was changed, or the account was removed
  back,    ///< they are heard of, or did something, again
};
[[nodiscard]] const char* name_of(Presence presence);    ///< "offline", "away", "online"
[[nodiscard]] const char* name_of(PresenceCause cause);  ///< "chosen", "idle", "silent", "left", "back"
[[nodiscard]] std::optional<Presence> find_presence(std::string_view name);

/// An open page answers every 30 s (the server's feed): three answers missed, and ten seconds for a slow line.
inline constexpr Span silence_max = seconds(100);
/// Chosen: longer than reading a long thread takes, shorter than a lunch.
inline constexpr Span idle_max = minutes(15);

/// The newest signs of one person, over all their tabs and devices.
struct Signs {
  Instant heard;   ///< any of their pages was there
  Instant active;  ///< they did something on one; not after `heard`
  friend bool operator==(const Signs&, const Signs&) = default;
};
struct PresenceNow {
  Presence presence = Presence::offline;
  PresenceCause cause = PresenceCause::silent;
  Instant until = never;  ///< when it changes if no further sign comes: the heartbeat's end, or idle_max
  friend bool operator==(const PresenceNow&, const PresenceNow&) = default;
};
/// `signs`: none since this server began to listen. `wants_work`: what they chose last.
[[nodiscard]] PresenceNow presence_at(bool wants_work, const std::optional<Signs>& signs, Instant now);

}  // namespace suki::desk
