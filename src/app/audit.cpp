#include "app/audit.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "app/access_notice.h"
#include "app/work.h"
#include "base/text.h"

namespace suki::app {
namespace {

using store::AuditActor;

const char* name_of(AuditActor actor) {
  switch (actor) {
    case AuditActor::nobody:
      return "nobody";
    case AuditActor::agent:
      return "agent";
    case AuditActor::operator_:
      return "operator";
  }
  return "nobody";
}

template <class Number>
bool read_number(std::string_view text, Number& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

Result<Instant> read_bound(const char* field, const std::string& text, Instant otherwise) {
  if (text.empty()) return otherwise;
  const auto at = parse_instant(text);
  if (!at.ok()) return bad_input(field, "must be an instant like 2026-11-25T08:00:00Z");
  return *at;
}

struct Asked {
  store::AuditQuery query;
  std::optional<store::AuditKey> before;
};

Result<Asked> read_ask(const AuditAsk& ask) {
  Asked asked;
  std::int64_t who = 0;
  if (!ask.who.empty() && (!read_number(ask.who, who) || who <= 0)) return bad_input("who", "must be an agent's id");
  asked.query.agent = AgentId(static_cast<decltype(AgentId::value)>(who));
  if (!ask.act.empty() && !is_act(ask.act)) return bad_input("act", "is no act that is recorded");
  asked.query.act = ask.act;
  const std::size_t colon = ask.object.find(':');
  asked.query.object = ask.object.substr(0, colon);
  if (colon != std::string::npos &&
      (asked.query.object.empty() ||
       !read_number(std::string_view(ask.object).substr(colon + 1), asked.query.object_id) ||
       asked.query.object_id <= 0))
    return bad_input("object", "must be KIND or KIND:ID, such as conversation:42");
  SUKI_TRY(asked.query.from, read_bound("from", ask.from, Instant{0}));
  SUKI_TRY(asked.query.to, read_bound("to", ask.to, never));
  if (!ask.cursor.empty()) {
    store::AuditKey key;
    const std::size_t dot = ask.cursor.find('.');
    if (dot == std::string::npos || !read_number(std::string_view(ask.cursor).substr(0, dot), key.at.us) ||
        !read_number(std::string_view(ask.cursor).substr(dot + 1), key.number))
      return bad_input("cursor", "is not one of ours");
    asked.before = key;
  }
  return asked;
}

std::string cursor_of(const store::AuditRecord& last) {
  return fmt::format("{}.{}", last.at.us, last.number);
}

std::string id_text(std::int64_t id) {
  return id == 0 ? "" : std::to_string(id);
}

/// Codes, ids, addresses and instants: nothing in them needs a quote, or could be taken for a formula.
std::string csv_line(const store::AuditRecord& r) {
  return fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", r.number, format_instant(r.at), name_of(r.actor),
                     id_text(r.agent.value), r.act, r.object, id_text(r.object_id), r.address,
                     r.done ? "done" : "refused", r.request, r.hash);
}

std::string json_line(const store::AuditRecord& r) {
  return fmt::format(
      R"({{"number":{},"at":"{}","actor":"{}","agent":"{}","act":"{}","object":"{}","object_id":"{}","address":"{}","result":"{}","request":"{}","hash":"{}"}})"
      "\n",
      r.number, format_instant(r.at), name_of(r.actor), id_text(r.agent.value), r.act, r.object, id_text(r.object_id),
      r.address, r.done ? "done" : "refused", r.request, r.hash);
}

/// What an address may hold, so that it needs no quoting anywhere; the proxy's word is not trusted for that.
std::string plain_address(std::string_view address) {
  std::string plain;
  for (const char c : address.substr(0, 64))
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == ':' || c == '%')
      plain += c;
  return plain;
}

/// As is_request_id() lets it in, so that it needs no quoting either.
std::string plain_request(std::string_view id) {
  std::string plain;
  for (const char c : id.substr(0, 64))
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_')
      plain += c;
  return plain;
}

}  // namespace

const std::vector<std::string_view>& all_acts() {
  static const std::vector<std::string_view> acts{
      "account.change",    "account.create",      "account.remove",      "attachment.open",    "audit.export",
      "compose.change",    "conversation.open",   "conversation.search", "customer.open",      "customer.erase",
      "customer.export",   "customer.join",       "customer.part",       "invite.join",        "invite.make",
      "invite.revoke",     "mail.retry",          "mail.trial",          "mailbox.add",        "mailbox.change",
      "mailbox.fetch",     "mailbox.remove",      "mailbox.retry",       "mailbox.test",       "message.html",
      "message.raw",       "password.change",     "password.reset",      "plan.adopt",         "reset_link.ask",
      "reset_link.make",   "message.pictures",    "quarantine.open",     "quarantine.raw",     "quarantine.delete",
      "quarantine.replay", "quarantine.restore",  "second_step.begin",   "second_step.codes",  "second_step.off",
      "second_step.on",    "second_step.recover", "second_step.require", "second_step.reset",  "second_step.reuse",
      "session.end",       "session.end_others",  "session.end_person",  "session.start",      "team.change",
      "shift.change",      "role.change",         "request.forged",      "request.no_session",
  };
  return acts;
}

