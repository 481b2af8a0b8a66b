#include "desk/presence.h"

#include <gtest/gtest.h>

namespace suki::desk {
namespace {

constexpr Instant nine{1'000'000'000'000'000};  // any morning

TEST(Presence, who_was_never_heard_of_is_offline) {
  EXPECT_EQ(presence_at(true, std::nullopt, nine), (PresenceNow{Presence::offline, PresenceCause::silent, never}));
}

TEST(Presence, a_heartbeat_lasts_a_hundred_seconds) {
  const Signs signs{nine, nine};
  EXPECT_EQ(presence_at(true, signs, nine), (PresenceNow{Presence::online, PresenceCause::back, nine + silence_max}));
  EXPECT_EQ(presence_at(true, signs, nine + seconds(99)).presence, Presence::online);
  EXPECT_EQ(presence_at(true, signs, nine + silence_max),
            (PresenceNow{Presence::offline, PresenceCause::silent, never}));
}

TEST(Presence, away_by_choice_lasts_however_active_they_are) {
  EXPECT_EQ(presence_at(false, Signs{nine, nine}, nine + seconds(1)),
            (PresenceNow{Presence::away, PresenceCause::chosen, nine + silence_max}));
}

TEST(Presence, an_open_page_without_a_hand_on_it_is_away_after_the_idle_time_and_back_by_doing_something) {
  const Instant later = nine + idle_max;
  EXPECT_EQ(presence_at(true, Signs{later - seconds(1), nine}, later - seconds(1)),
            (PresenceNow{Presence::online, PresenceCause::back, later}));
  EXPECT_EQ(presence_at(true, Signs{later, nine}, later),
            (PresenceNow{Presence::away, PresenceCause::idle, later + silence_max}));
  EXPECT_EQ(presence_at(true, Signs{later, later}, later).presence, Presence::online);
}

TEST(Presence, names_lead_back) {
  for (const Presence one : {Presence::offline, Presence::away, Presence::online})
    EXPECT_EQ(find_presence(name_of(one)), one);
  EXPECT_EQ(find_presence("here"), std::nullopt);
}

}  // namespace
}  // namespace suki::desk
