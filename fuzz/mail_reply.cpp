// Any text is split into answer, quote and signature, and no letter is lost or doubled.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/text.h"
#include "mail/plain_text.h"
#include "mail/reply.h"

namespace {

std::size_t letters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return c != ' ' && c != '\n' && c != '\t' && c != '\r' && c != '\f' && c != '\v';
  }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text = suki::to_valid_utf8({reinterpret_cast<const char*>(data), size});
  for (const char* subject : {"Re: fan", "Fwd: fan"}) {
    const auto split = suki::mail::split_reply(text, subject);
    SUKI_ASSERT(letters(split.reply) + letters(split.quote) + letters(split.signature) == letters(text));
  }
  (void)suki::mail::unflow(text, size % 2 == 0);
  (void)suki::mail::take_uuencoded(text);
  return 0;
}
