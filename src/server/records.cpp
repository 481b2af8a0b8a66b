// What is written soon after: records of reading, sightings of sessions, requests for reset links.
#include <spdlog/spdlog.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "app/access.h"
#include "server/shared.h"
#include "store/tx.h"

namespace suki::server {
namespace asio = boost::asio;

namespace {

/// One group. Kept until it is written.
struct Group {
  std::vector<AccessEntry> entries;
  std::vector<Sightings::Seen> seen;
  std::vector<ResetAsks::Ask> asks;

  [[nodiscard]] bool empty() const { return entries.empty() && seen.empty() && asks.empty(); }
};

Group take(Shared& shared) {
  return {shared.access_log.take(), shared.sightings.take(), shared.reset_asks.take()};
}

Result<void> write(Shared& shared, store::Tx& tx, const Group& group) {
  for (const AccessEntry& entry : group.entries)
    app::record_later(tx, entry.actor, {entry.act, entry.object, entry.object_id}, entry.done, entry.at);
  for (const Sightings::Seen& seen : group.seen) tx.saw_session(seen.token, seen.at, seen.address);
  for (const ResetAsks::Ask& ask : group.asks) SUKI_CHECK(app::ask_reset(shared.app, tx, ask.who, ask.address));
  return {};
}

/// Records must not be lost; a sighting or a request for a link that cannot be written is asked for again.
void failed(Shared& shared, Group group, const Error& error) {
  spdlog::warn("{} records of reading wait: {}: {}", group.entries.size(), name_of(error.code), error.detail);
  shared.access_log.put_back(std::move(group.entries));
}

}  // namespace

asio::awaitable<void> keep_records(Shared& shared) {
  while (!shared.stopping) {
    Group group = take(shared);
    if (!group.empty()) {
      store::Store::Work work = [&](store::Tx& tx) { return write(shared, tx, group); };
      const Result<void> written = co_await in_store(shared.store, Access::write, work);
      if (!written.ok()) failed(shared, std::move(group), written.error());
    }
    if (shared.stopping) break;
    shared.next_records.expires_after(limits::records_every);
    boost::system::error_code ignored;
    co_await shared.next_records.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

void write_last_records(Shared& shared) {
  Group group = take(shared);
  if (group.empty()) return;
  const Result<void> written = shared.store.write_and_wait([&](store::Tx& tx) { return write(shared, tx, group); });
  if (!written.ok()) failed(shared, std::move(group), written.error());
}

}  // namespace suki::server
