#include "server/log_in_guard.h"

namespace suki::server {
namespace {

// All chosen. A person who forgot mistypes five times; an office of two hundred behind one address logs in at nine, and
// good attempts are free.
constexpr Budget address_budget{.burst = 30, .per_second = 1.0 / 20};
constexpr Budget login_budget{.burst = 10, .per_second = 1.0 / 60};
constexpr Budget stranger_budget{.burst = 200, .per_second = 1.0 / 5};
/// 288 guesses a day of three codes in a million: less than a thousandth a day.
constexpr Budget code_budget{.burst = 5, .per_second = 1.0 / 300};

constexpr std::string_view everybody = "";

std::string pair_of(const std::string& address, const std::string& login) {
  return login + "\n" + address;
}

}  // namespace

LogInGuard::LogInGuard(std::size_t keys_max)
    : by_address_(address_budget, keys_max),
      by_login_(login_budget, keys_max),
      by_pair_(login_budget, keys_max),
      strangers_(stranger_budget, 1),
      codes_(code_budget, keys_max),
      keys_max_(keys_max) {}

bool LogInGuard::is_known(const std::string& pair) const {
  const std::scoped_lock lock(mutex_);
  return known_.count(pair) > 0;
}

unsigned LogInGuard::draw(const std::string& address, const std::string& login, Time now) {
  const std::string pair = pair_of(address, login);
  if (is_known(pair)) return by_pair_.take(pair, now);
  if (const unsigned wait = by_address_.take(address, now); wait > 0) return wait;
  if (const unsigned wait = by_login_.take(login, now); wait > 0) {
    by_address_.give_back(address);
    return wait;
  }
  const unsigned wait = strangers_.take(everybody, now);
  if (wait > 0) {
    by_address_.give_back(address);
    by_login_.give_back(login);
  }
  return wait;
}

void LogInGuard::half_good(const std::string& address, const std::string& login) {
  const std::string pair = pair_of(address, login);
  if (is_known(pair)) return by_pair_.give_back(pair);
  by_address_.give_back(address);
  by_login_.give_back(login);
  strangers_.give_back(everybody);
}

void LogInGuard::good(const std::string& address, const std::string& login) {
  half_good(address, login);
  const std::scoped_lock lock(mutex_);
  // Whoever is forgotten is a stranger again, no more.
  if (known_.size() >= keys_max_) known_.clear();
  known_.insert(pair_of(address, login));
}

unsigned LogInGuard::draw_code(const std::string& login, Time now) {
  return codes_.take(login, now);
}

void LogInGuard::good_code(const std::string& login) {
  codes_.give_back(login);
}

}  // namespace suki::server
