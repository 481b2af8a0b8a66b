// Any bytes are a delivery report, in fields or in words: none, or one that names somebody and a status.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/text.h"
#include "mail/bounce.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view raw(reinterpret_cast<const char*>(data), size);
  const std::string text = suki::to_valid_utf8(raw);
  for (const auto& bounce : {suki::mail::read_report(raw), suki::mail::read_notice(text, {"help@shop.example"})}) {
    if (!bounce) continue;
    SUKI_ASSERT(!bounce->recipients.empty() && bounce->recipients.size() <= 100);
    for (const auto& address : bounce->recipients) SUKI_ASSERT(address.find('@') != std::string::npos);
    const char kind = bounce->status.empty() ? '0' : bounce->status[0];
    SUKI_ASSERT(kind == '2' || kind == '4' || kind == '5');
    SUKI_ASSERT(bounce->class_ == suki::mail::BounceClass::soft || kind != '4');
  }
  return 0;
}
