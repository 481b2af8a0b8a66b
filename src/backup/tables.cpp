#include "backup/tables.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/text.h"
#include "store/schema.h"

namespace suki::backup {
namespace {

constexpr int rows_of_numbers = 2'000, rows_with_text = 100, rows_of_sizes = 500;  ///< of a page; chosen for memory

std::string_view first_word(std::string_view text) {
  text = trim(text);
  return text.substr(0, text.find_first_of(" (;"));
}
std::string_view behind(std::string_view text, std::string_view word) {
  return trim(text.substr(text.find(word) + word.size()));
}

/// "a bigint, primary key (a, b)" at its outer commas.
std::vector<std::string_view> split_items(std::string_view text) {
  std::vector<std::string_view> items;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '(') ++depth;
    if (i < text.size() && text[i] == ')') --depth;
    if (i < text.size() && (text[i] != ',' || depth > 0)) continue;
    items.push_back(trim(text.substr(start, i - start)));
    start = i + 1;
  }
  return items;
}

/// Nothing: a column that the database fills itself.
std::optional<ValueType> find_type(std::string_view item, std::string_view word) {
  if (item.find(" generated ") != std::string_view::npos) return std::nullopt;
  if (word == "bigint") return ValueType::number;
  if (word == "text") return ValueType::text;
  if (word == "blob") return ValueType::bytes;
  SUKI_ASSERT(!"a column of a type that no backup knows");
  return std::nullopt;
}

void add_column(Table& table, std::string_view item) {
  const std::string_view name = first_word(item);
  if (const auto type = find_type(item, first_word(item.substr(name.size()))))
    table.columns.push_back({std::string(name), *type});
}

void set_key(Table& table, std::string_view names) {
  for (const std::string_view name : split(names, ',')) {
    const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                    [name](const Column& column) { return column.name == trim(name); });
    SUKI_ASSERT(found != table.columns.end());
    table.key.push_back(static_cast<std::size_t>(found - table.columns.begin()));
  }
}

Table read_table(std::string_view name, std::string_view inside) {
  Table table;
  table.name = name;
  for (const std::string_view item : split_items(inside)) {
    const std::string_view word = first_word(item);
    if (word == "primary") {
      const auto open = item.find('(');
      set_key(table, item.substr(open + 1, item.rfind(')') - open - 1));
    } else if (word != "unique" && word != "foreign" && word != "check" && word != "constraint") {
      add_column(table, item);
      if (item.find(" primary key") != std::string_view::npos) set_key(table, word);
    }
  }
  return table;
}

void alter(Table& table, std::string_view what) {
  if (what.starts_with("add column "))
    add_column(table, behind(what, "add column "));
  else if (what.starts_with("drop column "))
    std::erase_if(table.columns, [&](const Column& c) { return c.name == first_word(behind(what, "drop column ")); });
  else if (what.starts_with("rename column ")) {
    // "rename column OLD to NEW"
    const std::string_view names = behind(what, "rename column "), old = first_word(names);
    for (Column& column : table.columns)
      if (column.name == old) column.name = first_word(behind(trim(names.substr(old.size())), "to "));
  } else
    SUKI_ASSERT(what.starts_with("alter column ") && "a change of a table that no backup knows");
}

void read_statement(std::vector<Table>& tables, std::string_view statement) {
  statement = trim(statement);
  const auto find = [&tables](std::string_view name) {
    const auto found =
        std::find_if(tables.begin(), tables.end(), [name](const Table& table) { return table.name == name; });
    SUKI_ASSERT(found != tables.end());
    return found;
  };
  if (statement.starts_with("create table ")) {
    const std::string_view rest = behind(statement, "create table ");
    const auto open = rest.find('(');
    tables.push_back(read_table(first_word(rest), rest.substr(open + 1, rest.rfind(')') - open - 1)));
  } else if (statement.starts_with("alter table ")) {
    const std::string_view rest = behind(statement, "alter table "), name = first_word(rest);
    alter(*find(name), trim(rest.substr(name.size())));
  } else if (statement.starts_with("drop table ")) {
    tables.erase(find(first_word(behind(statement, "drop table "))));
  }
}

