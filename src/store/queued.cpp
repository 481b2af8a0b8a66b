#include "store/queued.h"

#include <fmt/format.h>

#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {

void QueuedStore::push(Queue<Request>& queue, Work work, Done done) {
  // The queue takes the request only when there is room; `done` is needed for the refusal.
  Request request{std::move(work), std::move(done), {}};
  if (!queue.push(request)) request.done(fail(ErrorCode::busy, "the store's queue is full, or it is closing"));
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
