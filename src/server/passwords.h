/// Checks passwords on a thread of its own, because one check takes about 50 ms of a core, on purpose.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace suki::server {

class Passwords {
 public:
  /// check: compares a password with a hash; make: hashes one. Both are App's in the server.
  using Check = std::function<bool(const std::string& hash, const std::string& password)>;
  using Make = std::function<std::string(const std::string& password)>;
  Passwords(Check check, Make make, std::size_t queue_max);
  ~Passwords();  ///< finishes what was queued
  Passwords(const Passwords&) = delete;
  Passwords& operator=(const Passwords&) = delete;

  /// `done` is called once, on the password thread. hash "": nobody has this log-in; takes as long as a real check and
  /// says no, so that nobody learns by time which log-ins exist. False: the queue is full, `done` will not be called.
  [[nodiscard]] bool check(std::string hash, std::string password, std::function<void(bool)> done);
  /// Anything else that takes as long (hashing a new one). False: the queue is full, it will not be run.
  [[nodiscard]] bool run(std::function<void()> work);

 private:
  struct Task {
    std::string hash, password;
    std::function<void(bool)> done;
    std::function<void()> other;  ///< instead, when set
  };
  bool add(Task task);
  void work(const Make& make);

  Check check_;
  std::size_t queue_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace suki::server
