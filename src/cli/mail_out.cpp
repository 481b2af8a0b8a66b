#include "cli/mail_out.h"

#include <arpa/nameser.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <resolv.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/describe.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>

#include "app/mail_trial.h"
#include "base/text.h"
#include "cli/open_data.h"
#include "json/read.h"
#include "json/write.h"

namespace suki::cli {
namespace {

struct AskedTrial {
  std::string to, language;
};
BOOST_DESCRIBE_STRUCT(AskedTrial, (), (to, language))
struct WrittenTrial {
  std::string from, to, data;
};
BOOST_DESCRIBE_STRUCT(WrittenTrial, (), (from, to, data))

struct GivenToTest {
  DataPlace place{};
  std::string to, language = "en", smtp_url, smtp_user, smtp_password_file, smtp_ca;
  std::vector<std::string> dkim_keys;
  bool plain_smtp = false;
};
struct GivenToDkim {
  std::string domain, selector = "s1", key, kind = "rsa", record;
};

Result<std::string> read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && bytes.empty()) return fail(ErrorCode::io, path + " cannot be read");
  return bytes;
}

Result<mail::Smtp> smtp_of(const GivenToTest& given) {
  mail::Smtp smtp{.url = given.smtp_url, .user = given.smtp_user, .ca_file = given.smtp_ca, .plain = given.plain_smtp};
  if (smtp.url.empty())
    return fail(ErrorCode::bad_input,
                "no mail server is named: give the --smtp-url that suki serve has, or set SUKI_SMTP_URL");
  if (!given.smtp_password_file.empty()) {
    SUKI_TRY(const std::string whole, read_whole(given.smtp_password_file));
    smtp.password = whole.substr(0, whole.find('\n'));
  } else if (const char* password = std::getenv("SUKI_SMTP_PASSWORD")) {
    smtp.password = password;
  }
  return smtp;
}

Result<mail::Trial> try_out(const GivenToTest& given) {
  SUKI_TRY(const mail::Smtp smtp, smtp_of(given));
  SUKI_TRY(const auto keys, read_dkim_keys(given.dkim_keys));
  SUKI_TRY(const std::string answer,
           perform(given.place, "mail-trial", json::write(AskedTrial{given.to, given.language})));
  SUKI_TRY(const WrittenTrial mail, json::read<WrittenTrial>(answer));
  SUKI_TRY(const std::string bytes, mail::sign_dkim(mail.data, keys));
  fmt::print("from {} to {} by {}{}\n", mail.from, mail.to, smtp.url,
             bytes.size() > mail.data.size() ? ", signed (DKIM)" : "");
  std::fflush(stdout);
  return mail::try_to_send(smtp, mail.from, mail.to, bytes);
}

void add_test_command(CLI::App& mail, int& exit_code) {
  CLI::App* command = mail.add_subcommand("test", "Send one mail, and tell every step of its way out");
  const auto given = std::make_shared<GivenToTest>();
  add_data_options(*command, given->place);
  command->add_option("--to", given->to, "Whom it goes to: an address of yours")->required();
  command->add_option("--language", given->language, "Of the mail")->capture_default_str();
  command->add_option("--smtp-url", given->smtp_url, "As for suki serve")->envname("SUKI_SMTP_URL");
  command->add_option("--smtp-user", given->smtp_user, "As for suki serve")->envname("SUKI_SMTP_USER");
  command->add_option("--smtp-password-file", given->smtp_password_file, "As for suki serve")
      ->envname("SUKI_SMTP_PASSWORD_FILE");
  command->add_option("--smtp-ca", given->smtp_ca, "As for suki serve")->envname("SUKI_SMTP_CA");
  command->add_flag("--plain-smtp", given->plain_smtp, "As for suki serve")->envname("SUKI_PLAIN_SMTP");
  command->add_option("--dkim-key", given->dkim_keys, "As for suki serve")->delimiter(',')->envname("SUKI_DKIM_KEY");
  command->footer(
      "It is from the plan's first e-mail channel. It works beside a running server, and the outbox is left alone.\n"
      "Exit status: 0 the mail server took it, 1 it did not, 2 the data folder cannot be used.");
  command->callback([given, &exit_code] {
    const Result<mail::Trial> trial = try_out(*given);
    if (!trial.ok()) {
      exit_code = report(trial.error());
      return;
    }
    fmt::print("{}", trial_to_text(*trial));
    exit_code = trial->sent ? 0 : 1;
  });
}

