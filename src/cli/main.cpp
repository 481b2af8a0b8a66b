// The `suki` command: every part is wired together here and nowhere else.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <string>
#include <vector>

#include "cli/adopt.h"
#include "cli/audit.h"
#include "cli/backup.h"
#include "cli/customer.h"
#include "cli/data_place.h"
#include "cli/demo.h"
#include "cli/doctor.h"
#include "cli/erlang.h"
#include "cli/hours.h"
#include "cli/import.h"
#include "cli/mail.h"
#include "cli/mailbox.h"
#include "cli/openapi.h"
#include "cli/plan.h"
#include "cli/plan_calendar.h"
#include "cli/plan_status.h"
#include "cli/plan_try.h"
#include "cli/quarantine.h"
#include "cli/serve.h"
#include "cli/user.h"
#include "cli/verify.h"
#include "cli/version.h"

namespace {

int run(int count, char** given) {
  // CLI11 takes them from the back, without the program's name.
  std::vector<std::string> words;
  for (int i = count - 1; i > 0; --i) words.emplace_back(given[i]);
  suki::cli::hide_passwords(count, given);
  int exit_code = 0;
  CLI::App app("suki runs a customer service plan.", "suki");
  app.require_subcommand(1);
  app.footer("`suki COMMAND --help` says more. Exit status 64: the command line is wrong.");

  suki::cli::add_serve_command(app, exit_code);
  CLI::App* plan = app.add_subcommand("plan", "Check, format, try and adopt plans")->require_subcommand(1);
  suki::cli::add_plan_commands(*plan, exit_code);
  suki::cli::add_plan_try_command(*plan, exit_code);
  suki::cli::add_plan_adopt_command(*plan, exit_code);
  suki::cli::add_plan_status_command(*plan, exit_code);
  suki::cli::add_hours_command(app, exit_code, suki::cli::find_plan_calendar);
  CLI::App* mail = app.add_subcommand("mail", "Mail from the command line")->require_subcommand(1);
  suki::cli::add_mail_commands(*mail, exit_code);
  CLI::App* mailbox = app.add_subcommand("mailbox", "Where mail is fetched from")->require_subcommand(1);
  suki::cli::add_mailbox_commands(*mailbox, exit_code);
  CLI::App* quarantine = app.add_subcommand("quarantine", "Mails that could not be delivered")->require_subcommand(1);
  suki::cli::add_quarantine_commands(*quarantine, exit_code);
  CLI::App* user = app.add_subcommand("user", "Who may log in")->require_subcommand(1);
  suki::cli::add_user_commands(*user, exit_code);
  CLI::App* audit = app.add_subcommand("audit", "Who did what")->require_subcommand(1);
  suki::cli::add_audit_commands(*audit, exit_code);
  CLI::App* customer = app.add_subcommand("customer", "What is kept of a customer")->require_subcommand(1);
  suki::cli::add_customer_commands(*customer, exit_code);
  suki::cli::add_import_command(app, exit_code);
  suki::cli::add_demo_command(app, exit_code);
  suki::cli::add_erlang_command(app, exit_code);
  suki::cli::add_verify_command(app, exit_code);
  suki::cli::add_doctor_command(app, exit_code);
  suki::cli::add_backup_command(app, exit_code);
  suki::cli::add_restore_command(app, exit_code);
  CLI::App* store = app.add_subcommand("store", "Where everything is kept")->require_subcommand(1);
  suki::cli::add_store_move_command(*store, exit_code);
  suki::cli::add_openapi_command(app, exit_code);
  suki::cli::add_version_command(app, exit_code);

  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    // Help is no error; everything else is EX_USAGE of sysexits.h, which mail servers understand.
    return app.exit(error) == 0 ? 0 : 64;
  }
  return exit_code;
}

}  // namespace

int main(int count, char** words) {
  try {
    return run(count, words);
  } catch (const std::exception& error) {
    fmt::print(stderr, "suki: {}\n", error.what());
    return 70;  // EX_SOFTWARE
  }
}
