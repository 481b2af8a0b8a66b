// What a plan version was compiled from is kept with it: what the machine becomes later moves no promise.
#include <filesystem>
#include <fstream>

#include "app/testing.h"
#include "store_testing/earlier.h"

namespace suki::app {
namespace {

using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;

class BasisTest : public AppTest {
 protected:
  /// From the next open() on Asia/Manila has the times of Asia/Tokyo, an hour ahead.
  void change_machine() {
    const fs::path changed = fs::path(folder()) / "zoneinfo";
    fs::create_directories(changed / "Asia");
    fs::copy_file("/usr/share/zoneinfo/Asia/Tokyo", changed / "Asia" / "Manila", fs::copy_options::overwrite_existing);
    std::ofstream(changed / "+VERSION") << "2099z\n";
    std::ofstream(changed / "tzdata.zi") << "# version 2099z\nZ Asia/Manila 9 - JST\n";
    zone_folder = changed.string();
  }
  /// Past the store, which must be closed.
  void sql(const std::string& text) {
    close();
    place_.run(text);
  }
  /// Of a column of bytes, as the engine of this test says it.
  [[nodiscard]] std::string replaced(const std::string& from, const std::string& to) const {
    const std::string words = ", '" + from + "', '" + to + "')";
    return place_.engine() == "postgres" ? "convert_to(replace(convert_from(bytes, 'UTF8')" + words + ", 'UTF8')"
                                         : "cast(replace(cast(bytes as text)" + words + " as blob)";
  }
  /// Opens the folder as it is; the error of starting, "" when it starts.
  std::string start() {
    close();
    auto store = store::Store::open(place_.options());
    if (!store.ok()) return store.error().detail;
    store_ = std::move(*store);
    Host host;
    host.now = [this] { return now; };
    host.random_token = [](std::size_t) { return "token"; };
    host.zone_folder = zone_folder;
    app_ = std::make_unique<App>(*store_, host);
    const auto started = app_->start();
    return started.ok() ? "" : started.error().detail;
  }
  App::PlanStatus status() {
    auto status = read([&](store::Tx& tx) { return app_->plan_status(tx); });
    EXPECT_TRUE(status.ok()) << status.error().detail;
    return *status;
  }
  std::string page(const std::string& language) {
    const auto document = read([&](store::Tx& tx) {
      return app_->plan_document(tx, {AgentId(1), Role::manager, language});
    });
    std::string all;
    for (const PlanSection& section : document->sections)
      for (const Text& paragraph : section.paragraphs) all += paragraph + "\n";
    return all;
  }
};

TEST_F(BasisTest, a_store_opened_on_a_machine_with_other_time_zones_keeps_every_due_instant) {
  now = *parse_instant("2026-11-20T08:00:00Z");  // Friday, 16:00 in Manila
  create(form("r1"));
  const auto explained =
      read([&](store::Tx& tx) { return app_->explain(tx, caller, ConversationId(1), "first_reply", 1); });
  change_machine();
  open();
  EXPECT_EQ(show(1).clocks.front().due_at, "2026-11-23T04:00:00Z");
  const auto again =
      read([&](store::Tx& tx) { return app_->explain(tx, caller, ConversationId(1), "first_reply", 1); });
  ASSERT_EQ(again->stretches.size(), explained->stretches.size());
  for (std::size_t i = 0; i < again->stretches.size(); ++i) {
    EXPECT_EQ(again->stretches[i].from, explained->stretches[i].from);
    EXPECT_EQ(again->stretches[i].counted_s, explained->stretches[i].counted_s);
  }
  // Pausing and going on computes the due anew, by the hours that were kept.
  agent("ana");
  create(form("r2"));
  EXPECT_EQ(show(2).clocks.front().due_at, "2026-11-23T04:00:00Z") << "the version in force is the same one";
  wait(days(4));
  EXPECT_EQ(show(1).clocks.front().ended_at, "2026-11-23T04:00:00Z");

  // Adopted again, the plan takes what the machine has; the old promise stays.
  now = *parse_instant("2026-11-27T09:30:00Z");  // Friday evening by either table
  create(form("r3"));
  ASSERT_TRUE(write([&](store::Tx& tx) {
                return app_->adopt(tx, {{"plan.yaml", plan_yaml}}, "me", "the machine's times");
              }).ok());
  create(form("r4"));
  EXPECT_EQ(show(3).clocks.front().due_at, "2026-11-30T05:00:00Z");
  EXPECT_EQ(show(4).clocks.front().due_at, "2026-11-30T04:00:00Z") << "nine o'clock is an hour earlier now";
  open();
  EXPECT_EQ(show(3).clocks.front().due_at, "2026-11-30T05:00:00Z");
}

TEST_F(BasisTest, that_the_machine_differs_is_said_and_from_when_on) {
  EXPECT_EQ(status().kept.at(0).name, "Asia/Manila");
  EXPECT_EQ(status().kept.at(0).differs_at, never);
  EXPECT_THAT(page("en"), Not(HasSubstr("this machine's data")));
  change_machine();
  open();
  const auto kept = status().kept;
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].now, "2099z");
  EXPECT_NE(kept[0].edition, "2099z");
  EXPECT_EQ(kept[0].differs_at, *parse_instant("2026-11-23T02:00:00Z")) << "from the adoption on";
  EXPECT_THAT(page("en"), HasSubstr("this machine's data (2099z) gives other times than this version's"));
  EXPECT_THAT(page("fil"), HasSubstr("iba ang mga oras sa datos ng makinang ito (2099z)"));
  fs::remove(fs::path(zone_folder) / "Asia" / "Manila");
  EXPECT_TRUE(status().kept[0].gone);
  EXPECT_EQ(create(form()).promise.reply_by, "2026-11-23T06:00:00Z") << "nothing of it is needed";
}

