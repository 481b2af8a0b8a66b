/// Who did what: settings, and access to what customers said. Records hold ids and codes, never a word of a person, so
/// that erasing somebody touches none of them. A record is written in the transaction of the act; of an act that only
/// reads, or was refused, soon after it (server/access_log.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/access_types.h"
#include "app/app.h"
#include "store/access_records.h"

namespace suki::app {

struct Actor {
  store::AuditActor kind = store::AuditActor::nobody;
  AgentId agent{};
  std::string address{};
  std::string request{};  ///< id of the request
};
[[nodiscard]] Actor actor_of(const Caller& caller);
[[nodiscard]] inline Actor the_operator() {
  return {store::AuditActor::operator_, {}, {}};
}

/// What was done to what; both are codes of the lists below.
struct Deed {
  std::string_view act;
  std::string_view object = "";
  std::int64_t object_id = 0;
};
[[nodiscard]] const std::vector<std::string_view>& all_acts();
[[nodiscard]] bool is_act(std::string_view act);

/// In the transaction of the act itself.
void record(App& app, store::Tx& tx, const Actor& actor, const Deed& deed, bool done = true);
/// One that was put off. `at`: when it happened.
void record_later(store::Tx& tx, const Actor& actor, const Deed& deed, bool done, Instant at);

struct AuditAsk {
  std::string who;       ///< an agent's id, "" everybody
  std::string act;       ///< "" any
  std::string object;    ///< "KIND" or "KIND:ID", "" any
  std::string from, to;  ///< RFC 3339; from <= at < to
  std::string cursor;
  int limit = 50;
};
/// The newest first. Errors: bad_input.
[[nodiscard]] Result<AuditPage> audit_page(App& app, store::Tx& tx, const AuditAsk& ask);

enum class AuditFormat : std::uint8_t { csv, jsonl };
inline constexpr int audit_export_max = 5'000;  ///< records of one piece; `next` leads to the following one
struct AuditPiece {
  std::string text;  ///< lines; of CSV the first piece begins with the names of the columns
  std::string next;  ///< "": this was the last
};
/// `ask.limit` is not looked at. Errors: bad_input.
[[nodiscard]] Result<AuditPiece> audit_export(App& app, store::Tx& tx, const AuditAsk& ask, AuditFormat format);

struct AuditCheck {
  std::int64_t checked = 0, last = 0;
  std::string hash;  ///< of the last one checked
  bool done = false;
  std::vector<std::string> differences;  ///< a sentence each
};
/// `limit` records behind `after`, whose hash was `hash`.
[[nodiscard]] AuditCheck audit_verify(store::Tx& tx, std::int64_t after, const std::string& hash, int limit);

}  // namespace suki::app
