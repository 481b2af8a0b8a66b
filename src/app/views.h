/// Views: which conversations a list shows, how many there are, and the filters that agents keep under a name.
#pragma once

#include <map>

#include "app/app.h"
#include "store/records.h"

namespace suki::app {

struct Work;

inline constexpr std::size_t view_name_max = 60;     ///< code points
inline constexpr std::size_t saved_views_max = 50;   ///< of one agent
inline constexpr std::size_t shared_views_max = 50;  ///< of others that one agent sees; the first by their order
inline constexpr std::size_t condition_values_max = 50;
inline constexpr Span view_undo_time = days(1);  ///< a removed one can be brought back for so long

/// Ties a name of the API ("mine", "team:repairs", "saved:4") to what the store is asked. Errors: bad_input; not_found:
/// no such saved view, or not one that this caller sees.
[[nodiscard]] Result<store::ListQuery> find_view(Work& work, const Caller& caller, const std::string& name);
[[nodiscard]] Counts count_views(Work& work, const Caller& caller);
/// The counts of every agent, read together: for the feed, which tells them all.
struct CountsOfAll {
  Counts counts;  ///< of one who has none
  std::map<AgentId, std::int64_t> mine;
  [[nodiscard]] Counts of(AgentId agent) const;
};
[[nodiscard]] Result<CountsOfAll> count_for_all(App& app, store::Tx& tx);

// ---- saved filters. Errors: bad_input, not_found, conflict (too many).
[[nodiscard]] Result<SavedViews> saved_views(App& app, store::Tx& tx, const Caller& caller);
[[nodiscard]] Result<SavedViews> save_view(App& app, store::Tx& tx, const Caller& caller, const NewView& input);
[[nodiscard]] Result<SavedViews> change_view(App& app, store::Tx& tx, const Caller& caller, SavedViewId id,
                                             const ViewChange& input);
[[nodiscard]] Result<SavedViews> order_views(App& app, store::Tx& tx, const Caller& caller, const ViewOrder& input);

// ---- shared with search
[[nodiscard]] Result<store::Filter> to_filter(Work& work, const Conditions& conditions);

}  // namespace suki::app