/// ":a", ":b" ... ":z", ":ba" ...
std::string place_name(std::size_t i) {
  std::string name;
  do {
    name.insert(name.begin(), static_cast<char>('a' + i % 26));
    i /= 26;
  } while (i > 0);
  return ":" + name;
}

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

void write_sql(Table& table) {
  std::vector<std::string> names, places, keys, from, until, sizes;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    names.push_back(column.name);
    places.push_back(place_name(i));
    table.types.push_back(column.type);
    if (column.type == ValueType::bytes) sizes.push_back(fmt::format("length({})", column.name));
  }
  SUKI_ASSERT(!table.key.empty());
  for (std::size_t i = 0; i < table.key.size(); ++i) {
    keys.push_back(names[table.key[i]]);
    from.push_back(place_name(i));
    until.push_back(place_name(table.key.size() + i));
    table.key_types.push_back(table.types[table.key[i]]);
  }
  table.has_bytes = !sizes.empty();
  const bool has_text = std::find(table.types.begin(), table.types.end(), ValueType::text) != table.types.end();
  const std::string select = fmt::format("select {} from {}", join(names), table.name),
                    order = " order by " + join(keys);
  const std::string behind_key = fmt::format(" where ({}) > ({})", join(keys), join(from));
  const std::string page = fmt::format("{} limit {}", order, has_text ? rows_with_text : rows_of_numbers);
  table.count = "select count(*) from " + table.name;
  table.insert = fmt::format("insert into {} ({}) values ({})", table.name, join(names), join(places));
  table.first_page = select + page;
  table.next_page = select + behind_key + page;
  if (!table.has_bytes) return;
  std::string size = sizes.front();
  for (std::size_t i = 1; i < sizes.size(); ++i) size += " + " + sizes[i];
  const std::string select_sizes = fmt::format("select {}, cast({} as bigint) from {}", join(keys), size, table.name);
  const std::string page_of_sizes = fmt::format("{} limit {}", order, rows_of_sizes);
  table.first_sizes = select_sizes + page_of_sizes;
  table.next_sizes = select_sizes + behind_key + page_of_sizes;
  table.first_until = fmt::format("{} where ({}) <= ({}){}", select, join(keys), join(from), order);
  table.next_until = fmt::format("{}{} and ({}) <= ({}){}", select, behind_key, join(keys), join(until), order);
}

}  // namespace

std::vector<ValueType> Table::two_keys() const {
  std::vector<ValueType> both = key_types;
  both.insert(both.end(), key_types.begin(), key_types.end());
  return both;
}

std::vector<Table> read_tables(std::string_view statements) {
  std::vector<Table> tables;
  std::string statement;
  for (const std::string_view line : split(statements, '\n')) {
    statement.append(line).push_back(' ');
    if (!line.ends_with(';')) continue;
    read_statement(tables, statement);
    statement.clear();
  }
  for (Table& table : tables) write_sql(table);
  return tables;
}

const std::vector<Table>& tables_at(int step) {
  static std::mutex mutex;
  static std::map<int, std::vector<Table>> known;  // its nodes stay where they are
  const std::lock_guard hold(mutex);
  const auto found = known.find(step);
  if (found != known.end()) return found->second;
  std::string statements;
  for (const store::Migration& migration : store::migrations())
    if (migration.number <= step) (statements += migration.sql) += migration.then;
  return known.emplace(step, read_tables(statements)).first->second;
}

int last_step() {
  return store::migrations().back().number;
}

bool is_step(int step) {
  const auto all = store::migrations();
  return std::any_of(all.begin(), all.end(), [step](const store::Migration& m) { return m.number == step; });
}

}  // namespace suki::backup
