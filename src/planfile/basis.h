/// What a plan is compiled from beside its files: zone tables, the days of shipped holiday sets, the days that
/// iCalendar files come to. They change with the machine's packages and with suki itself, so a plan version keeps its
/// own as bytes, and is compiled from these for ever after.
#pragma once

#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/model.h"

namespace suki::planfile {

enum class BasisKind : std::uint8_t { zone, holiday_set, ical };
[[nodiscard]] const char* name_of(BasisKind kind);  ///< "zone", "holiday_set", "ical"
[[nodiscard]] std::optional<BasisKind> find_basis_kind(std::string_view name);

struct BasisPart {
  BasisKind kind = BasisKind::zone;
  std::string name;     ///< "Asia/Manila", "PH", "town.ics"
  std::string edition;  ///< release of the tz database, where it is known; not part of what is compiled
  std::string bytes;    ///< canonical: equal contents give equal bytes on every machine
  friend bool operator==(const BasisPart&, const BasisPart&) = default;
};
/// By kind, then name; each once.
using Basis = std::vector<BasisPart>;

/// Sources that note what they gave.
class Recorder {
 public:
  explicit Recorder(plan::Sources from);
  /// May be asked from one thread, while the recorder lives or after.
  [[nodiscard]] const plan::Sources& sources() const { return sources_; }
  [[nodiscard]] Basis basis() const;  ///< what was given until now; failures are not

 private:
  struct Notes;
  std::shared_ptr<Notes> notes_;
  plan::Sources sources_;
};

/// Sources that give what `basis` holds and nothing else; `day` is the day of the check, since errors may depend on it.
/// Errors: bad_zone_table, bad_calendar (bytes that no recorder made; detail names the part).
[[nodiscard]] Result<plan::Sources> kept_sources(const Basis& basis, Date day);

/// The part of the same kind and name as `sources` give it now; an iCalendar file is the plan's own and stays as it is.
/// Errors: those of the source.
[[nodiscard]] Result<BasisPart> renew(const BasisPart& part, const plan::Sources& sources);

/// The first instant from `from` on at which `part`, a zone, shows another local time than `now` does; for others the
/// beginning of the first date that only one of them holds, or under another name. never: they are alike from there on.
/// `now` must be of the same kind. Errors: as kept_sources.
[[nodiscard]] Result<Instant> find_difference(const BasisPart& part, const BasisPart& now, Instant from);

}  // namespace suki::planfile
