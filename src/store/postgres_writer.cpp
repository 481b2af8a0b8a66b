#include "store/postgres_writer.h"

#include "base/assert.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int tries_max = 3;  ///< of a request that meets others, before it has the database for itself

// INVARIANT (one commit after the other): whoever commits holds this row from here to the end of the transaction. A
// statement behind it sees what the one before has committed.
constexpr const char* wait_for_commits = "select value from counters where name = 'position' for update";
// NULL is refused, and the whole transaction with it: an owner that was replaced commits nothing.
constexpr const char* prove_owner =
    "update counters set value = case when exists (select 1 from counters o where o.name = 'owner' and o.value = "
    ":owner) then cast(:commit as bigint) end where name = 'commit'";
constexpr const char* null_state = "23502";
constexpr const char* save_counter =
    "insert into counters (name, value) values (:name, :value) on conflict (name) do update set value = excluded.value";

constexpr const char* not_known =
    "the database broke off in the commit and does not come back: it is not known whether it was done; ask again with "
    "the same request";

}  // namespace

/// What one request has of its writer.
class PostgresWriter::OneRequest final : public Writing {
 public:
  OneRequest(PostgresWriter& writer, bool alone)
      : writer_(writer), alone_(alone), until_(Clock::now() + writer.shared_.limits.answer_max) {}

  /// Before the first statement: waits until whoever runs alone is done, or, to run alone, until all are.
  void enter() {
    if (std::exchange(entered_, true)) return;
    PostgresShared& shared = writer_.shared_;
    const bool shares = shares_ && !alone_;
    shared.locks.take(writer_.index_, {Lock::all, 0}, shares ? Locks::Mode::shared : Locks::Mode::alone, until_);
    if (!shares && !std::exchange(writer_.alone_, true)) ++shared.generation;
    if (const auto generation = shared.generation.load(); writer_.kept_generation_ != generation) {
      writer_.kept_ = {};
      writer_.kept_generation_ = generation;
    }
  }
  void share() override {
    // A second use case in the same transaction: what the first one said holds. Alone is right for everybody.
    if (!entered_) shares_ = true;
  }
  std::int64_t next(Counter counter) override {
    enter();
    const std::int64_t number = ++writer_.shared_.given[static_cast<std::size_t>(counter)];
    writer_.given_.emplace_back(counter, number);
    return number;
  }
  bool lock(Lock kind, std::uint64_t id) override {
    enter();
    // Alone, nobody else holds any.
    return !writer_.alone_ && writer_.shared_.locks.take(writer_.index_, {kind, id}, Locks::Mode::alone, until_);
  }
  bool untouched(Lock kind, std::uint64_t id) override {
    lock(kind, id);
    return !writer_.alone_ && writer_.touched_.count({kind, id}) == 0;
  }
  void wrote(Lock kind, std::uint64_t id) override {
    lock(kind, id);
    if (!writer_.alone_) writer_.touched_.emplace(kind, id);
  }
  void must_be_alone() override {
    enter();
    SUKI_ASSERT(writer_.alone_);
  }
  Kept* kept() override {
    enter();
    return writer_.alone_ ? nullptr : &writer_.kept_;
  }

 private:
  PostgresWriter& writer_;
  bool alone_, shares_ = false, entered_ = false;
  Clock::time_point until_;
};

void PostgresWriter::perform(std::span<Request> requests) {
  while (!requests.empty()) {
    const std::size_t count = perform_some(requests);
    shared_.tell_all();
    for (Request& request : requests.first(count)) request.done(std::move(request.result));
    requests = requests.subspan(count);
  }
}

/// The first ones, at least one: how many have their answer now.
std::size_t PostgresWriter::perform_some(std::span<Request> requests) {
  int tries = 0, losses = 0;
  for (;;) {
    const auto [done, count] = attempt(requests, tries >= tries_max);
    const bool one = requests.size() == 1;
    bool refused = false;
    switch (done) {
      case Done::all:
        return count;
      case Done::conflict:
        // Those behind it need not begin again with it.
        requests = requests.first(1);
        refused = ++tries > tries_max + 1;
        break;
      case Done::broken:
        if (one && requests.front().result.ok()) requests.front().result = why_;
        if (one) return 1;
        requests = requests.first(1);
        break;
      case Done::lost:
        refused = ++losses > 1;
        if (!refused) line_.reconnect();
        break;
      case Done::refused:
      case Done::unknown:
        refused = true;
        break;
    }
    if (!refused) continue;
    for (Request& request : requests) request.result = why_;
    return requests.size();
  }
}

PostgresWriter::Attempt PostgresWriter::attempt(std::span<Request> requests, bool alone) {
  if (shared_.taken_over) {
    why_ = unavailable("another process has taken it over");
    return {Done::refused, 0};
  }
  PostgresSql* const sql = line_.get(why_);
  if (sql == nullptr) return {Done::refused, 0};
  Pending pending;
  std::size_t count = 0;
  for (; count < requests.size(); ++count) {
    const Ran ran = run_one(*sql, requests[count], alone, pending);
    if (ran == Ran::lost) return end(Done::lost, 0, nullptr);
    if (ran == Ran::again) return end(Done::conflict, 0, sql);
    if (ran == Ran::broken) return end(Done::broken, 0, sql);
    if (ran != Ran::conflict) continue;
    if (count == 0) return end(Done::conflict, 0, sql);
    break;  // first, those before it let go of their locks
  }
  const Done done = commit(*sql, pending);
  return end(done, count, done == Done::lost || done == Done::unknown ? nullptr : sql);
}

