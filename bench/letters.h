/// Mails as customers' programs write them: two alternatives, a quote of the last answers, every third with a picture.
/// 19 KiB each on average.
#pragma once

#include <fmt/format.h>

#include <string>

namespace bench {

/// `i` chooses how long it is; `number` makes ids and addresses its own. `answers`: the Message-ID that it answers, of
/// a letter from the same sender.
inline std::string letter(long i, long number, long sender, const std::string& answers) {
  std::string words;
  for (long line = 0; line < 5 + i % 30; ++line)
    words += "The fan that you sent turns, but it makes a noise at night.\n";
  std::string quote = "\nOn Mon, Nov 23, 2026 at 8:00 AM Shop <help@shop.example> wrote:\n\n";
  for (long line = 0; line < 10 + i % 50; ++line) quote += "> Thank you for writing. We will look at your fan today.\n";
  std::string mail = fmt::format(
      "Received: from mx.example (mx.example [192.0.2.1]) by shop.example; Mon, 23 Nov 2026 09:00:00 +0800\n"
      "From: =?utf-8?Q?Ni=C3=B1a_Reyes?= <nina{4}@example.com>\nTo: Shop <help@shop.example>\nSubject: Re: "
      "=?utf-8?B?U2lyYSBhbmcgcmVm?= {0}\nDate: Mon, 23 Nov 2026 09:00:00 +0800\nMessage-ID: "
      "<m{0}@example.com>\nIn-Reply-To: <{3}>\nReferences: <r{0}@example.com> "
      "<{3}>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=mm\n\n--mm\nContent-Type: "
      "multipart/alternative; boundary=aa\n\n--aa\nContent-Type: text/plain; "
      "charset=utf-8\n\n{1}{2}\n--aa\nContent-Type: "
      "text/html; charset=utf-8\n\n<div>{1}</div><blockquote>{2}</blockquote>\n--aa--\n",
      number, words, quote, answers, sender);
  if (i % 3 == 0) {
    mail += "--mm\nContent-Type: image/png; name=fan.png\nContent-Transfer-Encoding: base64\n\n";
    for (int line = 0; line < 500; ++line) mail += std::string(76, 'A') + "\n";
  }
  return mail + "--mm--\n";
}

}  // namespace bench
