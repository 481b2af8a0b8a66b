#include "lmtp/session.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/text.h"
#include "lmtp/trace.h"

namespace suki::lmtp {
namespace {

/// A client, and who answers what the session asks: mail for ours@ and help@ is ours, nobody@ is unknown, and of
/// perhaps@ nobody can tell.
class Talk {
 public:
  explicit Talk(SessionLimits limits = {}) : session(limits) { heard = session.answers(); }

  /// Sends it in pieces of `piece` bytes. What is said to it stands in `heard`.
  void send(std::string_view bytes, std::size_t piece = SIZE_MAX) {
    while (!bytes.empty()) {
      const std::size_t size = std::min(piece, bytes.size());
      unread += bytes.substr(0, size);
      bytes.remove_prefix(size);
      work();
    }
  }
  void work() {
    for (;;) {
      unread.erase(0, session.take(unread));
      for (Mail& mail : session.mails()) mails.push_back(std::move(mail));
      if (session.wants() != Session::Wants::known) break;
      asked.push_back(session.recipient());
      session.answer(session.recipient().starts_with("nobody@")    ? Known::unknown
                     : session.recipient().starts_with("perhaps@") ? Known::later
                                                                   : Known::ours);
    }
    heard += session.answers();
  }
  void answer(std::size_t mail, Kept kept = Kept::kept, std::string_view words = {}) {
    session.answer(mails.at(mail).number, kept, words);
    work();
  }
  /// The codes of the answers, "354" or "250 2.1.0", a blank between two; takes them.
  std::string codes() {
    std::string all;
    const std::string said = std::exchange(heard, {});
    for (std::string_view line : split(said, '\n')) {
      if (line.size() < 4) continue;
      EXPECT_TRUE(line.ends_with('\r')) << line;
      if (line[3] == '-') continue;
      if (!all.empty()) all += ' ';
      all += line.substr(0, 3);
    }
    return all;
  }

