/// Everything that is kept of a customer, in one archive that other programs can open.
#include "app/customer_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "app/drafts.h"
#include "app/files.h"
#include "app/testing.h"

namespace suki::app {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;

class Export : public AppTest {
 protected:
  Export() { caller.agent = agent("ana"); }
  CustomerId fill() {
    const App::Delivered came = deliver(
        "From: Zenaida <zenaida@quizon.example>\r\nTo: help@shop.example\r\nSubject: A <b>drum</b> & "
        "more\r\nMessage-ID: "
        "<1@quizon.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nIt "
        "wobbles\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; "
        "filename=\"../../etc/passwd\"\r\n\r\nin the file\r\n--b--\r\n");
    id = came.conversation;
    EXPECT_TRUE(reply(id.value, "We will call.", show(id.value).row.last_number).ok());
    EXPECT_TRUE(write([&](store::Tx& tx) {
                  return app_->note(tx, caller, id, {"n1", "A difficult one", {}, {}});
                }).ok());
    EXPECT_TRUE(write([&](store::Tx& tx) {
                  return save_draft(app_->shared(), tx, caller, id, "reply", {"Half a word", "page1", 0, 0, {}});
                }).ok());
    return CustomerId(std::stoll(show(id.value).customer));
  }
  std::string archive(CustomerId customer, int* steps = nullptr) {
    CustomerExport made(*app_, customer, "en");
    std::string bytes;
    for (int n = 0; !made.done(); ++n) {
      const auto read_it = read([&](store::Tx& tx) -> Result<bool> {
        SUKI_CHECK(made.read(tx));
        return true;
      });
      EXPECT_TRUE(read_it.ok()) << read_it.error().detail;
      if (!read_it.ok()) return "";
      bytes += made.take();
      if (steps != nullptr) *steps = n + 1;
    }
    return bytes;
  }
  /// As an unzip of this machine sees it (Python's, which checks every CRC).
  std::map<std::string, std::string> unpack(const std::string& bytes) {
    const std::string zip = folder() + "/export.zip", to = folder() + "/unpacked";
    std::ofstream(zip, std::ios::binary) << bytes;
    fs::remove_all(to);
    EXPECT_EQ(std::system(
                  ("python3 -m zipfile -t " + zip + " > /dev/null && python3 -m zipfile -e " + zip + " " + to).c_str()),
              0);
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(to)) {
      if (!entry.is_regular_file()) continue;
      std::ostringstream text;
      text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      files[fs::relative(entry.path(), to).string()] = text.str();
    }
    return files;
  }
  ConversationId id;
};

TEST_F(Export, HoldsEverythingThatIsKept) {
  const CustomerId customer = fill();
  create(form("r1"));  // somebody else
  const auto files = unpack(archive(customer));
  const std::string n = std::to_string(id.value);
  for (const std::string& name : {std::string("README.txt"), std::string("index.html"), std::string("customer.json"),
                                  "conversations/" + n + ".html", "conversations/" + n + ".json",
                                  "inside/" + n + ".html", "inside/" + n + ".json"})
    ASSERT_THAT(files, Contains(Key(name)));
  EXPECT_THAT(files.at("customer.json"), HasSubstr(R"("email":"zenaida@quizon.example")"));
  EXPECT_THAT(files.at("conversations/" + n + ".json"), HasSubstr("It wobbles"));
  EXPECT_THAT(files.at("conversations/" + n + ".json"), HasSubstr("We will call."));
  EXPECT_THAT(files.at("conversations/" + n + ".json"), Not(HasSubstr("A difficult one")));
  EXPECT_THAT(files.at("inside/" + n + ".json"), HasSubstr("A difficult one"));
  EXPECT_THAT(files.at("inside/" + n + ".json"), HasSubstr("Half a word"));
  EXPECT_THAT(files.at("inside/" + n + ".json"), HasSubstr("agent_reply"));
  std::string all, names;
  for (const auto& [name, bytes] : files) {
    all += bytes;
    names += name + "\n";
    EXPECT_THAT(name, Not(HasSubstr("../"))) << "a name from outside leads nowhere";
  }
  EXPECT_THAT(all, HasSubstr("in the file"));
  EXPECT_THAT(names, HasSubstr("-received.eml"));
  EXPECT_THAT(names, HasSubstr("-sent-"));
  EXPECT_THAT(all, Not(HasSubstr("Liza"))) << "nobody else's";
}

