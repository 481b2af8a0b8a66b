#include "store/postgres_owner.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "base/time.h"

namespace suki::store {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds try_again{500};  ///< after a connection broke; chosen

/// The server keeps 63 bytes of it: the process first.
std::string name_of_owner() {
  char host[256] = "?";
  ::gethostname(host, sizeof host - 1);
  return fmt::format("suki process {} on {}", ::getpid(), host);
}

// "suki" in ASCII, and 1: two-part locks are apart from what other programs may take in the same database.
constexpr const char* try_lock =
    "select case when pg_try_advisory_lock(1937075049, 1) then cast(1 as bigint) else cast(0 as bigint) end";
constexpr const char* find_holder =
    "select coalesce(a.application_name, ''), "
    "cast(coalesce(extract(epoch from a.backend_start), 0) * 1000000 as bigint) from pg_locks l "
    "left join pg_stat_activity a on a.pid = l.pid where l.locktype = 'advisory' and l.classid = 1937075049 "
    "and l.objid = 1 and l.granted and l.database = (select oid from pg_database where datname = current_database())";

constexpr ValueType number[] = {ValueType::number};
constexpr ValueType text_and_number[] = {ValueType::text, ValueType::number};

}  // namespace

PostgresOwner::PostgresOwner(std::string url, const PostgresLimits& limits)
    : url_(std::move(url)), limits_(limits), wake_(::eventfd(0, EFD_CLOEXEC)) {}

Result<std::unique_ptr<PostgresOwner>> PostgresOwner::take(const std::string& url, const PostgresLimits& limits) {
  std::unique_ptr<PostgresOwner> owner(new PostgresOwner(url, limits));
  if (owner->wake_ < 0) return fail(ErrorCode::io, fmt::format("eventfd: {}", std::strerror(errno)));
  SUKI_CHECK(owner->lock(true));
  owner->keeper_ = std::thread([self = owner.get()] { self->keep(); });
  return owner;
}

PostgresOwner::~PostgresOwner() {
  const std::uint64_t one = 1;
  if (wake_ >= 0) (void)!::write(wake_, &one, sizeof one);
  if (keeper_.joinable()) keeper_.join();
  if (wake_ >= 0) ::close(wake_);
}

/// `patient`: the server may take a moment to notice that an owner was killed.
Result<void> PostgresOwner::lock(bool patient) try {
  link_ = std::make_unique<PostgresLink>(url_, name_of_owner(), PostgresLink::Clock::now() + limits_.connect_max);
  const auto until = PostgresLink::Clock::now() + limits_.answer_max;
  const auto patience = PostgresLink::Clock::now() + limits_.owner_patience;
  for (;;) {
    bool locked = false;
    link_->query(try_lock, {{}, number}, {}, [&locked](const Value* cells) { locked = cells[0].number != 0; });
    link_->flush(until);
    if (locked) return {};
    if (!patient || PostgresLink::Clock::now() >= patience) break;
    std::this_thread::sleep_for(milliseconds(50));
  }
  std::string who = "another process";
  Instant since = never;
  link_->query(find_holder, {{}, text_and_number}, {}, [&](const Value* cells) {
    if (!cells[0].text.empty()) who = std::string(cells[0].text);
    if (cells[1].number > 0) since = Instant{cells[1].number};
  });
  link_->flush(until);
  link_.reset();
  return fail(ErrorCode::busy, fmt::format("the database is in use by {}{}", who,
                                           since == never ? "" : ", since " + format_instant(since)));
} catch (const SqlError& error) {
  link_.reset();
  return fail(ErrorCode::unavailable, fmt::format("the database cannot be used: {}", error.what()));
}

void PostgresOwner::keep() {
  while (link_ == nullptr || !link_->watch(wake_)) {
    // Whoever takes it meanwhile gives the database a new number: then no commit of ours succeeds any more.
    pollfd end{wake_, POLLIN, 0};
    if (lock(false).ok()) continue;
    if (::poll(&end, 1, static_cast<int>(try_again.count())) > 0) return;
  }
}

}  // namespace suki::store
