#include "server/limiter.h"

#include <algorithm>
#include <cmath>

#include <boost/asio/ip/address.hpp>

namespace suki::server {

unsigned Limiter::take(std::string_view key, Time now) {
  const std::scoped_lock lock(mutex_);
  auto found = buckets_.find(std::string(key));
  if (found == buckets_.end()) {
    if (buckets_.size() >= keys_max_) forget_full(now);
    found = buckets_.emplace(std::string(key), Bucket{budget_.burst, now}).first;
  }
  Bucket& bucket = found->second;
  const double seconds = std::max(0.0, std::chrono::duration<double>(now - bucket.at).count());
  bucket.tokens = std::min(budget_.burst, bucket.tokens + seconds * budget_.per_second);
  bucket.at = std::max(bucket.at, now);
  if (bucket.tokens >= 1.0) {
    bucket.tokens -= 1.0;
    return 0;
  }
  return static_cast<unsigned>(std::ceil((1.0 - bucket.tokens) / budget_.per_second));
}

void Limiter::give_back(std::string_view key) {
  const std::scoped_lock lock(mutex_);
  const auto found = buckets_.find(std::string(key));
  if (found != buckets_.end()) found->second.tokens = std::min(budget_.burst, found->second.tokens + 1.0);
}

std::size_t Limiter::size() const {
  const std::scoped_lock lock(mutex_);
  return buckets_.size();
}

/// A full bucket is the same as none. When none is full, somebody sends from very many addresses: start anew, because
/// the table may not grow without end and the attacker has already what a fresh bucket would give.
void Limiter::forget_full(Time now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    const double seconds = std::chrono::duration<double>(now - entry.second.at).count();
    return entry.second.tokens + seconds * budget_.per_second >= budget_.burst;
  });
  if (buckets_.size() >= keys_max_) buckets_.clear();
}

std::string limiter_key(std::string_view address) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(std::string(address), error);
  if (error || !parsed.is_v6()) return std::string(address);
  if (parsed.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, parsed.to_v6()).to_string();
  }
  boost::asio::ip::address_v6::bytes_type bytes = parsed.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace suki::server
