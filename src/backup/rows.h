/// A row as bytes, the same of every engine: a number in eight bytes, a text or bytes behind their length in four,
/// least first. And the digest of a table: over its rows in the order of its key.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backup/tables.h"

namespace suki::backup {

using store::Value;
using Row = std::span<const Value>;
/// The row is valid during the call.
using TakeRow = std::function<void(Row row)>;

/// A number in the first `bytes` (1 to 8) of its bytes, least first; and from as many at the front of `from`.
void put_number(std::string& into, std::uint64_t value, int bytes);
[[nodiscard]] std::uint64_t get_number(std::string_view from, int bytes);

void encode(std::string& into, const Table& table, Row row);
/// Takes one row from the front of `bytes`; `row` then points into them. False: they are no row of this table.
[[nodiscard]] bool decode(std::string_view& bytes, const Table& table, std::vector<Value>& row);

inline constexpr std::size_t digest_size = 32;
using Digest = std::array<unsigned char, digest_size>;

/// BLAKE2b, 256 bits, of as many bytes as come.
class Hash {
 public:
  Hash();
  ~Hash();
  Hash(Hash&&) noexcept;
  Hash& operator=(Hash&&) = delete;
  void add(std::string_view bytes);
  [[nodiscard]] Digest end();

 private:
  struct State;
  std::unique_ptr<State> state_;
};
[[nodiscard]] std::string to_hex(const Digest& digest);

/// What was seen of a table.
struct Seen {
  std::int64_t rows = 0;
  std::string digest;  ///< 64 hex digits
  friend bool operator==(const Seen&, const Seen&) = default;
};
class TableDigest {
 public:
  explicit TableDigest(const Table& table) : table_(table) {}
  void add(Row row);
  [[nodiscard]] Seen end();

 private:
  const Table& table_;
  Hash hash_;
  std::string bytes_;
  std::int64_t rows_ = 0;
};

/// All rows of a table in the order of its key, a page at a time: memory for a few MiB, or the largest row. Without
/// what only one engine keeps (see counters). Throws store::SqlError.
void read_rows(store::Sql& sql, const Table& table, const TakeRow& take);
[[nodiscard]] std::int64_t count_rows(store::Sql& sql, const Table& table);

}  // namespace suki::backup
