#include "demo/demo.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "store/tx.h"
#include "store_testing/engines.h"

namespace suki::demo {
namespace {

struct Made {
  std::map<std::string, int> states;
  int at_risk = 0, breached = 0, running = 0, with_raw = 0, attachments = 0, links = 0;
  std::int64_t outbox = 0, conversations = 0;
  std::set<std::string> subjects, previews;
  std::string all;  ///< digest of every history, in order
  std::vector<Account> accounts;
};

Made make_one(std::uint64_t seed) {
  const store_testing::TestPlace place(store_testing::engine());
  Made made;
  {
    auto store = store::Store::open(place.options());
    SUKI_ASSERT(store.ok());
    Options options;
    options.seed = seed;
    options.site_url = "https://aling-nena.example:9000";
    options.now = *parse_instant("2026-11-25T03:30:00Z");  // a Wednesday, 11:30 in Manila
    const auto accounts = make(**store, options);
    EXPECT_TRUE(accounts.ok()) << accounts.error().detail;
    if (accounts.ok()) made.accounts = *accounts;
    EXPECT_EQ(make(**store, options).error().code, ErrorCode::conflict) << "never over what is there";
    (void)(*store)->read_and_wait([&](store::Tx& tx) -> Result<void> {
      made.conversations = tx.count_rows("conversations");
      for (std::int64_t id = 1; id <= made.conversations; ++id) {
        const auto row = tx.list_row(ConversationId(id));
        ++made.states[desk::name_of(row->record.state.state)];
        made.at_risk += row->record.at_risk;
        made.breached += row->record.breached;
        made.running += row->record.next_due != never;
        made.subjects.insert(row->subject);
        made.all += row->record.digest;
        made.attachments += static_cast<int>(tx.attachments(ConversationId(id)).size());
        EXPECT_EQ(store::Tx::digest_of(tx.events(ConversationId(id))), row->record.digest);
        for (const auto& message : tx.messages(ConversationId(id))) {
          EXPECT_EQ(message.text.find('{'), std::string::npos) << message.text;
          EXPECT_EQ(message.text.find("127.0.0.1"), std::string::npos) << message.text;
          made.links += message.text.find("https://aling-nena.example:9000/c/") != std::string::npos;
          made.with_raw += message.has_raw;
        }
        EXPECT_GT(row->record.next_wake, options.now) << "nothing is left undone";
      }
      return {};
    });
    (void)(*store)->write_and_wait([&](store::Tx& tx) -> Result<void> {
      EXPECT_TRUE(tx.claim_outgoing(instant_max, instant_max, 1).empty()) << "no mail goes to people who are not there";
      return {};
    });
  }
  return made;
}

const Made& first_made() {
  static const Made made = make_one(1);
  return made;
}

TEST(Demo, two_hundred_conversations_in_every_state_some_about_to_break_and_some_broken) {
  const Made& made = first_made();
  EXPECT_EQ(made.conversations, 200);
  for (const char* state : {"open", "pending", "on_hold", "resolved", "closed"})
    EXPECT_GE(made.states.find(state) == made.states.end() ? 0 : made.states.at(state), 5) << state;
  EXPECT_GE(made.at_risk, 5);
  EXPECT_GE(made.breached, 5);
  EXPECT_GE(made.running, 30);
  EXPECT_GE(made.with_raw, 30);
  EXPECT_GE(made.attachments, 3);
  EXPECT_GE(made.links, 30) << "private links lead to where it is served";
  EXPECT_EQ(made.accounts.size(), 6u);
  std::set<std::string> passwords;
  for (const Account& account : made.accounts) passwords.insert(account.password);
  EXPECT_EQ(passwords.size(), 6u);
  for (const auto& [state, n] : made.states) RecordProperty(state, n);
}

TEST(Demo, the_same_seed_gives_the_same_histories_and_another_seed_others) {
  EXPECT_EQ(first_made().all, make_one(1).all);
  EXPECT_NE(first_made().all, make_one(8).all);
}

}  // namespace
}  // namespace suki::demo
