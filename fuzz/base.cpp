// Texts and times of base from any bytes: nothing may crash, and what was read is written and read back the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/text.h"
#include "base/time.h"

namespace suki {
namespace {

void check_times(std::string_view text) {
  if (const auto at = parse_instant(text); at.ok()) {
    SUKI_ASSERT(at.value() >= instant_min && at.value() <= instant_max);
    SUKI_ASSERT(parse_instant(format_instant(at.value())).value() == at.value());
  }
  for (const auto& span : {parse_iso_duration(text), parse_duration(text)}) {
    if (!span.ok()) continue;
    SUKI_ASSERT(span.value() >= Span{0} && span.value() <= budget_max);
    SUKI_ASSERT(parse_iso_duration(format_iso_duration(span.value())).value() == span.value());
  }
  if (const auto date = parse_date(text); date.ok()) {
    SUKI_ASSERT(format_date(date.value()) == text);
  }
}

void check_texts(std::string_view text) {
  const std::string valid = to_valid_utf8(text);
  SUKI_ASSERT(is_utf8(valid));
  if (is_utf8(text)) SUKI_ASSERT(valid == text);
  SUKI_ASSERT(count_code_points(valid) <= valid.size());
  std::string joined;
  for (const auto part : split(text, ',')) joined.append(part).append(1, ',');
  if (!text.empty()) SUKI_ASSERT(joined == std::string(text) + ",");
  SUKI_ASSERT(trim(trim(text)) == trim(text));
}

}  // namespace
}  // namespace suki

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  suki::check_times(text);
  suki::check_texts(text);
  return 0;
}
