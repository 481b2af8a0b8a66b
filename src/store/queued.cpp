#include "store/queued.h"

#include <fmt/format.h>

#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {

void QueuedStore::push(Kind kind, Work work, Done done) {
  // The queue takes the request only when there is room; `done` is needed for the refusal.
  Request request{.work = std::move(work), .done = std::move(done), .result = {}};
  if ((kind == Kind::writes ? writes_ : reads_).push(request)) return;
  if (observer_) observer_->refused(kind);
  request.done(fail(ErrorCode::busy, "the store's queue is full, or it is closing"));
}

void QueuedStore::taken(Kind kind, const std::vector<Request>& requests) const {
  if (!observer_) return;
  const auto now = std::chrono::steady_clock::now();
  for (const Request& request : requests) observer_->waited(kind, now - request.since);
}

void QueuedStore::wrote(std::size_t requests, std::chrono::steady_clock::time_point since) const {
  if (observer_) observer_->wrote(requests, std::chrono::steady_clock::now() - since);
}

void QueuedStore::on_commit(std::function<void(const std::vector<Change>&)> subscriber) {
  const std::scoped_lock lock(subscriber_mutex_);
  subscriber_ = std::move(subscriber);
}

/// The mutex is held while it is called, so that whoever takes a subscriber away knows that it is not running.
void QueuedStore::tell(const std::vector<Change>& changes) {
  const std::scoped_lock lock(subscriber_mutex_);
  if (subscriber_ && !changes.empty()) subscriber_(changes);
}

Error to_error(const std::exception& error) {
  if (dynamic_cast<const StorageFull*>(&error) != nullptr)
    return fail(ErrorCode::storage_full, fmt::format("store: {}", error.what()));
  return fail(ErrorCode::io, fmt::format("store: {}", error.what()));
}

Result<void> perform(const Store::Work& work, Tx& tx) {
  try {
    return work(tx);
  } catch (const SqlError& error) {
    return to_error(error);
  } catch (const std::exception& error) {
    return fail(ErrorCode::internal, error.what());
  }
}

}  // namespace suki::store
