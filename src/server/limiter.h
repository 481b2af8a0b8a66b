/// Token buckets by key (an address, a log-in): how often somebody may ask. Time is an argument. Safe from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace suki::server {

struct Budget {
  double burst;       ///< what may come at once, >= 1
  double per_second;  ///< and how fast it comes back, > 0
};

class Limiter {
 public:
  using Time = std::chrono::steady_clock::time_point;
  Limiter(Budget budget, std::size_t keys_max) : budget_(budget), keys_max_(keys_max) {}

  /// Takes one token. 0: taken; else seconds until there is one again, and nothing was taken.
  [[nodiscard]] unsigned take(std::string_view key, Time now);
  /// Gives one back: the attempt was good.
  void give_back(std::string_view key);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Bucket {
    double tokens;
    Time at;
  };
  void forget_full(Time now);

  Budget budget_;
  std::size_t keys_max_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

/// What an address counts as: IPv4 whole; IPv6 by its /64, which one household holds.
[[nodiscard]] std::string limiter_key(std::string_view address);

}  // namespace suki::server