  Session session;
  std::string heard, unread;
  std::vector<Mail> mails;
  std::vector<std::string> asked;
};

const std::string hello = "LHLO mx.example\r\n";
const std::string letter_to_ours = "MAIL FROM:<liza@example.net>\r\nRCPT TO:<ours@shop.example>\r\n";

std::string over(const std::string& text) {
  return text + ".\r\n";
}

TEST(LmtpSession, one_mail_is_answered_when_it_is_kept_and_not_before) {
  Talk talk;
  EXPECT_EQ(talk.codes(), "220");
  talk.send(hello);
  EXPECT_NE(talk.heard.find("250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE "), std::string::npos);
  EXPECT_NE(talk.heard.find("250-ENHANCEDSTATUSCODES\r\n250 CHUNKING\r\n"), std::string::npos);
  talk.codes();
  talk.send("mail from:<liza@example.net> SIZE=100 BODY=8BITMIME SMTPUTF8\r\nRcpt To: <ours@shop.example>\r\nDATA\r\n");
  EXPECT_EQ(talk.codes(), "250 250 354");
  talk.send(over("Subject: fan\r\n\r\nIt hums.\r\n"));
  EXPECT_EQ(talk.codes(), "") << "nothing is acknowledged before it is durable";
  ASSERT_EQ(talk.mails.size(), 1u);
  EXPECT_EQ(talk.mails[0].sender, "liza@example.net");
  EXPECT_EQ(talk.mails[0].recipients, std::vector<std::string>{"ours@shop.example"});
  EXPECT_EQ(talk.mails[0].bytes, "Subject: fan\r\n\r\nIt hums.\r\n");
  talk.answer(0, Kept::kept, "conversation 12 message 34");
  EXPECT_EQ(talk.heard, "250 2.0.0 conversation 12 message 34\r\n");
  talk.codes();
  talk.send("QUIT\r\n");
  EXPECT_EQ(talk.codes(), "221");
  EXPECT_EQ(talk.session.wants(), Session::Wants::nothing);
}

TEST(LmtpSession, each_recipient_that_was_taken_has_an_answer) {
  Talk talk;
  talk.send(hello);
  talk.codes();
  talk.send(
      "MAIL FROM:<>\r\nRCPT TO:<ours@a>\r\nRCPT TO:<nobody@a>\r\nRCPT TO:<perhaps@a>\r\nRCPT TO:<help@a>\r\n"
      "RCPT TO:<help@a>\r\nDATA\r\n");
  EXPECT_EQ(talk.codes(), "250 250 550 451 250 250 354");
  EXPECT_EQ(talk.asked, (std::vector<std::string>{"ours@a", "nobody@a", "perhaps@a", "help@a", "help@a"}));
  talk.send(over("x\r\n"));
  ASSERT_EQ(talk.mails.size(), 1u);
  EXPECT_EQ(talk.mails[0].sender, "");
  EXPECT_EQ(talk.mails[0].recipients, (std::vector<std::string>{"ours@a", "help@a", "help@a"}));
  talk.answer(0);
  EXPECT_EQ(talk.codes(), "250 250 250");
}

TEST(LmtpSession, what_became_of_it_is_said_so_that_no_mail_is_lost) {
  const struct {
    Kept kept;
    const char* line;
  } rows[] = {{Kept::kept, "250 2.0.0 kept\r\n"},
              {Kept::later, "451 4.3.0 not kept; try again\r\n"},
              {Kept::full, "452 4.3.1 no room for the mail now\r\n"},
              {Kept::too_large, "552 5.3.4 the mail is too large\r\n"}};
  for (const auto& row : rows) {
    Talk talk;
    talk.send(hello + letter_to_ours + "DATA\r\n" + over("x\r\n"));
    talk.codes();
    talk.answer(0, row.kept);
    EXPECT_EQ(talk.heard, row.line);
  }
}

TEST(LmtpSession, commands_out_of_place_and_out_of_form) {
  const struct {
    const char *what, *sent, *codes;
  } rows[] = {
      {"another protocol", "EHLO mx\r\n", "500"},
      {"without a name", "LHLO\r\n", "501"},
      {"before LHLO", "MAIL FROM:<a@b>\r\n", "503"},
      {"an unknown one", "LHLO a\r\nTURN\r\n", "250 500"},
      {"nothing", "LHLO a\r\n\r\n", "250 500"},
      {"recipient before sender", "LHLO a\r\nRCPT TO:<ours@a>\r\n", "250 503"},
      {"two senders", "LHLO a\r\nMAIL FROM:<a@b>\r\nMAIL FROM:<c@d>\r\n", "250 250 503"},
      {"a mail for nobody", "LHLO a\r\nMAIL FROM:<a@b>\r\nDATA\r\n", "250 250 503"},
      {"a mail for none of ours", "LHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<nobody@a>\r\nDATA\r\n", "250 250 550 503"},
      {"DATA with more", "LHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<ours@a>\r\nDATA now\r\n", "250 250 250 501"},
      {"no brackets", "LHLO a\r\nMAIL FROM:a@b\r\n", "250 501"},
      {"no colon", "LHLO a\r\nMAIL FROM <a@b>\r\n", "250 501"},
      {"an open bracket", "LHLO a\r\nMAIL FROM:<a@b\r\n", "250 501"},
      {"two paths", "LHLO a\r\nMAIL FROM:<a@b><c@d>\r\n", "250 501"},
      {"a blank within", "LHLO a\r\nMAIL FROM:<a b@c>\r\n", "250 501"},
      {"a recipient who is nobody", "LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<>\r\n", "250 250 501"},
      {"a parameter of ours nobody has", "LHLO a\r\nMAIL FROM:<> RET=HDRS\r\n", "250 555"},
      {"a parameter of a recipient", "LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<ours@a> NOTIFY=NEVER\r\n", "250 250 555"},
      {"binary", "LHLO a\r\nMAIL FROM:<> BODY=BINARYMIME\r\n", "250 501"},
      {"a size that is none", "LHLO a\r\nMAIL FROM:<> SIZE=big\r\n", "250 501"},
      {"a size beyond numbers", "LHLO a\r\nMAIL FROM:<> SIZE=99999999999999999999999\r\n", "250 552"},
      {"after a refused MAIL another", "LHLO a\r\nMAIL FROM:<> RET=HDRS\r\nMAIL FROM:<a@b>\r\n", "250 555 250"},
      {"reset", "LHLO a\r\nMAIL FROM:<a@b>\r\nRSET\r\nRCPT TO:<ours@a>\r\n", "250 250 250 503"},
      {"LHLO resets", "LHLO a\r\nMAIL FROM:<a@b>\r\nLHLO a\r\nRCPT TO:<ours@a>\r\n", "250 250 250 503"},
      {"nothing to do", "NOOP\r\nVRFY ours\r\nQUIT\r\n", "250 252 221"},
      {"behind QUIT nothing is heard", "QUIT\r\nNOOP\r\n", "221"},
      {"a control character", "NOOP \x01\r\n", "500"},
      {"a CR alone", "NOOP\rQUIT\r\n", "500"},
      {"a browser", "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nLHLO a\r\nMAIL FROM:<a@b>\r\n", "421"},
  };
  for (const auto& row : rows) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, SIZE_MAX}) {
      Talk talk;
      talk.codes();
      talk.send(row.sent, piece);
      EXPECT_EQ(talk.codes(), row.codes) << row.what;
      EXPECT_TRUE(talk.mails.empty()) << row.what;
    }
  }
}

