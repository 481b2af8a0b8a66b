#include "store/sql.h"

#include "base/text.h"

namespace suki::store::detail {

bool make_text(std::string_view text, std::string& made) {
  if (is_utf8(text) && text.find('\0') == std::string_view::npos) return false;
  made.clear();
  for (const char c : to_valid_utf8(text))
    if (c != '\0')
      made += c;
    else
      made += "\xEF\xBF\xBD";  // U+FFFD
  return true;
}

}  // namespace suki::store::detail
