/// For tests: mails that were cut, joined and bit-flipped, the same ones for the same seed. Without the shared data the
/// mails of this file are mutated.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "mail/testing.h"

namespace suki::mail::testing {

inline constexpr std::size_t mail_bytes_at_most = 200'000;  // larger ones are mutated by their first part

inline std::vector<std::string> own_mails() {
  const std::string head =
      "From: =?utf-8?Q?Ni=C3=B1a?= <nina@example.com>\nTo: help@shop.example\nDate: Mon, 23 Nov 2026 "
      "08:00:00 +0800\nMessage-ID: <a@b>\nReferences: <c@d> <e@f>\nSubject: =?utf-8?B?w5E=?= x\n";
  return {
      head + "\nMy fan is broken.\n\nOn Mon, Nov 23, 2026 Shop wrote:\n> Which one?\n\n-- \nNina\n",
      head +
          "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: "
          "text/html\n\n<p>rich<blockquote>q</blockquote>\n--b--\n",
      head +
          "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; format=flowed; "
          "charset=iso-2022-jp\n\n\x1b$B$3$s\x1b(B \nb\nbegin 644 a\n#0V%T\n`\nend\n--b\nContent-Type: "
          "image/png; name*0*=utf-8''%C3; name*1=b\nContent-Transfer-Encoding: base64\n\nAAEC\n--b\nContent-Type: "
          "message/rfc822\n\nSubject: y\n\nz\n--b--\n",
      "From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=delivery-status; "
      "boundary=b\n\n--b\n\nsorry\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; "
      "x\n\nFinal-Recipient: rfc822; nena@example.com\nAction: failed\nStatus: 5.1.1\n\n--b--\n",
      "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nThis is a permanent "
      "error\n\n<nena@example.com>:\n550 "
      "5.1.1 unknown\n--- Below this line is a copy of the message.\n\nMessage-ID: <m@x>\n",
  };
}

inline std::vector<std::string> mails_to_mutate() {
  std::vector<std::string> out = own_mails();
  if (!std::filesystem::exists(data_folder())) {
    std::cout << "no mails at " << data_folder() << ": only the test's own are mutated; set SUKI_DATA\n";
    return out;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data_folder()))
    if (entry.path().extension() == ".eml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) out.push_back(read_file(file).substr(0, mail_bytes_at_most));
  return out;
}

class Mutator {
 public:
  Mutator(std::vector<std::string> mails, std::uint64_t seed) : mails_(std::move(mails)), random_(seed) {}

  std::string next() {
    std::string mail = pick();
    for (std::size_t n = 1 + below(4); n > 0; --n) mutate(mail);
    return mail;
  }

 private:
  std::size_t below(std::size_t n) {
    return n == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
  }
  const std::string& pick() { return mails_[below(mails_.size())]; }

  void mutate(std::string& mail) {
    switch (below(6)) {
      case 0:  // cut off
        return mail.resize(below(mail.size() + 1));
      case 1: {  // a piece taken out
        const std::size_t at = below(mail.size() + 1);
        mail.erase(at, below(200));
        return;
      }
      case 2: {  // joined with the rest of another
        const std::string& other = pick();
        mail.resize(below(mail.size() + 1));
        mail += other.substr(below(other.size() + 1));
        return;
      }
      case 3:  // bits flipped
        for (std::size_t n = below(20) + 1; n > 0 && !mail.empty(); --n) {
          char& c = mail[below(mail.size())];
          c = static_cast<char>(c ^ (1 << below(8)));
        }
        return;
      case 4: {  // a piece said many times
        const std::size_t at = below(mail.size() + 1);
        const std::string piece = mail.substr(at, below(100));
        for (std::size_t n = below(200); n > 0; --n) mail.insert(at, piece);
        return;
      }
      default: {  // a piece put elsewhere
        const std::string piece = mail.substr(below(mail.size() + 1), below(300));
        mail.insert(below(mail.size() + 1), piece);
      }
    }
  }

  std::vector<std::string> mails_;
  std::mt19937_64 random_;
};

inline std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace suki::mail::testing