TEST(LmtpSession, addresses_as_mail_servers_write_them) {
  const struct {
    const char *path, *address;
  } rows[] = {{"<liza@example.net>", "liza@example.net"},
              {" <liza@example.net>", "liza@example.net"},
              {"<\"a b>\"@example.net>", "\"a b>\"@example.net"},
              {"<\"a\\\"<b\"@example.net>", "\"a\\\"<b\"@example.net"},
              {"<@relay.example,@other.example:liza@example.net>", "liza@example.net"},
              {"<li\xC3\xB1"
               "a@example.net>",
               "li\xC3\xB1"
               "a@example.net"},
              {"<>", ""}};
  for (const auto& row : rows) {
    Talk talk;
    talk.send(hello + "MAIL FROM:" + row.path + "\r\nRCPT TO:<ours@a>\r\nDATA\r\n.\r\n");
    ASSERT_EQ(talk.mails.size(), 1u) << row.path << talk.heard;
    EXPECT_EQ(talk.mails[0].sender, row.address);
    EXPECT_EQ(talk.mails[0].bytes, "");
  }
}

TEST(LmtpSession, dots_and_line_ends_of_a_mail) {
  const struct {
    const char *what, *sent, *kept;
  } rows[] = {
      {"a doubled dot", "a\r\n..\r\n..b\r\n.\r\n", "a\r\n.\r\n.b\r\n"},
      {"one that should have been", "a\r\n.b\r\n.\r\n", "a\r\nb\r\n"},
      {"bare line feeds end nothing", "a\n.\nQUIT\r\nb\n.\r\nc\r\n.\r\n", "a\n.\nQUIT\r\nb\n.\r\nc\r\n"},
      {"nor does one in front of the dot", "a\n.\r\nb\r\n.\r\n", "a\n.\r\nb\r\n"},
      {"nor one behind it", "a\r\n.\nMAIL FROM:<x@y>\r\n.\r\n", "a\r\n\nMAIL FROM:<x@y>\r\n"},
      {"nor carriage returns alone", "a\r.\rb\r\n.\r\n", "a\r.\rb\r\n"},
      {"a dot, CR, and no LF", "a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n"},
      {"CR CR LF", "a\r\r\n.\r\n", "a\r\r\n"},
      {"a dot, CR CR LF", "a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n"},
      {"nothing at all", ".\r\n", ""},
      {"an empty line", "\r\n.\r\n", "\r\n"},
  };
  for (const auto& row : rows) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{5}, SIZE_MAX}) {
      Talk talk;
      talk.send(hello + letter_to_ours + "DATA\r\n");
      talk.codes();
      talk.send(row.sent, piece);
      ASSERT_EQ(talk.mails.size(), 1u) << row.what;
      EXPECT_EQ(talk.mails[0].bytes, row.kept) << row.what << " in pieces of " << piece;
      EXPECT_EQ(talk.codes(), "") << row.what;
      talk.answer(0);
      EXPECT_EQ(talk.codes(), "250") << row.what;
    }
  }
}

