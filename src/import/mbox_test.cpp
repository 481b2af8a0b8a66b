/// Mailboxes in one file: where mails begin, what was quoted, and when they came.
#include "import/mbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace suki::importing {
namespace {

using ::testing::ElementsAre;

std::vector<MboxMail> index_of(std::string_view box, std::size_t piece) {
  MboxIndex index;
  for (std::size_t at = 0; at < box.size(); at += piece) index.take(box.substr(at, piece));
  index.end();
  return index.mails();
}

std::vector<std::string> mails_of(std::string_view box, std::size_t piece = 1'000) {
  std::vector<std::string> mails;
  for (const MboxMail& mail : index_of(box, piece))
    mails.push_back(unquote(box.substr(static_cast<std::size_t>(mail.offset), static_cast<std::size_t>(mail.size))));
  return mails;
}

constexpr const char* box =
    "From liza@example.net Thu Nov 26 08:10:18 2026\n"
    "From: liza@example.net\nSubject: one\nContent-Length: 5000000\n\nHello\n>From here it goes on\n>>From there\n"
    "From now on at ten it is quiet\n\n"
    "From help@shop.example Thu Nov 26 09:00:00 2026\n"
    "Subject: two\n\nFrom the start\n\nFrom is a word\n\nend";

TEST(Mbox, MailsBeginBehindAnEmptyLineAndATimeOfDay) {
  for (const std::size_t piece : {1u, 3u, 64u, 10'000u}) {
    EXPECT_THAT(
        mails_of(box, piece),
        ElementsAre("From: liza@example.net\nSubject: one\nContent-Length: 5000000\n\nHello\nFrom here it goes on\n"
                    ">From there\nFrom now on at ten it is quiet\n",
                    "Subject: two\n\nFrom the start\n\nFrom is a word\n\nend"));
    const auto mails = index_of(box, piece);
    EXPECT_EQ(format_instant(mails.at(0).at), "2026-11-26T08:10:18Z");
    EXPECT_EQ(format_instant(mails.at(1).at), "2026-11-26T09:00:00Z");
    EXPECT_EQ(mails.at(1).number, 2);
  }
}

TEST(Mbox, WhatIsQuotedIsUnquotedToTheSameBytes) {
  const std::string raw = "Subject: x\n\nFrom a\n>From b\n>>From c\n> From d\nend\n";
  const std::string quoted = quote(raw);
  EXPECT_EQ(quoted, "Subject: x\n\n>From a\n>>From b\n>>>From c\n> From d\nend\n\n");
  EXPECT_EQ(unquote("From x Thu Nov 26 08:10:18 2026\n" + quoted), raw);
  EXPECT_EQ(unquote("From x Thu Nov 26 08:10:18 2026\nX-Suki-Import-Problem: why\n" + quoted), raw);
}

TEST(Mbox, LinesMayEndLikeThoseOfMails) {
  EXPECT_THAT(
      mails_of("From a Thu Nov 26 08:10:18 2026\r\nSubject: 1\r\n\r\nx\r\n\r\nFrom b Thu Nov 26 08:10:19 2026\r\n"
               "Subject: 2\r\n\r\ny\r\n"),
      ElementsAre("Subject: 1\r\n\r\nx\r\n", "Subject: 2\r\n\r\ny\r\n"));
}

TEST(Mbox, WhatIsNoMailboxHasNoMail) {
  MboxIndex index;
  index.take("Dear all,\n\nFrom Monday on we are closed.\n");
  index.end();
  EXPECT_TRUE(index.mails().empty());
  EXPECT_EQ(index.lost(), 41);
  EXPECT_THAT(mails_of(""), ElementsAre());
}

TEST(Mbox, ReceiptComesBeforeTheDateThatTheSenderSays) {
  const std::string received =
      "Received: from x by y;\r\n\tThu, 26 Nov 2026 10:00:00 +0800\r\nReceived: from z by x; Wed, 25 Nov "
      "2026 10:00:00 +0000\r\n";
  const std::string date = "Date: Mon, 01 Jan 2035 00:00:00 +0000\r\n";
  const auto time = [](std::string_view from, const std::string& header) {
    return format_instant(time_of_mail(from, header + "\r\n"));
  };
  EXPECT_EQ(time("From a Thu Nov 26 09:00:00 2026", date + received), "2026-11-26T02:00:00Z");
  EXPECT_EQ(time("From a Thu Nov 26 09:00:00 2026", date), "2026-11-26T09:00:00Z");
  EXPECT_EQ(time("From a  Thu Nov  6 09:00:00 UTC 2026", date), "2026-11-06T09:00:00Z");
  EXPECT_EQ(time("From - Thu Jan  1 00:00:00 1970", date), "2035-01-01T00:00:00Z");
  EXPECT_EQ(time("From ", ""), "never");
}

TEST(Mbox, AMailWithoutATimeCameWithTheOneBefore) {
  const auto mails = index_of(
      "From a Thu Nov 26 08:10:18 2026\n\nx\n\nFrom 00:00\n\ny\n\nFrom b Thu Nov 26 09:10:18 2026\n\nz\n", 1'000);
  ASSERT_EQ(mails.size(), 3u);
  EXPECT_EQ(mails[1].at, mails[0].at);
}

}  // namespace
}  // namespace suki::importing
