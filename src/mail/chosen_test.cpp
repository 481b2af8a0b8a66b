/// Two dozen real mails, compared with what a person who looks at them reads: tests/mail/chosen.jsonl.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>

#include "base/text.h"
#include "mail/mail.h"
#include "mail/testing.h"

namespace suki::mail {
namespace {

namespace json = boost::json;

std::string shown(const Address& address) {
  return address.name + " <" + address.email + ">";
}

json::array shown(const std::vector<Address>& addresses) {
  json::array out;
  for (const Address& address : addresses) out.emplace_back(shown(address));
  return out;
}

json::array shown(const std::vector<Part>& parts) {
  json::array out;
  for (const Part& part : parts) out.emplace_back(part.name + " " + std::to_string(part.bytes.size()));
  return out;
}

std::string shown(const std::optional<Bounce>& bounce) {
  if (!bounce) return "";
  std::string out;
  for (const std::string& recipient : bounce->recipients) out += recipient + " ";
  return out + (bounce->class_ == BounceClass::hard ? "hard " : "soft ") + bounce->status + " " +
         bounce->original_message_id;
}

json::object seen_in(const Parsed& mail) {
  return {{"from", shown(mail.from)},
          {"to", shown(mail.to)},
          {"subject", mail.subject},
          {"date", mail.date ? format_instant(*mail.date) : ""},
          {"in_reply_to", mail.in_reply_to},
          {"reply", trim(mail.reply_text)},
          {"quote", mail.quote},
          {"signature", mail.signature},
          {"files", shown(mail.attachments)},
          {"machine", mail.machine},
          {"bounce", shown(mail.bounce)},
          {"spam", mail.spam}};
}

TEST(chosen, read_as_a_person_reads_them) {
  SUKI_NEED_MAILS();
  std::ifstream lines(std::filesystem::path(SUKI_SOURCE_DIR) / "tests/mail/chosen.jsonl");
  int mails = 0;
  for (std::string line; std::getline(lines, line);) {
    const json::object expected = json::parse(line).as_object();
    const std::string file(expected.at("file").as_string());
    const std::string raw = testing::read_file(testing::data_folder() / file);
    ASSERT_FALSE(raw.empty()) << file;
    const Parsed mail = parse(raw);
    const json::object seen = seen_in(mail);
    for (const auto& [key, value] : expected) {
      if (key == "file" || key == "why") continue;
      if (key == "starts")
        EXPECT_TRUE(trim(mail.reply_text).starts_with(std::string_view(value.as_string()))) << file << "\n"
                                                                                            << mail.reply_text;
      else
        EXPECT_EQ(json::serialize(seen.at(key)), json::serialize(value)) << file << ": " << key;
    }
    ++mails;
  }
  EXPECT_GE(mails, 24);
}

}  // namespace
}  // namespace suki::mail