TEST(LmtpSession, zeros_and_eight_bits_are_kept) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  Talk talk;
  talk.send(hello + letter_to_ours + "DATA\r\n" + over(all + "\r\n"), 7);
  ASSERT_EQ(talk.mails.size(), 1u);
  EXPECT_EQ(talk.mails[0].bytes, all + "\r\n");
}

TEST(LmtpSession, many_mails_wait_together_and_are_answered_in_their_order) {
  Talk talk;
  talk.send(hello);
  talk.codes();
  std::string all;
  for (int i = 0; i < 3; ++i) all += letter_to_ours + fmt::format("BDAT 4 LAST\r\nno {}", i);
  talk.send(all + "NOOP\r\nQUIT\r\n");
  ASSERT_EQ(talk.mails.size(), 3u);
  EXPECT_EQ(talk.mails[2].bytes, "no 2");
  EXPECT_EQ(talk.codes(), "250 250") << "of the first mail; the rest stands behind its answer";
  talk.answer(1);
  talk.answer(2, Kept::later);
  EXPECT_EQ(talk.codes(), "");
  talk.answer(0);
  EXPECT_EQ(talk.codes(), "250 250 250 250 250 250 451 250 221");
}

TEST(LmtpSession, a_mail_in_chunks) {
  const struct {
    const char *what, *sent, *codes, *kept;
  } rows[] = {
      {"one", "BDAT 3 LAST\r\nabc", "", "abc"},
      {"two", "BDAT 3\r\nabcBDAT 2 last\r\nde", "250", "abcde"},
      {"an empty last", "BDAT 3\r\nabcBDAT 0 LAST\r\n", "250", "abc"},
      {"dots and line ends are as they are", "BDAT 8 LAST\r\n\r\n.\r\n..\n", "", "\r\n.\r\n..\n"},
      {"what looks like a command", "BDAT 6 LAST\r\nQUIT\r\n", "", "QUIT\r\n"},
  };
  for (const auto& row : rows) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{4}, SIZE_MAX}) {
      Talk talk;
      talk.send(hello + letter_to_ours);
      talk.codes();
      talk.send(row.sent, piece);
      EXPECT_EQ(talk.codes(), row.codes) << row.what;
      ASSERT_EQ(talk.mails.size(), 1u) << row.what;
      EXPECT_EQ(talk.mails[0].bytes, row.kept) << row.what;
    }
  }
}

TEST(LmtpSession, chunks_that_are_of_no_mail_are_passed_over) {
  const struct {
    const char *what, *sent, *codes;
  } rows[] = {
      {"no sender", "BDAT 6\r\nQUIT\r\nNOOP\r\n", "503 250"},
      {"no recipient", "MAIL FROM:<a@b>\r\nBDAT 6 LAST\r\nQUIT\r\nRSET\r\nNOOP\r\n", "250 503 250 250"},
      {"nobody's, and then more of it", "MAIL FROM:<a@b>\r\nBDAT 1\r\nxBDAT 1 LAST\r\nyNOOP\r\n", "250 503 503 250"},
      {"DATA behind it", "MAIL FROM:<a@b>\r\nRCPT TO:<ours@a>\r\nBDAT 1\r\nxDATA\r\n", "250 250 250 503"},
      {"a recipient behind it", "MAIL FROM:<a@b>\r\nRCPT TO:<ours@a>\r\nBDAT 1\r\nxRCPT TO:<help@a>\r\n",
       "250 250 250 503"},
      {"a size that is none: nobody knows where it ends", "BDAT all\r\nQUIT\r\n", "501 421"},
      {"a word that is none", "BDAT 1 FIRST\r\nx", "501 421"},
  };
  for (const auto& row : rows) {
    for (const std::size_t piece : {std::size_t{1}, SIZE_MAX}) {
      Talk talk;
      talk.send(hello);
      talk.codes();
      talk.send(row.sent, piece);
      EXPECT_EQ(talk.codes(), row.codes) << row.what;
      EXPECT_TRUE(talk.mails.empty()) << row.what;
    }
  }
}

