#include "control/control.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <set>
#include <thread>

#include "base/text.h"
#include "control/wire.h"

namespace suki::control {
namespace {

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Error system_error(const std::string& what) {
  return fail(ErrorCode::io, fmt::format("{}: {}", what, std::strerror(errno)));
}

std::string answer_of(const Result<std::string>& result) {
  if (result.ok()) return fmt::format("ok {}\n{}", result->size(), *result);
  return fmt::format("error {} {}\n{}", static_cast<int>(result.error().code), result.error().detail.size(),
                     result.error().detail);
}

class Listener final : public Control {
 public:
  Listener(Socket socket, Socket stop, std::string path, std::map<std::string, Handler> verbs)
      : socket_(std::move(socket)), stop_(std::move(stop)), path_(std::move(path)), verbs_(std::move(verbs)) {
    thread_ = std::thread([this] { listen(); });
  }
  ~Listener() override {
    {
      // Who has not yet said all that is asked is not waited for: it would have idle_seconds_max.
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      for (const int fd : asking_) ::shutdown(fd, SHUT_RD);
    }
    changed_.notify_all();
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t n = ::write(stop_.fd(), &one, sizeof one);
    thread_.join();
    ::unlink(path_.c_str());
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return running_ == 0; });
  }

 private:
  void listen() {
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopping_ || running_ < connections_max; });
        if (stopping_) return;
      }
      pollfd fds[2] = {{socket_.fd(), POLLIN, 0}, {stop_.fd(), POLLIN, 0}};
      if (::poll(fds, 2, -1) < 0 && errno != EINTR) return;
      if (fds[1].revents != 0) return;
      Socket client(::accept4(socket_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client.valid()) continue;
      {
        const std::lock_guard lock(mutex_);
        ++running_;
      }
      std::thread([this, c = std::move(client)]() mutable { serve(std::move(c)); }).detach();
    }
  }

  void serve(Socket client) {
    set_timeout(client, idle_seconds_max);
    const Result<std::string> result = handle(client);
    // When the answer cannot be written the client knows nothing for sure, and says so itself.
    (void)write_all(client, answer_of(result));
    client = Socket();
    const std::lock_guard lock(mutex_);
    --running_;
    changed_.notify_all();
  }

  Result<std::string> handle(const Socket& client) {
    const Asking asking(*this, client.fd());
    SUKI_TRY(const std::string line, read_line(client));
    const auto words = split(line, ' ');
    if (words.size() != 2) return fail(ErrorCode::bad_input, "expected: VERB LENGTH");
    const auto verb = verbs_.find(std::string(words[0]));
    if (verb == verbs_.end()) return fail(ErrorCode::not_found, fmt::format("unknown request {}", words[0]));
    SUKI_TRY(const std::size_t length, parse_length(words[1]));
    SUKI_TRY(std::string body, read_exactly(client, length));
    asking.over();
    return verb->second(std::move(body));
  }

  /// A connection whose request is still coming in.
  class Asking {
   public:
    Asking(Listener& listener, int fd) : listener_(listener), fd_(fd) {
      const std::lock_guard lock(listener_.mutex_);
      listener_.asking_.insert(fd_);
      if (listener_.stopping_) ::shutdown(fd_, SHUT_RD);
    }
    ~Asking() { over(); }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
    void over() const {
      const std::lock_guard lock(listener_.mutex_);
      listener_.asking_.erase(fd_);
    }

   private:
    Listener& listener_;
    int fd_;
  };

  Socket socket_, stop_;
  std::string path_;
  std::map<std::string, Handler> verbs_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int running_ = 0;
  bool stopping_ = false;
  std::set<int> asking_;
  std::thread thread_;
};

}  // namespace

std::string socket_path(const std::string& data_dir) {
  return data_dir + "/suki.sock";
}

Result<std::unique_ptr<Control>> Control::start(const std::string& path, std::map<std::string, Handler> verbs) {
  SUKI_CHECK(check_path(path));
  Socket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.valid()) return system_error("socket");
  ::unlink(path.c_str());
  const sockaddr_un address = address_of(path);
  const mode_t before = ::umask(0177);  // 0600 from its first moment
  const int bound = ::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(before);
  if (bound != 0) return system_error(path);
  if (::listen(socket.fd(), 64) != 0) return system_error(path);
  Socket stop(::eventfd(0, EFD_CLOEXEC));
  if (!stop.valid()) return system_error("eventfd");
  return std::unique_ptr<Control>(new Listener(std::move(socket), std::move(stop), path, std::move(verbs)));
}

namespace {

/// An invalid socket: nobody listens.
Result<Socket> connect_to(const std::string& path, int timeout_seconds) {
  SUKI_CHECK(check_path(path));
  Socket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return system_error("socket");
  set_timeout(socket, timeout_seconds);
  const sockaddr_un address = address_of(path);
  if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ENOENT || errno == ECONNREFUSED) return Socket();
    return system_error(path);
  }
  return socket;
}

Result<std::string> ask_over(const Socket& socket, std::string_view verb, std::string_view body) {
  SUKI_CHECK(write_all(socket, fmt::format("{} {}\n", verb, body.size())));
  SUKI_CHECK(write_all(socket, body));
  SUKI_TRY(const std::string line, read_line(socket));
  const auto words = split(line, ' ');
  if (words.size() == 2 && words[0] == "ok") {
    SUKI_TRY(const std::size_t length, parse_length(words[1]));
    return read_exactly(socket, length);
  }
  if (words.size() != 3 || words[0] != "error") return fail(ErrorCode::io, "the server answered in another protocol");
  SUKI_TRY(const std::size_t code, parse_length(words[1]));
  SUKI_TRY(const std::size_t length, parse_length(words[2]));
  SUKI_TRY(std::string detail, read_exactly(socket, length));
  return fail(static_cast<ErrorCode>(code), std::move(detail));
}

}  // namespace

bool is_served(const std::string& path) {
  const auto socket = connect_to(path, 1);
  return socket.ok() && socket->valid();
}

std::optional<Result<std::string>> ask_if_served(const std::string& path, std::string_view verb, std::string_view body,
                                                 int timeout_seconds) {
  auto socket = connect_to(path, timeout_seconds);
  if (!socket.ok()) return std::move(socket).error();
  if (!socket->valid()) return std::nullopt;
  return ask_over(*socket, verb, body);
}

Result<std::string> ask(const std::string& path, std::string_view verb, std::string_view body, int timeout_seconds) {
  if (auto answer = ask_if_served(path, verb, body, timeout_seconds)) return *std::move(answer);
  return fail(ErrorCode::not_found, path + ": no server listens there");
}

}  // namespace suki::control
