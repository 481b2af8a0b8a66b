// Any bytes are the body of a request: reading answers, an error is text that can be sent back, and what was read is
// written and read back the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/api_types.h"
#include "base/assert.h"
#include "base/text.h"
#include "json/read.h"

namespace {

template <class T>
void check(std::string_view text) {
  const auto value = suki::json::read<T>(text);
  if (!value.ok()) {
    SUKI_ASSERT(value.error().code == suki::ErrorCode::bad_input);
    SUKI_ASSERT(!value.error().detail.empty() && suki::is_utf8(value.error().detail));
    return;
  }
  const std::string written = suki::json::write(*value);
  SUKI_ASSERT(suki::is_utf8(written));
  const auto again = suki::json::read<T>(written);
  SUKI_ASSERT(again.ok() && suki::json::write(*again) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check<suki::app::NewConversation>(text);  // texts only, all required
  check<suki::app::Change>(text);           // texts only, all optional
  check<suki::app::Reply>(text);            // numbers
  check<suki::app::Preferences>(text);      // booleans
  check<suki::app::Site>(text);             // lists of structs
  check<suki::app::PlanTable>(text);        // lists of lists
  return 0;
}
