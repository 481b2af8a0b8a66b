/// What goes over the API about getting in (sessions, passwords, second step, invites) and about who did what.
/// As in api_types.h: ids are strings, instants RFC 3339.
#pragma once

#include "app/api_types.h"

namespace suki::app {

// ---- who did what ------------------------------------------------------------------------------------------------

/// actor: agent, operator (the command line), nobody (not proved). act, object: codes. done false: it was refused.
/// request: the request's id, as in the server's log; "" none, or from before it was kept.
struct AuditItem {
  Text number;
  Time at;
  Text actor, agent_id, agent, act, object, object_id, address;
  bool done = true;
  Text request;
};
BOOST_DESCRIBE_STRUCT(AuditItem, (),
                      (number, at, actor, agent_id, agent, act, object, object_id, address, done, request))
struct AuditPage {
  List<AuditItem> items;
  Maybe<Text> next;
  List<Text> acts;     ///< all there are, to choose from
  List<Named> people;  ///< likewise; those who have left, too
};
BOOST_DESCRIBE_STRUCT(AuditPage, (), (items, next, acts, people))

// ---- sessions ----------------------------------------------------------------------------------------------------

struct SessionItem {
  Text id, device, address;
  Time started_at, last_used_at, expires_at;
  bool here = false;  ///< the one that asks
};
BOOST_DESCRIBE_STRUCT(SessionItem, (), (id, device, address, started_at, last_used_at, expires_at, here))
struct SessionList {
  List<SessionItem> items;
};
BOOST_DESCRIBE_STRUCT(SessionList, (), (items))

// ---- passwords ---------------------------------------------------------------------------------------------------

struct ChangePassword {
  Text present_password, new_password;
};
BOOST_DESCRIBE_STRUCT(ChangePassword, (), (present_password, new_password))
/// who: a log-in or an e-mail address.
struct AskReset {
  Text who;
};
BOOST_DESCRIBE_STRUCT(AskReset, (), (who))
struct ResetView {
  Text login, name, language;
};
BOOST_DESCRIBE_STRUCT(ResetView, (), (login, name, language))
struct ResetPassword {
  Text new_password;
};
BOOST_DESCRIBE_STRUCT(ResetPassword, (), (new_password))
struct LinkMade {
  Text link;
  Time expires_at;
};
BOOST_DESCRIBE_STRUCT(LinkMade, (), (link, expires_at))

// ---- second step -------------------------------------------------------------------------------------------------

struct SecondStep {
  bool on = false, required = false;
  std::int64_t recovery_codes = 0;  ///< that are left
};
BOOST_DESCRIBE_STRUCT(SecondStep, (), (on, required, recovery_codes))
struct PresentPassword {
  Text present_password;
};
BOOST_DESCRIBE_STRUCT(PresentPassword, (), (present_password))
/// secret: Base32, to be typed; uri: otpauth://, to be opened on the same device; qr_path: the same as an SVG path
/// over qr_size units.
struct SecondStepStart {
  Text secret, uri;
  std::int64_t qr_size = 0;
  Text qr_path;
};
BOOST_DESCRIBE_STRUCT(SecondStepStart, (), (secret, uri, qr_size, qr_path))
struct SecondStepCode {
  Text code;
};
BOOST_DESCRIBE_STRUCT(SecondStepCode, (), (code))
struct RecoveryCodes {
  List<Text> codes;
};
BOOST_DESCRIBE_STRUCT(RecoveryCodes, (), (codes))

// ---- invites -----------------------------------------------------------------------------------------------------

struct NewInvite {
  Text name, email, role, language;
  List<Text> teams;
  std::int64_t days = 7;
};
BOOST_DESCRIBE_STRUCT(NewInvite, (), (name, email, role, language, teams, days))
/// state: open, used, revoked, expired.
struct Invite {
  Text id, state, name, email, role, language, made_by, joined;
  List<Text> teams;
  Time made_at, expires_at;
};
BOOST_DESCRIBE_STRUCT(Invite, (), (id, state, name, email, role, language, made_by, joined, teams, made_at, expires_at))
/// link: shown this once. mailed false: there was no address, or the plan has no e-mail channel.
struct InviteMade {
  Invite invite;
  Text link;
  bool mailed = false;
};
BOOST_DESCRIBE_STRUCT(InviteMade, (), (invite, link, mailed))
struct JoinView {
  Text state, name, role, language, business;
};
BOOST_DESCRIBE_STRUCT(JoinView, (), (state, name, role, language, business))
struct Join {
  Text login, name, new_password, language;
};
BOOST_DESCRIBE_STRUCT(Join, (), (login, name, new_password, language))

// ---- the manager's view ------------------------------------------------------------------------------------------

struct PersonAccess {
  Text id, login, name, role;
  bool second_step = false;
  std::int64_t sessions = 0;
  Maybe<Time> last_used_at;
};
BOOST_DESCRIBE_STRUCT(PersonAccess, (), (id, login, name, role, second_step, sessions, last_used_at))
struct AccessOverview {
  List<PersonAccess> people;
  List<Invite> invites;  ///< the newest first
  bool second_step_required = false, can_mail = false;
};
BOOST_DESCRIBE_STRUCT(AccessOverview, (), (people, invites, second_step_required, can_mail))
struct AccessRules {
  bool second_step_required = false;
};
BOOST_DESCRIBE_STRUCT(AccessRules, (), (second_step_required))

}  // namespace suki::app
