#include <sys/stat.h>

#include <fmt/format.h>

#include "doctor/checks.h"
#include "mail/probe.h"

namespace suki::doctor {
namespace {

constexpr const char* why = "mails wait in the outbox meanwhile, and fail for good after twelve attempts";

Finding bad(const Error& error) {
  switch (error.code) {
    case ErrorCode::bad_input:
      return {"mail",       Level::error, "mail-server-address",
              error.detail, why,          "write it as smtp://HOST:PORT or smtps://HOST"};
    case ErrorCode::not_found:
      return {"mail",       Level::error, "mail-server-unknown",
              error.detail, why,          "look at the name in --smtp-url, and at /etc/resolv.conf"};
    case ErrorCode::unauthorized:
      return {"mail",
              Level::error,
              "mail-log-in-refused",
              error.detail,
              why,
              "look at --smtp-user and at the first line of --smtp-password-file (or SUKI_SMTP_PASSWORD)"};
    case ErrorCode::forbidden:
      return {
          "mail",
          Level::error,
          "mail-server-tls",
          error.detail,
          why,
          "mail to another machine, and every password, goes over TLS only: let the mail server offer STARTTLS with "
          "a certificate that this machine trusts (ca-certificates, or --smtp-ca), under the name in --smtp-url; "
          "--plain-smtp (SUKI_PLAIN_SMTP) lets mail without a log-in go over an open line"};
    default:
      return {"mail",
              Level::error,
              "mail-server-silent",
              error.detail,
              why,
              "start the mail server; look at the port in --smtp-url, and at firewalls in between"};
  }
}

}  // namespace

Findings check_mail(const MailSettings& settings) {
  if (settings.smtp.url.empty()) return {fine("mail", "no mail server is named: mail stays queued")};
  Findings all;
  struct stat file {};
  if (!settings.password_file.empty() && ::stat(settings.password_file.c_str(), &file) == 0 &&
      (file.st_mode & S_IRWXO) != 0)
    all.push_back({"mail", Level::warning, "password-file-open-to-others",
                   fmt::format("{} has mode {:04o}", settings.password_file, file.st_mode & 07777U),
                   "everybody on this machine can send mail in your name", "chmod 0640 " + settings.password_file});
  if (settings.smtp.plain && !mail::is_on_this_machine(settings.smtp.url))
    all.push_back({"mail", Level::warning, "mail-line-open",
                   fmt::format("mail may go to {} without TLS (--plain-smtp)", settings.smtp.url),
                   "who is on the line reads the mails, and the links for new passwords in them",
                   "let the mail server offer STARTTLS, and take --plain-smtp (SUKI_PLAIN_SMTP) away"});
  if (const Result<void> there = mail::probe(settings.smtp); !there.ok())
    all.push_back(bad(there.error()));
  else if (all.empty())
    all.push_back(fine("mail", fmt::format("{} answers{}", settings.smtp.url,
                                           settings.smtp.user.empty() ? "" : ", and takes the log-in")));
  return all;
}

}  // namespace suki::doctor
