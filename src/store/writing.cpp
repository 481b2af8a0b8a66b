#include "store/writing.h"

#include "base/assert.h"
#include "store/conversation_row.h"
#include "store/search.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {

Writing& Tx::writing() {
  SUKI_ASSERT(writing_ != nullptr);
  return *writing_;
}

std::int64_t Tx::next(Counter counter) {
  return writing().next(counter);
}

void Tx::beside_others() {
  if (writing_ != nullptr) writing_->share();
}

bool Tx::untouched(Lock lock, std::uint64_t id) {
  return writing_ != nullptr && writing_->untouched(lock, id);
}

void Tx::wrote(Lock lock, std::uint64_t id) {
  writing().wrote(lock, id);
}

void Pending::add(const Pending& later) {
  inputs.insert(inputs.end(), later.inputs.begin(), later.inputs.end());
  add_shared(later);
}

void Pending::add_shared(const Pending& later) {
  for (const auto& [key, by] : later.tallies) tallies[key] += by;
  for (const auto& [key, by] : later.cells) cells[key] += by;
  words.insert(words.end(), later.words.begin(), later.words.end());
}

void Pending::settle_inputs(Sql& sql, std::int64_t& position, std::vector<Change>& changes) const {
  for (const PendingInput& input : inputs) {
    ++position;
    if (!input.command.empty())
      sql.append(
          "insert into input_log (position, at, conversation, in_force, command) values (:p, :at, :c, :v, :command)",
          position, input.at, input.conversation, input.in_force, input.command);
    // One notice per conversation is enough: its last position.
    if (!changes.empty() && changes.back().conversation == input.conversation && changes.back().staff == input.staff)
      changes.back().position = position;
    else
      changes.push_back({position, input.conversation, input.staff});
  }
}

void Pending::settle_counts(Sql& sql) const {
  for (const auto& [key, by] : tallies) {
    if (by == 0) continue;
    const auto& [sheet, a, b] = key;
    sql.run(
        "insert into tallies (sheet, a, b, n) values (:sheet, :a, :b, :n) "
        "on conflict (sheet, a, b) do update set n = tallies.n + excluded.n",
        sheet, a, b, by);
  }
  settle_cells(sql, cells);
}

void Pending::settle_words(Sql& sql) const {
  const SearchEngine& engine = search_engine(sql);
  for (const PendingWords& one : words) (one.removed ? engine.remove : engine.add)(sql, one.message.value, one.words);
}

}  // namespace suki::store
