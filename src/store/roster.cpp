/// Memberships, shifts, presence, and their place in the input log.
#include <algorithm>

#include "store/codec.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using desk::RosterChange;
using desk::RosterInput;

template <class... P>
std::vector<MembershipRecord> memberships_of(Sql& sql, const char* query, const P&... params) {
  std::vector<MembershipRecord> result;
  for (const auto& [id, agent, team, from, until, set_at, set_by] :
       sql.rows<Num, Num, Num, Num, Num, Num, Num>(query, params...))
    result.push_back({id,
                      {AgentId(agent), Symbol(static_cast<std::uint32_t>(team)), Instant{from}, Instant{until}},
                      Instant{set_at},
                      AgentId(set_by)});
  return result;
}
#define SUKI_MEMBERSHIPS "select id, agent, team, from_at, until_at, set_at, set_by from memberships "

template <class... P>
std::vector<ShiftRecord> shifts_of(Sql& sql, const char* query, const P&... params) {
  std::vector<ShiftRecord> result;
  for (const auto& [id, agent, kind, from, until, set_at, set_by] :
       sql.rows<Num, Num, Num, Num, Num, Num, Num>(query, params...))
    result.push_back({id,
                      AgentId(agent),
                      {static_cast<desk::ShiftKind>(kind), Instant{from}, Instant{until}},
                      Instant{set_at},
                      AgentId(set_by)});
  return result;
}
#define SUKI_SHIFTS "select id, agent, kind, from_at, until_at, set_at, set_by from shifts "

template <class T>
std::optional<T> only(std::vector<T> found) {
  if (found.empty()) return std::nullopt;
  return found.front();
}

RosterInput input_of(RosterChange change, const MembershipRecord& m) {
  RosterInput input;
  input.change = change;
  input.agent = m.membership.agent;
  input.id = m.id;
  input.team = m.membership.team;
  input.from = m.membership.from;
  input.until = m.membership.until;
  return input;
}

RosterInput input_of(RosterChange change, const ShiftRecord& s) {
  RosterInput input;
  input.change = change;
  input.agent = s.agent;
  input.id = s.id;
  input.kind = s.shift.kind;
  input.from = s.shift.from;
  input.until = s.shift.until;
  return input;
}

}  // namespace

void Tx::append_roster_input(const RosterInput& input, Instant at) {
  writing().must_be_alone();
  writing().pending.inputs.push_back({{}, at.us, 0, encode(input), true});
}

void Tx::touch_roster() {
  writing().pending.inputs.push_back({{}, 0, 0, "", true});
}

std::vector<LoggedInput> Tx::inputs_after(std::int64_t position, int limit) {
  std::vector<LoggedInput> result;
  for (const auto& [at_position, at, conversation, command] : sql_.rows<Num, Num, Num, std::string>(
           "select position, at, conversation, command from input_log where position > :after order by position limit "
           ":limit",
           position, limit)) {
    LoggedInput input;
    input.position = at_position;
    input.at = Instant{at};
    input.conversation = ConversationId(conversation);
    if (conversation == 0) {
      input.roster = decode_roster_input(command);
    } else {
      plan::Facts facts;
      decode_command(command, input.command, facts);
    }
    result.push_back(input);
  }
  return result;
}

// ---- memberships

std::int64_t Tx::add_membership(MembershipRecord m) {
  m.id = next(Counter::membership);
  append_roster_input(input_of(RosterChange::membership, m), m.set_at);
  sql_.run(
      "insert into memberships (id, agent, team, from_at, until_at, set_at, set_by) values (:id, :agent, :team, :from, "
      ":until, :at, :by)",
      m.id, m.membership.agent, m.membership.team, m.membership.from, m.membership.until, m.set_at, m.set_by);
  return m.id;
}

void Tx::update_membership(const MembershipRecord& m) {
  append_roster_input(input_of(RosterChange::membership, m), m.set_at);
  sql_.run("update memberships set from_at = :from, until_at = :until, set_at = :at, set_by = :by where id = :id",
           m.membership.from, m.membership.until, m.set_at, m.set_by, m.id);
}

void Tx::remove_membership(const MembershipRecord& m, Instant now) {
  append_roster_input(input_of(RosterChange::membership_gone, m), now);
  sql_.run("delete from memberships where id = :id", m.id);
}

std::optional<MembershipRecord> Tx::find_membership(std::int64_t id) {
  return only(memberships_of(sql_, SUKI_MEMBERSHIPS "where id = :id", id));
}

std::vector<MembershipRecord> Tx::memberships(AgentId agent) {
  return memberships_of(sql_, SUKI_MEMBERSHIPS "where agent = :agent order by from_at, id", agent);
}

