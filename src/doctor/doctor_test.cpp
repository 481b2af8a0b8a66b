// What is judged from values; what is looked at on a real machine is in tests/running/doctor.mjs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "doctor/checks.h"

namespace suki::doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
constexpr Instant noon{1'764'072'000'000'000};

/// Codes of what is not ok.
std::vector<std::string> codes(const Findings& findings) {
  std::vector<std::string> all;
  for (const Finding& f : findings) {
    EXPECT_EQ(f.level == Level::ok, f.code.empty()) << f.what;
    EXPECT_EQ(f.level == Level::ok, f.why.empty() && f.cure.empty()) << f.what << ": every fault has why and cure";
    EXPECT_FALSE(f.what.empty());
    if (f.level != Level::ok) all.push_back(f.code);
  }
  return all;
}

TEST(Doctor, the_clock) {
  const Instant hour_ago = noon - hours(1);
  EXPECT_THAT(codes(check_clock({noon, hour_ago, hour_ago})), ElementsAre());
  EXPECT_THAT(codes(check_clock({noon})), ElementsAre()) << "a new shop";
  EXPECT_THAT(codes(check_clock({noon, noon + seconds(5), noon + seconds(60)})), ElementsAre());
  EXPECT_THAT(codes(check_clock({noon, noon + seconds(6)})), ElementsAre("clock-behind"));
  EXPECT_THAT(codes(check_clock({noon, hour_ago, noon + seconds(61)})), ElementsAre("clock-behind-files"));
  EXPECT_THAT(codes(check_clock({noon, noon - hours(24 * 365 * 3)})), ElementsAre("clock-ahead"));
  EXPECT_THAT(codes(check_clock({Instant{0}, hour_ago})), ElementsAre("clock-unset"));
  EXPECT_THAT(codes(check_clock({Instant{4'102'444'800'000'000}})), ElementsAre("clock-unset"));
  EXPECT_THAT(check_clock({noon, noon + hours(3)})[0].what, HasSubstr("3 hours later"));
}

TEST(Doctor, the_disk) {
  const std::uint64_t gib = 1U << 30U, no_limit = ~std::uint64_t{0};
  EXPECT_THAT(codes(judge_disk({2 * gib, 9 * gib, 5, 9, 20'000, no_limit})), ElementsAre());
  EXPECT_THAT(codes(judge_disk({2 * gib, 9 * gib, 0, 0, 20'000, no_limit})), ElementsAre()) << "it counts no inodes";
  EXPECT_THAT(codes(judge_disk({gib - 1, 9 * gib, 5, 9, 20'000, no_limit})), ElementsAre("disk-nearly-full"));
  EXPECT_THAT(codes(judge_disk({1000, 9 * gib, 0, 9, 20'000, no_limit})),
              ElementsAre("disk-full", "disk-out-of-inodes"));
  EXPECT_THAT(codes(judge_disk({2 * gib, 9 * gib, 5, 9, 256, gib})),
              ElementsAre("few-open-files", "file-length-limited"));
}

TEST(Doctor, the_store) {
  EXPECT_THAT(codes(judge_store(StoreFacts{"SQLite 3.40.1", 0, 15, 15})), ElementsAre());
  EXPECT_THAT(codes(judge_store(StoreFacts{"SQLite 3.40.1", 0, 0, 15})), ElementsAre());
  EXPECT_THAT(codes(judge_store(StoreFacts{"SQLite 3.40.1", 0, 14, 15})), ElementsAre("store-to-be-moved-forward"));
  EXPECT_THAT(codes(judge_store(StoreFacts{"SQLite 3.40.1", 0, 16, 15})), ElementsAre("store-too-new"));
  EXPECT_THAT(codes(judge_store(StoreFacts{"PostgreSQL 12.1", 120'001, 15, 15})), ElementsAre("database-old"));
  EXPECT_THAT(codes(judge_store(StoreFacts{"PostgreSQL 15.8", 150'008, 15, 15, "require"})),
              ElementsAre("database-line-open"));
  EXPECT_THAT(codes(judge_store(fail(ErrorCode::unavailable, "no"))), ElementsAre("database-unreachable"));
  EXPECT_THAT(codes(judge_store(fail(ErrorCode::io, "no"))), ElementsAre("store-unreadable"));
}

TEST(Doctor, the_plan) {
  DeskFacts facts;
  EXPECT_THAT(codes(judge_plan(facts)), ElementsAre("no-plan"));
  facts.plan = 3;
  facts.addresses = {{"mail", "help@shop.example"}, {"sales", "sales@shop.example"}};
  EXPECT_THAT(codes(judge_plan(facts)), ElementsAre());
  facts.addresses = {{"mail", "help@shop.example"}, {"sales", "Help@shop.example"}, {"odd", "shop.example"}};
  EXPECT_THAT(codes(judge_plan(facts)), ElementsAre("channel-address-twice", "channel-address-invalid"));
  facts.addresses.clear();
  facts.zones_moved = {"Asia/Manila"};
  facts.accounts_unreached = {"ana", "ben"};
  EXPECT_THAT(codes(judge_plan(facts)), ElementsAre("zone-moved", "staff-unreached"));
  facts.plan_problem = "it is damaged";
  EXPECT_THAT(codes(judge_plan(facts)), ElementsAre("plan-broken"));
}

TEST(Doctor, the_outbox) {
  DeskFacts facts;
  facts.now = noon;
  EXPECT_THAT(codes(judge_outbox(facts, false)), ElementsAre());
  facts.mails_waiting = 2;
  facts.next_mail = noon - seconds(599);
  EXPECT_THAT(codes(judge_outbox(facts, true)), ElementsAre());
  facts.next_mail = noon - seconds(601);
  EXPECT_THAT(codes(judge_outbox(facts, true)), ElementsAre("outbox-stuck"));
  facts.mails_failed = 1;
  EXPECT_THAT(codes(judge_outbox(facts, false)), ElementsAre("mail-without-server", "mails-failed"));
  facts.mails_quarantined = 3;
  EXPECT_THAT(codes(judge_outbox(facts, false)),
              ElementsAre("mail-without-server", "mails-failed", "mails-in-quarantine"));
}

TEST(Doctor, mailboxes) {
  DeskFacts facts;
  facts.mailboxes = 2;
  EXPECT_THAT(codes(judge_outbox(facts, true)), ElementsAre());
  facts.mailboxes_failing = 1;
  EXPECT_THAT(codes(judge_outbox(facts, true)), ElementsAre("mailboxes-failing"));
}

TEST(Doctor, the_report) {
  const Findings findings{fine("clock", "it is noon"),
                          {"disk", Level::error, "disk-full", "0 MiB are free", "nothing is taken", "make room"}};
  EXPECT_EQ(to_text(findings),
            "ok       clock: it is noon\n"
            "error    disk: 0 MiB are free\n"
            "         why:  nothing is taken\n"
            "         cure: make room\n"
            "1 error, 0 warnings\n");
  EXPECT_EQ(exit_code_of(findings), 2);
  EXPECT_EQ(exit_code_of({findings[0]}), 0);
  EXPECT_THAT(to_text({findings[0]}), HasSubstr("nothing is wrong"));
  const auto json = boost::json::parse(to_json(findings));
  EXPECT_FALSE(json.at("ok").as_bool());
  EXPECT_EQ(json.at("findings").at(1).at("code").as_string(), "disk-full");
  EXPECT_EQ(json.at("findings").at(0).at("level").as_string(), "ok");
}

}  // namespace
}  // namespace suki::doctor
