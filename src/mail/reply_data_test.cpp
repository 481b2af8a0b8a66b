/// The texts of github/email_reply_parser beside what that library sees in them. Where we see something else, and why:
/// tests/mail/email_reply_parser.md.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>
#include <string>

#include "mail/reply.h"
#include "mail/testing.h"

namespace suki::mail {
namespace {

namespace json = boost::json;

std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') out += c;
  return out;
}

std::string text_of(const json::object& o, const char* key) {
  return std::string(o.at(key).as_string());
}

/// Texts in which that library calls the quote a signature, for its rule of dashes or underscores above it.
const std::set<std::string> quotes_called_signatures = {"email_2_1.txt", "email_2_2.txt"};

TEST(reply_data, sees_what_email_reply_parser_sees) {
  SUKI_NEED_MAILS();
  std::ifstream lines(testing::data_folder() / "email_reply_parser" / "expected.jsonl");
  int texts = 0;
  for (std::string line; std::getline(lines, line);) {
    const json::object expected = json::parse(line).as_object();
    const std::string file = text_of(expected, "file");
    const Split split = split_reply(testing::read_file(testing::data_folder() / "email_reply_parser" / file), "");
    EXPECT_EQ(folded(split.reply), folded(text_of(expected, "visible"))) << file;
    std::string quote;
    std::string signature;
    for (const auto& value : expected.at("fragments").as_array()) {
      const json::object& fragment = value.as_object();
      if (!fragment.at("hidden").as_bool()) continue;
      (fragment.at("signature").as_bool() ? signature : quote) += text_of(fragment, "text");
    }
    if (quotes_called_signatures.contains(file)) quote.swap(signature);
    EXPECT_EQ(folded(split.quote), folded(quote)) << file;
    EXPECT_EQ(folded(split.signature), folded(signature)) << file;
    ++texts;
  }
  EXPECT_EQ(texts, 21);
}

/// The one text without an expectation: a line of 760,000 ">", with words below it that may answer it.
TEST(reply_data, the_long_quote_keeps_what_stands_below_it) {
  SUKI_NEED_MAILS();
  const Split split =
      split_reply(testing::read_file(testing::data_folder() / "email_reply_parser" / "email_long_quote.txt"), "");
  EXPECT_NE(split.reply.find("I am currently using the Java HTTP API."), std::string::npos);
  EXPECT_TRUE(split.signature.starts_with("-Abhishek Kona")) << split.signature.substr(0, 40);
}

}  // namespace
}  // namespace suki::mail
