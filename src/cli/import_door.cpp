#include "cli/import_door.h"

#include <chrono>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "app/host.h"
#include "cli/open_data.h"
#include "control/control.h"
#include "store/place.h"

namespace suki::cli {

Result<std::string> ImportDoor::ask(const std::string& verb, const std::string& body) {
  if (!std::filesystem::is_directory(place_.dir)) {
    if (place_.store.empty()) return fail(ErrorCode::io, fmt::format("there is no data folder {}", place_.dir));
  } else if (auto found = store::find_place(place_.dir, place_.store); !found.ok()) {
    return std::move(found).error();
  }
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds pause{50};
  for (const auto until = Clock::now() + patience_default; !app_;) {
    constexpr int seconds_max = 600;  // a batch of large files on a slow disk
    if (auto answer = control::ask_if_served(control::socket_path(place_.dir), verb, body, seconds_max))
      return *std::move(answer);
    const Result<void> opened = open();
    if (opened.ok()) break;
    if (opened.error().code != ErrorCode::busy || Clock::now() >= until) return opened.error();
    std::this_thread::sleep_for(pause);
  }
  return verbs().at(verb)(*app_, *store_, body);
}

Result<void> ImportDoor::open() {
  SUKI_TRY(store_, open_store(place_));
  auto app = std::make_unique<app::App>(*store_, app::system_host());
  SUKI_CHECK(app->start());
  app_ = std::move(app);
  return {};
}

}  // namespace suki::cli