TEST_F(BasisTest, versions_share_what_is_the_same_and_differ_in_digest_when_it_is_not) {
  const std::string first = status().digest;
  EXPECT_EQ(first.size(), 64u);
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->adopt(tx, {{"plan.yaml", plan_yaml}}, "me", "again"); }).ok());
  EXPECT_EQ(status().digest, first) << "the same files, compiled from the same";
  change_machine();
  open();
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->adopt(tx, {{"plan.yaml", plan_yaml}}, "me", "moved"); }).ok());
  EXPECT_NE(status().digest, first);
  (void)read([&](store::Tx& tx) -> Result<int> {
    EXPECT_EQ(tx.plan_basis(PlanVersion(1)).at(0).digest, tx.plan_basis(PlanVersion(2)).at(0).digest);
    EXPECT_NE(tx.plan_basis(PlanVersion(1)).at(0).digest, tx.plan_basis(PlanVersion(3)).at(0).digest);
    EXPECT_EQ(tx.count_rows("basis"), 2);
    return 0;
  });
}

TEST_F(BasisTest, damage_is_found_on_reading_and_named) {
  // What SQLite checks only for those who ask for it.
  if (place_.engine() == "postgres") sql("alter table plan_basis drop constraint plan_basis_digest_fkey");
  sql("update basis set bytes = " + replaced("28800", "32400"));
  EXPECT_THAT(start(), HasSubstr("plan version 1 cannot be used: its zone Asia/Manila is damaged"));
  sql("update basis set bytes = ''");
  EXPECT_THAT(start(), HasSubstr("its zone Asia/Manila is gone"));
  sql("delete from basis");
  EXPECT_THAT(start(), HasSubstr("its zone Asia/Manila is gone"));
  sql("delete from plan_basis");
  EXPECT_THAT(start(), HasSubstr("its files or what it was compiled from changed"));
}

TEST_F(BasisTest, a_changed_file_of_a_version_is_found_too) {
  sql("update plan_files set bytes = " + replaced("4h", "2h"));
  EXPECT_THAT(start(), HasSubstr("its files or what it was compiled from changed; restore the data folder"));
}

TEST_F(BasisTest, a_folder_of_an_earlier_suki_gets_it_at_the_first_start) {
  create(form());
  const auto due = show(1).clocks.front().due_at;
  for (const std::string& statement : store_testing::back_to_step_3(place_.engine())) sql(statement.c_str());
  // As step 2 of the tables left it: symbols by slug alone, and digests over the files only.
  sql("create table symbols (id bigint primary key, slug text not null unique);"
      "insert into symbols (id, slug) select symbol, slug from symbol_names;"
      "drop table symbol_names; drop table plan_basis; drop table basis;"
      "update plan_versions set digest = '0123456789abcdef0123456789abcdef';"
      "delete from migrations where number >= 3");
  EXPECT_EQ(start(), "");
  EXPECT_EQ(show(1).row.topic.id, "refund");
  EXPECT_EQ(show(1).clocks.front().due_at, due);
  EXPECT_EQ(status().digest.size(), 64u);
  EXPECT_EQ(status().kept.at(0).name, "Asia/Manila");
  change_machine();
  EXPECT_EQ(start(), "") << "once";
  EXPECT_EQ(show(1).clocks.front().due_at, due);
  // And what comes after it is named by version.
  std::string renamed = plan_yaml;
  renamed.replace(renamed.find("{id: refund,"), 12, "{id: returns, was: refund,");
  const auto adopted = write([&](store::Tx& tx) { return app_->adopt(tx, {{"plan.yaml", renamed}}, "me", "names"); });
  ASSERT_TRUE(adopted.ok()) << adopted.error().detail;
  EXPECT_EQ(show(1).row.topic.id, "returns");
}

}  // namespace
}  // namespace suki::app
