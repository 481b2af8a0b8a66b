/// Real mails, beside the second opinion of Python's library.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "mail/mail.h"
#include "mail/testing.h"

namespace suki::mail {
namespace {

namespace json = boost::json;

/// Where we differ from Python's library and are right, or as right: file -> why.
const std::map<std::string, std::string>& known_differences() {
  static const std::map<std::string, std::string> list = {
      {"error_emails/bad_encoded_subject.eml", "charset NONE: Python gives nothing, we the letters"},
      {"error_emails/missing_body.eml", "Python finds no address in a long line"},
      {"plain_emails/mix_caps_content_type.eml", "no mailbox in From: Python gives the whole line, we its address"},
      {"plain_emails/raw_email_incorrect_header.eml", "a broken line ends the header for Python; we read on"},
      {"plain_emails/raw_email_multiple_from.eml", "two From lines: Python's list is empty"},
      {"plain_emails/raw_email_with_at_display_name.eml", "an @ in a display name: Python's list starts with nothing"},
      {"rfc2822/example13.eml", "obsolete syntax with blanks before the colon, which RFC 2822 wants read"},
      {"rfc6532/utf8_headers.eml", "UTF-8 in headers, which Python cannot decode"},
  };
  return list;
}

std::string text_of(const json::object& o, const char* key) {
  const auto* v = o.if_contains(key);
  return v && v->is_string() ? std::string(v->as_string()) : std::string();
}

std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') out += c;
  }
  return out;
}

std::vector<std::string> compare(const json::object& expected, const Parsed& mail) {
  std::vector<std::string> differences;
  // Where Python gave up on the bytes (U+FFFD) there is nothing to compare.
  const std::string subject = text_of(expected, "subject");
  if (subject.find("\xEF\xBF\xBD") == std::string::npos && folded(subject) != folded(mail.subject)) {
    differences.push_back("subject: python \"" + subject + "\", suki \"" + mail.subject + "\"");
  }
  const auto* addresses = expected.if_contains("addresses");
  if (addresses && addresses->is_array() && !addresses->as_array().empty()) {
    const std::string from(addresses->as_array()[0].as_string());
    if (to_lower_ascii(from) != to_lower_ascii(mail.from.email))
      differences.push_back("from: python " + from + ", suki " + mail.from.email);
  }
  return differences;
}

TEST(data, real_mails_agree_with_a_second_opinion) {
  SUKI_NEED_MAILS();
  int mails = 0;
  int differing = 0;
  for (const char* folder : {"mikel_mail", "mailparser", "freescout"}) {
    std::ifstream lines(testing::data_folder() / folder / "python_parse.jsonl");
    for (std::string line; std::getline(lines, line);) {
      const json::object expected = json::parse(line).as_object();
      const std::string file = text_of(expected, "file");
      const Parsed mail = parse(testing::read_file(testing::data_folder() / folder / file));
      ++mails;
      EXPECT_TRUE(is_utf8(mail.text) && is_utf8(mail.subject)) << file;
      const auto differences = compare(expected, mail);
      if (differences.empty() || known_differences().contains(file)) continue;
      ++differing;
      for (const auto& d : differences) ADD_FAILURE() << folder << "/" << file << ": " << d;
    }
  }
  std::cout << mails << " mails, " << differing << " differ\n";
  EXPECT_GT(mails, 100);
}

TEST(data, attachments_have_the_bytes_that_python_sees) {
  SUKI_NEED_MAILS();
  std::ifstream lines(testing::data_folder() / "mikel_mail" / "python_parse.jsonl");
  int files = 0;
  for (std::string line; std::getline(lines, line);) {
    const json::object expected = json::parse(line).as_object();
    const std::string file = text_of(expected, "file");
    // Python also walks into an attached mail; we keep that as one file.
    if (!file.starts_with("attachment_emails/") || file.find("message_rfc822") != std::string::npos) continue;
    const Parsed mail = parse(testing::read_file(testing::data_folder() / "mikel_mail" / file));
    for (const auto& part : expected.at("parts").as_array()) {
      const std::string name = text_of(part.as_object(), "filename");
      if (name.empty() || text_of(part.as_object(), "type") == "message/rfc822") continue;
      const auto bytes = part.as_object().at("bytes").to_number<std::size_t>();
      const bool found = std::any_of(mail.attachments.begin(), mail.attachments.end(),
                                     [&](const Part& p) { return p.bytes.size() == bytes; });
      EXPECT_TRUE(found) << file << ": " << name << " of " << bytes << " bytes";
      ++files;
    }
  }
  EXPECT_GT(files, 10);
}

}  // namespace
}  // namespace suki::mail
