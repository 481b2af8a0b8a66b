/// What a list is narrowed by: all conditions must hold, any value of one will do, an empty one lets everything
/// through.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace suki::store {

/// A place in Filter::values; fixed, since filters are stored by it.
enum class Facet : std::uint8_t { state, team, assignee, topic, priority, segment, channel };
inline constexpr std::size_t facet_count = 7;
inline constexpr const char* facet_names[facet_count] = {"state",    "team",    "assignee", "topic",
                                                         "priority", "segment", "channel"};
enum class Flag : std::uint8_t { at_risk, breached, unanswered };
inline constexpr std::size_t flag_count = 3;
inline constexpr const char* flag_names[flag_count] = {"at_risk", "breached", "unanswered"};

inline constexpr std::int64_t assignee_me = -1;  ///< among assignees: whoever looks; 0 is nobody

struct Filter {
  std::array<std::vector<std::int64_t>, facet_count> values;  ///< desk::State, agents, symbols; none: any
  int flags[flag_count] = {-1, -1, -1};                       ///< 1 set, 0 not set, -1 either

  [[nodiscard]] std::vector<std::int64_t>& of(Facet facet) { return values[static_cast<std::size_t>(facet)]; }
  [[nodiscard]] const std::vector<std::int64_t>& of(Facet facet) const {
    return values[static_cast<std::size_t>(facet)];
  }
  [[nodiscard]] int of(Flag flag) const { return flags[static_cast<std::size_t>(flag)]; }
  friend bool operator==(const Filter&, const Filter&) = default;
};

/// "state 0 1;team 4;at_risk 1": as it is stored.
[[nodiscard]] std::string encode(const Filter& filter);
/// Throws std::runtime_error on text that encode() did not make.
[[nodiscard]] Filter decode_filter(std::string_view text);

}  // namespace suki::store
