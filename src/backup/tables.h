/// The tables as they are at one step of the migrations, read from the steps themselves: so that whatever a step adds
/// is copied and backed up without another word.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "store/sql.h"

namespace suki::backup {

using store::ValueType;

struct Column {
  std::string name;
  ValueType type;
};

/// The texts of SQL are remembered by their address, so a table lives as long as the program.
struct Table {
  std::string name;
  std::vector<Column> columns;
  std::vector<std::size_t> key;  ///< the columns of the primary key
  std::vector<ValueType> types, key_types;

  std::string count, insert;
  std::string first_page, next_page;  ///< rows in the order of the key; next_page: behind a key
  // For tables with bytes, whose rows may be of 64 MiB: first how large they are, then those between two keys.
  bool has_bytes = false;
  std::string first_sizes, next_sizes, first_until, next_until;
  [[nodiscard]] std::vector<ValueType> two_keys() const;
};

/// In the order in which they were made, so that a row which others refer to comes before them. `step`: one of
/// store::migrations(). Engines' own things (indexes for search that are made again from other tables) are not among
/// them.
[[nodiscard]] const std::vector<Table>& tables_at(int step);
[[nodiscard]] int last_step();
/// False: no version of suki up to this one has made it.
[[nodiscard]] bool is_step(int step);

/// For tests: the tables that these statements make.
[[nodiscard]] std::vector<Table> read_tables(std::string_view statements);

}  // namespace suki::backup