TEST_F(Export, SaysInsideAloneWhatOthersCouldNotSeeAndWhatIsKeptApart) {
  const CustomerId customer = fill();
  deliver(
      "X-Spam-Flag: YES\r\nFrom: Zenaida@quizon.example\r\nTo: help@shop.example\r\nSubject: Prize\r\nMessage-ID: "
      "<spam@quizon.example>\r\n\r\nClick here.\r\n");
  Reply answer;
  answer.request_id = "copies";
  answer.text = "With copies.";
  answer.after = show(id.value).row.last_number;
  answer.cc = List<Recipient>{{"", "seen@example.com"}};
  answer.bcc = List<Recipient>{{"", "unseen@example.com"}};
  const auto sent = write([&](store::Tx& tx) { return app_->reply(tx, caller, id, answer); });
  ASSERT_TRUE(sent.ok()) << sent.error().detail;
  const auto files = unpack(archive(customer));
  const std::string n = std::to_string(id.value);
  EXPECT_THAT(files.at("conversations/" + n + ".json"), HasSubstr("Cc: seen@example.com"));
  EXPECT_THAT(files.at("inside/" + n + ".json"), HasSubstr("unseen@example.com"));
  EXPECT_THAT(files.at("inside/quarantine/1.eml"), HasSubstr("Click here."));
  for (const auto& [name, bytes] : files) {
    if (name.starts_with("inside/")) continue;
    EXPECT_THAT(bytes, Not(HasSubstr("unseen@"))) << name;
  }
}

TEST_F(Export, IsReadableAndRunsNothing) {
  const auto files = unpack(archive(fill()));
  const std::string& page = files.at("conversations/" + std::to_string(id.value) + ".html");
  EXPECT_THAT(page, HasSubstr("A &lt;b&gt;drum&lt;/b&gt; &amp; more"));
  EXPECT_THAT(page, Not(HasSubstr("<b>drum")));
  EXPECT_THAT(files.at("index.html"), HasSubstr("href=\"conversations/"));
}

/// Whatever the size, a step is bounded and nothing is left out.
TEST_F(Export, ComesInPieces) {
  const CustomerId customer = fill();
  for (int i = 0; i < 8; ++i) {
    std::string raw = "From: zenaida@quizon.example\r\nTo: help@shop.example\r\nMessage-ID: <big" + std::to_string(i) +
                      "@quizon.example>\r\n\r\n" + std::string(600'000, static_cast<char>('a' + i)) + "\r\n";
    deliver(raw);
  }
  int steps = 0;
  const auto files = unpack(archive(customer, &steps));
  EXPECT_GT(steps, 4);
  int mails = 0;
  for (const auto& [name, bytes] : files) mails += bytes.size() > 600'000 && name.starts_with("mails/") ? 1 : 0;
  EXPECT_EQ(mails, 8);
  std::int64_t told = 0;
  std::string cursor;
  do {
    const auto step = read([&](store::Tx& tx) { return export_step(*app_, tx, customer, "en", cursor); });
    ASSERT_TRUE(step.ok());
    told += step->bytes;
    cursor = step->next;
  } while (!cursor.empty());
  EXPECT_EQ(told, *read([&](store::Tx& tx) -> Result<std::int64_t> { return export_size(tx, customer); }))
      << "the figure of progress reaches its end";
}

TEST_F(Export, OfNobodyIsRefused) {
  EXPECT_EQ(read([&](store::Tx& tx) { return export_step(*app_, tx, CustomerId(99), "en", ""); }).error().code,
            ErrorCode::not_found);
  const CustomerId customer = fill();
  for (const char* cursor : {"x", "1", "9.1.1", "1.1.1.1", "-1.2.3", "1..3"})
    EXPECT_EQ(read([&](store::Tx& tx) { return export_step(*app_, tx, customer, "en", cursor); }).error().code,
              ErrorCode::bad_input)
        << cursor;
}

TEST(Zip, OfNothingIsAnArchive) {
  Zip zip;
  EXPECT_EQ(zip.end().size(), 22u);
}

}  // namespace
}  // namespace suki::app
