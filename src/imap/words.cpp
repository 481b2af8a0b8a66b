#include "imap/words.h"

#include <memory>

#include <fmt/format.h>
#include <unicode/ucnv.h>

#include "base/text.h"
#include "base/time.h"

namespace suki::imap {
namespace {

constexpr std::size_t folder_bytes_max = 500, said_bytes_max = 200;

/// RFC 3501, 5.1.3, by ICU, which has it as a charset.
Result<std::string> to_modified_utf7(std::string_view name) {
  UErrorCode error = U_ZERO_ERROR;
  std::string out(name.size() * 8 + 16, '\0');
  const std::unique_ptr<UConverter, decltype(&ucnv_close)> utf8(ucnv_open("UTF-8", &error), &ucnv_close);
  if (U_FAILURE(error)) return fail(ErrorCode::internal, "no converter for names of folders");
  const std::int32_t made =
      ucnv_toAlgorithmic(UCNV_IMAP_MAILBOX, utf8.get(), out.data(), static_cast<std::int32_t>(out.size()), name.data(),
                         static_cast<std::int32_t>(name.size()), &error);
  if (U_FAILURE(error) || made < 0 || static_cast<std::size_t>(made) > out.size())
    return fail(ErrorCode::bad_input, "this name of a folder cannot be written");
  out.resize(static_cast<std::size_t>(made));
  return out;
}

}  // namespace

Result<std::string> folder_name(std::string_view name) {
  if (name.empty() || name.size() > folder_bytes_max || !is_utf8(name))
    return fail(ErrorCode::bad_input, "a folder's name has 1 to 500 bytes of UTF-8");
  for (const char c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return fail(ErrorCode::bad_input, "a folder's name holds no control characters");
  SUKI_TRY(const std::string written, to_modified_utf7(name));
  std::string quoted = "\"";
  for (const char c : written) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string uid_set(const std::vector<std::uint32_t>& uids) {
  std::string text;
  for (std::size_t i = 0; i < uids.size();) {
    std::size_t last = i;
    while (last + 1 < uids.size() && uids[last + 1] == uids[last] + 1) ++last;
    if (!text.empty()) text += ',';
    text += last == i ? fmt::format("{}", uids[i]) : fmt::format("{}:{}", uids[i], uids[last]);
    i = last + 1;
  }
  return text;
}

std::string search_day(std::int64_t instant_us) {
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string text = format_instant(Instant{instant_us});  // 2026-11-01T...
  const int month = (text[5] - '0') * 10 + (text[6] - '0'), day = (text[8] - '0') * 10 + (text[9] - '0');
  return fmt::format("{}-{}-{}", day, months[month - 1], text.substr(0, 4));
}

std::string for_people(std::string_view said) {
  std::string text;
  for (const char c : to_valid_utf8(said.substr(0, said_bytes_max))) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    text += control ? ' ' : c;
  }
  return std::string(trim(text));
}

}  // namespace suki::imap
