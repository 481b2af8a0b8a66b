/// One connection to SQLite, through SOCI.
#pragma once

#include <memory>
#include <string>

#include "store/sql.h"

namespace suki::store {

class SqliteSql final : public Sql {
 public:
  /// filling: a file that nobody has yet, and that is thrown away unless it becomes whole: nothing in it is safe before
  /// the caller has put it on disk.
  enum class For { writing, reading, filling };
  /// Opens the file; throws.
  SqliteSql(const std::string& file, For use);
  ~SqliteSql() override;
  [[nodiscard]] Engine engine() const override { return Engine::sqlite; }
  void execute(const std::string& sql) override;

 protected:
  void do_run(const char* sql, const Shape& shape, std::span<const Value> params) override;
  void do_query(const char* sql, bool apart, const Shape& shape, std::span<const Value> params,
                const TakeRow& take) override;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace suki::store
