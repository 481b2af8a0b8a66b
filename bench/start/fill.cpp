// Makes a data folder with so many conversations, through the use cases that the server runs: for bench/start.sh.
// Use: start_fill DATA PLAN_FOLDER COUNT. Contacts come evenly over the last 90 days, none is answered.
#include <fmt/core.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "app/app.h"
#include "store/store.h"

namespace suki {
namespace {

constexpr Span history = days(90);      // chosen: a season of contacts
constexpr int in_flight_max = 2'000;    // under the store's queue, over its group
constexpr int wakes_per_group = 1'000;  // chosen

[[noreturn]] void give_up(const std::string& what, const Error& error) {
  fmt::print(stderr, "start_fill: {}: {}\n", what, error.detail);
  std::exit(1);
}

template <class T>
T must(Result<T> result, const std::string& what) {
  if (!result.ok()) give_up(what, result.error());
  return std::move(result).value();
}
void must(const Result<void>& result, const std::string& what) {
  if (!result.ok()) give_up(what, result.error());
}

std::vector<app::App::PlanFile> read_folder(const std::filesystem::path& root) {
  std::vector<app::App::PlanFile> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files.push_back({entry.path().lexically_relative(root).generic_string(),
                     {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}});
  }
  return files;
}

Instant real_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

app::NewConversation contact(int number, const std::string& topic) {
  return {fmt::format("fill-{}", number),
          fmt::format("Customer {}", number),
          fmt::format("customer{}@example.org", number),
          topic,
          fmt::format("Question {}", number),
          "The fan I bought last month makes a noise on the second speed. Can somebody look at it this week?",
          number % 2 == 0 ? "en" : "fil"};
}

void fill(const std::string& data, const std::string& plan, int count) {
  store::Options options;
  options.data_dir = data;
  const auto store = must(store::Store::open(options), "open");
  const Instant end = real_now();
  std::atomic<std::int64_t> now_us = (end - history).us;
  std::atomic<std::uint64_t> tokens = 0;
  // Tokens need only be different from each other here.
  app::App app(*store, {[&] { return Instant{now_us.load()}; },
                        [&](std::size_t bytes) { return fmt::format("{:0{}}", tokens++, bytes * 4 / 3); }});
  must(app.start(), "start");
  std::string topic;
  must(store->write_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(const auto version, app.adopt(tx, read_folder(plan), "bench", "to measure"));
    static_cast<void>(version);
    return {};
  }),
       "adopt");
  must(store->read_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(const auto site, app.site(tx, "en"));
    topic = site.topics.empty() ? "" : site.topics.front().id;
    return {};
  }),
       "site");

  std::atomic<int> in_flight = 0;
  for (int number = 0; number < count; ++number) {
    for (int waiting = in_flight; waiting >= in_flight_max; waiting = in_flight) in_flight.wait(waiting);
    ++in_flight;
    store->write(
        [&, number](store::Tx& tx) -> Result<void> {
          now_us = (end - history).us + history.us / count * number;
          SUKI_TRY(const auto created, app.create_by_form(tx, contact(number, topic)));
          static_cast<void>(created);
          return {};
        },
        [&](Result<void> done) {
          must(done, "create");
          --in_flight;
          in_flight.notify_one();
        });
  }
  for (int waiting = in_flight; waiting > 0; waiting = in_flight) in_flight.wait(waiting);

  // What fell due meanwhile is done here, so that the start that is measured is an ordinary one.
  now_us = end.us;
  for (int woken = wakes_per_group; woken > 0;) {
    must(store->write_and_wait([&](store::Tx& tx) -> Result<void> {
      SUKI_TRY(woken, app.wake(tx, wakes_per_group));
      return {};
    }),
         "wake");
  }
}

}  // namespace
}  // namespace suki

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "Use: start_fill DATA PLAN_FOLDER COUNT\n");
    return 2;
  }
  suki::fill(argv[1], argv[2], std::atoi(argv[3]));
}
