#include "store/store.h"

#include <future>

namespace suki::store {

Result<void> Store::write_and_wait(Work work) {
  std::promise<Result<void>> promise;
  auto future = promise.get_future();
  write(std::move(work), [&promise](Result<void> result) { promise.set_value(std::move(result)); });
  return future.get();
}

Result<void> Store::read_and_wait(Work work) {
  std::promise<Result<void>> promise;
  auto future = promise.get_future();
  read(std::move(work), [&promise](Result<void> result) { promise.set_value(std::move(result)); });
  return future.get();
}

}  // namespace suki::store
