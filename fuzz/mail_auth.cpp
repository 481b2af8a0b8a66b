/// Authentication-Results of any bytes, alone and in a mail.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "mail/auth_results.h"
#include "mail/raw_view.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto read = suki::mail::parse_auth_results(text)) {
    if (read->results.size() > suki::mail::auth_results_max) std::abort();
    if (!suki::is_utf8(read->server)) std::abort();
    for (const auto& result : read->results) {
      if (!suki::is_utf8(result.method) || !suki::is_utf8(result.result)) std::abort();
      if (result.properties.size() > suki::mail::auth_properties_max) std::abort();
    }
  }
  const auto origin = suki::mail::judge_origin(text, "liza@example.net", {"mx.shop.example", "-"});
  if (origin.verdict == suki::mail::OriginVerdict::none) std::abort();
  const auto view = suki::mail::view_raw(text, 1'000, 1'000);
  if (!suki::is_utf8(view.headers) || !suki::is_utf8(view.body)) std::abort();
  const auto peeked = suki::mail::peek(text);
  if (!suki::is_utf8(peeked.email) || !suki::is_utf8(peeked.name) || !suki::is_utf8(peeked.subject)) std::abort();
  return 0;
}
