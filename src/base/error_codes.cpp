#include "base/error_codes.h"

namespace suki {
const char* name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::internal:
      return "internal";
    case ErrorCode::bad_instant:
      return "bad_instant";
    case ErrorCode::bad_duration:
      return "bad_duration";
    case ErrorCode::bad_date:
      return "bad_date";
    case ErrorCode::budget_range:
      return "budget_range";
    case ErrorCode::never_open:
      return "never_open";
    case ErrorCode::unknown_zone:
      return "unknown_zone";
    case ErrorCode::bad_zone_table:
      return "bad_zone_table";
    case ErrorCode::bad_calendar:
      return "bad_calendar";
    case ErrorCode::bad_text:
      return "bad_text";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::refused:
      return "refused";
    case ErrorCode::bad_input:
      return "bad_input";
    case ErrorCode::io:
      return "io";
    case ErrorCode::busy:
      return "busy";
    case ErrorCode::unauthorized:
      return "unauthorized";
    case ErrorCode::forbidden:
      return "forbidden";
    case ErrorCode::bad_mail:
      return "bad_mail";
    case ErrorCode::bad_plan:
      return "bad_plan";
    case ErrorCode::never_closes:
      return "never_closes";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::storage_full:
      return "storage_full";
  }
  return "internal";
}
}  // namespace suki
