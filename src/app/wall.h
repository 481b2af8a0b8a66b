/// Dates and times of day as people at the business see them on the wall: the roster is written in these.
#pragma once

#include <string>
#include <string_view>

#include "app/work.h"
#include "calendar/zone_table.h"

namespace suki::app {

class Wall {
 public:
  /// The business's zone, as the plan in force keeps it. Errors: unknown_zone.
  static Result<Wall> of(const Work& work);

  /// "2026-11-23T09:00", a blank instead of T; a date alone is its beginning. bad_input "FIELD: ...".
  [[nodiscard]] Result<Instant> read(const char* field, std::string_view text) const;
  [[nodiscard]] Result<Date> read_date(const char* field, std::string_view text) const;
  [[nodiscard]] Instant begin(Date date) const { return calendar::to_instant(zone_, date, {0}); }
  [[nodiscard]] Instant at(Date date, calendar::TimeOfDay time) const {
    return calendar::to_instant(zone_, date, time);
  }
  [[nodiscard]] calendar::LocalTime local(Instant at) const { return calendar::to_local(zone_, at); }
  [[nodiscard]] Instant today(Instant now) const { return begin(local(now).date); }  ///< its beginning
  [[nodiscard]] std::string write(Instant at) const;                                 ///< "2026-11-23T09:00"

 private:
  explicit Wall(calendar::ZoneTable zone) : zone_(std::move(zone)) {}
  calendar::ZoneTable zone_;
};

/// "09:00", "9:00", "24:00". False: it is no time of day.
[[nodiscard]] bool read_time_of_day(std::string_view text, calendar::TimeOfDay& time);

}  // namespace suki::app
