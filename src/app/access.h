/// Who may get in: invites, passwords, sessions. What is let through here by a link is let through once; links are
/// unguessable and only their hashes are kept.
#pragma once

#include <string>
#include <vector>

#include "app/access_types.h"
#include "app/app.h"
#include "app/audit.h"

namespace suki::app {

inline constexpr int invites_open_max = 200;   ///< over it: refused; revoke some
inline constexpr int invites_shown_max = 200;  ///< the newest
inline constexpr std::int64_t invite_days_max = 30;
inline constexpr Span invite_kept = days(90);     ///< after its end; then it is forgotten
inline constexpr Span reset_by_mail = hours(1);   ///< how long a link that somebody asked for is good
inline constexpr Span reset_by_hand = hours(24);  ///< and one that a manager or the operator made

// ---- invites (invites.cpp)
struct MadeInvite {
  InviteMade answer;
  std::int64_t id = 0;
};
/// Errors: bad_input, refused (too many are open).
[[nodiscard]] Result<MadeInvite> make_invite(App& app, store::Tx& tx, const Caller& caller, const NewInvite& input);
[[nodiscard]] std::vector<Invite> invites(App& app, store::Tx& tx);
/// Errors: not_found, conflict (it is not open any more).
[[nodiscard]] Result<Invite> revoke_invite(App& app, store::Tx& tx, std::int64_t id);
/// What the page of the link shows. Errors: not_found.
[[nodiscard]] Result<JoinView> show_invite(App& app, store::Tx& tx, const std::string& token);
/// Makes the account; the invite is used up, and forgets name and address. Errors: not_found, conflict (detail: its
/// state), bad_input, conflict (the log-in is taken).
[[nodiscard]] Result<AgentId> join(App& app, store::Tx& tx, const std::string& token, const Join& input,
                                   const std::string& password_hash);

// ---- passwords (passwords.cpp)
/// Somebody asks for a link by mail. Whoever they are, they learn nothing; what is found gets a mail. The records of
/// this are written here.
[[nodiscard]] Result<void> ask_reset(App& app, store::Tx& tx, const std::string& who, const std::string& address);
/// By a manager (`by`) or the operator (none). Errors: not_found.
[[nodiscard]] Result<LinkMade> make_reset_link(App& app, store::Tx& tx, AgentId agent, AgentId by);
/// Errors: not_found (unknown, used, or over: nobody needs to know which).
[[nodiscard]] Result<ResetView> show_reset(App& app, store::Tx& tx, const std::string& token);
/// Ends all sessions, and all other such links. The second step stays. Errors: not_found.
[[nodiscard]] Result<AgentId> reset_password(App& app, store::Tx& tx, const std::string& token,
                                             const std::string& password_hash);
/// Ends all other sessions. Whoever calls has proved the present password.
[[nodiscard]] Result<void> change_password(App& app, store::Tx& tx, AgentId agent, const std::string& session_token,
                                           const std::string& password_hash);

// ---- sessions (sessions.cpp)
[[nodiscard]] SessionList sessions(store::Tx& tx, AgentId agent, const std::string& asker_token);
/// Errors: not_found.
[[nodiscard]] Result<void> end_session_of(store::Tx& tx, AgentId agent, const std::string& id);
void end_other_sessions(store::Tx& tx, AgentId agent, const std::string& keep_token);
/// All of them; who has none is not present. Errors: not_found.
[[nodiscard]] Result<void> end_sessions_of(App& app, store::Tx& tx, AgentId agent);
/// What a manager sees of everybody's way in.
[[nodiscard]] Result<AccessOverview> access_overview(App& app, store::Tx& tx);
[[nodiscard]] Result<AgentId> find_agent(store::Tx& tx, const std::string& login);  ///< not_found

}  // namespace suki::app
