#include "app/drafts.h"

#include <algorithm>

#include "app/files.h"
#include "app/letter.h"
#include "app/view.h"
#include "app/work.h"
#include "base/reason.h"
#include "base/text.h"
#include "json/read.h"
#include "json/write.h"

namespace suki::app {
namespace {

using store::MessageKind;

Maybe<DraftMail> kept_mail(store::Tx& tx, const store::DraftRecord& of) {
  const std::string said = store::draft_mail(tx, of.agent, of.conversation, of.kind);
  if (said.empty()) return std::nullopt;
  auto mail = json::read<DraftMail>(said);
  return mail.ok() ? Maybe<DraftMail>(std::move(*mail)) : std::nullopt;
}

void keep_mail(store::Tx& tx, const store::DraftRecord& of, const Maybe<DraftMail>& mail) {
  const bool is_any = mail && !(mail->html.empty() && mail->subject.empty() && mail->to.empty() && mail->cc.empty() &&
                                mail->bcc.empty() && mail->messages.empty() && mail->attachments.empty());
  store::set_draft_mail(tx, of.agent, of.conversation, of.kind, is_any ? json::write(*mail) : "");
}

/// Half written addresses are kept as they are; only what no message could have is refused.
Result<void> check_mail(const DraftMail& mail) {
  if (mail.html.size() > letter_html_max) return because(bad_input("mail.html", "is too long"), "too_long");
  if (!is_utf8(mail.html)) return because(bad_input("mail.html", "must be UTF-8 text"), "bad_characters");
  SUKI_CHECK(check_text("mail.subject", mail.subject, subject_max));
  for (const auto* list : {&mail.to, &mail.cc, &mail.bcc}) {
    if (list->size() > recipients_max) return bad_input("mail", "has too many recipients");
    for (const Recipient& one : *list) {
      SUKI_CHECK(check_text("mail.name", one.name, name_max));
      SUKI_CHECK(check_text("mail.email", one.email, email_max));
    }
  }
  constexpr std::size_t named_max = 1'000;
  if (mail.messages.size() > named_max || mail.attachments.size() > named_max)
    return bad_input("mail", "names too many messages or files");
  return {};
}

Draft show(store::Tx& tx, const store::DraftRecord& from) {
  Draft draft{name_of_draft(from.kind), from.text, from.writer,        from.revision, from.seen,
              format_instant(from.at),  {},        kept_mail(tx, from)};
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

const char* name_of_draft(MessageKind kind) {
  return kind == forward_draft ? "forward" : name_of(kind);
}

Result<Draft> save_draft(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id,
                         const std::string& kind, const DraftInput& input) {
  if (kind != "reply" && kind != "note" && kind != "forward")
    return fail(ErrorCode::not_found, "no such kind of draft");
  SUKI_CHECK(check_writer(input.writer));
  SUKI_CHECK(check_text("text", input.text, message_max));
  SUKI_CHECK(check_uploads(tx, caller.agent, input.uploads));
  if (input.mail) SUKI_CHECK(check_mail(*input.mail));
  const auto conversation = tx.find_conversation(id);
  if (!conversation) return fail(ErrorCode::not_found, "no such conversation");
  SUKI_CHECK(check_not_erased(*conversation));
  const MessageKind of = kind == "note" ? MessageKind::note : kind == "forward" ? forward_draft : MessageKind::reply;
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
  keep_mail(tx, draft, input.mail);
  return show(tx, draft);
}

Drafted drafted(store::Tx& tx, const Caller& caller) {
  Drafted list;
  for (const ConversationId id : tx.drafted(caller.agent, drafted_max)) list.conversations.push_back(to_text(id.value));
  return list;
}

List<Draft> show_drafts(store::Tx& tx, AgentId agent, ConversationId id) {
  List<Draft> drafts;
  for (const MessageKind kind : {MessageKind::reply, MessageKind::note, forward_draft})
    if (const auto draft = tx.find_draft(agent, id, kind)) drafts.push_back(show(tx, *draft));
  return drafts;
}

void end_draft(Work& work, const Caller& caller, ConversationId id, MessageKind kind, const std::string& sent,
               const Maybe<Text>& writer) {
  auto draft = work.tx.find_draft(caller.agent, id, kind);
  if (!draft || (draft->text.empty() && draft->uploads.empty() && !kept_mail(work.tx, *draft))) return;
  if (draft->writer != writer.value_or("") && trim(draft->text) != trim(sent)) return;
  ++draft->revision;
  draft->at = work.now;
  draft->text.clear();
  draft->uploads.clear();
  work.tx.save_draft(*draft);
  keep_mail(work.tx, *draft, {});
}

void restore_draft(Work& work, AgentId agent, ConversationId id, MessageKind kind, const std::string& text,
                   const List<Text>& uploads, const DraftMail& mail, std::int64_t seen, const Maybe<Text>& writer) {
  const auto before = work.tx.find_draft(agent, id, kind);
  store::DraftRecord draft{agent,    id,   kind,   before ? before->revision + 1 : 1, writer.value_or("suki"), seen,
                           work.now, text, uploads};
  DraftMail merged = mail;
  if (before && !(trim(before->text).empty() && before->uploads.empty())) {
    draft.seen = std::min(draft.seen, before->seen);
    draft.text += "\n\n" + before->text;
    draft.uploads.insert(draft.uploads.end(), before->uploads.begin(), before->uploads.end());
    const Maybe<DraftMail> theirs = kept_mail(work.tx, *before);
    const std::string html = theirs ? theirs->html : "";
    if (!merged.html.empty() || !html.empty())
      merged.html = (merged.html.empty() ? "<p>" + html_of_text(text) + "</p>" : merged.html) +
                    (html.empty() ? "<p>" + html_of_text(before->text) + "</p>" : html);
  }
  work.tx.save_draft(draft);
  keep_mail(work.tx, draft, merged);
}

}  // namespace suki::app
