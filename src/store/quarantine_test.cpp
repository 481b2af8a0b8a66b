/// Mails in quarantine, on every engine.
#include "store/quarantine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/hash.h"
#include "store/sql.h"
#include "store_testing/earlier.h"
#include "store_testing/store_case.h"

namespace suki::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class QuarantineTest : public store_testing::StoreCase {
 protected:
  static std::int64_t add(Tx& tx, const std::string& bytes, Instant at, const std::string& email = "liza@example.net") {
    QuarantineRecord mail;
    mail.digest = sha256_hex(bytes);
    mail.received_at = at;
    mail.tried_at = at;
    mail.email = email;
    mail.name = "Liza";
    mail.subject = "A fan";
    mail.reason = QuarantineReason::slow;
    mail.detail = "2000 ms";
    return add_quarantined(tx, mail, bytes);
  }
  static std::vector<std::int64_t> ids(const std::vector<QuarantineRecord>& mails) {
    std::vector<std::int64_t> all;
    for (const QuarantineRecord& mail : mails) all.push_back(mail.id);
    return all;
  }
};

TEST_P(QuarantineTest, keeps_everything_and_pages_by_the_newest) {
  const std::string bytes("\0\xff\r\nraw", 7);
  write([&](Tx& tx) {
    EXPECT_EQ(add(tx, bytes, Instant{10}), 1);
    EXPECT_EQ(add(tx, "two", Instant{30}), 2);
    EXPECT_EQ(add(tx, "three", Instant{20}), 3);
    EXPECT_EQ(add(tx, "four", Instant{20}), 4);
  });
  read([&](Tx& tx) {
    const auto first = find_quarantined(tx, 1);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->size, 7);
    EXPECT_EQ(first->email, "liza@example.net");
    EXPECT_EQ(first->name, "Liza");
    EXPECT_EQ(first->subject, "A fan");
    EXPECT_EQ(first->reason, QuarantineReason::slow);
    EXPECT_EQ(first->detail, "2000 ms");
    EXPECT_EQ(first->attempts, 1);
    EXPECT_EQ(tx.content(first->digest), bytes);
    EXPECT_EQ(find_quarantined(tx, sha256_hex("two"))->id, 2);
    EXPECT_FALSE(find_quarantined(tx, sha256_hex("none")));
    EXPECT_FALSE(find_quarantined(tx, 9));
    EXPECT_THAT(ids(quarantined(tx, QuarantineState::waiting, nullptr, 2)), ElementsAre(2, 4));
    const QuarantineKey key{20, 4};
    EXPECT_THAT(ids(quarantined(tx, QuarantineState::waiting, &key, 9)), ElementsAre(3, 1));
    EXPECT_EQ(count_quarantined(tx, QuarantineState::waiting, 9), 4);
    EXPECT_EQ(count_quarantined(tx, QuarantineState::waiting, 3), 3);
    EXPECT_THAT(tx.wrong_references(), IsEmpty());
  });
}

TEST_P(QuarantineTest, a_removed_one_takes_its_bytes_along_when_nothing_else_has_them) {
  write([](Tx& tx) {
    add(tx, "lone", Instant{1});
    add(tx, "shared", Instant{1});
    tx.add_upload("token", {{}, "x", "text/plain", sha256_hex("shared"), 6, Instant{1}}, "shared");
  });
  write([](Tx& tx) {
    remove_quarantined(tx, *find_quarantined(tx, 1));
    remove_quarantined(tx, *find_quarantined(tx, 2));
    EXPECT_EQ(tx.content(sha256_hex("lone")), std::nullopt);
    EXPECT_EQ(tx.content(sha256_hex("shared")), "shared");
    EXPECT_EQ(tx.count_rows("quarantine"), 0);
  });
  write([](Tx& tx) {
    add(tx, "again", Instant{1});
    tx.add_upload("other", {{}, "x", "text/plain", sha256_hex("again"), 5, Instant{1}}, "again");
    EXPECT_EQ(tx.sweep_uploads(false, Instant{9}, 9), 2);
    EXPECT_EQ(tx.content(sha256_hex("again")), "again") << "quarantine has it yet";
  });
}

TEST_P(QuarantineTest, goes_by_address_by_age_and_after_it_was_deleted) {
  write([](Tx& tx) {
    add(tx, "a", Instant{10}, "a@example.com");
    add(tx, "b", Instant{20}, "b@example.com");
    add(tx, "c", Instant{30}, "a@example.com");
    add(tx, "d", Instant{40}, "");
    add(tx, "e", Instant{50}, "e@example.com");
    QuarantineRecord e = *find_quarantined(tx, 5);
    e.state = QuarantineState::deleted;
    e.deleted_at = Instant{60};
    update_quarantined(tx, e);
  });
  write([](Tx& tx) {
    EXPECT_THAT(ids(quarantined(tx, QuarantineState::deleted, nullptr, 9)), ElementsAre(5));
    EXPECT_EQ(count_quarantined_from(tx, "a@example.com").mails, 2);
    EXPECT_EQ(count_quarantined_from(tx, "a@example.com").bytes, 2);
    EXPECT_EQ(count_quarantined_from(tx, "").mails, 0) << "nobody is not somebody";
    EXPECT_EQ(remove_quarantined_from(tx, "", 9), 0);
    EXPECT_EQ(remove_quarantined_from(tx, "a@example.com", 1), 1);
    EXPECT_EQ(remove_quarantined_from(tx, "a@example.com", 9), 1);
    EXPECT_EQ(remove_deleted_quarantined(tx, Instant{60}, 9), 0);
    EXPECT_EQ(remove_deleted_quarantined(tx, Instant{61}, 9), 1);
    EXPECT_EQ(remove_quarantined_before(tx, Instant{40}, 9), 1);
    EXPECT_THAT(ids(quarantined(tx, QuarantineState::waiting, nullptr, 9)), ElementsAre(4));
    EXPECT_EQ(tx.count_rows("blobs"), 1);
  });
}

TEST_P(QuarantineTest, a_missing_content_is_found) {
  write([](Tx& tx) {
    add(tx, "gone", Instant{1});
    tx.sql().run("delete from blobs where digest = :digest", sha256_hex("gone"));
  });
  read([](Tx& tx) {
    EXPECT_THAT(tx.wrong_references(), ElementsAre("mail 1 in quarantine has not the 4 bytes that it is said to have"));
  });
}

TEST_P(QuarantineTest, what_an_earlier_version_stored_goes_on) {
  write([](Tx& tx) { tx.set_setting("kept", "yes"); });
  close();
  for (const std::string& statement : store_testing::back_to_step_21()) place.run(statement);
  open();
  write([](Tx& tx) {
    EXPECT_EQ(tx.setting("kept"), "yes");
    EXPECT_EQ(add(tx, "first", Instant{1}), 1);
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, QuarantineTest, testing::ValuesIn(store_testing::engines()),
                         [](const auto& given) { return given.param; });

}  // namespace
}  // namespace suki::store
