#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

PlanVersionRecord to_version(const std::tuple<Num, Num, Text, Text, Text>& row) {
  const auto& [number, at, by, why, digest] = row;
  return {PlanVersion(static_cast<std::int32_t>(number)), Instant{at}, by, why, digest};
}

}  // namespace

std::optional<PlanVersionRecord> Tx::plan_in_force() {
  Kept* const kept = writing_ != nullptr ? writing_->kept() : nullptr;
  if (kept != nullptr && kept->plan_in_force) return kept->plan_in_force;
  auto row = sql_.row<Num, Num, Text, Text, Text>(
      "select number, adopted_at, adopted_by, why, digest from plan_versions order by number desc limit 1");
  if (!row) return std::nullopt;
  if (kept != nullptr) kept->plan_in_force = to_version(*row);
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
  writing().must_be_alone();
  const auto last = plan_in_force();
  const PlanVersion number((last ? last->number.value : 0) + 1);
  sql_.run(
      "insert into plan_versions (number, adopted_at, adopted_by, why, digest) values (:number, :at, :by, :why, "
      ":digest)",
      number, version.adopted_at, version.adopted_by, version.why, version.digest);
  for (const PlanFileRecord& file : files)
    sql_.run("insert into plan_files (version, name, bytes) values (:number, :name, :bytes)", number, file.name,
             BytesView{file.bytes});
  return number;
}

std::vector<PlanVersionRecord> Tx::plan_versions() {
  std::vector<PlanVersionRecord> result;
  for (const auto& row : sql_.rows<Num, Num, Text, Text, Text>(
           "select number, adopted_at, adopted_by, why, digest from plan_versions order by number"))
    result.push_back(to_version(row));
  return result;
}

void Tx::set_plan_digest(PlanVersion number, const std::string& digest) {
  writing().must_be_alone();
  sql_.run("update plan_versions set digest = :digest where number = :number", digest, number);
}

std::vector<BasisRecord> Tx::plan_basis(PlanVersion number) {
  std::vector<BasisRecord> result;
  for (auto& [kind, name, edition, digest] : sql_.rows<Text, Text, Text, Text>(
           "select kind, name, edition, digest from plan_basis where version = :number", number))
    result.push_back({std::move(kind), std::move(name), std::move(edition), std::move(digest), ""});
  for (BasisRecord& part : result) {
    auto found = sql_.row<Bytes>("select bytes from basis where digest = :digest", part.digest);
    if (found) part.bytes = std::move(std::get<0>(*found).value);
  }
  return result;
}

void Tx::add_plan_basis(PlanVersion number, const std::vector<BasisRecord>& basis) {
  writing().must_be_alone();
  for (const BasisRecord& part : basis) {
    sql_.run("insert into basis (digest, bytes) values (:digest, :bytes) on conflict do nothing", part.digest,
             BytesView{part.bytes});
    sql_.run(
        "insert into plan_basis (version, kind, name, edition, digest) values (:number, :kind, :name, :edition, "
        ":digest)",
        number, part.kind, part.name, part.edition, part.digest);
  }
}

std::vector<SymbolName> Tx::symbol_names(PlanVersion up_to) {
  std::vector<SymbolName> result;
  for (auto& [symbol, since, slug] : sql_.rows<Num, Num, Text>(
           "select symbol, since, slug from symbol_names where since <= :version order by since, symbol", up_to))
    result.push_back(
        {Symbol(static_cast<std::uint32_t>(symbol)), PlanVersion(static_cast<std::int32_t>(since)), std::move(slug)});
  return result;
}

void Tx::add_symbol_names(const std::vector<SymbolName>& names) {
  writing().must_be_alone();
  for (const SymbolName& name : names)
    sql_.run("insert into symbol_names (symbol, since, slug) values (:symbol, :since, :slug)", name.symbol, name.since,
             name.slug);
}

}  // namespace suki::store
