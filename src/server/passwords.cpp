#include "server/passwords.h"

#include <utility>

namespace suki::server {

Passwords::Passwords(Check check, Make make, std::size_t queue_max)
    : check_(std::move(check)), queue_max_(queue_max), thread_([this, make = std::move(make)] { work(make); }) {}

Passwords::~Passwords() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool Passwords::check(std::string hash, std::string password, std::function<void(bool)> done) {
  return add({std::move(hash), std::move(password), std::move(done), {}});
}

bool Passwords::run(std::function<void()> work) {
  return add({"", "", {}, std::move(work)});
}

bool Passwords::add(Task task) {
  {
    const std::scoped_lock lock(mutex_);
    if (queue_.size() >= queue_max_) return false;
    queue_.push_back(std::move(task));
  }
  changed_.notify_one();
  return true;
}

void Passwords::work(const Make& make) {
  std::string nobody;
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const Task task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    if (task.other) {
      task.other();
      continue;
    }
    // Made at the first log-in, known or not, so that a start costs neither its 50 ms nor its 64 MiB.
    if (nobody.empty()) nobody = make("nobody has this password");
    const bool same = check_(task.hash.empty() ? nobody : task.hash, task.password);
    task.done(same && !task.hash.empty());
  }
}

}  // namespace suki::server
