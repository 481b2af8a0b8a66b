#include "server/readiness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/limits.h"

namespace suki::server {
namespace {

using testing::HasSubstr;
constexpr Instant noon{1'764'072'000'000'000};

/// All is well.
Looked well() {
  Looked looked;
  looked.now = noon;
  store::Figures figures;
  figures.plan = 1;
  looked.store = figures;
  looked.disk_free = std::uint64_t{10} << 30u;
  looked.certificate_end = noon + seconds(90 * 86'400);
  return looked;
}
store::Figures figures_of(const Looked& looked) {
  return *looked.store;
}
/// State and reason of the check `name`.
std::string told(const Readiness& readiness, const std::string& name) {
  for (const Check& check : readiness.checks)
    if (check.name == name) return check.state + ": " + check.reason;
  return "";
}

TEST(Readiness, all_is_well) {
  const Readiness readiness = judge(well());
  EXPECT_TRUE(readiness.ready);
  for (const Check& check : readiness.checks) EXPECT_EQ(check.state + check.reason, "ok") << check.name;
  EXPECT_EQ(readiness.checks.size(), 7u);
}

TEST(Readiness, a_store_that_does_not_answer_says_so_and_nothing_of_where_it_is) {
  Looked looked = well();
  looked.store = fail(ErrorCode::unavailable, "postgres://db.example/shop: refused");
  const Readiness readiness = judge(looked);
  EXPECT_FALSE(readiness.ready);
  EXPECT_EQ(told(readiness, "store"), "failed: it does not answer");
  looked.store = fail(ErrorCode::busy, "");
  EXPECT_EQ(told(judge(looked), "store"), "failed: too many requests wait for it");
  looked.store = fail(ErrorCode::storage_full, "");
  EXPECT_EQ(told(judge(looked), "store"), "failed: its disk is full");
}

TEST(Readiness, one_that_is_about_to_stop) {
  Looked looked = well();
  looked.stopping = true;
  EXPECT_FALSE(judge(looked).ready);
  EXPECT_EQ(told(judge(looked), "server"), "failed: it is about to stop");
}

TEST(Readiness, without_a_plan_nobody_can_be_served) {
  Looked looked = well();
  looked.store = store::Figures{};
  EXPECT_FALSE(judge(looked).ready);
  EXPECT_THAT(told(judge(looked), "plan"), HasSubstr("suki plan adopt"));
}

TEST(Readiness, a_disk_that_is_nearly_full_is_said_before_it_is_full) {
  Looked looked = well();
  looked.disk_free = limits::disk_free_low - 1;
  EXPECT_TRUE(judge(looked).ready);
  EXPECT_EQ(told(judge(looked), "disk"), "warning: 1023 MiB are free for the data folder");
  looked.disk_free = limits::disk_free_min - 1;
  EXPECT_FALSE(judge(looked).ready);
  EXPECT_EQ(told(judge(looked), "disk"), "failed: 63 MiB are free for the data folder");
  looked = well();
  looked.disk_has_inodes = false;
  EXPECT_FALSE(judge(looked).ready);
}

TEST(Readiness, what_is_late_is_said_and_does_not_turn_people_away) {
  Looked looked = well();
  store::Figures figures = figures_of(looked);
  figures.mails_waiting = 3;
  figures.next_mail = noon - seconds(20 * 60);
  figures.wakes_due = 2;
  figures.next_wake = noon - seconds(5 * 60);
  looked.store = figures;
  EXPECT_TRUE(judge(looked).ready);
  EXPECT_THAT(told(judge(looked), "outbox"), HasSubstr("warning: 3 mails wait, the first for 20 minutes"));
  EXPECT_THAT(told(judge(looked), "time"), HasSubstr("warning: 2 conversations"));
  figures.next_mail = noon - seconds(9 * 60);
  figures.next_wake = noon - seconds(59);
  looked.store = figures;
  EXPECT_EQ(told(judge(looked), "outbox"), "ok: ");
  figures.quarantined = 7;
  looked.store = figures;
  EXPECT_EQ(told(judge(looked), "quarantine"), "ok: 7 mails in quarantine: suki quarantine list");
  EXPECT_TRUE(judge(looked).ready);
  EXPECT_EQ(told(judge(looked), "time"), "ok: ");
}

TEST(Readiness, a_certificate_that_ends_soon_or_has_ended) {
  Looked looked = well();
  looked.certificate_end = noon + seconds(6 * 86'400);
  EXPECT_TRUE(judge(looked).ready);
  EXPECT_THAT(told(judge(looked), "certificate"), HasSubstr("warning: it ends at 2025-12-01T12:00:00Z"));
  looked.certificate_end = noon;
  EXPECT_THAT(told(judge(looked), "certificate"), HasSubstr("warning: it ended at"));
}

}  // namespace
}  // namespace suki::server
