#include "app/drafts.h"

#include "app/files.h"
#include "app/view.h"
#include "app/work.h"
#include "base/text.h"

namespace suki::app {
namespace {

using store::MessageKind;

Draft show(store::Tx& tx, const store::DraftRecord& from) {
  Draft draft{name_of(from.kind), from.text, from.writer, from.revision, from.seen, format_instant(from.at), {}};
  for (const std::string& token : from.uploads)
    if (const auto upload = tx.find_upload(token); upload && upload->agent == from.agent)
      draft.uploads.push_back({token, upload->name, upload->type, upload->size});
  return draft;
}

Result<void> check_writer(std::string_view writer) {
  if (check_request_id(writer).ok()) return {};
  return bad_input("writer", "must be 1 to 64 of A-Z, a-z, 0-9 and -");
}

}  // namespace

Result<Draft> save_draft(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id,
                         const std::string& kind, const DraftInput& input) {
  if (kind != "reply" && kind != "note") return fail(ErrorCode::not_found, "no such kind of draft");
  SUKI_CHECK(check_writer(input.writer));
  SUKI_CHECK(check_text("text", input.text, message_max));
  SUKI_CHECK(check_uploads(tx, caller.agent, input.uploads));
  const auto conversation = tx.find_conversation(id);
  if (!conversation) return fail(ErrorCode::not_found, "no such conversation");
  SUKI_CHECK(check_not_erased(*conversation));
  const MessageKind of = kind == "note" ? MessageKind::note : MessageKind::reply;
  const auto before = tx.find_draft(caller.agent, id, of);
  if (before && before->revision != input.revision && before->writer != input.writer)
    return fail(ErrorCode::conflict, "another page has written here since");
  store::DraftRecord draft{caller.agent,
                           id,
                           of,
                           before ? before->revision + 1 : 1,
                           input.writer,
                           input.seen,
                           shared.host.now(),
                           input.text,
                           input.uploads.value_or(List<Text>())};
  tx.save_draft(draft);
  return show(tx, draft);
}

Drafted drafted(store::Tx& tx, const Caller& caller) {
  Drafted list;
  for (const ConversationId id : tx.drafted(caller.agent, drafted_max)) list.conversations.push_back(to_text(id.value));
  return list;
}

List<Draft> show_drafts(store::Tx& tx, AgentId agent, ConversationId id) {
  List<Draft> drafts;
  for (const MessageKind kind : {MessageKind::reply, MessageKind::note})
    if (const auto draft = tx.find_draft(agent, id, kind)) drafts.push_back(show(tx, *draft));
  return drafts;
}

void end_draft(Work& work, const Caller& caller, ConversationId id, MessageKind kind, const std::string& sent,
               const Maybe<Text>& writer) {
  auto draft = work.tx.find_draft(caller.agent, id, kind);
  if (!draft || (draft->text.empty() && draft->uploads.empty())) return;
  if (draft->writer != writer.value_or("") && trim(draft->text) != trim(sent)) return;
  ++draft->revision;
  draft->at = work.now;
  draft->text.clear();
  draft->uploads.clear();
  work.tx.save_draft(*draft);
}

}  // namespace suki::app
