/// SQL in this room's sources: typed statements over SOCI, prepared once per connection and used again. Numbers travel
/// as BIGINT, never as SOCI's dynamic rows (which guess a type per column). No column is ever NULL.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include <soci/soci.h>

#include "base/ids.h"
#include "base/time.h"

namespace suki::store {

/// A BLOB, as parameter or column.
struct Bytes {
  std::string value;
};

namespace detail {

template <class T>
struct Slot {
  T value{};
  explicit Slot(soci::session&) {}
  void set(const T& v) { value = v; }
  T get() const { return value; }
};
template <>
struct Slot<Bytes> {
  soci::blob value;
  explicit Slot(soci::session& session) : value(session) {}
  void set(const Bytes& bytes) {
    value.trim(0);
    value.write(0, bytes.value.data(), bytes.value.size());
  }
  Bytes get() {
    Bytes bytes;
    bytes.value.resize(value.get_len());
    if (!bytes.value.empty()) value.read(0, bytes.value.data(), bytes.value.size());
    return bytes;
  }
};

// What a parameter is in SQL.
template <class T>
requires std::is_integral_v<T> || std::is_enum_v<T>
long long to_sql(T value) {
  return static_cast<long long>(value);
}
template <class Tag, class Number>
long long to_sql(Id<Tag, Number> id) {
  return static_cast<long long>(id.value);
}
inline long long to_sql(Instant at) {
  return at.us;
}
inline long long to_sql(Span span) {
  return span.us;
}
inline const std::string& to_sql(const std::string& text) {
  return text;
}
inline std::string to_sql(std::string_view text) {
  return std::string(text);
}
inline std::string to_sql(const char* text) {
  return text;
}
inline const Bytes& to_sql(const Bytes& bytes) {
  return bytes;
}
template <class T>
using SqlType = std::remove_cvref_t<decltype(to_sql(std::declval<const T&>()))>;

struct PreparedBase {
  virtual ~PreparedBase() = default;
};

template <class Columns, class Params>
struct Prepared;
template <class... C, class... P>
struct Prepared<std::tuple<C...>, std::tuple<P...>> final : PreparedBase {
  std::tuple<Slot<P>...> params;
  std::tuple<Slot<C>...> columns;
  soci::statement statement;

  Prepared(soci::session& session, const char* sql)
      : params(in_place<P>(session)...), columns(in_place<C>(session)...), statement(session) {
    // soci::use() refers to temporaries of its own: it must not outlive this expression.
    std::apply([&](auto&... slot) { (statement.exchange(soci::into(slot.value)), ...); }, columns);
    std::apply([&](auto&... slot) { (statement.exchange(soci::use(slot.value)), ...); }, params);
    statement.alloc();
    statement.prepare(sql);
    statement.define_and_bind();
  }

 private:
  template <class>
  static soci::session& in_place(soci::session& session) {
    return session;
  }
};

}  // namespace detail

/// One connection's statements. `sql` must be a literal: statements are remembered by its address.
class Sql {
 public:
  explicit Sql(soci::session& session) : session_(session) {}

  /// Rows that it touched.
  template <class... P>
  std::int64_t run(const char* sql, const P&... params) {
    auto& prepared = prepare<std::tuple<>, std::tuple<detail::SqlType<P>...>>(sql, params...);
    prepared.statement.execute(true);
    return prepared.statement.get_affected_rows();
  }
  template <class... C, class... P>
  std::vector<std::tuple<C...>> rows(const char* sql, const P&... params) {
    auto& prepared = prepare<std::tuple<C...>, std::tuple<detail::SqlType<P>...>>(sql, params...);
    std::vector<std::tuple<C...>> result;
    // To the end always: a statement left in the middle would hold its snapshot.
    for (bool more = prepared.statement.execute(true); more; more = prepared.statement.fetch())
      result.push_back(std::apply([](auto&... slot) { return std::tuple<C...>(slot.get()...); }, prepared.columns));
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
    auto found = row<long long>(sql, params...);
    return found ? std::get<0>(*found) : 0;
  }

 private:
  template <class Columns, class Params, class... P>
  detail::Prepared<Columns, Params>& prepare(const char* sql, const P&... params) {
    using Statement = detail::Prepared<Columns, Params>;
    auto& kept = statements_[sql];
    if (!kept) kept = std::make_unique<Statement>(session_, sql);
    auto& statement = static_cast<Statement&>(*kept);
    std::apply([&](auto&... slot) { (slot.set(detail::to_sql(params)), ...); }, statement.params);
    return statement;
  }

  soci::session& session_;
  std::unordered_map<const char*, std::unique_ptr<detail::PreparedBase>> statements_;
};

}  // namespace suki::store