/// For nobody else to read, and never over another one: whoever has signed with a key may still need it.
Result<void> write_new_file(const std::string& path, const std::string& bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0)
    return fail(ErrorCode::io, errno == EEXIST
                                   ? fmt::format("{} is there already, and is left as it is: name another file", path)
                                   : fmt::format("{}: {}", path, std::strerror(errno)));
  const bool written =
      ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fsync(file) == 0;
  ::close(file);
  if (written) return {};
  ::unlink(path.c_str());
  return fail(ErrorCode::io, fmt::format("{} cannot be written", path));
}

/// A string in a record of DNS has 255 bytes at most: a long one is several, one behind the other (RFC 6376, 3.6.2.2).
std::string in_strings(const std::string& record) {
  std::string out;
  for (std::size_t at = 0; at < record.size(); at += 255) {
    if (!out.empty()) out += ' ';
    out += '"' + record.substr(at, 255) + '"';
  }
  return out;
}

Result<std::string> make_dkim_key(const GivenToDkim& given) {
  SUKI_TRY(const mail::DkimKey key,
           mail::new_dkim_key(given.kind == "ed25519" ? mail::DkimKind::ed25519 : mail::DkimKind::rsa, given.domain,
                              given.selector));
  SUKI_TRY(const std::string record, mail::dkim_record(key));
  SUKI_CHECK(write_new_file(given.key, mail::write_dkim_key(key)));
  return fmt::format(
      "{} holds the private key; keep it, and show it to nobody.\n\n"
      "1. Publish this TXT record where the DNS of {} is looked after:\n\n"
      "name   {}\nvalue  {}\n\nin a zone file:\n{}. IN TXT ( {} )\n\n"
      "2. When DNS has it: suki mail dkim check --key {}\n"
      "3. Then sign: suki serve --dkim-key {}\n",
      given.key, key.domain, mail::dkim_record_name(key), record, mail::dkim_record_name(key), in_strings(record),
      given.key, given.key);
}

/// Every TXT record at a name, each with its strings joined. Errors: io (DNS does not answer).
Result<std::vector<std::string>> ask_dns(const std::string& name) {
  std::vector<unsigned char> answer(65'536);
  const int size = ::res_query(name.c_str(), ns_c_in, ns_t_txt, answer.data(), static_cast<int>(answer.size()));
  if (size < 0) {
    if (h_errno == HOST_NOT_FOUND || h_errno == NO_DATA) return std::vector<std::string>{};
    return fail(ErrorCode::io, fmt::format("DNS does not answer: {}", ::hstrerror(h_errno)));
  }
  std::vector<std::string> records;
  ns_msg message;
  if (::ns_initparse(answer.data(), size, &message) != 0)
    return fail(ErrorCode::io, "DNS answers what nobody can read");
  for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
    ns_rr record;
    if (::ns_parserr(&message, ns_s_an, i, &record) != 0 || ns_rr_type(record) != ns_t_txt) continue;
    std::string text;
    const unsigned char* at = ns_rr_rdata(record);
    const unsigned char* end = at + ns_rr_rdlen(record);
    while (at < end) {
      const std::size_t length = std::min<std::size_t>(*at, static_cast<std::size_t>(end - at - 1));
      text.append(reinterpret_cast<const char*>(at + 1), length);
      at += 1 + length;
    }
    records.push_back(std::move(text));
  }
  return records;
}

