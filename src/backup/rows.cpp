#include "backup/rows.h"

#include <sodium.h>

#include <algorithm>
#include <new>

#include "base/assert.h"

namespace suki::backup {
namespace {

constexpr std::int64_t page_bytes = 4 << 20;  ///< of a table with bytes; chosen

/// A key that outlives the page it was read from.
class Key {
 public:
  explicit Key(const Table& table) : table_(table), texts_(table.key.size()), values_(table.key.size()) {}
  Key(Key&&) noexcept = default;  // its texts stay where they are
  Key& operator=(Key&&) = delete;
  void keep(Row row) {
    for (std::size_t i = 0; i < values_.size(); ++i) set(i, row[table_.key[i]]);
  }
  void keep_first(const Value* cells) {
    for (std::size_t i = 0; i < values_.size(); ++i) set(i, cells[i]);
  }
  [[nodiscard]] std::span<const Value> values() const { return values_; }

 private:
  void set(std::size_t i, const Value& value) {
    texts_[i].assign(value.text);
    values_[i] = {value.number, texts_[i]};
  }
  const Table& table_;
  std::vector<std::string> texts_;
  std::vector<Value> values_;
};

/// PostgreSQL keeps its owner and its last commit among the counters, SQLite does not; and a counter that is not there
/// yet is one that stands at nothing.
bool is_engines_own(const Table& table, Row row) {
  if (table.name != "counters") return false;
  const Value *name = nullptr, *value = nullptr;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (table.columns[i].name == "name") name = &row[i];
    if (table.columns[i].name == "value") value = &row[i];
  }
  SUKI_ASSERT(name != nullptr && value != nullptr);
  return name->text == "owner" || name->text == "commit" || value->number == 0;
}

void read_pages(store::Sql& sql, const Table& table, const TakeRow& take) {
  Key last(table);
  bool first = true;
  for (std::size_t rows = 1; rows > 0;) {
    rows = 0;
    const auto take_row = [&](const Value* cells) {
      const Row row(cells, table.columns.size());
      take(row);
      last.keep(row);
      ++rows;
    };
    if (first)
      sql.take_rows(table.first_page.c_str(), {{}, table.types}, {}, take_row);
    else
      sql.take_rows(table.next_page.c_str(), {table.key_types, table.types}, last.values(), take_row);
    first = false;
  }
}

/// Asks for the sizes first, so that no page holds more than a few MiB, or one row.
void read_large(store::Sql& sql, const Table& table, const TakeRow& take) {
  std::vector<ValueType> size_types = table.key_types;
  size_types.push_back(ValueType::number);
  const std::vector<ValueType> two_keys = table.two_keys();
  Key last(table);
  bool first = true;
  for (bool more = true; more;) {
    std::vector<Key> ends;  // of pages
    std::int64_t bytes = 0;
    more = false;
    const auto take_size = [&](const Value* cells) {
      const std::int64_t size = cells[table.key.size()].number;
      if (ends.empty() || bytes + size > page_bytes) {
        ends.emplace_back(table);
        bytes = 0;
      }
      bytes += size;
      ends.back().keep_first(cells);
      more = true;
    };
    if (first)
      sql.take_rows(table.first_sizes.c_str(), {{}, size_types}, {}, take_size);
    else
      sql.take_rows(table.next_sizes.c_str(), {table.key_types, size_types}, last.values(), take_size);
    const auto take_row = [&](const Value* cells) { take(Row(cells, table.columns.size())); };
    for (const Key& end : ends) {
      std::vector<Value> keys(last.values().begin(), last.values().end());
      keys.insert(keys.end(), end.values().begin(), end.values().end());
      if (first)
        sql.take_rows(table.first_until.c_str(), {table.key_types, table.types}, end.values(), take_row);
      else
        sql.take_rows(table.next_until.c_str(), {two_keys, table.types}, keys, take_row);
      last.keep_first(end.values().data());
      first = false;
    }
  }
}

}  // namespace

void put_number(std::string& into, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) into.push_back(static_cast<char>(value >> (8 * i)));
}
std::uint64_t get_number(std::string_view from, int bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) value |= std::uint64_t{static_cast<unsigned char>(from[i])} << (8 * i);
  return value;
}

void encode(std::string& into, const Table& table, Row row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (table.types[i] == ValueType::number) {
      put_number(into, static_cast<std::uint64_t>(row[i].number), 8);
    } else {
      put_number(into, row[i].text.size(), 4);
      into.append(row[i].text);
    }
  }
}

bool decode(std::string_view& bytes, const Table& table, std::vector<Value>& row) {
  row.resize(table.types.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool number = table.types[i] == ValueType::number;
    const std::size_t head = number ? 8 : 4;
    if (bytes.size() < head) return false;
    const std::uint64_t value = get_number(bytes, static_cast<int>(head));
    bytes.remove_prefix(head);
    if (number) {
      row[i] = {static_cast<std::int64_t>(value), {}};
      continue;
    }
    if (bytes.size() < value) return false;
    row[i] = {0, bytes.substr(0, value)};
    bytes.remove_prefix(value);
  }
  return true;
}

struct Hash::State {
  crypto_generichash_state hash;
};

Hash::Hash() : state_(new State) {
  crypto_generichash_init(&state_->hash, nullptr, 0, digest_size);
}
Hash::~Hash() = default;
Hash::Hash(Hash&&) noexcept = default;

void Hash::add(std::string_view bytes) {
  crypto_generichash_update(&state_->hash, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

Digest Hash::end() {
  Digest digest;
  crypto_generichash_final(&state_->hash, digest.data(), digest.size());
  return digest;
}

std::string to_hex(const Digest& digest) {
  char hex[2 * digest_size + 1];
  return sodium_bin2hex(hex, sizeof hex, digest.data(), digest.size());
}

void TableDigest::add(Row row) {
  bytes_.clear();
  encode(bytes_, table_, row);
  hash_.add(bytes_);
  ++rows_;
}

Seen TableDigest::end() {
  return {rows_, to_hex(hash_.end())};
}

void read_rows(store::Sql& sql, const Table& table, const TakeRow& take) {
  const auto filtered = [&](Row row) {
    if (!is_engines_own(table, row)) take(row);
  };
  if (table.has_bytes)
    read_large(sql, table, filtered);
  else
    read_pages(sql, table, filtered);
}

std::int64_t count_rows(store::Sql& sql, const Table& table) {
  constexpr ValueType number[] = {ValueType::number};
  std::int64_t count = 0;
  sql.take_rows(table.count.c_str(), {{}, number}, {}, [&count](const Value* cells) { count = cells[0].number; });
  return count;
}

}  // namespace suki::backup
