/// What tests of erasing begin with: a customer who has left words in every place where words may be.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "app/drafts.h"
#include "app/files.h"
#include "app/privacy.h"
#include "app/testing.h"
#include "app/verify.h"

namespace suki::app {

/// Words that nothing else in a store holds.
inline constexpr const char* secrets[] = {"Zenaida",    "zenaida@quizon.example",
                                          "zenaida",    "Wobbling kettledrum",
                                          "kettledrum", "marzipan",
                                          "xylograph",  "quokka",
                                          "bassoonist", "zucchini",
                                          "QuIxOtIsH",  "jalousie"};

inline std::string mail_of(const std::string& id, const std::string& text, const std::string& reply_to = "") {
  return "From: Zenaida Quizon <zenaida@quizon.example>\r\nTo: help@shop.example\r\nSubject: Wobbling kettledrum\r\n"
         "Message-ID: <" +
         id + "@quizon.example>\r\n" + (reply_to.empty() ? "" : "In-Reply-To: <" + reply_to + ">\r\n") +
         "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
         "<p>" +
         text +
         "</p>\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=jalousie.txt\r\n"
         "\r\nxylograph xylograph\r\n--b--\r\n";
}

class Privacy : public AppTest {
 protected:
  explicit Privacy(const std::string& plan = plan_yaml) : AppTest(plan) {
    caller.agent = agent("ana", "ana@shop.example");
    caller.role = Role::owner;
  }
  /// Zenaida's conversation, with something in every place where words may be. Returns her number.
  CustomerId fill() {
    create(form("r0"));  // of somebody else
    const App::Delivered came = deliver(mail_of("m1", "marzipan"));
    zenaida = came.conversation;
    wait(hours(20));  // the promise runs out: staff is told, by a mail that names her
    EXPECT_TRUE(reply(zenaida.value, "The bassoonist will call.", show(zenaida.value).row.last_number).ok());
    EXPECT_TRUE(write([&](store::Tx& tx) {
                  return app_->note(tx, caller, zenaida, {"n1", "A quokka of a customer", {}, {}});
                }).ok());
    const auto upload = write([&](store::Tx& tx) {
      return take_file(app_->shared(), tx, caller.agent, "zucchini.txt", "zucchini of a draft");
    });
    EXPECT_TRUE(upload.ok());
    EXPECT_TRUE(write([&](store::Tx& tx) {
                  return save_draft(app_->shared(), tx, caller, zenaida, "reply",
                                    {"QuIxOtIsH words", "page1", 0, 0, List<Text>{upload->id}});
                }).ok());
    return CustomerId(*std::optional(std::stoll(show(zenaida.value).customer)));
  }
  Result<Erasure> erase(CustomerId id, const std::string& confirm, const std::string& reason = "asked") {
    return write([&](store::Tx& tx) { return erase_customer(*app_, tx, caller, id, {reason, confirm}); });
  }
  ErasurePreview preview(CustomerId id) {
    const auto shown = read([&](store::Tx& tx) { return preview_erasure(*app_, tx, caller, id); });
    EXPECT_TRUE(shown.ok()) << shown.error().detail;
    return shown.ok() ? *shown : ErasurePreview{};
  }
  /// As the server does it beside its other work.
  int finish() {
    int steps = 0;
    for (bool more = true; more && steps < 1'000; ++steps) {
      const auto done = write([&](store::Tx& tx) { return erase_step(*app_, tx); });
      EXPECT_TRUE(done.ok()) << done.error().detail;
      more = done.ok() && *done;
    }
    return steps;
  }
  std::vector<std::string> differences() {
    std::vector<std::string> all;
    (void)read([&](store::Tx& tx) -> Result<bool> {
      auto slice = app_->verify(tx, {}, 1'000);
      EXPECT_TRUE(slice.ok()) << slice.error().detail;
      if (slice.ok()) all = slice->differences;
      for (ContentSlice contents{}; !contents.done;) {
        contents = verify_contents(tx, contents.last);
        all.insert(all.end(), contents.differences.begin(), contents.differences.end());
      }
      return true;
    });
    return all;
  }
  std::int64_t count(const char* table) {
    return *read([&](store::Tx& tx) -> Result<std::int64_t> { return tx.count_rows(table); });
  }
  /// Which of the words the files of the data folder hold, in either letter case.
  [[nodiscard]] std::vector<std::string> words_on_disk() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(place_.options().data_dir)) {
      if (!entry.is_regular_file()) continue;
      std::ostringstream bytes;
      bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      std::string text = bytes.str();
      std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
      for (std::string word : secrets) {
        std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
        if (text.find(word) != std::string::npos) found.push_back(word + " in " + entry.path().filename().string());
      }
    }
    return found;
  }
  ConversationId zenaida;
};

}  // namespace suki::app
