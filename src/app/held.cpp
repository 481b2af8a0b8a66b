#include "app/held.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/drafts.h"
#include "app/files.h"
#include "app/forward.h"
#include "app/reply.h"
#include "app/view.h"
#include "base/number.h"
#include "base/reason.h"
#include "base/text.h"
#include "json/read.h"
#include "json/write.h"

namespace suki::app {
namespace {

using store::HeldRecord;
using store::HeldState;
using store::MessageKind;

/// As it lies in the store. A field that is added later is an optional one: earlier rows lack it.
struct Said {
  Maybe<Reply> reply = {};
  Maybe<Forward> forward = {};
};
BOOST_DESCRIBE_STRUCT(Said, (), (reply, forward))

Result<Said> read_said(const HeldRecord& held) {
  SUKI_TRY(Said said, json::read<Said>(held.said));
  if (said.reply.has_value() == said.forward.has_value()) return fail(ErrorCode::internal, "a held reply says nothing");
  return said;
}

const Maybe<List<Text>>& uploads_of(const Said& said) {
  return said.reply ? said.reply->uploads : said.forward->uploads;
}

Held show(Work& work, const Caller& caller, const AgentNames& agents, const HeldRecord& from) {
  Held shown;
  shown.id = to_text(from.id);
  shown.agent = to_text(from.agent.value);
  shown.author = agents.find(from.agent);
  shown.state = from.state == HeldState::waiting ? "waiting" : "stopped";
  shown.why = from.why;
  shown.mine = from.agent == caller.agent;
  shown.undo = from.undo;
  shown.created_at = format_instant(from.created_at);
  shown.send_at = format_instant(from.send_at);
  auto said = read_said(from);
  if (!said.ok()) return shown;
  if (said->reply) {
    Reply& reply = *said->reply;
    shown.kind = "reply";
    shown.text = std::move(reply.text);
    shown.html = std::move(reply.html).value_or("");
    shown.cc = std::move(reply.cc).value_or(List<Recipient>());
    shown.bcc = std::move(reply.bcc).value_or(List<Recipient>());
    shown.then_state = reply.then_state;
  } else {
    Forward& forward = *said->forward;
    shown.kind = "forward";
    shown.to = std::move(forward.to);
    shown.subject = std::move(forward.subject);
    shown.text = std::move(forward.text);
    shown.html = std::move(forward.html).value_or("");
    shown.cc = std::move(forward.cc).value_or(List<Recipient>());
    shown.bcc = std::move(forward.bcc).value_or(List<Recipient>());
  }
  for (const std::string& token : from.uploads)
    if (const auto upload = work.tx.find_upload(token); upload && upload->agent == from.agent)
      shown.uploads.push_back({token, upload->name, upload->type, upload->size});
  return shown;
}

/// Of the caller, in this conversation.
Result<HeldRecord> find_own(store::Tx& tx, const Caller& caller, ConversationId id, std::int64_t held) {
  auto found = store::find_held(tx, held);
  if (!found || found->conversation != id) return fail(ErrorCode::not_found, "it has gone out, or was taken back");
  if (found->agent != caller.agent) return fail(ErrorCode::forbidden, "another agent's");
  return std::move(*found);
}

Result<void> perform(Work& work, const Caller& caller, const HeldRecord& held, Said said) {
  store::remove_held(work.tx, held.id);
  if (said.forward) {
    SUKI_TRY(const MessageId message, forward_now(work, caller, held.conversation, *said.forward, held.created_at));
    (void)message;
    return {};
  }
  SUKI_TRY(const MessageId message, reply_now(work, caller, held.conversation, *said.reply, held.created_at));
  (void)message;
  return {};
}

/// When it is to go: what was asked for, or as soon as it can no longer be undone.
Result<Instant> time_of(const Work& work, const Hold& input) {
  if (!input.at) return work.now + seconds(compose_rules(work.tx).undo_seconds);
  const auto at = parse_instant(*input.at);
  if (!at.ok()) return bad_input("at", "must be an instant like 2026-11-30T01:00:00Z");
  if (*at <= work.now) return because(bad_input("at", "is over already"), "past_time");
  if (*at > work.now + hold_max) return because(bad_input("at", "is more than a year away"), "far_time");
  return *at;
}

/// What would be refused at its time is refused now.
Result<void> check(Work& work, const Caller& caller, ConversationId id, Said& said) {
  SUKI_TRY(Turn turn, Turn::load(work, id));
  SUKI_CHECK(check_not_erased(turn.record()));
  SUKI_CHECK(check_uploads(work.tx, caller.agent, uploads_of(said)));
  if (said.forward) {
    SUKI_TRY(const ForwardMail forward, make_forward(work, turn, caller, *said.forward));
    (void)forward;
    return {};
  }
  Reply& reply = *said.reply;
  if (has_moved(work.tx.events(id), caller, reply.after, store::held_messages(work.tx, id, caller.agent)))
    return fail(ErrorCode::conflict, "the conversation has changed since");
  SUKI_TRY(const Letter letter, read_reply(work, turn, caller, reply));
  reply.text = letter.text;
  if (reply.then_state && !desk::find_state(*reply.then_state))
    return bad_input("then_state", "must be one of open, pending, on_hold, resolved, closed");
  // The rules are asked whether one may reply at all; this turn is never finished.
  desk::Command command = command_of(caller, desk::CommandKind::agent_reply);
  command.message = MessageId(1);
  return turn.run(command);
}

}  // namespace

ComposeRules compose_rules(store::Tx& tx) {
  return {parse_whole(tx.setting("undo_seconds")).value_or(undo_seconds_default)};
}

Result<ComposeRules> set_compose_rules(store::Tx& tx, const ComposeRules& rules) {
  if (rules.undo_seconds < 0 || rules.undo_seconds > undo_seconds_max)
    return bad_input("undo_seconds", fmt::format("must be 0 to {}", undo_seconds_max));
  tx.set_setting("undo_seconds", to_text(rules.undo_seconds));
  return rules;
}

Result<Conversation> hold(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id,
                          const Hold& input) {
  SUKI_TRY(Work work, Work::begin(shared, tx));
  if (input.reply.has_value() == input.forward.has_value())
    return bad_input("reply", "or forward must be given, not both");
  const std::string& request = input.reply ? input.reply->request_id : input.forward->request_id;
  SUKI_CHECK(check_request_id(request));
  const std::string key = request_key(caller, id, request);
  if (tx.find_request(key)) return show_conversation(work, caller, id);
  Said said{input.reply, input.forward};
  SUKI_TRY(const Instant at, time_of(work, input));
  SUKI_CHECK(check(work, caller, id, said));
  if (static_cast<int>(store::held_by(tx, caller.agent, held_of_agent_max).size()) == held_of_agent_max)
    return because(bad_input("at", fmt::format("{} replies of yours wait already", held_of_agent_max)),
                   "too_many_held");
  const MessageKind draft = said.reply ? MessageKind::reply : forward_draft;
  const Maybe<Text>& writer = said.reply ? input.reply->writer : input.forward->writer;
  const std::string& text = said.reply ? input.reply->text : input.forward->text;
  HeldRecord held;
  held.conversation = id;
  held.agent = caller.agent;
  held.created_at = work.now;
  held.send_at = at;
  held.undo = !input.at;
  held.said = json::write(said);
  held.uploads = uploads_of(said).value_or(List<Text>());
  store::add_held(tx, held);
  end_draft(work, caller, id, draft, text, writer);
  tx.add_request(key, {id, {}}, work.now);
  tx.touch(id);
  return show_conversation(work, caller, id);
}

Result<Conversation> forward(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id,
                             const Forward& input) {
  SUKI_TRY(Work work, Work::begin(shared, tx));
  SUKI_CHECK(check_request_id(input.request_id));
  const std::string key = request_key(caller, id, input.request_id);
  if (tx.find_request(key)) return show_conversation(work, caller, id);
  SUKI_TRY(const MessageId message, forward_now(work, caller, id, input));
  tx.add_request(key, {id, message}, work.now);
  return show_conversation(work, caller, id);
}

Result<Conversation> take_back(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id,
                               std::int64_t held_id, const TakeBack& input) {
  SUKI_TRY(Work work, Work::begin(shared, tx));
  SUKI_TRY(const HeldRecord held, find_own(tx, caller, id, held_id));
  SUKI_TRY(Said said, read_said(held));
  store::remove_held(tx, held.id);
  if (said.reply) {
    const Reply& reply = *said.reply;
    DraftMail mail;
    mail.html = reply.html.value_or("");
    mail.cc = reply.cc.value_or(List<Recipient>());
    mail.bcc = reply.bcc.value_or(List<Recipient>());
    restore_draft(work, caller.agent, id, MessageKind::reply, reply.text, held.uploads, mail, reply.after,
                  input.writer);
  } else {
    const Forward& forward = *said.forward;
    const DraftMail mail{forward.html.value_or(""),
                         forward.subject,
                         {{"", forward.to}},
                         forward.cc.value_or(List<Recipient>()),
                         forward.bcc.value_or(List<Recipient>()),
                         forward.messages,
                         forward.attachments};
    restore_draft(work, caller.agent, id, forward_draft, forward.text, held.uploads, mail, 0, input.writer);
  }
  tx.touch(id);
  return show_conversation(work, caller, id);
}

Result<Conversation> send_now(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id,
                              std::int64_t held_id, const SendNow& input) {
  SUKI_TRY(Work work, Work::begin(shared, tx));
  SUKI_TRY(const HeldRecord held, find_own(tx, caller, id, held_id));
  SUKI_TRY(Said said, read_said(held));
  if (said.reply) said.reply->after = std::max(said.reply->after, input.after);
  SUKI_CHECK(perform(work, caller, held, std::move(said)));
  return show_conversation(work, caller, id);
}

List<Held> show_held(Work& work, const Caller& caller, ConversationId id) {
  List<Held> shown;
  const auto all = store::held_of(work.tx, id);
  if (all.empty()) return shown;
  const AgentNames agents(work.tx);
  for (const HeldRecord& held : all) shown.push_back(show(work, caller, agents, held));
  return shown;
}

Result<HeldList> own_held(App::Shared& shared, store::Tx& tx, const Caller& caller) {
  SUKI_TRY(Work work, Work::begin(shared, tx));
  HeldList list;
  const AgentNames agents(tx);
  for (const HeldRecord& held : store::held_by(tx, caller.agent, held_of_agent_max))
    list.items.push_back(
        {to_text(held.conversation.value), tx.subject(held.conversation), show(work, caller, agents, held)});
  return list;
}

Instant next_held(store::Tx& tx) {
  return store::next_held(tx);
}

std::vector<std::int64_t> due_held(App::Shared& shared, store::Tx& tx, int limit) {
  return store::due_held(tx, shared.host.now(), limit);
}

Result<void> send_held(App::Shared& shared, store::Tx& tx, std::int64_t held_id) {
  const auto held = store::find_held(tx, held_id);
  // Taken back, sent or stopped since it was looked for.
  if (!held || held->state != HeldState::waiting || held->send_at > shared.host.now()) return {};
  SUKI_TRY(Work work, Work::begin(shared, tx));
  const auto account = tx.find_account(held->agent);
  if (!account || account->removed) return fail(ErrorCode::refused, "no_account");
  SUKI_TRY(Said said, read_said(*held));
  return perform(work, Caller{held->agent, account->role, account->language}, *held, std::move(said));
}

bool stops_held(const Error& error) {
  switch (error.code) {
    case ErrorCode::conflict:
    case ErrorCode::refused:
    case ErrorCode::bad_input:
    case ErrorCode::not_found:
    case ErrorCode::too_large:
    case ErrorCode::internal:
      return true;
    default:
      return false;
  }
}

Result<void> stop_held(App::Shared& shared, store::Tx& tx, std::int64_t held_id, const Error& why) {
  auto held = store::find_held(tx, held_id);
  if (!held || held->state != HeldState::waiting || held->send_at > shared.host.now()) return {};
  held->state = HeldState::stopped;
  held->why = why.code == ErrorCode::conflict                                         ? "moved"
              : why.code == ErrorCode::refused                                        ? why.detail
              : why.code == ErrorCode::bad_input && why.detail.starts_with("uploads") ? "files_gone"
                                                                                      : "failed";
  store::update_held(tx, *held);
  tx.touch(held->conversation);
  return {};
}

}  // namespace suki::app