TEST(LmtpSession, a_mail_that_is_too_large_is_passed_over_and_the_next_one_is_taken) {
  const std::string large(101, 'x');
  for (const std::size_t piece : {std::size_t{1}, std::size_t{64}, SIZE_MAX}) {
    Talk talk({.mail_bytes_max = 100});
    talk.send(hello);
    talk.codes();
    talk.send("MAIL FROM:<a@b> SIZE=101\r\nNOOP\r\n", piece);
    EXPECT_EQ(talk.codes(), "552 250") << "by what it says";
    talk.send(letter_to_ours + "RCPT TO:<help@a>\r\nDATA\r\n" + over(large + "\r\n"), piece);
    EXPECT_EQ(talk.codes(), "250 250 250 354 552 552") << "by what comes";
    talk.send(letter_to_ours + "BDAT 101 LAST\r\n" + large, piece);
    EXPECT_EQ(talk.codes(), "250 250 552");
    talk.send(letter_to_ours + "BDAT 101\r\n" + large + "BDAT 1 LAST\r\nxRSET\r\n", piece);
    EXPECT_EQ(talk.codes(), "250 250 552 503 250");
    EXPECT_TRUE(talk.mails.empty());
    talk.send(letter_to_ours + "DATA\r\n" + over(std::string(98, 'x') + "\r\n"), piece);
    EXPECT_EQ(talk.codes(), "250 250 354");
    EXPECT_EQ(talk.mails.size(), 1u) << "exactly as large as it may be";
  }
}

TEST(LmtpSession, what_there_is_no_room_for_is_refused_for_now) {
  Talk talk;
  talk.send(hello);
  talk.codes();
  talk.send("MAIL FROM:<a@b> SIZE=1000\r\nRCPT TO:<ours@a>\r\n");
  EXPECT_EQ(talk.session.bytes_coming(), 1000u) << "what it says counts before it comes";
  talk.session.give_up_mail();
  EXPECT_EQ(talk.session.bytes_coming(), 0u);
  talk.send("DATA\r\nNOOP\r\n");
  EXPECT_EQ(talk.codes(), "250 250 452 250");
  talk.send(letter_to_ours + "DATA\r\nabc");
  EXPECT_EQ(talk.session.bytes_coming(), 3u);
  talk.session.give_up_mail();
  talk.send(over("\r\n") + letter_to_ours + "BDAT 3 LAST\r\nabc");
  EXPECT_EQ(talk.codes(), "250 250 354 452 250 250");
  ASSERT_EQ(talk.mails.size(), 1u);
  EXPECT_EQ(talk.mails[0].bytes, "abc");
}

