#include "cli/doctor.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/describe.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>

#include "app/health.h"
#include "base/text.h"
#include "cli/open_data.h"
#include "control/control.h"
#include "doctor/checks.h"
#include "json/read.h"
#include "json/write.h"
#include "store/examine.h"
#include "store/lock.h"
#include "store/place.h"
#include "store/tx.h"
#include "zones/zones.h"

namespace suki::cli {
namespace {

/// How health goes through the socket: instants as microseconds.
struct ToldAddress {
  std::string channel, address;
};
BOOST_DESCRIBE_STRUCT(ToldAddress, (), (channel, address))
struct Told {
  std::int64_t now = 0, last_input = 0, plan = 0, mails_waiting = 0, mails_failed = 0, mails_quarantined = 0,
               mailboxes = 0, mailboxes_failing = 0, next_mail = 0;
  std::string plan_problem;
  std::vector<std::string> zones, zones_moved, accounts_unreached;
  std::vector<ToldAddress> addresses;
};
BOOST_DESCRIBE_STRUCT(Told, (),
                      (now, last_input, plan, mails_waiting, mails_failed, mails_quarantined, mailboxes,
                       mailboxes_failing, next_mail, plan_problem, zones, zones_moved, accounts_unreached, addresses))

struct Given {
  DataPlace place{};
  std::string settings, listen, site_url, tls_cert, tls_key, smtp_url, smtp_user, smtp_password_file, smtp_ca;
  bool json = false, plain_smtp = false;
};

using Settings = std::map<std::string, std::string>;

/// Lines "NAME=value" as systemd reads them; what else stands there is not ours.
Result<Settings> read_settings(const std::string& path) {
  std::ifstream file(path);
  if (!file) return fail(ErrorCode::io, path + " cannot be read");
  Settings all;
  for (std::string line; std::getline(file, line);) {
    const std::string_view text = trim(line);
    const auto sign = text.find('=');
    if (text.empty() || text.front() == '#' || text.front() == ';' || sign == std::string_view::npos) continue;
    std::string_view value = trim(text.substr(sign + 1));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
      value = value.substr(1, value.size() - 2);
    all[std::string(trim(text.substr(0, sign)))] = value;
  }
  return all;
}

/// As the command line reads a flag from the environment.
bool is_yes(std::string_view text) {
  return text == "1" || text == "true" || text == "on" || text == "yes";
}

/// What was not said as an option, from the file; what neither says, as `suki serve` has it.
void take(Given& given, const Settings& settings) {
  const std::pair<const char*, std::string*> names[] = {{"SUKI_DATA_DIR", &given.place.dir},
                                                        {"SUKI_STORE", &given.place.store},
                                                        {"SUKI_LISTEN", &given.listen},
                                                        {"SUKI_SITE_URL", &given.site_url},
                                                        {"SUKI_TLS_CERT", &given.tls_cert},
                                                        {"SUKI_TLS_KEY", &given.tls_key},
                                                        {"SUKI_SMTP_URL", &given.smtp_url},
                                                        {"SUKI_SMTP_USER", &given.smtp_user},
                                                        {"SUKI_SMTP_PASSWORD_FILE", &given.smtp_password_file},
                                                        {"SUKI_SMTP_CA", &given.smtp_ca}};
  for (const auto& [name, option] : names)
    if (const auto at = settings.find(name); option->empty() && at != settings.end()) *option = at->second;
  if (const auto at = settings.find("SUKI_PLAIN_SMTP"); at != settings.end() && is_yes(at->second))
    given.plain_smtp = true;
  // libpq reads it from the environment.
  if (const auto at = settings.find("PGPASSFILE"); at != settings.end()) ::setenv("PGPASSFILE", at->second.c_str(), 0);
  if (given.place.dir.empty()) given.place.dir = DataPlace{}.dir;
  if (given.listen.empty()) given.listen = "127.0.0.1:8080";
}

Instant system_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Instant{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

doctor::DeskFacts facts_of(const Told& told) {
  doctor::DeskFacts facts;
  facts.now = Instant{told.now};
  facts.last_input = Instant{told.last_input};
  facts.plan = told.plan;
  facts.plan_problem = told.plan_problem;
  facts.zones = told.zones;
  facts.zones_moved = told.zones_moved;
  for (const ToldAddress& one : told.addresses) facts.addresses.push_back({one.channel, one.address});
  facts.accounts_unreached = told.accounts_unreached;
  facts.mails_waiting = told.mails_waiting;
  facts.mails_failed = told.mails_failed;
  facts.mails_quarantined = told.mails_quarantined;
  facts.mailboxes = told.mailboxes;
  facts.mailboxes_failing = told.mailboxes_failing;
  facts.next_mail = Instant{told.next_mail};
  return facts;
}

Result<doctor::StoreFacts> examine(const DataPlace& place) {
  SUKI_TRY(const store::Place where, store::find_place(place.dir, place.store));
  SUKI_TRY(const store::Examined found, store::examine(place.dir, where));
  doctor::StoreFacts facts{found.engine, found.engine_number, found.step, found.step_known, ""};
  if (where.url != store::sqlite_url)
    if (const store::Line line = store::line_to(where.url); line.elsewhere && line.mode != "verify-full")
      facts.open_line = line.mode;
  return facts;
}

Result<Told> ask_health(const DataPlace& place) {
  SUKI_TRY(const std::string text, perform(place, "health", ""));
  return json::read<Told>(text);
}

doctor::MailSettings mail_settings(const Given& given, doctor::Findings& findings) {
  doctor::MailSettings mail;
  mail.smtp.url = given.smtp_url;
  mail.smtp.user = given.smtp_user;
  mail.smtp.ca_file = given.smtp_ca;
  mail.smtp.plain = given.plain_smtp;
  mail.password_file = given.smtp_password_file;
  if (!given.smtp_password_file.empty()) {
    std::ifstream file(given.smtp_password_file);
    if (!std::getline(file, mail.smtp.password))
      findings.push_back({"mail", doctor::Level::error, "password-file-unreadable",
                          given.smtp_password_file + " cannot be read, or is empty", "suki serve does not start",
                          "let the user who runs suki read it; the password is its first line"});
  } else if (const char* password = std::getenv("SUKI_SMTP_PASSWORD")) {
    mail.smtp.password = password;
  }
  return mail;
}

/// The store and what lies in it; nothing when it cannot be looked at.
std::optional<doctor::DeskFacts> look_into_store(const Given& given, bool served, doctor::Findings& findings) {
  const Result<doctor::StoreFacts> store = examine(given.place);
  append(findings, doctor::judge_store(store));
  if (!store.ok() || store->step > store->step_known || store->step == 0) {
    if (store.ok() && store->step == 0) append(findings, doctor::judge_plan({}));
    return std::nullopt;
  }
  // To open it would move it forward, which is for the server to do.
  if (store->step < store->step_known && !served) return std::nullopt;
  const Result<Told> told = ask_health(given.place);
  if (told.ok()) return facts_of(*told);
  const bool busy = told.error().code == ErrorCode::busy;
  findings.push_back({"store", busy ? doctor::Level::warning : doctor::Level::error,
                      busy ? "store-in-use" : "store-unusable", told.error().detail,
                      busy ? "what lies in it could not be looked at" : "the server does not start, or answers 503",
                      busy ? "wait until it is done, or stop it, and ask again" : "what it says; else its log"});
  return std::nullopt;
}

doctor::Findings examine_all(const Given& given) {
  doctor::Findings findings;
  doctor::Folder folder = doctor::check_folder(given.place.dir);
  append(findings, std::move(folder.findings));
  doctor::ClockFacts clock{.now = system_now(), .newest_file = folder.newest_file};
  std::optional<doctor::DeskFacts> desk;
  bool served = false;
  std::string served_at;
  if (folder.usable) {
    if (const auto disk = doctor::read_disk(given.place.dir); disk.ok()) append(findings, doctor::judge_disk(*disk));
    append(findings, doctor::check_writing(given.place.dir));
    served = control::is_served(control::socket_path(given.place.dir));
    if (served) served_at = store::find_served(given.place.dir);
    desk = look_into_store(given, served, findings);
  }
  if (desk) {
    clock.last_input = desk->last_input;
    append(findings, doctor::judge_plan(*desk));
  }
  append(findings, doctor::check_clock(clock));
  append(findings, doctor::check_zones(zones::zone_folder(), desk ? desk->zones : std::vector<std::string>{}));
  const doctor::MailSettings mail = mail_settings(given, findings);
  append(findings, doctor::check_mail(mail));
  if (desk) append(findings, doctor::judge_outbox(*desk, served || !mail.smtp.url.empty()));
  append(findings, doctor::check_certificate(given.tls_cert, given.tls_key, given.site_url, clock.now));
  append(findings, served ? doctor::check_served(served_at) : doctor::check_port(given.listen));
  return findings;
}

}  // namespace

Result<std::string> tell_health(app::App& app, store::Store& store, const std::string&) {
  app::Health health;
  SUKI_CHECK(store.read_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(health, app::health(app, tx));
    return {};
  }));
  Told told{.now = health.now.us,
            .last_input = health.figures.last_input.us,
            .plan = health.figures.plan,
            .mails_waiting = health.figures.mails_waiting,
            .mails_failed = health.figures.mails_failed,
            .mails_quarantined = health.figures.quarantined,
            .mailboxes = health.figures.mailboxes,
            .mailboxes_failing = health.figures.mailboxes_failing,
            .next_mail = health.figures.next_mail.us,
            .plan_problem = health.plan_problem,
            .zones = health.zones,
            .zones_moved = health.zones_moved,
            .accounts_unreached = health.accounts_unreached,
            .addresses = {}};
  for (const auto& one : health.addresses) told.addresses.push_back({one.channel, one.address});
  return json::write(told);
}

