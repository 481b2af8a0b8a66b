/// Rows about who may get in and who did what: sessions, invites, reset links, the second step, the audit log.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace suki::store {

/// A session as the person it belongs to sees it. `id` is no secret: nobody gets in with it.
struct SessionView {
  std::string id;  ///< 32 hex digits
  AgentId agent;
  Instant started_at, last_used, expires_at;
  std::string address, device;
  bool is_asker = false;  ///< the session that asks
};

/// One offer to join. name and email are forgotten when it is used; then `joined` says who it became.
struct InviteRecord {
  std::int64_t id = 0;
  std::string name, email, role;  ///< role: a name of app's roles
  std::vector<std::string> teams;
  std::string language;
  AgentId made_by;  ///< none: the operator
  Instant made_at, expires_at;
  Instant used_at = never, revoked_at = never;
  AgentId joined;
};

/// One chance to choose a new password.
struct ResetLinkRecord {
  AgentId agent;
  AgentId made_by;  ///< none: asked for by mail, or the operator's
  Instant made_at, expires_at;
};

/// The second step of a person's log-in. `secret` is sealed with a key that is not in the store.
struct SecondStepRecord {
  AgentId agent;
  std::string secret;
  Instant confirmed_at = never;  ///< never: begun, not yet in force
  std::int64_t last_step = 0;    ///< of the last code that was taken; only later ones are
};

enum class AuditActor : std::uint8_t {
  nobody,    ///< somebody who has not proved who they are
  agent,     ///< a member of staff
  operator_  ///< the command line
};
/// Who did what to what: numbers and codes, no word of a person. `hash` covers this record and the one before it.
struct AuditRecord {
  std::int64_t number = 0;  ///< 1, 2, 3 ...: without a gap
  Instant at;
  AuditActor actor = AuditActor::nobody;
  AgentId agent;       ///< of actor agent
  std::string act;     ///< "conversation.open"
  std::string object;  ///< what kind of thing; "" none
  std::int64_t object_id = 0;
  std::string address;       ///< where the request came from; "" the command line
  bool done = true;          ///< false: it was refused
  std::string hash;          ///< 64 hex digits
  std::string request = {};  ///< id of the request, as in the server's log; "" none
};
/// What a page of the log is cut from; what is not set is not asked.
struct AuditQuery {
  AgentId agent;
  std::string act, object;
  std::int64_t object_id = 0;  ///< with `object`
  Instant from{}, to = never;  ///< from <= at < to
};
struct AuditKey {
  Instant at;
  std::int64_t number = 0;
};
struct AuditHead {
  std::int64_t number = 0;
  std::string hash;
};

}  // namespace suki::store
