/// A value or an error; for the world failing, not for our own mistakes (SUKI_ASSERT) nor for refusals of the rules.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/assert.h"
#include "base/error_codes.h"

namespace suki {

/// `detail` is for logs and operators; what customers read comes from the catalogue.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string detail;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & {
    SUKI_ASSERT(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    SUKI_ASSERT(ok());
    return std::get<0>(state_);
  }
  T&& value() && {
    SUKI_ASSERT(ok());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const& {
    SUKI_ASSERT(!ok());
    return std::get<1>(state_);
  }
  Error&& error() && {
    SUKI_ASSERT(!ok());
    return std::get<1>(std::move(state_));
  }
  T value_or(T other) const { return ok() ? std::get<0>(state_) : std::move(other); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}
  [[nodiscard]] bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const Error& error() const& {
    SUKI_ASSERT(!ok_);
    return error_;
  }
  Error&& error() && {
    SUKI_ASSERT(!ok_);
    return std::move(error_);
  }

 private:
  Error error_;
  bool ok_ = true;
};

inline Error fail(ErrorCode code, std::string detail) {
  return Error{code, std::move(detail)};
}

}  // namespace suki

#define SUKI_CONCAT_(a, b) a##b
#define SUKI_CONCAT(a, b) SUKI_CONCAT_(a, b)
/// SUKI_TRY(auto x, f()): x is f's value, or this function returns f's error.
#define SUKI_TRY(target, expression) SUKI_TRY_(target, expression, SUKI_CONCAT(suki_try_, __LINE__), return )
#define SUKI_CO_TRY(target, expression) SUKI_TRY_(target, expression, SUKI_CONCAT(suki_try_, __LINE__), co_return )
#define SUKI_TRY_(target, expression, name, leave) \
  auto name = (expression);                        \
  if (!name.ok()) leave std::move(name).error();   \
  target = std::move(name).value()
/// For Result<void>.
#define SUKI_CHECK(expression) \
  if (auto suki_check = (expression); !suki_check.ok()) return std::move(suki_check).error()