/// Ends a transaction that is not committed, or was. `sql` null: its connection is gone.
PostgresWriter::Attempt PostgresWriter::end(Done done, std::size_t count, PostgresSql* sql) {
  if (sql != nullptr)
    sql->undo();
  else
    line_.drop();
  const bool used_up = done == Done::all || done == Done::unknown;
  for (auto it = given_.rbegin(); it != given_.rend() && !used_up; ++it) {
    // A number behind which nobody got one can be given again.
    std::int64_t number = it->second;
    shared_.given[static_cast<std::size_t>(it->first)].compare_exchange_strong(number, number - 1);
  }
  given_.clear();
  touched_.clear();
  alone_ = false;
  shared_.locks.release(index_);
  return {done, count};
}

PostgresWriter::Ran PostgresWriter::run_one(PostgresSql& sql, Request& request, bool alone, Pending& pending) {
  OneRequest writing(*this, alone);
  writing.earlier = &pending;
  Tx tx(sql, &writing);
  const std::size_t given_before = given_.size();
  bool conflict = false;
  sql.begin_request([&writing] { writing.enter(); });
  try {
    request.result = request.work(tx);
    if (request.result.ok()) {
      sql.keep_request();
      pending.add(writing.pending);
      return Ran::kept;
    }
  } catch (const LockConflict&) {
    conflict = true;
    why_ = unavailable("too many write the same");
  } catch (const LockTimeout& error) {
    request.result = unavailable(error.what());
  } catch (const PostgresLost& error) {
    why_ = unavailable(error.what());
    return Ran::lost;
  } catch (const PostgresError& error) {
    request.result = why_ = to_error(error);
    if (error.kind() == PostgresError::Kind::again) return Ran::again;
  } catch (const std::exception& error) {
    request.result = fail(ErrorCode::internal, error.what());
  }
  while (given_.size() > given_before) {
    auto [counter, number] = given_.back();
    shared_.given[static_cast<std::size_t>(counter)].compare_exchange_strong(number, number - 1);
    given_.pop_back();
  }
  if (!sql.drop_request()) return Ran::broken;
  return conflict ? Ran::conflict : Ran::undone;
}

PostgresWriter::Done PostgresWriter::commit(PostgresSql& sql, const Pending& pending) try {
  if (!sql.has_writes() && pending.empty()) return Done::all;
  // Most of it before the lock, which is to be short.
  sql.flush_writes();
  shared_.locks.take(index_, {Lock::commit, 0}, Locks::Mode::alone, Clock::now() + shared_.limits.answer_max);
  // Nothing goes past a commit of which nobody knows.
  if (shared_.open && !shared_.find_out()) {
    why_ = unavailable("it does not come back after a commit that broke off");
    return Done::refused;
  }
  return commit_in_order(sql, pending);
} catch (const PostgresLost& error) {
  why_ = unavailable(error.what());
  return Done::lost;
} catch (const PostgresError& error) {
  why_ = to_error(error);
  return error.kind() == PostgresError::Kind::again ? Done::conflict : Done::broken;
} catch (const LockTimeout& error) {
  why_ = unavailable(error.what());
  return Done::refused;
}

/// Under Lock::commit.
PostgresWriter::Done PostgresWriter::commit_in_order(PostgresSql& sql, const Pending& pending) {
  std::int64_t position = shared_.position;
  std::vector<Change> changes;
  std::array<std::int64_t, counter_count> given = shared_.saved;
  sql.run(wait_for_commits);
  sql.run(prove_owner, shared_.owner, ++shared_.commit);
  sql.begin_commit();
  pending.settle_inputs(sql, position, changes);
  pending.settle_counts(sql);
  if (position != shared_.position) sql.run(save_counter, position_name, position);
  for (std::size_t i = 0; i < counter_count; ++i) {
    given[i] = shared_.given[i];
    if (given[i] != shared_.saved[i]) sql.run(save_counter, counter_names[i], given[i]);
  }
  try {
    sql.commit();
  } catch (const PostgresLost& error) {
    why_ = unavailable(error.what());
    shared_.open = {shared_.commit, std::move(changes)};
    const auto done = shared_.find_out_patiently();
    if (done) return *done ? Done::all : Done::lost;
    why_ = fail(ErrorCode::unavailable, not_known);
    return Done::unknown;
  } catch (const PostgresError& error) {
    if (error.state() != null_state) throw;
    shared_.taken_over = true;
    why_ = unavailable("another process has taken it over");
    return Done::refused;
  }
  shared_.position = position;
  shared_.saved = given;
  shared_.will_tell(std::move(changes));
  return Done::all;
}

}  // namespace suki::store
