// Conversations created a second through the use cases, each durable: rules, clocks, automatic reply and outgoing mail.
//   Beside, in the same run: the very rows that came of it, with their indexes, written again by a bare program
//   (SQLite's C interface, prepared statements, WAL, synchronous FULL) in as many commits. Usage: intake [conversations
//   (10000)] [at once (64)]
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "app/app.h"
#include "app/host.h"
#include "bare.h"
#include "planfile/planfile.h"
#include "store/store.h"

namespace {

using namespace suki;
using Clock = std::chrono::steady_clock;

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "intake: %s\n", why.c_str());
  std::exit(1);
}
double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Taken {
  double seconds = 0;
  long commits = 0;
};

/// `at_once` requests are always on their way; each is followed by the next when it is durable.
Taken create(const std::string& folder, int count, int at_once) {
  auto opened = store::Store::open({.data_dir = folder});
  if (!opened.ok()) die(opened.error().detail);
  store::Store& store = **opened;
  app::Host host = app::system_host();
  host.mail_budgets = false;
  app::App app(store, host);
  if (!app.start().ok()) die("no start");
  auto read = planfile::read_folder(SUKI_SOURCE_DIR "/plans/appliance-shop");
  std::vector<app::App::PlanFile> plan;
  for (const auto& file : read.files) plan.push_back({file.name, file.bytes});
  const auto adopted = store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    auto version = app.adopt(tx, plan, "bench", "bench");
    if (!version.ok()) return version.error();
    return {};
  });
  if (!adopted.ok()) die(adopted.error().detail);
  Taken taken;
  std::atomic<long> commits = 0;
  app.on_changed([&](const std::vector<app::Changed>&) { ++commits; });
  std::mutex mutex;
  std::condition_variable changed;
  int running = 0;
  const auto start = Clock::now();
  for (int i = 0; i < count; ++i) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return running < at_once; });
    ++running;
    lock.unlock();
    store.write(
        [&app, i](store::Tx& tx) -> Result<void> {
          const std::string n = std::to_string(i);
          auto made = app.create_by_form(
              tx,
              {"r" + n, "Customer " + n, "c" + n + "@example.net", "repair-cooling", "The refrigerator does not cool",
               "Since yesterday evening it hums but stays warm. There is food in it. Number " + n, "en"});
          if (!made.ok()) return made.error();
          return {};
        },
        [&](Result<void> result) {
          if (!result.ok()) die(result.error().detail);
          const std::lock_guard hold(mutex);
          --running;
          changed.notify_one();
        });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return running == 0; });
  taken.seconds = since(start);
  taken.commits = commits;
  return taken;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 10'000, at_once = argc > 2 ? std::atoi(argv[2]) : 64;
  if (count < 1 || at_once < 1) die("usage: intake [conversations] [at once]");
  std::string folder = (std::filesystem::temp_directory_path() / "suki-intake-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) die("no temporary folder");
  const Taken taken = create(folder + "/data", count, at_once);
  long rows = 0;
  const double bare = bench::write_again(folder + "/data/suki.db", folder + "/bare.db", taken.commits, rows);
  std::filesystem::remove_all(folder);
  const double reached = count / taken.seconds, limit = count / bare;
  std::printf("%d conversations, %d at once: %ld commits of %.1f, %.1f rows each conversation\n", count, at_once,
              taken.commits, static_cast<double>(count) / static_cast<double>(taken.commits),
              static_cast<double>(rows) / count);
  std::printf(
      "{\"bench\":\"intake\",\"figure\":\"conversations created, each durable\",\"unit\":\"per "
      "second\",\"goal\":%.0f,\"reached\":%.0f,"
      "\"beside\":{\"the same rows by a bare program\":%.0f},\"ratio\":%.2f}\n",
      limit / 3, reached, limit, reached / limit);
}
