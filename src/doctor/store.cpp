#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "doctor/checks.h"

namespace suki::doctor {
namespace {

/// The oldest that its makers still looked after when this was written; tested is 15.
constexpr int postgres_min = 130'000;
constexpr Span mail_late_max = seconds(600);  // as /readyz has it

bool is_address(const std::string& text) {
  const auto at = text.find('@');
  return at != std::string::npos && at > 0 && at + 1 < text.size() && text.find('@', at + 1) == std::string::npos &&
         text.find_first_of(" \t\r\n<>,;") == std::string::npos;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return text;
}

}  // namespace

Findings judge_store(const Result<StoreFacts>& facts) {
  if (!facts.ok()) {
    const bool unavailable = facts.error().code == ErrorCode::unavailable;
    return {{"store", Level::error, unavailable ? "database-unreachable" : "store-unreadable", facts.error().detail,
             "without its store the server answers 503, and does not start",
             unavailable ? "start the database; look at its address (<data>/store), its pg_hba.conf and the password "
                           "file (PGPASSFILE)"
                         : "the kernel's log (dmesg) and the file's rights; if the file is damaged: suki restore"}};
  }
  if (facts->step > facts->step_known)
    return {{"store", Level::error, "store-too-new",
             fmt::format("its tables are of step {}, and this suki knows {}", facts->step, facts->step_known),
             "a later version has moved them forward, and they never go back",
             "install that version or a later one, or restore a backup from before"}};
  Findings all;
  if (!facts->open_line.empty())
    all.push_back(
        {"store", Level::warning, "database-line-open",
         fmt::format("the line to the database on another machine has sslmode={}", facts->open_line),
         "who is on the line may read everything, or be taken for the database",
         "take sslmode out of its address (<data>/store), and name who signed its certificate by sslrootcert"});
  if (facts->engine_number > 0 && facts->engine_number < postgres_min)
    all.push_back({"store", Level::warning, "database-old", fmt::format("it is {}", facts->engine),
                   "it is no longer looked after, and suki is not tried with it", "PostgreSQL 15 or later"});
  if (facts->step > 0 && facts->step < facts->step_known)
    all.push_back({"store", Level::warning, "store-to-be-moved-forward",
                   fmt::format("its tables are of step {}, and this suki will move them to {} when it starts",
                               facts->step, facts->step_known),
                   "an earlier suki cannot use them afterwards", "keep a backup made by the suki that ran until now"});
  if (all.empty())
    all.push_back(fine("store", facts->step == 0 ? fmt::format("{}, empty", facts->engine)
                                                 : fmt::format("{}, tables of step {}", facts->engine, facts->step)));
  return all;
}

Findings judge_plan(const DeskFacts& facts) {
  if (facts.plan == 0)
    return {{"plan", Level::error, "no-plan", "no plan is in force", "without one there is nothing to serve",
             "suki plan adopt DIR --data DIR --why \"Our first plan\""}};
  if (!facts.plan_problem.empty())
    return {{"plan", Level::error, "plan-broken",
             fmt::format("version {} cannot be used: {}", facts.plan, facts.plan_problem),
             "the server serves by the plan in force",
             "adopt a plan that suki plan check finds no fault with; if stored bytes are damaged: suki restore"}};
  Findings all;
  std::map<std::string, std::string> seen;
  for (const auto& [channel, address] : facts.addresses) {
    if (!is_address(address))
      all.push_back({"plan", Level::error, "channel-address-invalid",
                     fmt::format("the address of channel {} is \"{}\"", channel, address),
                     "mail for it cannot come in, and answers have no sender", "correct it in plan.yaml and adopt"});
    const auto [first, fresh] = seen.emplace(lower(address), channel);
    if (!fresh)
      all.push_back({"plan", Level::warning, "channel-address-twice",
                     fmt::format("channels {} and {} have one address, {}", first->second, channel, address),
                     "what comes there always goes to the first of them", "give each its own in plan.yaml and adopt"});
  }
  for (const std::string& zone : facts.zones_moved)
    all.push_back({"plan", Level::warning, "zone-moved",
                   fmt::format("this machine has other times for {} than the plan in force keeps", zone),
                   "promises go by what the plan keeps, which is an earlier tzdata",
                   "look with suki plan status, then adopt the plan again"});
  if (!facts.accounts_unreached.empty()) {
    std::string who;
    for (std::size_t i = 0; i < std::min<std::size_t>(facts.accounts_unreached.size(), 5); ++i)
      who += (i > 0 ? ", " : "") + facts.accounts_unreached[i];
    all.push_back(
        {"plan", Level::warning, "staff-unreached",
         fmt::format("{} of staff have an e-mail address that is none: {}", facts.accounts_unreached.size(), who),
         "notices of escalations do not reach them", "suki user email LOGIN ADDRESS"});
  }
  if (all.empty()) all.push_back(fine("plan", fmt::format("version {} is in force", facts.plan)));
  return all;
}

Findings judge_outbox(const DeskFacts& facts, bool has_mail_server) {
  Findings all;
  if (!has_mail_server && facts.mails_waiting > 0)
    all.push_back({"mail", Level::warning, "mail-without-server",
                   fmt::format("{} mails wait, and no mail server is named", facts.mails_waiting),
                   "customers do not hear of answers", "--smtp-url (SUKI_SMTP_URL) for suki serve"});
  else if (facts.mails_waiting > 0 && facts.next_mail < facts.now - mail_late_max)
    all.push_back({"mail", Level::warning, "outbox-stuck",
                   fmt::format("{} mails wait, the first since {}", facts.mails_waiting,
                               format_instant(Instant{facts.next_mail.us / 1'000'000 * 1'000'000})),
                   "customers do not hear of answers",
                   "is suki serve running with --smtp-url? its log says what the mail server answers"});
  if (facts.mails_failed > 0)
    all.push_back({"mail", Level::warning, "mails-failed",
                   fmt::format("{} mails could not be sent, and are not tried again", facts.mails_failed),
                   "their readers do not know of them",
                   "the page Channels of the desk lists them, with the reason, and tries again"});
  if (facts.mailboxes_failing > 0)
    all.push_back({"mail", Level::warning, "mailboxes-failing",
                   fmt::format("{} of {} mailboxes cannot be read", facts.mailboxes_failing, facts.mailboxes),
                   "what customers write there waits at the provider",
                   "suki mailbox list says why; suki mailbox test NAME tells each step"});
  if (facts.mails_quarantined > 0)
    all.push_back({"mail", Level::warning, "mails-in-quarantine",
                   fmt::format("{} mails that came in could not be delivered", facts.mails_quarantined),
                   "their senders wait for an answer, if they are customers",
                   "suki quarantine list, or the page Quarantine of the desk"});
  return all;
}

}  // namespace suki::doctor
