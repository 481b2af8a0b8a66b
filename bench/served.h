/// The program as it is served, and clients that ask it over HTTP: for the benchmarks that measure from outside.
#pragma once

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bare.h"
#include "timing.h"

namespace bench {

/// build/suki beside build/bench, or that of the folder SUKI_BUILD.
inline std::string program_path() {
  if (const char* const build = std::getenv("SUKI_BUILD")) return std::string(build) + "/suki";
  return std::filesystem::canonical("/proc/self/exe").parent_path().parent_path().string() + "/suki";
}

/// `suki serve` on a free port.
class Program {
 public:
  Program(const std::string& program, const std::string& folder, const std::string& log) {
    int out[2];
    if (::pipe(out) != 0) fail("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::dup2(out[1], 1);
      const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      ::dup2(file, 2);
      ::execl(program.c_str(), "suki", "serve", "--data", folder.c_str(), "--port", "0", "--no-rate-limit",
              "--log-level", "info", nullptr);
      ::_exit(127);
    }
    ::close(out[1]);
    std::string said;
    char c = 0;
    while (::read(out[0], &c, 1) == 1 && c != '\n') said += c;
    const auto colon = said.rfind(':');
    if (colon == std::string::npos) fail("the server does not start: " + said + ", see " + log);
    port = static_cast<std::uint16_t>(std::stoi(said.substr(colon + 1)));
    out_ = out[0];
  }
  ~Program() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    ::close(out_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  std::uint16_t port = 0;

 private:
  pid_t pid_ = 0;
  int out_ = -1;
};

struct Client {
  int fd = -1;
  std::string sent, got;
  std::size_t written = 0;
  bool busy = false;
  long number = 0;
  Clock::time_point began;
};

inline int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) fail("connect");
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

/// Whether a whole answer is there.
inline bool is_whole(const std::string& got) {
  const auto end = got.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const auto length = got.find("Content-Length: ");
  if (length == std::string::npos || length > end) fail("an answer without a length: " + got);
  return got.size() >= end + 4 + std::strtoul(got.c_str() + length + 16, nullptr, 10);
}

struct Load {
  double seconds = 0;
  std::vector<double> ms{};  ///< sorted
  [[nodiscard]] double percentile(double p) const { return bench::percentile(ms, p); }
};

/// `count` requests over `clients` connections, each connection one at a time: as fast as they are answered, or, with
/// a rate, each when it is due (a time counts from when it was due, so that waiting for a free client is waiting).
/// `ask` gives the text of a request; `answered` is told the request's number, the answer and the milliseconds. Every
/// answer must begin with `status`.
inline Load run(std::uint16_t port, long first, long count, int client_count, std::optional<double> per_second,
                const std::function<std::string(long)>& ask, const std::string& status,
                const std::function<void(long, const std::string&, double)>& answered = {}) {
  std::vector<Client> clients(static_cast<std::size_t>(client_count));
  std::vector<pollfd> polls(clients.size());
  for (std::size_t i = 0; i < clients.size(); ++i) {
    clients[i].fd = connect_to(port);
    polls[i] = {clients[i].fd, POLLIN, 0};
  }
  Load load;
  const auto start = Clock::now();
  long begun = 0, done = 0;
  const auto due = [&](long i) {
    return start + std::chrono::duration_cast<Clock::duration>(
                       std::chrono::duration<double>(static_cast<double>(i) / per_second.value_or(1)));
  };
  while (done < count) {
    for (Client& client : clients) {
      if (client.busy || begun == count || (per_second && Clock::now() < due(begun))) continue;
      client.began = per_second ? due(begun) : Clock::now();
      client.number = first + begun++;
      client.sent = ask(client.number);
      client.busy = true;
      client.got.clear();
      if (::write(client.fd, client.sent.data(), client.sent.size()) != static_cast<ssize_t>(client.sent.size()))
        fail("write");
    }
    ::poll(polls.data(), polls.size(), per_second && begun < count ? 1 : -1);
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (polls[i].revents == 0) continue;
      char buffer[8192];
      const ssize_t bytes = ::read(polls[i].fd, buffer, sizeof buffer);
      if (bytes <= 0) fail("the server closed a connection");
      clients[i].got.append(buffer, static_cast<std::size_t>(bytes));
      if (!is_whole(clients[i].got)) continue;
      if (!clients[i].got.starts_with("HTTP/1.1 " + status)) fail(clients[i].got);
      load.ms.push_back(since(clients[i].began) * 1000);
      if (answered) answered(clients[i].number, clients[i].got, load.ms.back());
      clients[i].busy = false;
      ++done;
    }
  }
  load.seconds = since(start);
  for (const Client& client : clients) ::close(client.fd);
  std::sort(load.ms.begin(), load.ms.end());
  return load;
}

}  // namespace bench
