// Whatever is written, a mail of it has short lines of 7 bits and reads as it was meant: fields of any text, cut at
// zeros.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "base/text.h"
#include "mail/mail.h"
#include "mail/quote.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> fields;
  const std::string all(reinterpret_cast<const char*>(data), size);
  for (const std::string_view part : suki::split(all, '\0')) fields.emplace_back(suki::to_valid_utf8(part));
  fields.resize(8);
  suki::mail::Outgoing mail;
  mail.from = {fields[0], "help@shop.example"};
  mail.to = {fields[1], "jose@example.com"};
  mail.cc = {{fields[2], "ben@example.net"}};
  mail.bcc = {"hidden@example.org"};
  mail.subject = fields[2];
  mail.text = fields[3];
  mail.html = fields[4];
  mail.references = {fields[5]};
  mail.message_id = "1.a@shop.example";
  mail.attachments.push_back({.name = fields[6], .type = fields[5], .content_id = "", .bytes = fields[7]});
  suki::mail::add_signature(mail, fields[6]);
  suki::mail::add_quotes(mail, {{"On Monday, Liza wrote:", fields[7]}});
  const auto bytes = suki::mail::compose(mail);
  SUKI_ASSERT(bytes.ok());
  std::size_t line = 0;
  for (const char c : *bytes) {
    SUKI_ASSERT(static_cast<unsigned char>(c) < 0x80 && c != 0);
    line = c == '\n' ? 0 : line + 1;
    SUKI_ASSERT(line <= 999);  // with its CR
  }
  const auto read = suki::mail::parse(*bytes);
  SUKI_ASSERT(read.to.size() == 1 && read.to[0].email == mail.to.email && read.from.email == mail.from.email);
  SUKI_ASSERT(read.cc.size() == 1);
  // Unless somebody wrote it into the mail.
  if (all.find("hidden@") == std::string::npos) SUKI_ASSERT(bytes->find("hidden@example.org") == std::string::npos);
  SUKI_ASSERT(read.attachments.size() == 1 && read.attachments[0].bytes == fields[7]);
  return 0;
}
