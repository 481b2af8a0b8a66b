/// Filters that agents keep under a name.
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

#define SUKI_SAVED_COLUMNS "v.id, v.owner, v.team, v.name, v.conditions, v.place, v.removed_at"

std::vector<SavedViewRecord> to_records(const std::vector<std::tuple<Num, Num, Num, Text, Text, Num, Num>>& rows) {
  std::vector<SavedViewRecord> result;
  for (const auto& [id, owner, team, name, conditions, place, removed_at] : rows)
    result.push_back({SavedViewId(id), AgentId(owner), Symbol(static_cast<std::uint32_t>(team)), name,
                      decode_filter(conditions), place, Instant{removed_at}});
  return result;
}

}  // namespace

SavedViewId Tx::add_saved_view(const SavedViewRecord& v) {
  const SavedViewId id(next(Counter::saved_view));
  sql_.run(
      "insert into saved_views (id, owner, team, name, conditions, place, removed_at) values (:id, :owner, :team, "
      ":name, :conditions, :place, :removed)",
      id, v.owner, v.team, v.name, encode(v.filter), v.place, v.removed_at);
  return id;
}

void Tx::update_saved_view(const SavedViewRecord& v) {
  sql_.run(
      "update saved_views set team = :team, name = :name, conditions = :conditions, place = :place, removed_at = "
      ":removed where id = :id",
      v.team, v.name, encode(v.filter), v.place, v.removed_at, v.id);
}

std::optional<SavedViewRecord> Tx::find_saved_view(SavedViewId id) {
  auto all = to_records(sql_.rows<Num, Num, Num, Text, Text, Num, Num>(
      "select " SUKI_SAVED_COLUMNS " from saved_views v where v.id = :id", id));
  if (all.empty()) return std::nullopt;
  return std::move(all.front());
}

std::vector<SavedViewRecord> Tx::saved_views(AgentId owner) {
  return to_records(sql_.rows<Num, Num, Num, Text, Text, Num, Num>(
      "select " SUKI_SAVED_COLUMNS
      " from saved_views v where v.owner = :owner and v.removed_at = 0 order by v.place, v.id",
      owner));
}

std::vector<SavedViewRecord> Tx::shared_views() {
  return to_records(sql_.rows<Num, Num, Num, Text, Text, Num, Num>(
      "select " SUKI_SAVED_COLUMNS
      " from saved_views v where v.team <> 0 and v.removed_at = 0 order by v.place, v.id"));
}

void Tx::purge_saved_views(AgentId owner, Instant before) {
  sql_.run("delete from saved_views where owner = :owner and removed_at <> 0 and removed_at < :before", owner, before);
}

}  // namespace suki::store
