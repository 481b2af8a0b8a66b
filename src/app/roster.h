/// Who belongs to which team, and who is due when: use cases over dated records. One rule for all changes: today and
/// what comes may be changed, days that are over stand.
#pragma once

#include "app/app.h"
#include "app/people_types.h"

namespace suki::app {

inline constexpr Span shift_max = hours(24);          ///< chosen: longer is two
inline constexpr Span absence_max = days(366);        ///< chosen
inline constexpr Span planned_ahead_max = days(731);  ///< chosen: nobody means a roster of the year 2062

/// A shift, absence or membership began or ended since `settled_at`.
[[nodiscard]] Result<bool> is_roster_due(App& app, store::Tx& tx, Instant settled_at);
/// Gives work to whoever is due now, and tells those who watch.
Result<void> settle_roster(App& app, store::Tx& tx);

// ---- the manager
Result<PersonDetail> add_membership(App& app, store::Tx& tx, const Caller& caller, AgentId agent,
                                    const NewMembership& input);
Result<PersonDetail> change_membership(App& app, store::Tx& tx, const Caller& caller, AgentId agent, std::int64_t id,
                                       const MembershipChange& input);
/// One that began today, or has not begun: as if it had never been entered.
Result<PersonDetail> remove_membership(App& app, store::Tx& tx, const Caller& caller, AgentId agent, std::int64_t id);
Result<ShiftView> add_shift(App& app, store::Tx& tx, const Caller& caller, AgentId agent, const NewShift& input);
Result<void> remove_shift(App& app, store::Tx& tx, const Caller& caller, std::int64_t id);
Result<CopiedWeek> copy_week(App& app, store::Tx& tx, const Caller& caller, AgentId agent, const CopyWeek& input);

/// `from`: the first day, "" this week's Monday. forbidden: another's, for who may not manage the roster.
[[nodiscard]] Result<Week> show_week(App& app, store::Tx& tx, const Caller& caller, AgentId agent,
                                     const std::string& from);

}  // namespace suki::app
