#include "cli/open_data.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "app/host.h"
#include "app/mail_intake.h"
#include "base/reason.h"
#include "cli/adopt.h"
#include "cli/audit.h"
#include "cli/customer.h"
#include "cli/doctor.h"
#include "cli/import.h"
#include "cli/mail.h"
#include "cli/mail_out.h"
#include "cli/mailbox.h"
#include "cli/plan_status.h"
#include "cli/quarantine.h"
#include "cli/user.h"
#include "cli/verify.h"
#include "control/control.h"
#include "store/place.h"

namespace suki::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds pause{50};  // between two looks

}  // namespace

const std::map<std::string, Verb>& verbs() {
  static const std::map<std::string, Verb> all{
      {"adopt", adopt_plan},
      {"deliver", deliver_mail},
      {"mail-trial", write_mail_trial},
      {"mailbox-add", add_mailbox},
      {"mailbox-list", list_mailboxes},
      {"mailbox-set", set_mailbox},
      {"mailbox-test", test_mailbox},
      {"mailbox-fetch", fetch_mailbox_now},
      {"mailbox-remove", remove_mailbox},
      {"user-add", add_user},
      {"user-list", list_users},
      {"user-password", set_password},
      {"user-email", set_email},
      {"user-remove", remove_user},
      {"user-role", set_role},
      {"user-reset-link", make_reset_link},
      {"user-second-step-off", second_step_off},
      {"user-sessions-end", end_sessions},
      {"plan-status", tell_plan_status},
      {"audit-export", export_audit},
      {"audit-verify", verify_audit},
      {"import", import_batch},
      {"import-take-up", import_take_up},
      {"verify", verify_slice},
      {"verify-contents", verify_contents},
      {"customer-export", customer_export_step},
      {"customer-preview", customer_preview},
      {"customer-erase", customer_erase},
      {"customer-erase-step", customer_erase_step},
      {"customer-erased", customer_erased},
      {"customer-erase-again", customer_erase_again},
      {"health", tell_health},
      {"quarantine-delete", quarantine_delete},
      {"quarantine-list", quarantine_list},
      {"quarantine-raw", quarantine_raw},
      {"quarantine-replay", quarantine_replay},
      {"quarantine-restore", quarantine_restore},
      {"quarantine-show", quarantine_show},
  };
  return all;
}

std::map<std::string, control::Control::Handler> socket_verbs(app::App& app, store::Store& store) {
  std::map<std::string, control::Control::Handler> all;
  for (const auto& [name, verb] : verbs())
    all[name] = [&app, &store, &verb = verb](const std::string& body) { return verb(app, store, body); };
  return all;
}

Result<std::string> perform(const DataPlace& place, const std::string& verb, const std::string& body, Missing missing,
                            std::chrono::milliseconds patience) {
  if (std::filesystem::is_directory(place.dir)) {
    // Also before a running server is asked: what was said and is not so must not pass in silence.
    if (auto found = store::find_place(place.dir, place.store); !found.ok()) return std::move(found).error();
  } else if (missing == Missing::refuse && place.store.empty()) {
    return fail(ErrorCode::io, fmt::format("there is no data folder {}", place.dir));
  }
  for (const auto until = Clock::now() + patience;;) {
    if (auto answer = control::ask_if_served(control::socket_path(place.dir), verb, body)) return *std::move(answer);
    auto opened = open_store(place);
    if (!opened.ok() && opened.error().code == ErrorCode::busy && Clock::now() < until) {
      std::this_thread::sleep_for(pause);
      continue;
    }
    SUKI_TRY(const auto store, std::move(opened));
    app::Host host = app::system_host();
    // A verb that needs the key says itself that it cannot be read.
    if (auto key = app::ensure_secret_key(place.dir); key.ok()) host.secret_key = *std::move(key);
    app::App app(*store, host);
    SUKI_CHECK(app.start());
    SUKI_CHECK(app::watch_reading(app, place.dir));
    return verbs().at(verb)(app, *store, body);
  }
}

int report(const Result<std::string>& result) {
  if (result.ok()) {
    fmt::print("{}", *result);
    return 0;
  }
  fmt::print(stderr, "suki: {}\n", take_apart(result.error().detail).text);
  switch (result.error().code) {
    case ErrorCode::io:
    case ErrorCode::busy:
    case ErrorCode::unavailable:
    case ErrorCode::internal:
      return 2;
    default:
      return 1;
  }
}

}  // namespace suki::cli
