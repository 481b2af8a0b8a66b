/// Fetches pictures that somebody wants to see, on a thread of its own, and keeps what came.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/app.h"
#include "pictures/fetch.h"
#include "store/store.h"

namespace suki::pictures {

inline constexpr int claim_max = 16;                        ///< in one round
inline constexpr int threads_max = 4;                       ///< at once
inline constexpr std::int64_t mail_bytes_max = 20ll << 20;  ///< of all pictures of one mail
inline constexpr Span lease = minutes(2);                   ///< whoever claimed and did not report is forgotten

using Fetch = std::function<Fetched(const std::string& url)>;

/// One round, for tests and for the thread: claims, fetches, records. How many were claimed.
[[nodiscard]] Result<int> fetch_round(app::App& app, store::Store& store, const Fetch& fetch);

class Fetcher {
 public:
  /// Both outlive it.
  Fetcher(app::App& app, store::Store& store, Fetch fetch);
  ~Fetcher();  ///< waits for what is being fetched
  /// Something may be wanted. From any thread, never blocks.
  void notify();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace suki::pictures
