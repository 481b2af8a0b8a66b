/// SQL in this room's sources: typed calls over one connection, of whatever engine. Statements are literals with named
/// places (":name", taken in their order); each engine prepares them once per connection and uses them again. Numbers
/// travel as BIGINT. No column is ever NULL.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace suki::store {

/// Bytes as they are, as a column; as a parameter, BytesView does without the copy.
struct Bytes {
  std::string value;
};
struct BytesView {
  std::string_view value;
};

enum class ValueType : std::uint8_t { number, text, bytes };
/// A parameter or a cell. Text and bytes belong to whoever gives it, for the time of the call.
struct Value {
  std::int64_t number = 0;
  std::string_view text;
};
/// What a statement takes and gives; the same for every use of it.
struct Shape {
  std::span<const ValueType> params, columns;
};

namespace detail {

template <class T>
struct Kind;
template <class T>
requires std::is_integral_v<T> || std::is_enum_v<T>
struct Kind<T> {
  static constexpr ValueType type = ValueType::number;
  static Value to(T value) { return {static_cast<std::int64_t>(value), {}}; }
  static T from(const Value& value) { return static_cast<T>(value.number); }
};
template <class Tag, class Number>
struct Kind<Id<Tag, Number>> {
  static constexpr ValueType type = ValueType::number;
  static Value to(Id<Tag, Number> id) { return {static_cast<std::int64_t>(id.value), {}}; }
};
template <>
struct Kind<Instant> {
  static constexpr ValueType type = ValueType::number;
  static Value to(Instant at) { return {at.us, {}}; }
};
template <>
struct Kind<Span> {
  static constexpr ValueType type = ValueType::number;
  static Value to(Span span) { return {span.us, {}}; }
};
template <class T>
requires std::is_convertible_v<const T&, std::string_view>
struct Kind<T> {
  static constexpr ValueType type = ValueType::text;
  static Value to(std::string_view text) { return {0, text}; }
  static std::string from(const Value& value) { return std::string(value.text); }
};
template <>
struct Kind<Bytes> {
  static constexpr ValueType type = ValueType::bytes;
  static Value to(const Bytes& bytes) { return {0, bytes.value}; }
  static Bytes from(const Value& value) { return {std::string(value.text)}; }
};
template <>
struct Kind<BytesView> {
  static constexpr ValueType type = ValueType::bytes;
  static Value to(BytesView bytes) { return {0, bytes.value}; }
};

template <class... T>
inline constexpr std::array<ValueType, sizeof...(T)> types{Kind<std::decay_t<T>>::type...};

/// A database's text is UTF-8 without NUL, whatever a mail may hold: the rest is replaced, alike on every engine.
/// False: nothing had to be.
bool make_text(std::string_view text, std::string& made);

template <std::size_t n>
struct Values {
  std::array<Value, n> all;
  std::vector<std::string> made;  ///< what had to be replaced

  Values(const std::array<ValueType, n>& of, const std::array<Value, n>& given) : all(given) {
    for (std::size_t i = 0; i < n; ++i) {
      std::string text;
      if (of[i] != ValueType::text || !make_text(all[i].text, text)) continue;
      made.reserve(n);
      all[i].text = made.emplace_back(std::move(text));
    }
  }
  Values(const Values&) = delete;
  Values& operator=(const Values&) = delete;
};

template <class... C, std::size_t... I>
std::tuple<C...> from_cells(const Value* cells, std::index_sequence<I...>) {
  return {Kind<C>::from(cells[I])...};
}

}  // namespace detail

/// The database said no, or is not there.
class SqlError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// There is no room left on the disk. Nothing of the transaction is kept.
class StorageFull : public SqlError {
 public:
  using SqlError::SqlError;
};

/// One connection. Everything throws SqlError; what was done of the transaction is then to be undone.
/// `sql` must be a literal: statements are remembered by its address.
class Sql {
 public:
  virtual ~Sql() = default;
  enum class Engine : std::uint8_t { sqlite, postgres };
  [[nodiscard]] virtual Engine engine() const = 0;  ///< for the little that each does in its own way

  /// Changes something. An engine may put it off up to the next query or the end of the transaction, in order.
  template <class... P>
  void run(const char* sql, const P&... params) {
    const detail::Values<sizeof...(P)> values(detail::types<P...>, {detail::Kind<std::decay_t<P>>::to(params)...});
    do_run(sql, {detail::types<P...>, {}}, values.all);
  }
  /// A new row of a table that only grows, "insert into t (...) values (:a, ...)". No statement before it could have
  /// touched it, so an engine may do it before those, and many at once.
  template <class... P>
  void append(const char* sql, const P&... params) {
    const detail::Values<sizeof...(P)> values(detail::types<P...>, {detail::Kind<std::decay_t<P>>::to(params)...});
    do_append(sql, {detail::types<P...>, {}}, values.all);
  }
  /// The next query asks for rows that nothing which was put off concerns: it need not wait for that.
  Sql& apart(bool is_apart) {
    apart_ = is_apart;
    return *this;
  }
  template <class... C, class... P>
  std::vector<std::tuple<C...>> rows(const char* sql, const P&... params) {
    const detail::Values<sizeof...(P)> values(detail::types<P...>, {detail::Kind<std::decay_t<P>>::to(params)...});
    std::vector<std::tuple<C...>> result;
    do_query(sql, std::exchange(apart_, false), {detail::types<P...>, detail::types<C...>}, values.all,
             [&result](const Value* cells) {
               result.push_back(detail::from_cells<C...>(cells, std::index_sequence_for<C...>()));
             });
    return result;
  }
  template <class... C, class... P>
  std::optional<std::tuple<C...>> row(const char* sql, const P&... params) {
    auto all = rows<C...>(sql, params...);
    if (all.empty()) return std::nullopt;
    return std::move(all.front());
  }
  /// The first column of the first row, or 0.
  template <class... P>
  std::int64_t number(const char* sql, const P&... params) {
    auto found = row<std::int64_t>(sql, params...);
    return found ? std::get<0>(*found) : 0;
  }
  using TakeRow = std::function<void(const Value* cells)>;
  /// The same for tables that are known at run time only; each text must live as long as the program.
  void append_values(const char* sql, std::span<const ValueType> of, std::span<const Value> values) {
    do_append(sql, {of, {}}, values);
  }
  void take_rows(const char* sql, const Shape& shape, std::span<const Value> params, const TakeRow& take) {
    do_query(sql, false, shape, params, take);
  }
  /// One statement made at run time, without parameters or rows: for tables and transactions.
  virtual void execute(const std::string& sql) = 0;

 protected:
  virtual void do_run(const char* sql, const Shape& shape, std::span<const Value> params) = 0;
  virtual void do_append(const char* sql, const Shape& shape, std::span<const Value> params) {
    do_run(sql, shape, params);
  }
  virtual void do_query(const char* sql, bool apart, const Shape& shape, std::span<const Value> params,
                        const TakeRow& take) = 0;

 private:
  bool apart_ = false;
};

}  // namespace suki::store
