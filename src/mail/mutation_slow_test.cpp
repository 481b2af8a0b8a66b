/// Mails that were cut, joined and bit-flipped: each has an answer in valid UTF-8 within a second. SUKI_SEED repeats
/// one run, SUKI_MUTATIONS says how many; without the shared data the mails of this file are mutated.
#include <gtest/gtest.h>

#include <ctime>
#include <iostream>
#include <string>

#include "base/text.h"
#include "mail/mail.h"
#include "mail/mutator.h"

namespace suki::mail {
namespace {

bool is_sound(const Parsed& mail) {
  bool ok = is_utf8(mail.text) && is_utf8(mail.reply_text) && is_utf8(mail.quote) && is_utf8(mail.signature) &&
            is_utf8(mail.html) && is_utf8(mail.subject) && is_utf8(mail.from.name) && is_utf8(mail.from.email) &&
            is_utf8(mail.message_id) && is_utf8(mail.in_reply_to);
  for (const Part& part : mail.attachments) ok = ok && is_utf8(part.name) && is_utf8(part.type);
  for (const auto* list : {&mail.to, &mail.cc, &mail.reply_to})
    for (const Address& address : *list) ok = ok && is_utf8(address.name) && is_utf8(address.email);
  for (const std::string& id : mail.references) ok = ok && is_utf8(id);
  if (mail.bounce) ok = ok && !mail.bounce->recipients.empty() && mail.machine != "";
  return ok;
}

TEST(mutation, ten_thousand_mutated_mails_have_an_answer) {
  const std::uint64_t seed = testing::number_from("SUKI_SEED", 20261126);
  const std::uint64_t count = testing::number_from("SUKI_MUTATIONS", 10'000);
  testing::Mutator mutator(testing::mails_to_mutate(), seed);
  double longest = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string raw = mutator.next();
    const std::clock_t start = std::clock();
    const Parsed mail = parse(raw);
    const double took = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    longest = std::max(longest, took);
    ASSERT_TRUE(is_sound(mail)) << "mail " << i << ": SUKI_SEED=" << seed << " build/src/mail/mail_slow_test";
    ASSERT_LT(took, 1.0) << "mail " << i << ": SUKI_SEED=" << seed << " build/src/mail/mail_slow_test";
  }
  std::cout << count << " mails of seed " << seed << ", the longest in " << longest << " s\n";
}

}  // namespace
}  // namespace suki::mail
