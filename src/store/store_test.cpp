/// Cases for every engine: they know of the store only what store.h and tx.h say.
#include "store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "store/tx.h"
#include "store_testing/opening_case.h"

namespace suki::store {
namespace {

class StoreTest : public store_testing::OpeningCase {};

TEST_P(StoreTest, what_was_written_is_there_after_closing_and_opening) {
  const auto written = set(*open(), "a", "1");
  ASSERT_TRUE(written.ok()) << written.error().detail;
  EXPECT_EQ(get(*open(), "a"), "1");
}

TEST_P(StoreTest, a_folder_has_one_owner) {
  auto first = open();
  auto second = try_open();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::busy);
  EXPECT_THAT(second.error().detail, testing::HasSubstr(std::to_string(::getpid())));
}

TEST_P(StoreTest, a_folder_is_closed_to_others) {
  auto store = open();
  EXPECT_EQ(std::filesystem::status(place.options().data_dir).permissions(), std::filesystem::perms::owner_all);
  for (const auto& file : std::filesystem::directory_iterator(place.options().data_dir))
    EXPECT_EQ(file.status().permissions() & (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
              std::filesystem::perms::none)
        << file.path();
}

TEST_P(StoreTest, a_check_of_the_whole_names_a_row_whose_other_is_not_there) {
  auto store = open();
  const auto wrong = [&store] {
    std::vector<std::string> found;
    const auto done = store->read_and_wait([&found](Tx& tx) -> Result<void> {
      found = tx.wrong_references();
      return {};
    });
    EXPECT_TRUE(done.ok()) << done.error().detail;
    return found;
  };
  EXPECT_THAT(wrong(), testing::IsEmpty());
  ASSERT_TRUE(store
                  ->write_and_wait([](Tx& tx) -> Result<void> {
                    OutboxRecord mail;
                    mail.message = MessageId(7);
                    tx.add_outgoing(mail);
                    return {};
                  })
                  .ok());
  EXPECT_THAT(wrong(), testing::ElementsAre("mail 1 of the outbox carries message 7, which is not there"));
}

TEST_P(StoreTest, bytes_come_back_equal) {
  auto store = open();
  std::string raw;
  for (int i = 0; i < 3 * 256; ++i) raw.push_back(static_cast<char>(i));
  const std::string text = "Magandang umaga po \xF0\x9F\x8C\x9E 'quoted' \"twice\"; drop table messages;";
  ASSERT_TRUE(store
                  ->write_and_wait([&](Tx& tx) -> Result<void> {
                    ConversationRecord record;
                    record.state.id = tx.new_conversation_id();
                    record.customer = tx.add_customer({{}, text, "a@b.example", {}, {}});
                    tx.save_conversation(record, nullptr);
                    MessageRecord message;
                    message.id = tx.new_message_id();
                    message.conversation = record.state.id;
                    message.text = text;
                    tx.add_message(message);
                    tx.add_raw_mail(message.id, raw, "d1");
                    tx.add_attachment({0, message.id, "one.bin", "application/octet-stream", raw, 0});
                    tx.add_attachment({0, message.id, "empty.bin", "application/octet-stream", "", 0});
                    return {};
                  })
                  .ok());
  ASSERT_TRUE(store
                  ->read_and_wait([&](Tx& tx) -> Result<void> {
                    EXPECT_EQ(tx.raw_mail(MessageId(1)), raw);
                    EXPECT_EQ(tx.find_attachment(1)->bytes, raw);
                    EXPECT_EQ(tx.find_attachment(1)->size, 768);
                    EXPECT_EQ(tx.find_attachment(2)->bytes, "");
                    EXPECT_EQ(tx.find_message(MessageId(1))->text, text);
                    EXPECT_EQ(tx.find_raw_mail("d1"), MessageId(1));
                    EXPECT_EQ(tx.find_raw_mail("d2"), std::nullopt);
                    return {};
                  })
                  .ok());
}

TEST_P(StoreTest, what_is_no_text_is_made_one) {
  auto store = open();
  const std::string broken("a\0b\xFFz", 5), mended =
                                                "a\xEF\xBF\xBD"
                                                "b\xEF\xBF\xBDz";
  ASSERT_TRUE(set(*store, broken, broken).ok());
  EXPECT_EQ(get(*store, broken), mended);
  EXPECT_EQ(get(*store, mended), mended);
}

TEST_P(StoreTest, what_a_later_version_has_made_is_refused) {
  ASSERT_TRUE(set(*open(), "a", "1").ok());
  place.run("insert into migrations (number) values (9999)");
  const auto opened = try_open();
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().detail, testing::HasSubstr("made by a later version of suki (step 9999"));
  place.run("delete from migrations where number = 9999");
  EXPECT_EQ(get(*open(), "a"), "1");
}

TEST_P(StoreTest, a_store_that_was_written_is_dumped_alike_on_every_engine) {
  auto store = open();
  ASSERT_TRUE(set(*store, "a", "1\ttab").ok());
  ASSERT_TRUE(store
                  ->write_and_wait([](Tx& tx) -> Result<void> {
                    tx.add_plan({{}, Instant{5}, "me", "why", "d"}, {{"plan.yaml", std::string("\0\xFF", 2)}});
                    tx.add_customer({{}, "Liza", "liza@example.net", {}, {}});
                    return {};
                  })
                  .ok());
  store.reset();
  EXPECT_THAT(place.dump(),
              testing::HasSubstr("counters\tname=customer\tvalue=1\n"
                                 "customers\temail=liza@example.net\terased_at=0\tid=1\tlanguage=0\tname=Liza"
                                 "\tsegment=0\n"));
  EXPECT_THAT(place.dump(), testing::HasSubstr("plan_files\tbytes=00ff\tname=plan.yaml\tversion=1\n"));
  EXPECT_THAT(place.dump(), testing::HasSubstr("settings\tname=a\tvalue=1\ttab\n"));
}

TEST_P(StoreTest, names_are_those_up_to_a_version_in_the_order_they_were_given) {
  auto store = open();
  const auto named = [&](int version) {
    std::string all;
    const auto done = store->read_and_wait([&](Tx& tx) -> Result<void> {
      for (const SymbolName& name : tx.symbol_names(PlanVersion(version)))
        all += std::to_string(name.symbol.value) + name.slug + std::to_string(name.since.value) + " ";
      return {};
    });
    EXPECT_TRUE(done.ok());
    return all;
  };
  ASSERT_TRUE(store
                  ->write_and_wait([](Tx& tx) -> Result<void> {
                    const PlanVersion one(1), two(2), three(3);
                    tx.add_symbol_names({{Symbol(2), one, "b"}, {Symbol(1), one, "a"}});
                    tx.add_symbol_names({{Symbol(1), two, "b"}, {Symbol(2), two, "a"}, {Symbol(3), two, "c"}});
                    tx.add_symbol_names({{Symbol(3), three, "d"}});
                    return {};
                  })
                  .ok());
  EXPECT_EQ(named(0), "");
  EXPECT_EQ(named(1), "1a1 2b1 ");
  EXPECT_EQ(named(2), "1a1 2b1 1b2 2a2 3c2 ");
  EXPECT_EQ(named(9), "1a1 2b1 1b2 2a2 3c2 3d3 ");
}

TEST_P(StoreTest, versions_keep_what_they_were_compiled_from_and_equal_contents_once) {
  auto store = open();
  const std::string bytes("zone\0\xff", 6);
  ASSERT_TRUE(
      store
          ->write_and_wait([&](Tx& tx) -> Result<void> {
            const PlanVersion one = tx.add_plan({{}, Instant{5}, "me", "first", "d1"}, {});
            const PlanVersion two = tx.add_plan({{}, Instant{6}, "me", "second", "d2"}, {});
            tx.add_plan_basis(one, {{"zone", "Asia/Manila", "2025b", "aa", bytes}});
            tx.add_plan_basis(two, {{"zone", "Asia/Manila", "2026a", "aa", bytes}, {"ical", "x", "", "bb", ""}});
            tx.set_plan_digest(two, "d3");
            return {};
          })
          .ok());
  ASSERT_TRUE(store
                  ->read_and_wait([&](Tx& tx) -> Result<void> {
                    EXPECT_EQ(tx.count_rows("basis"), 2);
                    const auto versions = tx.plan_versions();
                    EXPECT_EQ(versions.size(), 2u);
                    EXPECT_EQ(versions.at(0).digest, "d1");
                    EXPECT_EQ(versions.at(1).digest, "d3");
                    const auto first = tx.plan_basis(PlanVersion(1));
                    EXPECT_EQ(first.size(), 1u);
                    EXPECT_EQ(first.at(0).bytes, bytes);
                    EXPECT_EQ(first.at(0).edition, "2025b");
                    EXPECT_EQ(tx.plan_basis(PlanVersion(2)).size(), 2u);
                    EXPECT_TRUE(tx.plan_basis(PlanVersion(3)).empty());
                    return {};
                  })
                  .ok());
}

TEST_P(StoreTest, lists_page_by_key_and_the_tallies_agree) {
  auto store = open();
  ASSERT_TRUE(store
                  ->write_and_wait([](Tx& tx) -> Result<void> {
                    const CustomerId customer = tx.add_customer({{}, "Liza", "liza@example.net", {}, {}});
                    for (int i = 0; i < 25; ++i) {
                      ConversationRecord record;
                      record.state.id = tx.new_conversation_id();
                      record.state.state = i % 5 == 4 ? desk::State::pending : desk::State::open;
                      record.state.assignee = AgentId(i % 3);
                      record.customer = customer;
                      record.next_due = i < 3 ? never : Instant{1000 - i / 2};  // ties among them
                      record.last_at = Instant{i / 2};
                      tx.save_conversation(record, nullptr);
                      tx.set_texts(record.state.id, "subject", "");
                    }
                    const auto before = tx.find_conversation(ConversationId(1));
                    auto record = *before;
                    record.state.state = desk::State::resolved;
                    tx.save_conversation(record, &*before);
                    return {};
                  })
                  .ok());
  ASSERT_TRUE(store
                  ->read_and_wait([](Tx& tx) -> Result<void> {
                    const Tallies t = tx.tallies(AgentId(1));
                    const std::pair<View, std::int64_t> views[] = {
                        {View::open, t.open},       {View::mine, t.mine},         {View::unassigned, t.unassigned},
                        {View::waiting, t.waiting}, {View::resolved, t.resolved}, {View::closed, t.closed},
                        {View::all, t.all}};
                    EXPECT_EQ(t.open, 19);
                    EXPECT_EQ(t.all, 25);
                    for (const auto& [view, count] : views) {
                      std::vector<ListRow> all = tx.list(view, AgentId(1), nullptr, 100), paged;
                      EXPECT_EQ(static_cast<std::int64_t>(all.size()), count) << int(view);
                      for (;;) {
                        const auto page = tx.list(view, AgentId(1), paged.empty() ? nullptr : &paged.back().key, 4);
                        paged.insert(paged.end(), page.begin(), page.end());
                        if (page.size() < 4) break;
                      }
                      EXPECT_EQ(paged.size(), all.size()) << int(view);
                      for (std::size_t i = 0; i < std::min(all.size(), paged.size()); ++i)
                        EXPECT_EQ(all[i].record.state.id, paged[i].record.state.id) << int(view) << " " << i;
                    }
                    return {};
                  })
                  .ok());
}

TEST_P(StoreTest, a_mail_is_claimed_by_one_and_again_when_its_lease_is_over) {
  auto store = open();
  ASSERT_TRUE(store
                  ->write_and_wait([](Tx& tx) -> Result<void> {
                    OutboxRecord mail;
                    mail.to = "a@b.example";
                    mail.data = "x";
                    mail.next_at = Instant{10};
                    tx.add_outgoing(mail);
                    EXPECT_TRUE(tx.claim_outgoing(Instant{9}, Instant{100}, 5).empty());
                    EXPECT_EQ(tx.claim_outgoing(Instant{10}, Instant{100}, 5).size(), 1u);
                    EXPECT_TRUE(tx.claim_outgoing(Instant{99}, Instant{200}, 5).empty());
                    EXPECT_EQ(tx.claim_outgoing(Instant{100}, Instant{200}, 5).size(), 1u);
                    return {};
                  })
                  .ok());
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, testing::ValuesIn(store_testing::engines()),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace suki::store