std::vector<MembershipRecord> Tx::memberships_within(Instant from, Instant until) {
  return memberships_of(
      sql_, SUKI_MEMBERSHIPS "where from_at < :until and until_at > :from order by agent, from_at, id", until, from);
}

std::vector<StaffRecord> Tx::team_members(Symbol team, Instant at) {
  std::vector<StaffRecord> result;
  for (auto& [id, name, email, language] : sql_.rows<Num, std::string, std::string, std::string>(
           "select a.id, a.name, a.email, a.language from memberships m join accounts a on a.id = m.agent where "
           "m.team = :team and m.from_at <= :at and m.until_at > :then and a.removed = 0 order by a.id",
           team, at, at))
    if (result.empty() || result.back().id.value != id)
      result.push_back({AgentId(id), std::move(name), std::move(email), std::move(language)});
  return result;
}

// ---- shifts

std::int64_t Tx::add_shift(ShiftRecord s) {
  s.id = next(Counter::shift);
  append_roster_input(input_of(RosterChange::shift, s), s.set_at);
  sql_.run(
      "insert into shifts (id, agent, kind, from_at, until_at, set_at, set_by) values (:id, :agent, :kind, :from, "
      ":until, :at, :by)",
      s.id, s.agent, s.shift.kind, s.shift.from, s.shift.until, s.set_at, s.set_by);
  return s.id;
}

void Tx::remove_shift(const ShiftRecord& s, Instant now) {
  append_roster_input(input_of(RosterChange::shift_gone, s), now);
  sql_.run("delete from shifts where id = :id", s.id);
}

std::optional<ShiftRecord> Tx::find_shift(std::int64_t id) {
  return only(shifts_of(sql_, SUKI_SHIFTS "where id = :id", id));
}

std::vector<ShiftRecord> Tx::shifts_within(Instant from, Instant until) {
  return shifts_of(sql_, SUKI_SHIFTS "where until_at > :from and from_at < :until order by agent, from_at, id", from,
                   until);
}

std::vector<ShiftRecord> Tx::shifts_within(AgentId agent, Instant from, Instant until) {
  return shifts_of(sql_,
                   SUKI_SHIFTS "where agent = :agent and until_at > :from and from_at < :until order by from_at, id",
                   agent, from, until);
}

Instant Tx::next_roster_change(Instant after) {
  Instant next = never;
  const auto look = [&](const char* query, Instant behind, Span later) {
    if (const auto row = sql_.row<Num>(query, behind); row && std::get<0>(*row) != never.us)
      next = std::min(next, Instant{std::get<0>(*row)} + later);
  };
  look("select from_at from memberships where from_at > :after order by from_at limit 1", after, {});
  look("select until_at from memberships where until_at > :after order by until_at limit 1", after, {});
  look("select from_at from shifts where from_at > :after order by from_at limit 1", after, {});
  look("select until_at from shifts where until_at > :after order by until_at limit 1", after, {});
  // Then the roster is known no more.
  look("select until_at from shifts where until_at > :after order by until_at limit 1", after - desk::roster_memory,
       desk::roster_memory);
  return next;
}

// ---- presence

std::map<AgentId, desk::PresenceState> Tx::presences() {
  std::map<AgentId, desk::PresenceState> result;
  for (const auto& [agent, presence, cause, wants, since] : sql_.rows<Num, Num, Num, Num, Num>(
           "select agent, presence, cause, wants_work, since_at from presences order by agent"))
    result.emplace(AgentId(agent),
                   desk::PresenceState{static_cast<desk::Presence>(presence), static_cast<desk::PresenceCause>(cause),
                                       wants != 0, Instant{since}});
  return result;
}

std::optional<desk::PresenceState> Tx::find_presence(AgentId agent) {
  const auto row = sql_.row<Num, Num, Num, Num>(
      "select presence, cause, wants_work, since_at from presences where agent = :agent", agent);
  if (!row) return std::nullopt;
  const auto& [presence, cause, wants, since] = *row;
  return desk::PresenceState{static_cast<desk::Presence>(presence), static_cast<desk::PresenceCause>(cause), wants != 0,
                             Instant{since}};
}

void Tx::save_presence(AgentId agent, const desk::PresenceState& state) {
  RosterInput input;
  input.change = RosterChange::presence;
  input.agent = agent;
  input.state = state;
  append_roster_input(input, state.since);
  sql_.run(
      "insert into presences (agent, presence, cause, wants_work, since_at) values (:agent, :presence, :cause, :wants, "
      ":since) on conflict (agent) do update set presence = excluded.presence, cause = excluded.cause, wants_work = "
      "excluded.wants_work, since_at = excluded.since_at",
      agent, state.presence, state.cause, state.wants_work, state.since);
  sql_.run("update accounts set present = :present where id = :id", state.presence == desk::Presence::online, agent);
}

}  // namespace suki::store
