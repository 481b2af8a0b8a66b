/// How often a log-in may be tried, against guessing in every direction:
///   one address, many log-ins (spraying)     a budget of that address
///   many addresses, one log-in               a budget of that log-in
///   many addresses, many log-ins             one budget that all strangers share
///   the right password, guessed codes        a budget of that log-in's second step
/// A good attempt costs nothing. Who logged in well from an address has a budget of their own there, so that nobody can
/// shut them out from elsewhere. Time is an argument. Safe from any thread.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

#include "server/limiter.h"

namespace suki::server {

class LogInGuard {
 public:
  using Time = Limiter::Time;
  explicit LogInGuard(std::size_t keys_max);

  /// Takes for one attempt. 0: it may go on; else seconds to wait, and nothing was taken. `address`: of limiter_key().
  [[nodiscard]] unsigned draw(const std::string& address, const std::string& login, Time now);
  /// Password (and code, if there is one) were right: gives back, and knows the address from now on.
  void good(const std::string& address, const std::string& login);
  /// The password was right, and the code is asked for: gives back alone.
  void half_good(const std::string& address, const std::string& login);
  [[nodiscard]] unsigned draw_code(const std::string& login, Time now);
  void good_code(const std::string& login);

 private:
  [[nodiscard]] bool is_known(const std::string& pair) const;

  Limiter by_address_, by_login_, by_pair_, strangers_, codes_;
  std::size_t keys_max_;
  mutable std::mutex mutex_;
  std::unordered_set<std::string> known_;
};

}  // namespace suki::server
