#include "mail/machine.h"

#include <gtest/gtest.h>

#include <string>

namespace suki::mail {
namespace {

std::string machine_of(const std::string& header, const std::string& text = "x") {
  const bool has_from = header.starts_with("From:") || header.find("\nFrom:") != std::string::npos;
  return parse((has_from ? "" : "From: a@example.com\n") + header + "\n\n" + text).machine;
}

TEST(machine, says_so_in_its_header) {
  const struct {
    const char* header;
    const char* reason;
  } rows[] = {
      {"Auto-Submitted: auto-generated", "auto-submitted"},
      {"Auto-Submitted: Auto-Replied (vacation)", "auto-submitted"},
      {"Auto-Submitted: no", ""},
      {"Auto-Submitted: NO; x=y", ""},
      {"X-Autorespond: x", "auto-submitted"},
      {"X-Auto-Response-Suppress: DR, OOF, AutoReply", "auto-submitted"},
      {"X-Auto-Response-Suppress: All", "auto-submitted"},
      {"X-Auto-Response-Suppress: RN", ""},
      {"X-FC-MachineGenerated: true", "auto-submitted"},
      {"X-POST-MessageClass: 9; Autoresponder", "auto-submitted"},
      {"X-Cron-Env: <SHELL=/bin/sh>", "auto-submitted"},
      {"Precedence: auto_reply", "list"},
      {"Precedence: first-class", ""},
      {"List-Unsubscribe: <mailto:x@list.example>", "list"},
      {"Mailing-List: contact x@list.example", "list"},
      {"Return-Path: <>", "null-sender"},
      {"Return-Path: <a@example.com>", ""},
      {"From: no-reply@bank.example", "no-reply"},
      {"From: Bank <DoNotReply+x@bank.example>", "no-reply"},
      {"From: norberto@example.com", ""},
      {"X-Suki-Loop: 1\nAuto-Submitted: auto-replied", "own-loop"},
      {"From: postmaster@example.com", "bounce"},
  };
  for (const auto& row : rows) EXPECT_EQ(machine_of(row.header), row.reason) << row.header;
}

TEST(machine, absence_notes_are_known_by_their_words) {
  for (const char* subject : {
           "Automatic reply: Your fan",
           "Automatic Reply",
           "Out of Office: your mail",
           "Out of Office",
           "[Auto-Reply] Your fan",
           "Autoreply: x",
           "Awtomatikong tugon: bentilador",
           "Wala sa opisina: Re: bentilador",
           "Automatische Antwort: Ventilator",
           "Abwesenheitsnotiz",
           "Abwesenheit: Re: Ventilator",
           "Nicht im Büro: Ventilator",
           "Réponse automatique : ventilateur",
           "Absence du bureau : x",
           "Respuesta automática: ventilador",
           "Fuera de la oficina",
           "自動返信: 扇風機",
           "不在通知",
           "【自動返信】扇風機",
           "Risposta automatica: x",
           "Resposta automática: x",
           "Automatisch antwoord: x",
           "Autosvar: x",
           "Automaattinen vastaus: x",
           "Odpowiedź automatyczna: x",
           "Автоответ: x",
           "自动回复: x",
           "自動回覆: x",
           "자동 회신: x",
           "Otomatik Yanıt: x",
           "رد تلقائي: x",
           "Trả lời tự động: x",
       })
    EXPECT_EQ(machine_of(std::string("Subject: ") + subject), "vacation") << subject;
  for (const char* text : {
           "I am out of the office until 30 November.",
           "Hello,\n\nI am currently out of the office.",
           "Magandang araw! Wala po ako sa opisina hanggang Lunes.",
           "Sehr geehrte Damen und Herren,\nich bin zurzeit nicht im Büro.",
           "Bonjour,\nJe suis actuellement absent du bureau.",
           "Hola:\nEstoy fuera de la oficina hasta el lunes.",
           "お世話になっております。\nただいま不在にしております。",
       })
    EXPECT_EQ(machine_of("Subject: Re: Your fan", text), "vacation") << text;
}

TEST(machine, people_write_such_words_too) {
  for (const char* subject :
       {"Out of office hours: when are you open?", "Out of office chairs?", "Absence of parts", "Vacation rental",
        "Re: Automatic reply: Your fan", "Automatic washing machine is broken", "不在着信について", "On leave form"})
    EXPECT_EQ(machine_of(std::string("Subject: ") + subject), "") << subject;
  EXPECT_EQ(machine_of("Subject: my fan", "I am out of the office until Monday, please ring me."), "")
      << "it answers nothing";
  EXPECT_EQ(machine_of("Subject: Re: my fan", "What does this mean?\n> I am out of the office until Monday."), "")
      << "it quotes";
}

TEST(machine, a_filter_on_the_way_says_spam) {
  const auto spam = [](const std::string& header) { return parse("From: a@example.com\n" + header + "\n\nx").spam; };
  for (const char* header : {"X-Spam-Flag: YES", "X-Spam-Status: Yes, score=9.1", "X-Rspamd-Action: add header",
                             "X-MS-Exchange-Organization-SCL: 9", "X-Forefront-Antispam-Report: CIP:1;SFV:SPM;x"})
    EXPECT_TRUE(spam(header)) << header;
  for (const char* header : {"X-Spam-Flag: NO", "X-Spam-Status: No, score=0.1", "X-MS-Exchange-Organization-SCL: -1",
                             "X-Rspamd-Action: no action", "Subject: spam"})
    EXPECT_FALSE(spam(header)) << header;
}

}  // namespace
}  // namespace suki::mail
