#include "mail/reply.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

namespace suki::mail {
namespace {

struct Case {
  const char* name;
  const char* reply;
  const char* quote;  ///< as it stands in the text, with a line end
  const char* signature;
};

/// What mail programs write when somebody answers, in the languages of a Philippine shop's customers and beyond.
const Case clients[] = {
    {"gmail, English", "It works now.\n",
     "\nOn Mon, Nov 23, 2026 at 8:00 AM Tindahan <help@shop.example> wrote:\n\n> Did the new part help?\n>\n> Ana\n",
     ""},
    {"gmail, English, introduction cut in two lines", "It works now.\n",
     "\nOn Mon, Nov 23, 2026 at 8:00 AM Tindahan ni Aling Nena sa Kanto ng Bayan\n<help@shop.example> wrote:\n\n> Did "
     "it help?\n",
     ""},
    {"gmail, Filipino", "Gumagana na po.\n",
     "\nNoong Lun, Nob 23, 2026 nang 8:00 AM, isinulat ni Tindahan <help@shop.example> ang:\n\n> Nakatulong po ba?\n",
     ""},
    {"gmail, Filipino, sinulat", "Sige po.\n", "\nNoong Nob 23, 2026, sinulat ni Ana:\n> Bukas po kami.\n", ""},
    {"gmail, German", "Es geht wieder.\n",
     "\nAm Mo., 23. Nov. 2026 um 08:00 Uhr schrieb Laden <help@shop.example>:\n\n> Hat es geholfen?\n", ""},
    {"thunderbird, German", "Es geht wieder.\n", "\nAm 23.11.26 um 08:00 schrieb Laden:\n> Hat es geholfen?\n", ""},
    {"gmail, French", "Tout va bien.\n",
     "\nLe lun. 23 nov. 2026 à 08:00, Boutique <help@shop.example> a écrit :\n\n> Cela a-t-il aidé ?\n", ""},
    {"gmail, French, no-break space before the colon", "Tout va bien.\n",
     "\nLe 23/11/2026, Boutique a écrit\u00A0:\n> Cela a-t-il aidé ?\n", ""},
    {"gmail, Spanish", "Ya funciona.\n",
     "\nEl lun, 23 nov 2026 a las 8:00, Tienda (<help@shop.example>) escribió:\n\n> ¿Sirvió?\n", ""},
    {"gmail, Japanese", "直りました。\n",
     "\n2026年11月23日(月) 8:00 お店 <help@shop.example>:\n\n> いかがでしょうか。\n", ""},
    {"apple mail, Japanese", "直りました。\n",
     "\n2026/11/23 8:00、お店 <help@shop.example>のメール:\n\n> いかがでしょうか。\n", ""},
    {"thunderbird, Japanese", "直りました。\n", "\n2026/11/23 8:00 に お店 さんは書きました:\n> いかがでしょうか。\n",
     ""},
    {"outlook, English", "It works now.\n",
     "\n________________________________\nFrom: Shop <help@shop.example>\nSent: Monday, November 23, 2026 8:00 AM\nTo: "
     "Nena Reyes\nSubject: Re: fan\n\nDid the new part help?\n",
     ""},
    {"outlook, German", "Es geht wieder.\n",
     "\nVon: Laden <help@shop.example>\nGesendet: Montag, 23. November 2026 08:00\nAn: Nena Reyes\nBetreff: Re: "
     "Ventilator\n\nHat es geholfen?\n",
     ""},
    {"outlook, French", "Tout va bien.\n",
     "\nDe : Boutique <help@shop.example>\nEnvoyé : lundi 23 novembre 2026 08:00\nÀ : Nena Reyes\nObjet : Re: "
     "ventilateur\n\nCela a-t-il aidé ?\n",
     ""},
    {"outlook, Spanish", "Ya funciona.\n",
     "\nDe: Tienda <help@shop.example>\nEnviado el: lunes, 23 de noviembre de 2026 8:00\nPara: Nena Reyes\nAsunto: Re: "
     "ventilador\n\n¿Sirvió?\n",
     ""},
    {"outlook, Japanese", "直りました。\n",
     "\n差出人: お店 <help@shop.example>\n送信日時: 2026年11月23日 8:00\n宛先: Nena Reyes\n件名: Re: "
     "扇風機\n\nいかがでしょうか。\n",
     ""},
    {"outlook, Filipino", "Gumagana na po.\n",
     "\nMula kay: Tindahan <help@shop.example>\nIpinadala: Lunes, Nobyembre 23, 2026 8:00 AM\nPara kay: Nena "
     "Reyes\nPaksa: Re: bentilador\n\nNakatulong po ba?\n",
     ""},
    {"outlook as bold text", "It works now.\n",
     "\n*From:* Shop <help@shop.example>\n*Sent:* Monday, November 23, 2026 8:00 AM\n*To:* Nena\n*Subject:* Re: "
     "fan\n\nDid it help?\n",
     ""},
    {"outlook express", "It works now.\n", "\n-----Original Message-----\nFrom: Shop\nTo: Nena\nDid it help?\n", ""},
    {"outlook, German, with dashes", "Danke.\n", "\n-----Ursprüngliche Nachricht-----\nVon: Laden\nHat es geholfen?\n",
     ""},
    {"french dashes", "Merci beaucoup.\n", "\n-----Message d'origine-----\nDe : Boutique\nCela va ?\n", ""},
    {"spanish dashes", "Ya está.\n", "\n-----Mensaje original-----\nDe: Tienda\n¿Sirvió?\n", ""},
    {"yahoo, an introduction over text without marks", "It works now.\n",
     "\nOn Monday, November 23, 2026 at 08:00:00 AM GMT+8, Shop <help@shop.example> wrote:\n\nDid it help?\n", ""},
    {"a signature by its delimiter", "It works now.\n", "", "\n-- \nNena Reyes\nReyes Trading, 0917 555 0100\n"},
    {"an iPhone", "Thanks po!\n", "\nOn Nov 23, 2026, at 8:00 AM, Shop <help@shop.example> wrote:\n\n> Did it help?\n",
     "\nSent from my iPhone\n"},
    {"an iPhone, German", "Danke!\n", "", "\nVon meinem iPhone gesendet\n"},
    {"an iPhone, French", "Merci beaucoup !\n", "", "\nEnvoyé de mon iPhone\n"},
    {"an iPhone, Spanish", "¡Listo!\n", "", "\nEnviado desde mi iPhone\n"},
    {"an iPhone, Japanese", "ありがとうございます。\n", "", "\niPhoneから送信\n"},
    {"an iPhone, Filipino", "Salamat, ayos na.\n", "", "\nIpinadala mula sa aking iPhone\n"},
    {"outlook on a telephone", "Thanks for this.\n", "", "\nGet Outlook for iOS<https://aka.ms/o0ukef>\n"},
    {"outlook on a telephone, French", "Merci beaucoup.\n", "",
     "\nObtenir Outlook pour Android<https://aka.ms/AAb9ysg>\n"},
    {"a closing over a name and numbers", "The fan is broken again.\n", "",
     "\nBest regards,\nNena Reyes\nReyes Trading | +63 917 555 0100\nwww.reyes.example\n"},
    {"a closing, German", "Der Ventilator ist wieder kaputt.\n", "",
     "\nMit freundlichen Grüßen\n\nNena Reyes\nTel. +49 30 5550100\n"},
    {"signed by PGP in the text", "My fan is broken.\n", "",
     "\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n"},
    {"a ruled box, Japanese", "扇風機がまた壊れました。\n", "",
     "\n━━━━━━━━━━━━━━\n山田花子\n株式会社山田 03-5555-0100\nhanako@example.jp\n━━━━━━━━━━━━━━\n"},
};

TEST(reply, quotes_and_signatures_of_the_common_programs) {
  for (const Case& c : clients) {
    // A mark of a telephone stands above the quote.
    const std::string text = std::string(c.reply) + c.signature + c.quote;
    const Split split = split_reply(text, "Re: fan");
    const auto bare = [](std::string s) {
      while (!s.empty() && s.front() == '\n') s.erase(0, 1);
      while (!s.empty() && s.back() == '\n') s.pop_back();
      return s;
    };
    EXPECT_EQ(split.reply, bare(c.reply)) << c.name;
    EXPECT_EQ(split.quote, bare(c.quote)) << c.name;
    EXPECT_EQ(split.signature, bare(c.signature)) << c.name;
  }
}

TEST(reply, what_looks_like_a_quote_or_signature_and_is_none) {
  for (const char* text : {
           "On Monday I wrote to you and nobody answered.",
           "From: Manila\nTo: Cebu\nDate: November 30\nHow much is it?",
           "I need:\n- one fan\n- two lamps",
           "Please send it to:\nNena Reyes\n12 Mabini St, Manila",
           "Thanks\nOrder 12345678",
           "Sent from my desk, is much easier then my mobile phone.",
           "Temperature fell to\n-5 degrees",
           "The code is\n-----\n1234\n-----\nwhat now?",
           "Regards to Ana! My fan is broken, 0917 555 0100.",
           "Le ventilateur est cassé depuis lundi : que faire ?",
           "Am Montag schrieb ich Ihnen schon einmal.",
       }) {
    const Split split = split_reply(text, "Re: fan");
    EXPECT_EQ(split.reply, text);
    EXPECT_EQ(split.quote, "") << text;
    EXPECT_EQ(split.signature, "") << text;
  }
}

TEST(reply, answers_between_quotes_keep_the_quotes_they_answer) {
  const Split split = split_reply(
      "On Mon, Nov 23, 2026 at 8:00 AM Shop <help@shop.example> wrote:\n> Is it the blue one?\n\nYes.\n\n> Where did "
      "you "
      "buy it?\n\nIn Cebu.\n\n> Ana\n> Shop\n",
      "Re: fan");
  EXPECT_EQ(split.reply,
            "On Mon, Nov 23, 2026 at 8:00 AM Shop <help@shop.example> wrote:\n> Is it the blue one?\n\nYes.\n\n> Where "
            "did you buy it?\n\nIn Cebu.");
  EXPECT_EQ(split.quote, "> Ana\n> Shop");
}

TEST(reply, an_answer_below_the_quote_stays_in_sight) {
  const Split split =
      split_reply("-----Original Message-----\nFrom: Shop\n> Did it help?\n\nYes, thanks.\n", "Re: fan");
  EXPECT_NE(split.reply.find("Yes, thanks."), std::string::npos);
  EXPECT_EQ(split.quote, "");
}

TEST(reply, what_is_forwarded_is_meant_to_be_read) {
  const char* by_mark =
      "Please see below.\n\n---------- Forwarded message ---------\nFrom: Bank <x@bank.example>\nDate: Mon, Nov 23, "
      "2026\nSubject: Refund\nTo: <nena@example.com>\n\nYour refund was refused.\n\n-- \nThe bank";
  EXPECT_EQ(split_reply(by_mark, "Refund").reply, by_mark);
  const char* by_subject =
      "See below.\n\nFrom: Bank <x@bank.example>\nSent: Monday\nTo: Nena\nSubject: Refund\n\nRefused.";
  for (const char* subject : {"FW: Refund", "Fwd: Refund", "WG: Erstattung", "TR : remboursement", "RV: reembolso"})
    EXPECT_EQ(split_reply(by_subject, subject).reply, by_subject) << subject;
  EXPECT_EQ(split_reply(by_subject, "RE: Refund").reply, "See below.");
}

TEST(reply, every_line_is_in_exactly_one_of_the_three) {
  for (const Case& c : clients) {
    const std::string text = std::string(c.reply) + c.signature + c.quote;
    const Split split = split_reply(text, "");
    const auto letters = [](std::string_view s) {
      std::size_t n = 0;
      for (const char ch : s) n += ch != '\n' && ch != ' ';
      return n;
    };
    EXPECT_EQ(letters(split.reply) + letters(split.quote) + letters(split.signature), letters(text)) << c.name;
  }
}

TEST(reply, a_megabyte_of_lines_takes_no_time) {
  const std::clock_t start = std::clock();
  for (const char* line : {"> quoted\n", "On Monday, 23 November 2026\n", "From: a@b.example\n", "-- \n",
                           "plain words here\n", "-----\n", "Regards,\n", "\n", "Subject: x\n\n", "*From:* a 1@b:\n"}) {
    std::string text;
    while (text.size() < (1u << 20)) text += line;
    (void)split_reply(text, "");
    (void)split_reply(text + "> q\n", "");
  }
  // Twenty texts: 1 s each is far above what they take, and far below anything that grows with the square.
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 20.0);
}

}  // namespace
}  // namespace suki::mail
