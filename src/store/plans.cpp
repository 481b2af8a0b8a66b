#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = long long;
using Text = std::string;

PlanVersionRecord to_version(const std::tuple<Num, Num, Text, Text, Text>& row) {
  const auto& [number, at, by, why, digest] = row;
  return {PlanVersion(static_cast<std::int32_t>(number)), Instant{at}, by, why, digest};
}

}  // namespace

std::optional<PlanVersionRecord> Tx::plan_in_force() {
  auto row = sql_.row<Num, Num, Text, Text, Text>(
      "select number, adopted_at, adopted_by, why, digest from plan_versions order by number desc limit 1");
  if (!row) return std::nullopt;
  return to_version(*row);
}

std::optional<PlanVersionRecord> Tx::find_plan(PlanVersion number) {
  auto row = sql_.row<Num, Num, Text, Text, Text>(
      "select number, adopted_at, adopted_by, why, digest from plan_versions where number = :number", number);
  if (!row) return std::nullopt;
  return to_version(*row);
}

std::vector<PlanFileRecord> Tx::plan_files(PlanVersion number) {
  std::vector<PlanFileRecord> result;
  for (auto& [name, bytes] :
       sql_.rows<Text, Bytes>("select name, bytes from plan_files where version = :number order by name", number))
    result.push_back({std::move(name), std::move(bytes.value)});
  return result;
}

PlanVersion Tx::add_plan(const PlanVersionRecord& version, const std::vector<PlanFileRecord>& files) {
  counters();
  const auto last = plan_in_force();
  const PlanVersion number((last ? last->number.value : 0) + 1);
  sql_.run(
      "insert into plan_versions (number, adopted_at, adopted_by, why, digest) values (:number, :at, :by, :why, "
      ":digest)",
      number, version.adopted_at, version.adopted_by, version.why, version.digest);
  for (const PlanFileRecord& file : files)
    sql_.run("insert into plan_files (version, name, bytes) values (:number, :name, :bytes)", number, file.name,
             Bytes{file.bytes});
  return number;
}

std::vector<std::string> Tx::symbols(std::size_t from) {
  std::vector<std::string> result;
  for (auto& [slug] : sql_.rows<Text>("select slug from symbols where id > :from order by id", from))
    result.push_back(std::move(slug));
  return result;
}

void Tx::add_symbols(const std::vector<std::string>& slugs, std::size_t from) {
  for (std::size_t i = from; i < slugs.size(); ++i)
    sql_.run("insert into symbols (id, slug) values (:id, :slug)", i + 1, slugs[i]);
}

}  // namespace suki::store
