// Any bytes are a mail: parse() answers, and all text it gives is UTF-8.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/text.h"
#include "mail/mail.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto mail = suki::mail::parse({reinterpret_cast<const char*>(data), size});
  SUKI_ASSERT(suki::is_utf8(mail.text) && suki::is_utf8(mail.subject) && suki::is_utf8(mail.from.email));
  for (const auto& part : mail.attachments) SUKI_ASSERT(suki::is_utf8(part.name) && suki::is_utf8(part.type));
  return 0;
}
