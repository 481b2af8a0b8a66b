#include "cli/demo.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/host.h"
#include "cli/data_place.h"
#include "cli/open_data.h"
#include "demo/demo.h"
#include "planfile/planfile.h"

namespace suki::cli {
namespace {

struct Input {
  DataPlace place{""};
  std::string plan, site_url = "http://127.0.0.1:8080";
  std::uint64_t seed = 1;
};

/// Only its owner may read it.
Result<void> write_private(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return fail(ErrorCode::io, path + " cannot be written");
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (::close(file) != 0 || !written) return fail(ErrorCode::io, path + " cannot be written");
  return {};
}

Result<void> make_demo(const Input& input) {
  demo::Options options;
  options.seed = input.seed;
  options.now = app::system_host().now();
  options.site_url = input.site_url;
  while (options.site_url.ends_with('/')) options.site_url.pop_back();
  if (!input.plan.empty()) {
    const planfile::Read read = planfile::read_folder(input.plan);
    if (read.files.empty()) return fail(ErrorCode::io, input.plan + " is no plan folder");
    for (const auto& file : read.files) options.plan.push_back({file.name, file.bytes});
  }
  SUKI_TRY(const auto store, open_store(input.place));
  SUKI_TRY(const auto accounts, demo::make(*store, options));
  std::string lines;
  for (const demo::Account& account : accounts)
    lines += fmt::format("{} {} {}\n", account.role, account.login, account.password);
  SUKI_CHECK(write_private(input.place.dir + "/demo-accounts.txt", lines));
  fmt::print("{} conversations of the past three weeks are in {}.\nWho may log in (also in {}/demo-accounts.txt):\n{}",
             options.conversations, input.place.dir, input.place.dir, lines);
  return {};
}

}  // namespace

void add_demo_command(CLI::App& app, int& exit_code) {
  auto input = std::make_shared<Input>();
  CLI::App* demo =
      app.add_subcommand("demo", "Make a data folder with a living desk to try: an appliance shop, 200 conversations");
  add_data_options(*demo, input->place);
  demo->get_option("--data")->required();
  demo->add_option("--seed", input->seed, "The same seed tells the same stories")->capture_default_str();
  demo->add_option("--plan", input->plan,
                   "Plan folder to put in force instead of the appliance shop that comes with suki");
  demo->add_option("--site-url", input->site_url,
                   "Where the desk will be served, for the private links in the made messages")
      ->capture_default_str();
  demo->callback([input, &exit_code] {
    const auto done = make_demo(*input);
    if (!done.ok()) exit_code = report(done.error());
  });
}

}  // namespace suki::cli
