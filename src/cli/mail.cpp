#include "cli/mail.h"

#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>

#include "app/app.h"
#include "app/mail_intake.h"
#include "cli/mail_out.h"
#include "cli/mail_parse.h"
#include "cli/open_data.h"
#include "mail/mail.h"
#include "store/store.h"

namespace suki::cli {
namespace {

/// Mail servers act on these (sysexits.h): 75 keeps the mail and tries again; 65 returns it to its sender.
int exit_code_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::bad_input:
    case ErrorCode::too_large:
      return EX_DATAERR;
    default:
      return EX_TEMPFAIL;  // in doubt, the mail stays with the mail server
  }
}

Result<std::string> read_standard_input() {
  std::string raw;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorCode::io, "standard input cannot be read");
    if (n == 0) break;
    raw.append(buffer, static_cast<std::size_t>(n));
    if (raw.size() > mail::mail_bytes_max) {
      return fail(ErrorCode::too_large, fmt::format("the mail is larger than {} MiB", mail::mail_bytes_max >> 20));
    }
  }
  if (raw.empty()) return fail(ErrorCode::bad_input, "standard input is empty: there is no mail");
  return raw;
}

}  // namespace

Result<std::string> deliver_mail(app::App& app, store::Store& store, const std::string& raw) {
  SUKI_TRY(const app::App::Delivered delivered, app::take_mail(app, store, raw));
  return app::to_words(delivered);
}

namespace {

void add_parse_command(CLI::App& mail, int& exit_code) {
  CLI::App* command = mail.add_subcommand("parse", "Tell what suki reads in one mail, as one JSON object");
  command->footer(
      "Reads one mail from standard input, keeps nothing and asks no server. Every mail has an answer: what could not\n"
      "be understood is in its \"problems\". Exit status 65: there is no mail, or it is too large.\n");
  command->callback([&exit_code] {
    const Result<std::string> raw = read_standard_input();
    exit_code = raw.ok() ? 0 : exit_code_of(raw.error());
    if (raw.ok())
      fmt::print("{}\n", describe_mail(*raw));
    else
      fmt::print(stderr, "suki mail parse: {}\n", raw.error().detail);
  });
}

}  // namespace

void add_mail_commands(CLI::App& mail, int& exit_code) {
  CLI::App* command = mail.add_subcommand("deliver", "Take one mail from standard input and keep it for good");
  auto place = std::make_shared<DataPlace>();
  auto quiet = std::make_shared<bool>(false);
  add_data_options(*command, *place);
  command->add_flag("--quiet", *quiet, "Print nothing when all is well");
  command->footer(
      "Exit status, as mail servers expect it (sysexits.h):\n"
      "  0   the mail is stored durably: in its conversation, or in quarantine (suki quarantine list)\n"
      "  64  the command line is wrong\n"
      "  65  there is no mail, or it is too large: it will never be accepted\n"
      "  75  try again later: the mail is not (or not surely) stored\n");
  command->callback([place, quiet, &exit_code] {
    const Result<std::string> raw = read_standard_input();
    const auto answer = raw.ok() ? perform(*place, "deliver", *raw) : raw;
    exit_code = answer.ok() ? 0 : exit_code_of(answer.error());
    if (!answer.ok())
      fmt::print(stderr, "suki mail deliver: {}\n", answer.error().detail);
    else if (!*quiet)
      fmt::print("{}\n", *answer);
  });
  add_parse_command(mail, exit_code);
  add_mail_out_commands(mail, exit_code);
}

}  // namespace suki::cli
