#include "store/store.h"

#include <sodium.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <future>

#include <fmt/format.h>

#include "store/lock.h"
#include "store/place.h"
#include "store/postgres.h"
#include "store/sqlite.h"

namespace suki::store {

Result<std::unique_ptr<Store>> Store::open(const Options& options) {
  if (sodium_init() < 0) return fail(ErrorCode::internal, "libsodium does not start");
  if (options.data_dir.empty() || options.data_dir.find('"') != std::string::npos)
    return fail(ErrorCode::bad_input, "data: the folder's name is empty or holds a quote");
  std::error_code error;
  const bool fresh = std::filesystem::create_directories(options.data_dir, error);
  if (error) return fail(ErrorCode::io, fmt::format("{}: {}", options.data_dir, error.message()));
  // Customers' words are in there: for nobody else on the machine.
  if (fresh && ::chmod(options.data_dir.c_str(), 0700) != 0)
    return fail(ErrorCode::io, fmt::format("{}: {}", options.data_dir, std::strerror(errno)));
  SUKI_TRY(FolderLock lock, FolderLock::take(options.data_dir));
  SUKI_TRY(const Place place, find_place(options.data_dir, options.url));
  Options at_place = options;
  at_place.url = place.url;
  const bool sqlite = place.url == sqlite_url;
  SUKI_TRY(auto store, sqlite ? open_sqlite(at_place, std::move(lock)) : open_postgres(at_place, std::move(lock)));
  SUKI_CHECK(keep_place(options.data_dir, place));
  return store;
}

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
