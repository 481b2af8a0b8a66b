#include "store/postgres_shared.h"

#include <thread>

#include <fmt/format.h>
#include <sodium.h>

namespace suki::store {
namespace {

constexpr std::chrono::milliseconds pause{50};  ///< between attempts in a row; chosen

constexpr const char* wait_for_commits = "select value from counters where name = 'position' for update";
constexpr const char* read_counters = "select name, value from counters";
constexpr const char* become = "update counters set value = :owner where name = 'owner'";

}  // namespace

Error unavailable(std::string_view what) {
  return fail(ErrorCode::unavailable, fmt::format("the database cannot be used: {}", what));
}

Error to_error(const PostgresError& error) {
  if (error.kind() != PostgresError::Kind::refused) return unavailable(error.what());
  return fail(ErrorCode::io, fmt::format("store: {}", error.what()));
}

bool PostgresShared::become_owner(PostgresLink& link) {
  const auto until = Clock::now() + limits.answer_max;
  constexpr ValueType number[] = {ValueType::number}, name_and_number[] = {ValueType::text, ValueType::number};
  std::int64_t found_owner = 0, found_commit = 0, found_position = 0;
  std::array<std::int64_t, counter_count> found{};
  link.execute("begin isolation level read committed read write");
  link.execute(
      "insert into counters (name, value) values ('position', 0), ('owner', 0), ('commit', 0) "
      "on conflict do nothing");
  link.query(wait_for_commits, {{}, number}, {}, [](const Value*) {});
  // A statement of its own: it sees what was committed while the one before waited.
  link.query(read_counters, {{}, name_and_number}, {}, [&](const Value* cells) {
    const std::string_view name = cells[0].text;
    if (name == position_name) found_position = cells[1].number;
    if (name == "owner") found_owner = cells[1].number;
    if (name == "commit") found_commit = cells[1].number;
    for (std::size_t i = 0; i < counter_count; ++i)
      if (name == counter_names[i]) found[i] = cells[1].number;
  });
  link.flush(until);
  // The next one stands there already when only the answer was lost.
  if (owner != 0 && found_owner != owner && found_owner != next_owner) return false;
  while (next_owner == 0 || next_owner == owner) randombytes_buf(&next_owner, sizeof next_owner);
  const Value mine[] = {{next_owner, {}}};
  link.run(become, {number, {}}, mine);
  link.execute("commit");
  link.flush(until);
  owner = next_owner;
  next_owner = 0;
  position = found_position;
  commit = std::max(commit, found_commit);
  saved = found;
  if (open && open->commit != found_commit) open->commit = 0;
  return true;
}

std::optional<bool> PostgresShared::find_out() {
  try {
    PostgresLink link(url, "suki writer", Clock::now() + limits.connect_max);
    if (!become_owner(link)) {
      taken_over = true;
      return std::nullopt;
    }
  } catch (const SqlError&) {
    return std::nullopt;
  }
  const bool done = open->commit != 0;
  if (done) will_tell(std::move(open->changes));
  open.reset();
  return done;
}

std::optional<bool> PostgresShared::find_out_patiently() {
  const auto until = Clock::now() + limits.resolve_max;
  for (;;) {
    if (const auto done = find_out()) return done;
    if (closing || taken_over || Clock::now() >= until) return std::nullopt;
    std::this_thread::sleep_for(pause);
  }
}

void PostgresShared::will_tell(std::vector<Change> changes) {
  if (changes.empty()) return;
  const std::lock_guard hold(to_tell_mutex_);
  to_tell_.push_back(std::move(changes));
}

void PostgresShared::tell_all() {
  const std::lock_guard hold(telling_);
  for (;;) {
    std::vector<Change> next;
    {
      const std::lock_guard hold_list(to_tell_mutex_);
      if (to_tell_.empty()) return;
      next = std::move(to_tell_.front());
      to_tell_.pop_front();
    }
    tell(next);
  }
}

void PostgresLine::connect() {
  const bool writes = use_ == PostgresSql::For::writing;
  auto link = std::make_unique<PostgresLink>(shared_.url, writes ? "suki writer" : "suki reader",
                                             PostgresLink::Clock::now() + shared_.limits.connect_max);
  // A little less than our own patience: then the server ends what is too slow, and the connection lives.
  link->execute(fmt::format("set statement_timeout = {}", shared_.limits.answer_max.count() * 9 / 10));
  link->flush(PostgresLink::Clock::now() + shared_.limits.answer_max);
  sql_ = std::make_unique<PostgresSql>(std::move(link), use_, shared_.limits.answer_max);
}

PostgresSql* PostgresLine::get(Error& why) {
  if (sql_ && sql_->is_alive()) return sql_.get();
  sql_.reset();
  if (PostgresLink::Clock::now() < next_try_) {
    why = why_;
    return nullptr;
  }
  try {
    connect();
    return sql_.get();
  } catch (const SqlError& failure) {
    why = why_ = unavailable(failure.what());
    next_try_ = PostgresLink::Clock::now() + shared_.limits.connect_again;
    return nullptr;
  }
}

void PostgresLine::reconnect() {
  sql_.reset();
  const auto until = PostgresLink::Clock::now() + shared_.limits.connect_max;
  for (;;) {
    try {
      connect();
      next_try_ = {};
      return;
    } catch (const SqlError& failure) {
      why_ = unavailable(failure.what());
      next_try_ = PostgresLink::Clock::now() + shared_.limits.connect_again;
    }
    if (shared_.closing || PostgresLink::Clock::now() >= until) return;
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace suki::store