void add_doctor_command(CLI::App& app, int& exit_code) {
  const auto given = std::make_shared<Given>();
  given->place.dir = "";
  CLI::App* command = app.add_subcommand("doctor", "Find common faults, and say why each matters and what to do");
  command->add_option("--data", given->place.dir, "The data folder (default: data)")->envname("SUKI_DATA_DIR");
  command->add_option("--store", given->place.store, "Where its store is, when the folder does not keep it yet")
      ->envname("SUKI_STORE");
  command->add_option("--settings", given->settings,
                      "A file of lines NAME=value with what is not said here, such as /etc/suki/suki.conf");
  command->add_option("--listen", given->listen, "As for suki serve (default: 127.0.0.1:8080)")->envname("SUKI_LISTEN");
  command->add_option("--site-url", given->site_url, "As for suki serve")->envname("SUKI_SITE_URL");
  command->add_option("--tls-cert", given->tls_cert, "As for suki serve")->envname("SUKI_TLS_CERT");
  command->add_option("--tls-key", given->tls_key, "As for suki serve")->envname("SUKI_TLS_KEY");
  command->add_option("--smtp-url", given->smtp_url, "As for suki serve")->envname("SUKI_SMTP_URL");
  command->add_option("--smtp-user", given->smtp_user, "As for suki serve")->envname("SUKI_SMTP_USER");
  command->add_option("--smtp-password-file", given->smtp_password_file, "As for suki serve")
      ->envname("SUKI_SMTP_PASSWORD_FILE");
  command->add_option("--smtp-ca", given->smtp_ca, "As for suki serve")->envname("SUKI_SMTP_CA");
  command->add_flag("--plain-smtp", given->plain_smtp, "As for suki serve")->envname("SUKI_PLAIN_SMTP");
  command->add_flag("--json", given->json, "Print the findings as one JSON object");
  command->footer(
      "Nothing is changed, and no mail is sent. It works beside a running server.\n"
      "Exit status: 0 nothing is wrong, 1 warnings, 2 errors.");
  command->callback([given, &exit_code] {
    Settings settings;
    if (!given->settings.empty()) {
      Result<Settings> read = read_settings(given->settings);
      if (!read.ok()) {
        (void)report(std::move(read).error());
        exit_code = 2;
        return;
      }
      settings = *std::move(read);
    }
    take(*given, settings);
    const doctor::Findings findings = examine_all(*given);
    fmt::print("{}", given->json ? doctor::to_json(findings) : doctor::to_text(findings));
    exit_code = doctor::exit_code_of(findings);
  });
}

}  // namespace suki::cli
