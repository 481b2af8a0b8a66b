/// Who owns a PostgreSQL database: a lock that a connection of its own holds, and a number in the database that rises
/// with each owner. Every commit proves the number, so that one who lost the lock without knowing writes nothing more.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "store/postgres_link.h"
#include "store/store.h"

namespace suki::store {

class PostgresOwner {
 public:
  /// Takes the lock. Errors: busy (another process has it: detail says which, where and since when), unavailable.
  [[nodiscard]] static Result<std::unique_ptr<PostgresOwner>> take(const std::string& url,
                                                                   const PostgresLimits& limits);
  ~PostgresOwner();
  PostgresOwner(const PostgresOwner&) = delete;
  PostgresOwner& operator=(const PostgresOwner&) = delete;

 private:
  PostgresOwner(std::string url, const PostgresLimits& limits);
  [[nodiscard]] Result<void> lock(bool patient);
  void keep();  ///< takes the lock again whenever its connection broke

  std::string url_;
  PostgresLimits limits_;
  std::unique_ptr<PostgresLink> link_;
  int wake_ = -1;  ///< an eventfd: written to at the end
  std::thread keeper_;
};

}  // namespace suki::store
