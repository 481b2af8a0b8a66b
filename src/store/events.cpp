#include <sodium.h>

#include "store/codec.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;

}  // namespace

void Tx::append_input(const InputRecord& input) {
  writing().pending.inputs.push_back(
      {input.conversation, input.at.us, input.in_force.value, encode(input.command, input.facts)});
}

void Tx::touch(ConversationId id) {
  writing().pending.inputs.push_back({id, 0, 0, ""});
}

std::int64_t Tx::last_position() {
  return sql_.number("select value from counters where name = 'position'");
}

std::vector<InputRecord> Tx::inputs(ConversationId id) {
  std::vector<InputRecord> result;
  for (const auto& [position, at, version, command] : sql_.rows<Num, Num, Num, std::string>(
           "select position, at, in_force, command from input_log where conversation = :id order by position", id)) {
    InputRecord input;
    input.position = position;
    input.at = Instant{at};
    input.conversation = id;
    input.in_force = PlanVersion(static_cast<std::int32_t>(version));
    decode_command(command, input.command, input.facts);
    result.push_back(input);
  }
  return result;
}

/// Each digest covers the one before it, so that the last covers the whole history. BLAKE2b, 128 bits.
std::string Tx::chain_digest(const std::string& before, const desk::Event& event) {
  const std::string text = before + encode(event);
  unsigned char hash[16];
  crypto_generichash(hash, sizeof hash, reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr, 0);
  char hex[2 * sizeof hash + 1];
  return sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
}

void Tx::append_event(ConversationId id, const desk::Event& e) {
  wrote(Lock::conversation, key_of(id));
  sql_.append(
      "insert into events (conversation, number, kind, target, state, by_staff, late, cycle, rules, actor_kind, "
      "actor_agent, symbol, rule, agent, message, other, version, occurred_at, recorded_at, due, start_at, next_at, "
      "span, used) values (:a, :b, :c, "
      ":d, :e, :f, :g, :h, :i, :j, :k, :l, :m, :n, :o, :p, :q, :r, :s, :t, :u, :v, :w, :x)",
      id, e.number, e.kind, e.target, e.state, e.by_staff, e.late, e.cycle, e.rules, e.actor.kind, e.actor.agent,
      e.symbol, e.rule, e.agent, e.message, e.other, e.version, e.occurred_at, e.recorded_at, e.due, e.from, e.next_at,
      e.span, e.used);
}

std::vector<desk::Event> Tx::events(ConversationId id) {
  const auto symbol = [](Num n) { return Symbol(static_cast<std::uint32_t>(n)); };
  std::vector<desk::Event> result;
  for (const auto& row :
       sql_.apart(untouched(Lock::conversation, key_of(id)))
           .rows<Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num, Num,
                 Num, Num, Num>("select number, kind, target, state, by_staff, late, cycle, rules, actor_kind, "
                                "actor_agent, symbol, rule, agent, "
                                "message, other, version, occurred_at, recorded_at, due, start_at, next_at, span, used "
                                "from events where conversation = :id order by number",
                                id)) {
    desk::Event e;
    e.number = static_cast<std::uint32_t>(std::get<0>(row));
    e.kind = static_cast<desk::EventKind>(std::get<1>(row));
    e.target = static_cast<desk::Target>(std::get<2>(row));
    e.state = static_cast<desk::State>(std::get<3>(row));
    e.by_staff = std::get<4>(row) != 0;
    e.late = std::get<5>(row) != 0;
    e.cycle = static_cast<std::uint16_t>(std::get<6>(row));
    e.rules = static_cast<std::uint16_t>(std::get<7>(row));
    e.actor.kind = static_cast<desk::ActorKind>(std::get<8>(row));
    e.actor.agent = AgentId(std::get<9>(row));
    e.symbol = symbol(std::get<10>(row));
    e.rule = symbol(std::get<11>(row));
    e.agent = AgentId(std::get<12>(row));
    e.message = MessageId(std::get<13>(row));
    e.other = ConversationId(std::get<14>(row));
    e.version = PlanVersion(static_cast<std::int32_t>(std::get<15>(row)));
    e.occurred_at = Instant{std::get<16>(row)};
    e.recorded_at = Instant{std::get<17>(row)};
    e.due = Instant{std::get<18>(row)};
    e.from = Instant{std::get<19>(row)};
    e.next_at = Instant{std::get<20>(row)};
    e.span = Span{std::get<21>(row)};
    e.used = Span{std::get<22>(row)};
    result.push_back(e);
  }
  return result;
}

std::string Tx::digest_of(const std::vector<desk::Event>& events) {
  std::string digest;
  for (const desk::Event& event : events) digest = chain_digest(digest, event);
  return digest;
}

}  // namespace suki::store