TEST(LmtpSession, every_limit_has_an_answer) {
  Talk recipients({.recipients_max = 2});
  recipients.send(hello + "MAIL FROM:<>\r\nRCPT TO:<a@a>\r\nRCPT TO:<nobody@a>\r\nRCPT TO:<b@a>\r\nRCPT TO:<c@a>\r\n");
  EXPECT_EQ(recipients.codes(), "220 250 250 250 550 250 452");

  Talk mails({.mails_max = 1});
  mails.send(hello + letter_to_ours + "BDAT 1 LAST\r\nx" + letter_to_ours + "BDAT 1 LAST\r\nx");
  mails.answer(0);
  EXPECT_EQ(mails.codes(), "220 250 250 250 250 421");
  EXPECT_EQ(mails.mails.size(), 1u);
  EXPECT_EQ(mails.session.wants(), Session::Wants::nothing);

  Talk waiting({.mails_waiting_max = 2});
  for (int i = 0; i < 3; ++i) waiting.send((i == 0 ? hello : "") + letter_to_ours + "BDAT 1 LAST\r\nx");
  EXPECT_EQ(waiting.mails.size(), 2u) << "the third one waits for its turn";
  EXPECT_EQ(waiting.session.wants(), Session::Wants::turn);
  waiting.answer(1);
  EXPECT_EQ(waiting.mails.size(), 3u);

  Talk answers({.answer_bytes_max = 100});
  answers.send(hello + letter_to_ours + "BDAT 1 LAST\r\nx");
  for (int i = 0; i < 1000; ++i) answers.send("NOOP\r\n");
  EXPECT_LT(answers.unread.size(), 6'000u);
  EXPECT_GT(answers.unread.size(), 5'000u) << "nobody makes us keep answers without end";
  answers.answer(0);
  EXPECT_EQ(answers.unread, "");

  Talk line;
  line.send("NOOP " + std::string(limits::command_bytes_max - 7, 'x') + "\r\n");
  line.send("NOOP " + std::string(limits::command_bytes_max - 6, 'x') + "\r\nNOOP\r\n", 100);
  EXPECT_EQ(line.codes(), "220 250 500 250");
  line.send(std::string(limits::line_passed_over_max + 2, 'x'), 1000);
  EXPECT_EQ(line.codes(), "500 421");

  Talk mistakes;
  for (std::size_t i = 0; i <= limits::mistakes_max; ++i) mistakes.send("HELLO\r\n");
  EXPECT_TRUE(mistakes.codes().ends_with(" 500 500 421"));
  EXPECT_EQ(mistakes.session.wants(), Session::Wants::nothing);
}

TEST(LmtpSession, a_line_that_ends_otherwise_is_not_guessed_at) {
  Talk talk;
  talk.codes();
  talk.send("LHLO a\nMAIL FROM:<a@b>\n");
  EXPECT_EQ(talk.codes(), "500 421");
  EXPECT_EQ(talk.session.wants(), Session::Wants::nothing);
}

TEST(LmtpSession, closing_answers_what_came_whole_and_drops_what_did_not) {
  Talk talk;
  talk.send(hello + letter_to_ours + "BDAT 1 LAST\r\nx" + letter_to_ours + "BDAT 10\r\nhalf");
  ASSERT_EQ(talk.mails.size(), 1u);
  talk.codes();
  talk.session.close();
  talk.work();
  EXPECT_EQ(talk.codes(), "");
  talk.send("MAIL FROM:<a@b>\r\n");
  talk.answer(0);
  EXPECT_EQ(talk.codes(), "250 250 250 421");
  EXPECT_EQ(talk.mails.size(), 1u);

  Talk asking;
  asking.send(hello + "MAIL FROM:<a@b>\r\n");
  (void)asking.session.take("RCPT TO:<ours@a>\r\n");
  EXPECT_EQ(asking.session.wants(), Session::Wants::known);
  asking.session.close();
  EXPECT_EQ(asking.session.wants(), Session::Wants::nothing) << "also while it is asked whose it is";
}

TEST(LmtpTrace, says_the_sender_and_each_recipient_once) {
  EXPECT_EQ(trace_of({1, "liza@example.net", {"a@b", "c@d", "a@b"}, "x"}),
            "Return-Path: <liza@example.net>\r\nDelivered-To: a@b\r\nDelivered-To: c@d\r\n");
  EXPECT_EQ(trace_of({1, "", {"a@b"}, "x"}), "Return-Path: <>\r\nDelivered-To: a@b\r\n");
}

}  // namespace
}  // namespace suki::lmtp