bool is_act(std::string_view act) {
  const auto& acts = all_acts();
  return std::find(acts.begin(), acts.end(), act) != acts.end();
}

Actor actor_of(const Caller& caller) {
  if (!caller.agent) return {AuditActor::nobody, {}, caller.address, caller.request};
  return {AuditActor::agent, caller.agent, caller.address, caller.request};
}

void record(App& app, store::Tx& tx, const Actor& actor, const Deed& deed, bool done) {
  record_later(tx, actor, deed, done, app.shared().host.now());
  if (const auto what = notice_of(actor, deed, done))
    tell_of_access(app.shared(), tx, AgentId(deed.object_id), *what, actor);
}

void record_later(store::Tx& tx, const Actor& actor, const Deed& deed, bool done, Instant at) {
  SUKI_ASSERT(is_act(deed.act));
  store::AuditRecord record;
  record.at = at;
  record.actor = actor.kind;
  record.agent = actor.agent;
  record.act = deed.act;
  record.object = deed.object;
  record.object_id = deed.object_id;
  record.address = plain_address(actor.address);
  record.request = plain_request(actor.request);
  record.done = done;
  tx.add_audit(std::move(record));
}

Result<AuditPage> audit_page(App&, store::Tx& tx, const AuditAsk& ask) {
  SUKI_TRY(const Asked asked, read_ask(ask));
  auto records = tx.audit(asked.query, asked.before ? &*asked.before : nullptr, ask.limit + 1);
  AuditPage page;
  if (records.size() > static_cast<std::size_t>(ask.limit)) {
    records.resize(static_cast<std::size_t>(ask.limit));
    page.next = cursor_of(records.back());
  }
  std::map<AgentId, std::string> names;
  for (auto& [id, name] : tx.account_names()) {
    page.people.push_back({to_text(id.value), name});
    names[id] = std::move(name);
  }
  for (const store::AuditRecord& r : records)
    page.items.push_back({to_text(r.number), format_instant(r.at), name_of(r.actor), id_text(r.agent.value),
                          r.agent ? names[r.agent] : "", r.act, r.object, id_text(r.object_id), r.address, r.done,
                          r.request});
  page.acts.assign(all_acts().begin(), all_acts().end());
  return page;
}

Result<AuditPiece> audit_export(App&, store::Tx& tx, const AuditAsk& ask, AuditFormat format) {
  SUKI_TRY(const Asked asked, read_ask(ask));
  auto records = tx.audit(asked.query, asked.before ? &*asked.before : nullptr, audit_export_max + 1);
  AuditPiece piece;
  if (records.size() > audit_export_max) {
    records.resize(audit_export_max);
    piece.next = cursor_of(records.back());
  }
  if (format == AuditFormat::csv && !asked.before)
    piece.text = "number,at,actor,agent,act,object,object_id,address,result,request,hash\n";
  for (const store::AuditRecord& r : records) piece.text += format == AuditFormat::csv ? csv_line(r) : json_line(r);
  return piece;
}

AuditCheck audit_verify(store::Tx& tx, std::int64_t after, const std::string& hash, int limit) {
  AuditCheck check;
  check.last = after;
  check.hash = hash;
  const auto records = tx.audit_after(after, limit);
  for (const store::AuditRecord& r : records) {
    if (r.number != check.last + 1)
      check.differences.push_back(r.number == check.last + 2
                                      ? fmt::format("record {} is gone", check.last + 1)
                                      : fmt::format("records {} to {} are gone", check.last + 1, r.number - 1));
    if (store::Tx::audit_hash(check.hash, r) != r.hash)
      check.differences.push_back(
          fmt::format("record {} is not what was written, or not what stood before it", r.number));
    check.last = r.number;
    check.hash = r.hash;
    ++check.checked;
  }
  check.done = records.size() < static_cast<std::size_t>(limit);
  if (!check.done) return check;
  const store::AuditHead head = tx.audit_head();
  if (head.number > check.last)
    check.differences.push_back(
        fmt::format("the log ends with record {}, but {} were written", check.last, head.number));
  else if (head.number != check.last || head.hash != check.hash)
    check.differences.push_back(
        fmt::format("the log ends with record {}, which is not the last that was written", check.last));
  return check;
}

}  // namespace suki::app
