#include "app/access_notice.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "app/link_mail.h"
#include "catalogue/catalogue.h"

namespace suki::app {
namespace {

using store::AuditActor;

struct ToldOf {
  std::string_view act;
  AccessNotice what;
  bool own = true;   ///< also of what they did themselves
  bool done = true;  ///< of the act, or (false) of its refusal
};
constexpr std::array<ToldOf, 10> told{{
    {"password.change", AccessNotice::password},
    {"password.reset", AccessNotice::password},
    {"reset_link.make", AccessNotice::reset_link},
    {"second_step.on", AccessNotice::second_step_on},
    {"second_step.off", AccessNotice::second_step_off},
    {"second_step.reset", AccessNotice::second_step_reset},
    {"second_step.codes", AccessNotice::recovery_codes},
    {"second_step.recover", AccessNotice::recovery_used},
    {"session.end_person", AccessNotice::sessions_ended, false},
    {"second_step.reuse", AccessNotice::code_again, true, false},
}};

const char* key_of(AccessNotice what) {
  switch (what) {
    case AccessNotice::password:
      return "password";
    case AccessNotice::reset_link:
      return "reset_link";
    case AccessNotice::email:
      return "email";
    case AccessNotice::second_step_on:
      return "second_step_on";
    case AccessNotice::second_step_off:
      return "second_step_off";
    case AccessNotice::second_step_reset:
      return "second_step_reset";
    case AccessNotice::recovery_codes:
      return "recovery_codes";
    case AccessNotice::recovery_used:
      return "recovery_used";
    case AccessNotice::sessions_ended:
      return "sessions_ended";
    case AccessNotice::code_again:
      return "code_again";
    case AccessNotice::new_browser:
      return "new_browser";
  }
  return "password";
}

/// In the reader's language, about one person.
class Letter {
 public:
  Letter(const Work& work, const store::AccountRecord& reader) : work_(work), reader_(reader) {}

  [[nodiscard]] std::string subject(AccessNotice what) const {
    return say(std::string("app.access.told_subject.") + key_of(what));
  }
  [[nodiscard]] std::string body(AccessNotice what, const Actor& by, const std::string& device, bool is_last) const {
    std::string text = say("app.access.told_hello") + "\n\n" + say(std::string("app.access.told.") + key_of(what)) +
                       "\n\n" + say("app.access.told_when", {{"at", instant(work_.now)}}) + "\n" + who(by) +
                       where(by, device) + "\n\n" + say("app.access.told_cure") + "\n";
    if (is_last) text += "\n" + say("app.access.told_last") + "\n";
    return text;
  }

 private:
  [[nodiscard]] std::string say(const std::string& key, std::vector<catalogue::Arg> more = {}) const {
    more.emplace_back("name", reader_.name);
    more.emplace_back("login", reader_.login);
    more.emplace_back("business", work_.plan->plan.business.name);
    more.emplace_back("link", work_.shared.host.site_url + "/desk/forgot");
    return catalogue::message(reader_.language, key, more);
  }
  [[nodiscard]] std::string instant(Instant at) const {
    return catalogue::say_instant(reader_.language, at, work_.plan->plan.business.time_zone);
  }
  [[nodiscard]] std::string who(const Actor& by) const {
    if (by.kind == AuditActor::operator_) return say("app.access.told_by_operator");
    if (by.kind == AuditActor::nobody) return say("app.access.told_by_nobody");
    if (by.agent == reader_.id) return say("app.access.told_by_you");
    const auto other = work_.tx.find_account(by.agent);
    return say("app.access.told_by", {{"by", other ? other->name : ""}});
  }
  /// Where a colleague sits is nobody's business.
  [[nodiscard]] std::string where(const Actor& by, const std::string& device) const {
    if (by.address.empty() || (by.kind == AuditActor::agent && by.agent != reader_.id)) return "";
    const std::string place = device.empty() ? by.address : by.address + " (" + device + ")";
    return "\n" + say("app.access.told_from", {{"from", place}});
  }

  const Work& work_;
  const store::AccountRecord& reader_;
};

void tell(const Work& work, const store::AccountRecord& account, const std::vector<std::string>& addresses,
          AccessNotice what, const Actor& by, const std::string& device) {
  if (std::all_of(addresses.begin(), addresses.end(), [](const auto& one) { return one.empty(); })) return;
  const std::int64_t count =
      work.tx.count_access_notice(account.id, static_cast<std::int64_t>(what), work.now, access_notice_window);
  if (count > access_notices_max) return;
  const Letter letter(work, account);
  const std::string text = letter.body(what, by, device, count == access_notices_max);
  for (const std::string& address : addresses)
    send_about_access(work, {account.name, address}, letter.subject(what), text);
}

}  // namespace

std::optional<AccessNotice> notice_of(const Actor& actor, const Deed& deed, bool done) {
  if (deed.object != "account") return std::nullopt;
  for (const ToldOf& one : told) {
    if (one.act != deed.act) continue;
    const bool own = actor.kind == AuditActor::agent && actor.agent.value == deed.object_id;
    if (one.done != done || (own && !one.own)) return std::nullopt;
    return one.what;
  }
  return std::nullopt;
}

void tell_of_access(App::Shared& shared, store::Tx& tx, AgentId whom, AccessNotice what, const Actor& by,
                    const std::string& device) {
  const auto account = tx.find_account(whom);
  if (!account || account->removed || account->email.empty()) return;
  const auto work = Work::begin(shared, tx);
  if (work.ok()) tell(*work, *account, {account->email}, what, by, device);
}

void tell_of_email(App::Shared& shared, store::Tx& tx, const store::AccountRecord& account, const std::string& before,
                   const Actor& by) {
  if (before == account.email) return;
  const auto work = Work::begin(shared, tx);
  if (work.ok()) tell(*work, account, {before, account.email}, AccessNotice::email, by, "");
}

std::string know_browser(App::Shared& shared, store::Tx& tx, AgentId agent, const Device& device) {
  std::string token = device.browser.value_or("");
  // One that we never gave out is not taken: whoever planted it would be known by it.
  if (token.empty() || !tx.is_browser(token)) token = shared.host.random_token(18);
  const bool first = tx.count_browsers(agent) == 0;
  if (!tx.saw_browser(agent, token, shared.host.now(), browsers_kept_max) && !first)
    tell_of_access(shared, tx, agent, AccessNotice::new_browser, {AuditActor::agent, agent, device.address},
                   device.name);
  return token;
}

}  // namespace suki::app
