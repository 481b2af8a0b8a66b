/// Both ends of a copy: a store as it stood at one instant, read beside whoever owns it; and a new one that is filled
/// and is nobody's before it is whole.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "backup/tables.h"
#include "base/result.h"
#include "store/lock.h"
#include "store/store.h"

namespace suki::backup {

/// Reads a store over one snapshot, on a connection of its own: the owner goes on writing meanwhile.
class Source {
 public:
  /// `url`: as store::Place has it. Errors: io (there is no store), conflict (it is of a later version of suki),
  /// unavailable.
  [[nodiscard]] static Result<std::unique_ptr<Source>> open(const std::string& data_dir, const std::string& url);
  virtual ~Source() = default;
  [[nodiscard]] store::Sql& sql() { return *sql_; }
  [[nodiscard]] int step() const { return step_; }
  [[nodiscard]] const std::vector<Table>& tables() const { return tables_at(step_); }

 protected:
  std::unique_ptr<store::Sql> sql_;
  int step_ = 0;
};

/// An empty store that is being filled. Given up (destroyed) before keep(): as if it had never been.
class Target {
 public:
  /// Makes the tables of `step`. The folder exists, and the caller owns it. Errors: conflict (there is a store
  /// already), busy (another process owns the database), io, unavailable.
  [[nodiscard]] static Result<std::unique_ptr<Target>> make(const std::string& data_dir, const std::string& url,
                                                            int step);
  virtual ~Target() = default;
  [[nodiscard]] store::Sql& sql() { return *sql_; }
  /// Sends what was put off, so that memory stays small. Called now and then.
  virtual void flush() = 0;
  /// Checks what spans rows, puts all on disk and makes it a store, in one instant.
  [[nodiscard]] virtual Result<void> keep() = 0;

 protected:
  using Translate = std::function<std::string(const std::string&)>;
  /// In the transaction that keep() ends: the tables of `step`, without the rows that a step puts into new ones.
  void make_tables(int step, const Translate& translate);
  void make_search();  ///< what no copy holds, from the rows that came

  std::unique_ptr<store::Sql> sql_;

 private:
  int step_ = 0;
};

}  // namespace suki::backup
