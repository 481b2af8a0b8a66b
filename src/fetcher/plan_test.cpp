/// When to try again, which mails go together, and what a folder is asked for.
#include "fetcher/plan.h"

#include <gtest/gtest.h>

namespace suki::fetcher {
namespace {

using std::chrono::milliseconds;

TEST(Pause, doubles_up_to_a_quarter_of_an_hour) {
  EXPECT_EQ(pause_after(1, "imap_gone", 0.999999).count() / 1000, 4);
  EXPECT_EQ(pause_after(1, "imap_gone", 0), milliseconds(2'500));
  EXPECT_EQ(pause_after(4, "imap_gone", 0), milliseconds(20'000));
  EXPECT_EQ(pause_after(1'000'000, "imap_gone", 0), milliseconds(450'000));
  EXPECT_LT(pause_after(1'000'000, "imap_gone", 0.999999), milliseconds(900'001));
}

TEST(Pause, a_refused_log_in_is_not_tried_often_since_accounts_get_locked) {
  for (const char* reason : {"imap_log_in", "imap_token", "token_refused"})
    EXPECT_EQ(pause_after(1, reason, 0), milliseconds(150'000)) << reason;
}

std::vector<std::size_t> batches(const std::vector<imap::MailSize>& all, bool one_by_one = false) {
  std::vector<std::size_t> sizes;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = end_of_batch(all, at, 64 * 1024 * 1024, one_by_one);
    sizes.push_back(end - at);
    at = std::max(end, at + 1);
  }
  return sizes;
}

TEST(Batches, small_mails_together_large_ones_alone_and_what_is_too_large_not_at_all) {
  constexpr std::uint64_t mega = 1024 * 1024;
  EXPECT_EQ(batches(std::vector<imap::MailSize>(120, {1, 1'000})), (std::vector<std::size_t>{50, 50, 20}));
  EXPECT_EQ(batches({{1, mega}, {2, mega}, {3, 3 * mega}, {4, 60 * mega}, {5, 1}, {6, 65 * mega}, {7, 1}}),
            (std::vector<std::size_t>{2, 1, 1, 1, 0, 1}));
  EXPECT_EQ(batches(std::vector<imap::MailSize>(3, {1, 1}), true), (std::vector<std::size_t>{1, 1, 1}));
  EXPECT_EQ(end_of_batch({{1, UINT64_MAX}}, 0, 64 * mega, false), 0u);
}

TEST(Bearings, from_now_on_unless_what_is_there_is_wanted_too) {
  store::MailboxRecord m;
  take_bearings(m, {7, 101, 50}, Instant{5});
  EXPECT_EQ(m.last_uid, 100u);
  EXPECT_EQ(m.first_at, Instant{5});
  EXPECT_EQ(stretches(m), (std::vector<Stretch>{{101, 0, {}}}));
  store::MailboxRecord older;
  older.older = true;
  take_bearings(older, {7, 101, 50}, Instant{5});
  EXPECT_EQ(stretches(older), (std::vector<Stretch>{{1, 0, {}}}));
}

TEST(Bearings, the_same_numbers_go_on_where_they_were) {
  store::MailboxRecord m;
  m.uidvalidity = 7;
  m.last_uid = 40;
  m.first_at = Instant{1};
  take_bearings(m, {7, 101, 50}, Instant{5});
  EXPECT_EQ(m.last_uid, 40u);
  EXPECT_EQ(m.first_at, Instant{1});
}

TEST(Bearings, other_numbers_are_looked_at_once_more_but_not_what_was_never_wanted) {
  store::MailboxRecord m;
  m.uidvalidity = 7;
  m.last_uid = 40;
  m.first_at = *parse_instant("2026-11-25T08:00:00Z");
  take_bearings(m, {8, 31, 30}, Instant{5});
  const auto all = stretches(m);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(criteria_of(all[0]), "UID 1:30 UNDELETED SINCE 24-Nov-2026");
  EXPECT_EQ(criteria_of(all[1]), "UID 31:* UNDELETED");
  m.last_uid = 12;  // killed amid it: it goes on
  take_bearings(m, {8, 32, 31}, Instant{6});
  EXPECT_EQ(criteria_of(stretches(m)[0]), "UID 13:30 UNDELETED SINCE 24-Nov-2026");
  m.older = true;
  EXPECT_EQ(criteria_of(stretches(m)[0]), "UID 13:30 UNDELETED");
}

TEST(Bearings, the_last_number_there_is) {
  store::MailboxRecord m;
  m.uidvalidity = 7;
  m.last_uid = 4'294'967'295u;
  EXPECT_TRUE(stretches(m).empty());
}

}  // namespace
}  // namespace suki::fetcher
