// Any bytes are a mail: parse() answers, all text it gives is UTF-8, and what it derives fits together.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/text.h"
#include "mail/mail.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto mail = suki::mail::parse({reinterpret_cast<const char*>(data), size});
  for (const auto* text : {&mail.text, &mail.reply_text, &mail.quote, &mail.signature, &mail.html, &mail.subject,
                           &mail.from.name, &mail.from.email, &mail.message_id, &mail.in_reply_to})
    SUKI_ASSERT(suki::is_utf8(*text));
  for (const auto& part : mail.attachments) {
    SUKI_ASSERT(suki::is_utf8(part.name) && suki::is_utf8(part.type) && suki::is_utf8(part.content_id));
    SUKI_ASSERT(part.name.find('/') == std::string::npos);
  }
  if (mail.bounce) SUKI_ASSERT(!mail.bounce->recipients.empty() && !mail.machine.empty());
  return 0;
}
