/// Mails that were cut, joined and bit-flipped, all the way in: each is a message, known already or in quarantine,
/// within a second, and what is stored is whole. SUKI_SEED repeats one run, SUKI_MUTATIONS says how many.
#include <ctime>
#include <iostream>
#include <map>

#include "app/mail_intake.h"
#include "app/quarantine.h"
#include "app/testing.h"
#include "app/verify.h"
#include "mail/mutator.h"
#include "store/hash.h"

namespace suki::app {
namespace {

using mail::testing::number_from;

class Intake : public AppTest {
 protected:
  std::int64_t count(const char* table) {
    return *read([&](store::Tx& tx) -> Result<std::int64_t> { return tx.count_rows(table); });
  }
};

bool say_the_same(const std::string& one, const std::string& other) {
  const mail::Parsed a = mail::parse(one), b = mail::parse(other);
  return a.message_id == b.message_id && a.from.email == b.from.email && a.subject == b.subject && a.text == b.text &&
         a.html == b.html && a.attachments.size() == b.attachments.size();
}

TEST_F(Intake, ten_thousand_mutated_mails_come_in_and_none_is_lost) {
  const std::uint64_t seed = number_from("SUKI_SEED", 20261126);
  const std::uint64_t count_of_mails = number_from("SUKI_MUTATIONS", 10'000);
  mail::testing::Mutator mutator(mail::testing::mails_to_mutate(), seed);
  ASSERT_TRUE(watch_reading(*app_, folder()).ok());
  std::int64_t messages = 0, duplicates = 0, apart = 0;
  double longest = 0;
  for (std::uint64_t i = 0; i < count_of_mails; ++i) {
    const std::string raw = mutator.next();
    const std::string repeat = "mail " + std::to_string(i) + ": SUKI_SEED=" + std::to_string(seed) +
                               " build/src/app/app_slow_test --gtest_filter=Intake.*";
    now = now + seconds(1);
    const std::clock_t start = std::clock();
    const auto taken = take_mail(*app_, *store_, raw);
    const double took = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    longest = std::max(longest, took);
    ASSERT_TRUE(taken.ok()) << repeat << ": " << taken.error().detail;
    ASSERT_LT(took, 1.0) << repeat;
    if (taken->duplicate)
      ++duplicates;
    else if (taken->quarantine != 0)
      ++apart;
    else
      ++messages;
    // Its bytes are there as they came; of a copy those of the mail that says the same under the same Message-ID.
    const std::string digest = store::sha256_hex(raw);
    ASSERT_TRUE(*read([&](store::Tx& tx) -> Result<bool> {
      if (taken->quarantine != 0) return tx.content(digest) == raw;
      const auto kept = tx.raw_mail(taken->message);
      return kept == raw || (taken->duplicate && kept && say_the_same(*kept, raw));
    })) << repeat;
  }
  EXPECT_EQ(count("quarantine"), apart);
  EXPECT_EQ(count("raw_mails"), messages);
  EXPECT_GT(messages, 0);
  EXPECT_GT(apart, 0);
  std::map<std::string, int> reasons;
  std::string cursor;
  for (bool more = true; more;) {
    const auto page = read([&](store::Tx& tx) { return quarantine_page(tx, {"", cursor, 200}); });
    ASSERT_TRUE(page.ok());
    for (const QuarantinedMail& mail : page->items) {
      ++reasons[mail.reason];
      const auto id = std::stoll(mail.id);
      EXPECT_TRUE(read([&](store::Tx& tx) { return show_quarantined(tx, id); }).ok());
    }
    more = page->next.has_value();
    cursor = page->next.value_or("");
  }
  EXPECT_EQ(reasons["failed"] + reasons["crashed"] + reasons["refused"], 0) << "a fault of ours; the list says which";
  for (ConversationId after; true;) {
    const auto slice = read([&](store::Tx& tx) { return app_->verify(tx, after, 1'000); });
    ASSERT_TRUE(slice.ok());
    EXPECT_TRUE(slice->differences.empty()) << slice->differences.front();
    if (slice->done) break;
    after = slice->last;
  }
  std::cout << count_of_mails << " mails of seed " << seed << ": " << messages << " messages, " << duplicates
            << " known, " << apart << " in quarantine, the longest in " << longest << " s\n";
  for (const auto& [reason, n] : reasons) std::cout << "  " << reason << " " << n << "\n";
}

}  // namespace
}  // namespace suki::app
