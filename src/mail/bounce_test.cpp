#include "mail/bounce.h"

#include <gtest/gtest.h>

#include <string>

namespace suki::mail {
namespace {

std::string shown(const std::optional<Bounce>& bounce) {
  if (!bounce) return "none";
  std::string out;
  for (const std::string& r : bounce->recipients) out += r + " ";
  return out + (bounce->class_ == BounceClass::hard ? "hard " : "soft ") + bounce->status + " " +
         bounce->original_message_id;
}

std::string report_of(const std::string& fields, const std::string& copy_type = "text/rfc822-headers") {
  return "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: help@shop.example\nSubject: Undelivered Mail\n"
         "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
         "--b\nContent-Type: text/plain\n\nI'm sorry.\n--b\nContent-Type: message/delivery-status\n\n"
         "Reporting-MTA: dns; mx.example\n\n" +
         fields + "\n--b\nContent-Type: " + copy_type +
         "\n\nFrom: help@shop.example\nMessage-ID: <m1@shop.example>\nSubject: Re: fan\n\n--b--\n";
}

TEST(bounce, reports_of_rfc_3464) {
  const struct {
    const char* what;
    const char* fields;
    const char* expected;
  } rows[] = {
      {"nobody there", "Final-Recipient: rfc822; nena@example.com\nAction: failed\nStatus: 5.1.1\n",
       "nena@example.com hard 5.1.1 m1@shop.example"},
      {"whom we wrote to, not where it was sent on",
       "Original-Recipient: rfc822;nena@example.com\nFinal-Recipient: rfc822;box7@inner.example\nAction: "
       "failed\nStatus: "
       "5.1.1 (no such user)\n",
       "nena@example.com hard 5.1.1 m1@shop.example"},
      {"a full mailbox passes", "Final-Recipient: rfc822; nena@example.com\nAction: failed\nStatus: 5.2.2\n",
       "nena@example.com soft 5.2.2 m1@shop.example"},
      {"too late passes", "Final-Recipient: rfc822; nena@example.com\nAction: delayed\nStatus: 4.4.7\n",
       "nena@example.com soft 4.4.7 m1@shop.example"},
      {"a filter passes",
       "Final-Recipient: rfc822; nena@example.com\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 5.7.1 "
       "Message blocked as spam\n",
       "nena@example.com soft 5.7.1 m1@shop.example"},
      {"the other server says more than \"other\"",
       "Final-Recipient: rfc822; nena@example.com\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550-5.1.1 "
       "The\n "
       "account does not exist\n",
       "nena@example.com hard 5.1.1 m1@shop.example"},
      {"no status",
       "Final-Recipient: rfc822; nena@example.com\nAction: failed\nDiagnostic-Code: smtp; 550 no such user\n",
       "nena@example.com hard 5.0.0 m1@shop.example"},
      {"two, one of whom lives",
       "Final-Recipient: rfc822; nena@example.com\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; "
       "ben@example.com\nAction: failed\nStatus: 5.2.2\n",
       "nena@example.com ben@example.com soft 5.1.1 m1@shop.example"},
      {"one got it, one did not",
       "Final-Recipient: rfc822; ben@example.com\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; "
       "nena@example.com\nAction: failed\nStatus: 5.1.1\n",
       "nena@example.com hard 5.1.1 m1@shop.example"},
      {"delivered", "Final-Recipient: rfc822; nena@example.com\nAction: delivered\nStatus: 2.0.0\n", "none"},
  };
  for (const auto& row : rows) {
    const Parsed mail = parse(report_of(row.fields));
    EXPECT_EQ(shown(mail.bounce), row.expected) << row.what;
    EXPECT_EQ(mail.machine, mail.bounce ? "bounce" : "receipt") << row.what;
  }
  EXPECT_EQ(shown(parse(report_of(rows[0].fields, "message/rfc822")).bounce), rows[0].expected) << "a whole copy";
}

TEST(bounce, a_receipt_is_none) {
  const Parsed mail = parse(
      "From: nena@example.com\nSubject: Read: fan\nContent-Type: multipart/report; "
      "report-type=disposition-notification; boundary=b\n\n--b\n\nYour mail was read.\n--b\nContent-Type: "
      "message/disposition-notification\n\nFinal-Recipient: rfc822;nena@example.com\nDisposition: "
      "manual-action/MDN-sent-manually; displayed\n\n--b--\n");
  EXPECT_FALSE(mail.bounce);
  EXPECT_EQ(mail.machine, "receipt");
}

const char* const head = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: help@shop.example\n";

TEST(bounce, what_mail_servers_say_in_words) {
  const struct {
    const char* what;
    std::string mail;
    const char* expected;
  } rows[] = {
      {"qmail",
       std::string(head) +
           "Subject: failure notice\n\nHi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to "
           "deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it "
           "didn't "
           "work out.\n\n<nena@example.com>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 "
           "<nena@example.com>: user unknown\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the "
           "message.\n\nReturn-Path: <help@shop.example>\nMessage-ID: <m1@shop.example>\nTo: other@example.com\n\nHi\n",
       "nena@example.com hard 5.1.1 m1@shop.example"},
      {"qmail, its own status",
       std::string(head) +
           "Subject: failure notice\n\nHi. This is the qmail-send program at mx.example.\nThis is a permanent error; "
           "I've given up.\n\n<nena@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n",
       "nena@example.com hard 5.1.1 "},
      {"exim",
       std::string(head) +
           "X-Failed-Recipients: nena@example.com\nAuto-Submitted: auto-replied\nSubject: Mail delivery failed: "
           "returning "
           "message to sender\n\nThis message was created automatically by mail delivery software.\n\nA message that "
           "you "
           "sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following "
           "address(es) failed:\n\n  nena@example.com\n    SMTP error from remote mail server after RCPT "
           "TO:<nena@example.com>:\n    host mx.example.com [192.0.2.1]: 550 5.1.1 No such user\n\n------ This is a "
           "copy "
           "of the message, including all the headers. ------\n\nMessage-ID: <m1@shop.example>\nFrom: "
           "help@shop.example\n",
       "nena@example.com hard 5.1.1 m1@shop.example"},
      {"exim, waiting",
       std::string(head) +
           "Subject: Warning: message 1abc delayed 24 hours\n\nA message that you sent has not yet been delivered to "
           "one "
           "or more of its\nrecipients after more than 24 hours on the queue.\n\n  nena@example.com\n\nNo action is "
           "required on your part. Delivery attempts will continue.\n",
       "nena@example.com soft 4.0.0 "},
      {"postfix without a report",
       std::string(head) +
           "Subject: Undelivered Mail Returned to Sender\n\nThis is the mail system at host mx.example.\n\nI'm sorry "
           "to "
           "have to inform you that your message could not\nbe delivered to one or more recipients.\n\n                "
           "   "
           "The mail system\n\n<nena@example.com>: host mx.example.com[192.0.2.1] said: 550 5.1.1\n    "
           "<nena@example.com>: Recipient address rejected: User unknown (in reply to RCPT\n    TO command)\n",
       "nena@example.com hard 5.1.1 "},
      {"sendmail",
       std::string(head) +
           "Subject: Returned mail: see transcript for details\n\nThe original message was received at Mon, 23 Nov "
           "2026 "
           "08:00:00 GMT\nfrom localhost [127.0.0.1]\n\n   ----- The following addresses had permanent fatal errors "
           "-----\n<nena@example.com>\n    (reason: 550 5.1.1 <nena@example.com>... User unknown)\n\n   ----- "
           "Transcript "
           "of session follows -----\n... while talking to mx.example.com.:\n>>> DATA\n<<< 550 5.1.1 User unknown\n",
       "nena@example.com hard 5.1.1 "},
      {"exchange, old",
       "From: System Administrator <postmaster@corp.example>\nTo: help@shop.example\nSubject: Undeliverable: Re: "
       "fan\n\nYour message\n\n  To:      nena@corp.example\n  Subject: Re: fan\n  Sent:    Mon, 23 Nov 2026 "
       "08:00\n\ndid "
       "not reach the following recipient(s):\n\nnena@corp.example on Mon, 23 Nov 2026 08:00:10 +0800\n    The "
       "recipient "
       "name is not recognized\n    The MTS-ID of the original message is: c=us;a= ;p=Corp\n    MSEXCH:IMS:Corp:MX 0 "
       "(000C05A6) Unknown Recipient\n",
       "nena@corp.example hard 5.0.0 "},
      {"exchange online",
       "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@corp.example>\nTo: "
       "help@shop.example\nSubject: Undeliverable: Re: fan\nIn-Reply-To: <m1@shop.example>\n\nDelivery has failed to "
       "these recipients or groups:\n\nnena@corp.example<mailto:nena@corp.example>\nThe email address you entered "
       "couldn't be found.\n\nDiagnostic information for administrators:\nRemote Server returned '550 5.1.10 "
       "RESOLVER.ADR.RecipientNotFound; Recipient not found'\n",
       "nena@corp.example hard 5.1.10 m1@shop.example"},
      {"gmail",
       "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: help@shop.example\nX-Failed-Recipients: "
       "nena@gmail.example\nSubject: Delivery Status Notification (Failure)\nReferences: <m1@shop.example>\n\n** "
       "Address "
       "not found **\n\nYour message wasn't delivered to nena@gmail.example because the address couldn't be found, or "
       "is "
       "unable to receive mail.\n\nThe response from the remote server was:\n550 5.1.1 The email account that you "
       "tried "
       "to reach does not exist.\n",
       "nena@gmail.example hard 5.1.1 m1@shop.example"},
      {"gmail, waiting",
       "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: help@shop.example\nSubject: Delivery Status "
       "Notification (Delay)\n\n** Delivery incomplete **\n\nThere was a temporary problem delivering your message to "
       "nena@example.com. Gmail will retry for 46 more hours. You'll be notified if the delivery fails permanently.\n",
       "nena@example.com soft 4.0.0 "},
      {"yahoo",
       std::string(head) + "Subject: Failure Notice\n\nSorry, we were unable to deliver your message to the following "
                           "address.\n\n<nena@yahoo.example>:\n552: 5.2.2 Mailbox is full\n",
       "nena@yahoo.example soft 5.2.2 "},
      {"exchange 2003, which says first whom the mail named",
       std::string(head) + "Subject: Undeliverable: fan\n\nYour message\n\n  To:      nena@old.example\n  Subject: "
                           "fan\n\ndid not reach the "
                           "following recipient(s):\n\nnena@new.example on Mon, 23 Nov 2026 08:00:00 +0800\n    The "
                           "recipient name is not "
                           "recognized\n",
       "nena@new.example hard 5.0.0 "},
      {"domino",
       "From: Postmaster@corp.example\nTo: help@shop.example\nSubject: DELIVERY FAILURE: User nena (nena@corp.example) "
       "not "
       "listed in\n Domino Directory\n\nYour message\n\n  Subject: fan\n\nwas not delivered to:\n\n  "
       "nena@corp.example\n\nbecause:\n\n  User nena (nena@corp.example) not listed in Domino Directory\n",
       "nena@corp.example hard 5.0.0 "},
      {"a mail too large",
       std::string(head) +
           "Subject: Mail delivery failed: returning message to sender\n\nA message that you sent could not be "
           "delivered to "
           "one or more of\nits recipients. This is a permanent error.\n\nnena@example.com\n\nFor the following "
           "reason:\n\nMail size limit exceeded.\n\n--- The header of the original message is following. "
           "---\n\nMessage-ID: "
           "<m1@shop.example>\nTo: other@example.com\n",
       "nena@example.com soft 5.0.0 m1@shop.example"},
      {"German",
       "From: postmaster@firma.example\nTo: help@shop.example\nSubject: Unzustellbar: Ventilator\n\nIhre Nachricht "
       "konnte nicht zugestellt werden:\n\n<nena@firma.example>\nDie Adresse existiert nicht.\n",
       "nena@firma.example hard 5.0.0 "},
  };
  for (const auto& row : rows) {
    const Parsed mail = parse(row.mail);
    EXPECT_EQ(shown(mail.bounce), row.expected) << row.what;
    EXPECT_EQ(mail.machine, "bounce") << row.what;
  }
}

TEST(bounce, people_and_absence_notes_are_none) {
  EXPECT_EQ(shown(parse("From: nena@example.com\nSubject: Undelivered parcel\n\nMy parcel could not be delivered to "
                        "ben@example.com.\n")
                      .bounce),
            "none");
  const Parsed note =
      parse(std::string(head) + "Subject: Automatic reply: fan\n\nI could not be reached, ask ben@example.com\n");
  EXPECT_EQ(shown(note.bounce), "none");
  EXPECT_EQ(note.machine, "vacation");
}

TEST(bounce, statuses_in_words) {
  const struct {
    const char* words;
    const char* status;
  } rows[] = {
      {"550 5.1.1 no such user", "5.1.1"},
      {"(#5.7.1)", "5.7.1"},
      {"550-5.1.10 x", "5.1.10"},
      {"host [192.5.1.1] said 451 4.7.1", "4.7.1"},
      {"5.1.1.9 is a host", ""},
      {"550 no such user", "5.0.0"},
      {"said: 421 later", "4.0.0"},
      {"on 5 May 550000 pesos", ""},
      {"v5.10.2", ""},
      {"", ""},
      {"5", ""},
      {"55", ""},
      {"550", "5.0.0"},
  };
  for (const auto& row : rows) EXPECT_EQ(status_in(row.words), row.status) << row.words;
}

}  // namespace
}  // namespace suki::mail
