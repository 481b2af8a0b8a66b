/// Mailboxes, and what is known of their mails; on every engine.
#include "store/mailboxes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_testing/store_case.h"

namespace suki::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MailboxesTest : public store_testing::StoreCase {
 protected:
  static MailboxId add(Tx& tx, const std::string& name) {
    MailboxRecord m;
    m.name = name;
    m.host = "imap.shop.example";
    m.port = 143;
    m.tls = MailboxTls::starttls;
    m.login = "help@shop.example";
    m.auth = MailboxAuth::oauth;
    m.secret = "sealed";
    m.provider = "custom";
    m.token_url = "https://id.shop.example/token";
    m.client_id = "client";
    m.scope = "mail";
    m.folder = "INBOX";
    m.then = MailboxThen::move;
    m.move_to = "Done";
    m.older = true;
    m.every = minutes(2);
    m.channel = Symbol(7);
    m.created_at = Instant{11};
    return add_mailbox(tx, m);
  }
  static std::vector<std::uint32_t> uids(Tx& tx, MailboxId id, std::uint32_t validity, FetchedState state) {
    std::vector<std::uint32_t> all;
    for (const FetchedRecord& one : fetched_in_state(tx, id, validity, state, 100)) all.push_back(one.uid);
    return all;
  }
};

TEST_P(MailboxesTest, every_word_of_one_comes_back) {
  write([](Tx& tx) {
    const MailboxId id = add(tx, "Help");
    MailboxRecord m = *find_mailbox(tx, id);
    m.uidvalidity = 4'294'967'295u;
    m.last_uid = 4'000'000'000u;
    m.recheck_uid = 4'100'000'000u;
    m.first_at = Instant{12};
    m.fetched = 3;
    save_mailbox_progress(tx, m);
    m.last_error = "no [imap_log_in]";
    m.error_at = Instant{13};
    m.success_at = Instant{14};
    save_mailbox_health(tx, m);
  });
  read([](Tx& tx) {
    const auto all = mailboxes(tx);
    ASSERT_EQ(all.size(), 1u);
    const MailboxRecord& m = all[0];
    EXPECT_EQ(
        m.name + m.host + m.login + m.secret + m.provider + m.token_url + m.client_id + m.scope + m.folder + m.move_to,
        "Helpimap.shop.examplehelp@shop.examplesealedcustomhttps://id.shop.example/tokenclientmailINBOXDone");
    EXPECT_EQ(m.port, 143);
    EXPECT_EQ(m.tls, MailboxTls::starttls);
    EXPECT_EQ(m.auth, MailboxAuth::oauth);
    EXPECT_EQ(m.then, MailboxThen::move);
    EXPECT_TRUE(m.older && m.enabled);
    EXPECT_EQ(m.every, minutes(2));
    EXPECT_EQ(m.channel, Symbol(7));
    EXPECT_EQ(m.uidvalidity, 4'294'967'295u) << "unsigned numbers of 32 bits";
    EXPECT_EQ(m.last_uid, 4'000'000'000u);
    EXPECT_EQ(m.recheck_uid, 4'100'000'000u);
    EXPECT_EQ(m.last_error, "no [imap_log_in]");
    EXPECT_EQ((std::vector{m.created_at, m.first_at, m.error_at, m.success_at}),
              (std::vector{Instant{11}, Instant{12}, Instant{13}, Instant{14}}));
    EXPECT_EQ(m.fetched, 3);
  });
}

TEST_P(MailboxesTest, a_removed_one_can_come_back_until_it_is_purged_with_its_secret) {
  write([](Tx& tx) {
    const MailboxId kept = add(tx, "Kept"), gone = add(tx, "Gone");
    save_fetched(tx, {gone, 5, 1, "d", 10, FetchedState::told, Instant{1}});
    save_fetched(tx, {kept, 5, 1, "d", 10, FetchedState::told, Instant{1}});
    MailboxRecord m = *find_mailbox(tx, gone);
    m.removed_at = Instant{100};
    update_mailbox(tx, m);
    EXPECT_EQ(count_mailboxes(tx), 1);
    purge_mailboxes(tx, Instant{100});
    EXPECT_EQ(find_mailbox(tx, gone)->secret, "sealed");
    purge_mailboxes(tx, Instant{101});
    EXPECT_FALSE(find_mailbox(tx, gone).has_value());
    EXPECT_TRUE(find_mailbox(tx, kept).has_value());
    EXPECT_TRUE(was_fetched_before(tx, kept, 6, "d"));
    EXPECT_NE(add(tx, "New"), gone) << "no number is given twice";
  });
}

TEST_P(MailboxesTest, what_the_server_is_to_be_told_and_what_was_left_there) {
  write([](Tx& tx) {
    const MailboxId id = add(tx, "Help");
    save_fetched(tx, {id, 5, 9, "nine", 10, FetchedState::kept, Instant{1}});
    save_fetched(tx, {id, 5, 2, "two", 10, FetchedState::kept, Instant{1}});
    save_fetched(tx, {id, 4, 3, "old", 10, FetchedState::kept, Instant{1}});
    save_fetched(tx, {id, 5, 4, "", 99'000'000, FetchedState::large, Instant{1}});
    save_fetched(tx, {id, 5, 5, "", 10, FetchedState::bad, Instant{1}});
    EXPECT_THAT(uids(tx, id, 5, FetchedState::kept), ElementsAre(2u, 9u));
    set_fetched_state(tx, id, 5, 2, FetchedState::told);
    EXPECT_THAT(uids(tx, id, 5, FetchedState::kept), ElementsAre(9u));
    EXPECT_EQ(count_left(tx, id), 2);
    EXPECT_EQ(retry_left(tx, id), 2);
    EXPECT_EQ(count_left(tx, id), 0);
    EXPECT_THAT(uids(tx, id, 5, FetchedState::again), ElementsAre(4u, 5u));
    EXPECT_TRUE(was_fetched_before(tx, id, 5, "old"));
    EXPECT_FALSE(was_fetched_before(tx, id, 5, "two")) << "the same bytes twice are two mails, unless numbers changed";
    forget_fetched_before(tx, id, 5);
    EXPECT_FALSE(was_fetched_before(tx, id, 5, "old"));
    EXPECT_THAT(uids(tx, id, 4, FetchedState::kept), IsEmpty());
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, MailboxesTest, testing::ValuesIn(store_testing::engines()),
                         [](const auto& given) { return given.param; });

}  // namespace
}  // namespace suki::store
