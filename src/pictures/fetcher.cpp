#include "pictures/fetcher.h"

#include <spdlog/spdlog.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "app/remote_pictures.h"
#include "base/text.h"

namespace suki::pictures {
namespace {

/// What is behind "//", up to its end: pictures from one place.
std::string place_of(const std::string& url) {
  const std::size_t start = url.find("//");
  if (start == std::string::npos) return url;
  return to_lower_ascii(url.substr(0, url.find_first_of("/?#", start + 2)));
}

/// Places that did not answer in this round: whoever waits for their next picture waits in vain.
class Silent {
 public:
  [[nodiscard]] bool has(const std::string& place) const {
    const std::lock_guard lock(mutex_);
    return places_.count(place) > 0;
  }
  void add(const std::string& place) {
    const std::lock_guard lock(mutex_);
    places_.insert(place);
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> places_;
};

Fetched fetch_one(const Fetch& fetch, const std::string& url, Silent& silent) {
  const std::string place = place_of(url);
  if (silent.has(place)) return {{}, {}, "timeout"};
  Fetched fetched = fetch(url);
  if (fetched.problem == "timeout") silent.add(place);
  return fetched;
}

Result<void> record(app::App& app, store::Store& store, const store::RemotePicture& picture, Fetched& fetched) {
  return store.write_and_wait([&](store::Tx& tx) {
    return app::picture_fetched(app, tx, picture, fetched.bytes, fetched.type, fetched.problem, mail_bytes_max);
  });
}

}  // namespace

Result<int> fetch_round(app::App& app, store::Store& store, const Fetch& fetch) {
  std::vector<store::RemotePicture> wanted;
  SUKI_CHECK(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    wanted = app::claim_wanted_pictures(app, tx, lease, claim_max);
    return {};
  }));
  Silent silent;
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  Result<void> recorded;
  const auto work = [&] {
    for (std::size_t i = next++; i < wanted.size(); i = next++) {
      Fetched fetched = fetch_one(fetch, wanted[i].url, silent);
      // Whoever starts next takes it over when its lease is over.
      if (fetched.problem == "given_up") continue;
      Result<void> done = record(app, store, wanted[i], fetched);
      const std::lock_guard lock(mutex);
      if (!done.ok()) recorded = std::move(done);
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < std::min<std::size_t>(threads_max, wanted.size()); ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  if (!recorded.ok()) return recorded.error();
  return static_cast<int>(wanted.size());
}

struct Fetcher::Impl {
  app::App& app;
  store::Store& store;
  Fetch fetch;
  std::mutex mutex;
  std::condition_variable changed;
  bool stop = false, called = true;
  std::thread thread;

  void run() {
    for (;;) {
      {
        std::unique_lock lock(mutex);
        changed.wait_for(lock, std::chrono::minutes(1), [this] { return stop || called; });
        if (stop) return;
        called = false;
      }
      for (;;) {
        if (!is_wanted()) break;
        const Result<int> fetched = fetch_round(app, store, fetch);
        if (!fetched.ok()) spdlog::error("pictures of mails cannot be fetched: {}", fetched.error().detail);
        const std::lock_guard lock(mutex);
        if (stop || !fetched.ok() || *fetched == 0) break;
      }
    }
  }
  /// Looking first keeps the writer free: every change of the desk calls.
  bool is_wanted() {
    bool wanted = false;
    const Result<void> looked = store.read_and_wait([&](store::Tx& tx) -> Result<void> {
      wanted = app::are_pictures_wanted(app, tx);
      return {};
    });
    return looked.ok() && wanted;
  }
};

Fetcher::Fetcher(app::App& app, store::Store& store, Fetch fetch)
    : impl_(new Impl{.app = app, .store = store, .fetch = std::move(fetch), .mutex = {}, .changed = {}, .thread = {}}) {
  impl_->thread = std::thread([this] { impl_->run(); });
}

Fetcher::~Fetcher() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stop = true;
  }
  impl_->changed.notify_all();
  impl_->thread.join();
}

void Fetcher::notify() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->called = true;
  }
  impl_->changed.notify_all();
}

}  // namespace suki::pictures
