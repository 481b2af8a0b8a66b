/// Whoever holds an account is told by mail when their way in changes, in the transaction of the change: whatever is
/// recorded of it in the audit log (audit.cpp asks here), another e-mail address, and a log-in from a browser that
/// they never used. A mail holds no secret and no link that opens anything. Who has no address, or a plan without an
/// e-mail channel, gets none; the audit log has the act all the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/audit.h"
#include "app/work.h"

namespace suki::app {

/// What is told. The numbers are stored.
enum class AccessNotice : std::uint8_t {
  password = 1,
  reset_link = 2,
  email = 3,
  second_step_on = 4,
  second_step_off = 5,
  second_step_reset = 6,
  recovery_codes = 7,
  recovery_used = 8,
  sessions_ended = 9,
  code_again = 10,
  new_browser = 11,
};

/// Mails of one kind to one person within a window that the first one begins; the last of them says that no more will
/// come. Counted by kind, so that much of one hides nothing of another. Chosen.
inline constexpr std::int64_t access_notices_max = 5;
inline constexpr Span access_notice_window = hours(24);

/// What somebody is told when this was recorded about their account; none: nothing.
[[nodiscard]] std::optional<AccessNotice> notice_of(const Actor& actor, const Deed& deed, bool done);
/// `device`: "Firefox on Linux", "" not known.
void tell_of_access(App::Shared& shared, store::Tx& tx, AgentId whom, AccessNotice what, const Actor& by,
                    const std::string& device = "");
/// To the address of before and to the new one. `account`: as it is now.
void tell_of_email(App::Shared& shared, store::Tx& tx, const store::AccountRecord& account, const std::string& before,
                   const Actor& by);

/// Browsers of one person that are known; of more, those used last. Chosen.
inline constexpr int browsers_kept_max = 20;
/// A log-in from a browser that keeps `device.browser`: what it is to keep from now on. Tells the person when they
/// never used it before; not at their very first log-in.
[[nodiscard]] std::string know_browser(App::Shared& shared, store::Tx& tx, AgentId agent, const Device& device);

}  // namespace suki::app
