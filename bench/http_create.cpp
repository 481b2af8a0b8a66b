// Conversations created a second over HTTP by 64 clients, each durable, by the program as it is served.
//   Goal: on SQLite a third of a bare program that writes the same rows and indexes in the same groups, and 10 ms for
//   99 of 100 at that rate; on PostgreSQL half of `pgbench -N` at 32 clients on the same server. Usage: http_create
//   [sqlite|postgres] [conversations (20000)] [clients (64)]. The program is SUKI_BUILD/suki, or the one beside bench/.
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
#include <optional>
#include <thread>

#include "app/app.h"
#include "app/host.h"
#include "bare.h"
#include "planfile/planfile.h"
#include "store/store.h"
#include "store_testing/engines.h"

namespace {

using namespace suki;
using bench::Clock;
using bench::fail;

/// The data folder: a plan in force, nobody at work, so that conversations wait.
void make_folder(const std::string& folder, const std::string& url) {
  auto opened = store::Store::open({.data_dir = folder, .url = url});
  if (!opened.ok()) fail(opened.error().detail);
  app::App app(**opened, app::system_host());
  if (!app.start().ok()) fail("no start");
  std::vector<app::App::PlanFile> plan;
  for (const auto& file : planfile::read_folder(SUKI_SOURCE_DIR "/plans/appliance-shop").files)
    plan.push_back({file.name, file.bytes});
  const auto adopted = (*opened)->write_and_wait([&](store::Tx& tx) -> Result<void> {
    auto version = app.adopt(tx, plan, "bench", "bench");
    if (!version.ok()) return version.error();
    return {};
  });
  if (!adopted.ok()) fail(adopted.error().detail);
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
  Clock::time_point began;
};

int connect_to(std::uint16_t port) {
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

std::string request(long i) {
  const std::string body = fmt::format(
      R"({{"request_id":"r{0}","name":"Customer {0}","email":"c{0}@example.net","topic":"repair-cooling","subject":"The refrigerator does not cool","message":"Since yesterday evening it hums but stays warm. There is food in it. Number {0}","language":"en"}})",
      i);
  return fmt::format(
      "POST /api/v1/public/conversations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      body.size(), body);
}

/// Whether a whole answer is there.
bool is_whole(const std::string& got) {
  const auto end = got.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const auto length = got.find("Content-Length: ");
  if (length == std::string::npos || length > end) fail("an answer without a length: " + got);
  return got.size() >= end + 4 + std::strtoul(got.c_str() + length + 16, nullptr, 10);
}

struct Load {
  double seconds = 0;
  std::vector<double> ms;  ///< sorted
  [[nodiscard]] double percentile(double p) const {
    return ms[std::min(ms.size() - 1, static_cast<std::size_t>(p / 100 * static_cast<double>(ms.size())))];
  }
};

/// `count` requests over `clients` connections, each connection one at a time: as fast as they are answered, or, with
/// a rate, each when it is due (a time counts from when it was due, so that waiting for a free client is waiting).
Load run(std::uint16_t port, long first, long count, int client_count, std::optional<double> per_second) {
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
      client.sent = request(first + begun++);
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
      if (!clients[i].got.starts_with("HTTP/1.1 201")) fail(clients[i].got);
      load.ms.push_back(bench::since(clients[i].began) * 1000);
      clients[i].busy = false;
      ++done;
    }
  }
  load.seconds = bench::since(start);
  for (const Client& client : clients) ::close(client.fd);
  std::sort(load.ms.begin(), load.ms.end());
  return load;
}

/// Transactions a second of pgbench's simple update, 32 clients, in a database of its own.
double pgbench(const store_testing::PostgresServer& server) {
  server.run("postgres", "create database bench");
  const std::string url = server.url("bench");
  const std::string make = fmt::format("pgbench -i -q -s 50 '{}' >/dev/null 2>&1", url);
  if (std::system(make.c_str()) != 0) fail("pgbench -i");
  FILE* const out = ::popen(fmt::format("pgbench -N -c 32 -j 2 -T 10 '{}' 2>/dev/null", url).c_str(), "r");
  char line[256];
  double tps = 0;
  while (std::fgets(line, sizeof line, out) != nullptr) std::sscanf(line, "tps = %lf", &tps);
  if (::pclose(out) != 0 || tps == 0) fail("pgbench");
  return tps;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string engine = argc > 1 ? argv[1] : "sqlite";
  const long count = argc > 2 ? std::atol(argv[2]) : 20'000;
  const int clients = argc > 3 ? std::atoi(argv[3]) : 64;
  if ((engine != "sqlite" && engine != "postgres") || count < 1000 || clients < 1)
    fail("usage: http_create [sqlite|postgres] [conversations] [clients]");
  const char* const build = std::getenv("SUKI_BUILD");
  const std::string program =
      build ? std::string(build) + "/suki"
            : std::filesystem::canonical("/proc/self/exe").parent_path().parent_path().string() + "/suki";
  std::string folder = (std::filesystem::temp_directory_path() / "suki-http-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) fail("no temporary folder");
  std::optional<store_testing::PostgresServer> server;
  if (engine == "postgres") {
    if (!store_testing::has_postgres()) fail("PostgreSQL is not installed");
    server.emplace(true);
    server->run("postgres", "create database suki");
  }
  make_folder(folder + "/data", server ? server->url("suki") : "sqlite");
  Load full, paced;
  double beside = 0, goal = 0;
  {
    const Program suki(program, folder + "/data", folder + "/log");
    run(suki.port, 0, 1000, clients, {});  // warm
    full = run(suki.port, 1000, count, clients, {});
  }
  // Closed: what follows is the limit. Half of the clients wait in a group while the others' is being written.
  if (server) {
    beside = pgbench(*server);
    goal = beside / 2;
  } else {
    long rows = 0;
    const double seconds = bench::write_again(folder + "/data/suki.db", folder + "/bare.db",
                                              (count + 1000) / std::max(1, clients / 2), rows);
    beside = static_cast<double>(count + 1000) / seconds;
    goal = beside / 3;
    std::printf("%.1f rows each conversation\n", static_cast<double>(rows) / static_cast<double>(count));
  }
  const double reached = static_cast<double>(count) / full.seconds, rate = std::min(goal, reached * 0.7);
  {
    const Program suki(program, folder + "/data", folder + "/log");
    run(suki.port, 1'000'000, 1000, clients, {});
    paced = run(suki.port, 2'000'000, static_cast<long>(rate * 5), clients, rate);
  }
  std::filesystem::remove_all(folder);
  std::printf("as fast as answered: %.0f/s, p50 %.1f ms, p99 %.1f ms, worst %.1f ms\n", reached, full.percentile(50),
              full.percentile(99), full.ms.back());
  std::printf("at a steady %.0f/s: p50 %.1f ms, p99 %.1f ms, worst %.1f ms\n", rate, paced.percentile(50),
              paced.percentile(99), paced.ms.back());
  std::printf(
      "{\"bench\":\"http_create\",\"figure\":\"conversations created over HTTP, each durable, %d clients, %s\","
      "\"unit\":\"per second\",\"goal\":%.0f,\"reached\":%.0f,\"beside\":{\"%s\":%.0f},\"p50 ms\":%.1f,\"p99 ms\":%.1f,"
      "\"steady per second\":%.0f,\"steady p99 ms\":%.1f,\"goal of p99 ms\":10,\"ratio\":%.2f}\n",
      clients, engine.c_str(), goal, reached, server ? "pgbench -N, 32 clients" : "the same rows by a bare program",
      beside, full.percentile(50), full.percentile(99), rate, paced.percentile(99), reached / beside);
}
