/// What a write has of its engine beside SQL: numbers to give, locks, and what can only be written at the end.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "store/locks.h"
#include "store/records.h"
#include "store/store.h"
#include "store/words.h"

namespace suki::store {

class Sql;

/// What gets numbers of its own, each a row of `counters`. Numbers rise; one is never given twice.
enum class Counter : std::uint8_t {
  conversation,
  message,
  customer,
  agent,
  attachment,
  outbox,
  notice,
  turn,
  saved_view,
  membership,
  shift,
  mailbox,
  quarantine
};
inline constexpr const char* counter_names[] = {"conversation", "message", "customer",  "agent",      "attachment",
                                                "outbox",       "notice",  "turn",      "saved_view", "membership",
                                                "shift",        "mailbox", "quarantine"};
inline constexpr std::size_t counter_count = std::size(counter_names);
inline constexpr const char* position_name = "position";  ///< the last place in the input log, kept beside them

/// A place in the input log that a request asked for: the input of a rule, or only "it looks different now".
struct PendingInput {
  ConversationId conversation;
  std::int64_t at = 0, in_force = 0;
  std::string command;  ///< encoded; "": no input
  bool staff = false;   ///< of the roster, and of no conversation
};
/// A message that search is to know by these words, or (`removed`) no longer.
struct PendingWords {
  MessageId message;
  SearchWords words;
  bool removed = false;
};
/// A cell: whoever has it, state, topic, team, priority, segment, channel, flags as bits (cells.cpp).
using CellKey = std::array<std::int64_t, 8>;

/// What a request writes at the end of its transaction, where places and counts are given one after the other.
struct Pending {
  std::vector<PendingInput> inputs;
  std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, std::int64_t> tallies;  ///< sheet, a, b
  std::map<CellKey, std::int64_t> cells;
  /// SQLite alone: its index writes what it has in memory at every savepoint, so a group's words come behind the last.
  std::vector<PendingWords> words;

  [[nodiscard]] bool empty() const { return inputs.empty() && tallies.empty(); }
  void add(const Pending& later);
  void add_shared(const Pending& later);  ///< counts and words: what a group writes at its end
  /// Writes the inputs, beginning behind `position`, which becomes the last place given. A change for each
  /// conversation.
  void settle_inputs(Sql& sql, std::int64_t& position, std::vector<Change>& changes) const;
  void settle_counts(Sql& sql) const;  ///< in the order of their keys
  void settle_words(Sql& sql) const;   ///< in the order they came in
};

/// What hardly ever changes, and is kept while it cannot.
struct Kept {
  std::optional<PlanVersionRecord> plan_in_force;
  std::map<std::string, std::string> settings;
  bool nobody_is_present = false;
};

/// One request's. What an engine with one writer needs is the default.
class Writing {
 public:
  virtual ~Writing() = default;
  virtual std::int64_t next(Counter counter) = 0;
  /// From now on others may write at the same time; see Tx::beside_others.
  virtual void share() {}
  /// Waits for others who have it until the end of this transaction. True: this transaction did not have it before.
  virtual bool lock(Lock, std::uint64_t) { return false; }
  /// Takes the lock as well. True: nothing of this transaction has changed what it stands for.
  virtual bool untouched(Lock, std::uint64_t) { return false; }
  virtual void wrote(Lock, std::uint64_t) {}
  /// A mistake of ours when it runs beside others.
  virtual void must_be_alone() {}
  /// After this transaction's commit the log of writes is folded into the file, and cut to nothing. Of an engine whose
  /// files we have in hand; a reader in the way puts it off: then it is asked for again.
  virtual void fold_log() {}
  virtual bool log_is_folded() { return true; }  ///< once after fold_log()
  /// Null: nothing is kept.
  virtual Kept* kept() { return nullptr; }

  /// Every change of a tally that this transaction will write, also of the requests before this one.
  template <class Visit>
  void each_tally(Visit visit) const {
    for (const Pending* part : {earlier, &pending})
      if (part != nullptr)
        for (const auto& [key, by] : part->tallies) visit(key, by);
  }

  /// The same of cells.
  template <class Visit>
  void each_cell(Visit visit) const {
    for (const Pending* part : {earlier, &pending})
      if (part != nullptr)
        for (const auto& [key, by] : part->cells) visit(key, by);
  }

  Pending pending;
  const Pending* earlier = nullptr;  ///< of the requests before this one in the same transaction
};
template <class Tag, class Number>
[[nodiscard]] std::uint64_t key_of(Id<Tag, Number> id) {
  return static_cast<std::uint64_t>(id.value);
}
[[nodiscard]] inline std::uint64_t hash_of(std::string_view text) {
  return std::hash<std::string_view>()(text);
}

}  // namespace suki::store
