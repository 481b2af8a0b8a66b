// Conversations created a second over HTTP by 64 clients, each durable, by the program as it is served.
//   Goal: on SQLite a third of a bare program that writes the same rows and indexes in the same groups, and 10 ms for
//   99 of 100 at that rate; on PostgreSQL half of `pgbench -N` at 32 clients on the same server. Usage: http_create
//   [sqlite|postgres] [conversations (20000)] [clients (64)]. The program is SUKI_BUILD/suki, or the one beside bench/.
#include <algorithm>
#include <filesystem>
#include <optional>

#include "app/app.h"
#include "app/host.h"
#include "planfile/planfile.h"
#include "served.h"
#include "store/store.h"
#include "store_testing/engines.h"

namespace {

using namespace suki;
using bench::fail;
using bench::Load;
using bench::Program;
using bench::run;

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

std::string request(long i) {
  const std::string body = fmt::format(
      R"({{"request_id":"r{0}","name":"Customer {0}","email":"c{0}@example.net","topic":"repair-cooling","subject":"The refrigerator does not cool","message":"Since yesterday evening it hums but stays warm. There is food in it. Number {0}","language":"en"}})",
      i);
  return fmt::format(
      "POST /api/v1/public/conversations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      body.size(), body);
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
  const std::string program = bench::program_path();
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
    run(suki.port, 0, 1000, clients, {}, request, "201");  // warm
    full = run(suki.port, 1000, count, clients, {}, request, "201");
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
    run(suki.port, 1'000'000, 1000, clients, {}, request, "201");
    paced = run(suki.port, 2'000'000, static_cast<long>(rate * 5), clients, rate, request, "201");
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