Result<std::string> check_dkim_key(const GivenToDkim& given) {
  SUKI_TRY(const auto keys, read_dkim_keys({given.key}));
  const mail::DkimKey& key = keys.front();
  const std::string name = mail::dkim_record_name(key);
  std::vector<std::string> records{given.record};
  if (given.record.empty()) {
    SUKI_TRY(records, ask_dns(name));
  }
  if (records.empty())
    return fail(ErrorCode::refused, fmt::format("{}: DNS has no TXT record there (a new one may take an hour)", name));
  if (records.size() > 1)
    return fail(ErrorCode::refused,
                fmt::format("{}: DNS has {} TXT records there, and may have one", name, records.size()));
  if (const Result<void> held = mail::check_dkim_record(key, records.front()); !held.ok())
    return fail(ErrorCode::refused, fmt::format("{}: {}", name, held.error().detail));
  return fmt::format("{}: the record is that of the key\n", name);
}

void add_dkim_commands(CLI::App& mail, int& exit_code) {
  CLI::App* dkim = mail.add_subcommand("dkim", "Keys by which mails are signed (DKIM)");
  dkim->require_subcommand(1);
  CLI::App* make = dkim->add_subcommand("new", "Make a key, and print the record to publish");
  const auto made = std::make_shared<GivenToDkim>();
  make->add_option("--domain", made->domain, "Of the address that mails are from: shop.example")->required();
  make->add_option("--selector", made->selector, "A word of your own; another one for each key of the domain")
      ->capture_default_str();
  make->add_option("--key", made->key, "The file to write the private key to")->required();
  make->add_option("--kind", made->kind, "rsa (2,048 bits, which everybody reads) or ed25519 (for use beside it)")
      ->check(CLI::IsMember({"rsa", "ed25519"}))
      ->capture_default_str();
  make->callback([made, &exit_code] { exit_code = report(make_dkim_key(*made)); });

  CLI::App* check = dkim->add_subcommand("check", "Ask DNS whether it has the record of a key");
  const auto checked = std::make_shared<GivenToDkim>();
  check->add_option("--key", checked->key, "The file with the private key")->required();
  check->add_option("--record", checked->record, "The record, where DNS is not to be asked");
  check->footer("Exit status: 0 it has, 1 it has not, 2 DNS or the file cannot be read.");
  check->callback([checked, &exit_code] { exit_code = report(check_dkim_key(*checked)); });
}

}  // namespace

Result<std::string> write_mail_trial(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const AskedTrial asked, json::read<AskedTrial>(body));
  app::TrialMail mail;
  SUKI_CHECK(store.read_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(mail, app::write_trial(app, tx, asked.to, asked.language));
    return {};
  }));
  return json::write(WrittenTrial{mail.from, mail.to, mail.data});
}

Result<std::vector<mail::DkimKey>> read_dkim_keys(const std::vector<std::string>& files) {
  std::vector<mail::DkimKey> keys;
  for (const std::string& path : files) {
    SUKI_TRY(const std::string bytes, read_whole(path));
    auto key = mail::read_dkim_key(bytes);
    if (!key.ok()) return fail(key.error().code, path + ": " + key.error().detail);
    keys.push_back(*std::move(key));
  }
  return keys;
}

std::string trial_to_text(const mail::Trial& trial) {
  std::string out;
  for (const mail::TrialStep& step : trial.steps) {
    const char* mark = step.outcome == mail::TrialOutcome::ok       ? "ok      "
                       : step.outcome == mail::TrialOutcome::failed ? "FAILED  "
                                                                    : "-       ";
    out += fmt::format("{}{:<20}{}{}\n", mark, mail::say(step.id), step.words.empty() ? "" : " ", step.words);
    if (step.cure != mail::TrialCure::none) out += fmt::format("        what to do: {}\n", mail::say(step.cure));
  }
  out += trial.sent ? "the mail server has taken the mail; look whether it arrives, and not among spam\n"
                    : "the mail was not sent\n";
  return out;
}

void add_mail_out_commands(CLI::App& mail, int& exit_code) {
  add_test_command(mail, exit_code);
  add_dkim_commands(mail, exit_code);
}

}  // namespace suki::cli
