/// What agents have written and not sent: kept on the server, so that it is there on every device. Erasable text, no
/// event: nothing in the history says that a draft was written.
#pragma once

#include "app/app.h"
#include "app/drafts_types.h"
#include "store/records.h"

namespace suki::app {

struct Work;

/// What a draft of a forward is kept under: no kind of message, since it becomes a note.
inline constexpr auto forward_draft = static_cast<store::MessageKind>(4);
[[nodiscard]] const char* name_of_draft(store::MessageKind kind);  ///< "reply", "note", "forward"

inline constexpr int drafted_max = 1'000;  ///< conversations named by drafted(); older ones have no mark in lists

/// kind: "reply", "note" or "forward". An older page never overwrites what a newer one wrote: conflict, when another
/// writer has saved a revision that this one has not seen. The same writer may ask again without knowing the answer.
[[nodiscard]] Result<Draft> save_draft(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id,
                                       const std::string& kind, const DraftInput& input);
[[nodiscard]] Drafted drafted(store::Tx& tx, const Caller& caller);
[[nodiscard]] List<Draft> show_drafts(store::Tx& tx, AgentId agent, ConversationId id);

/// A reply or forward that was taken back is a draft again; what was written since stays behind it.
void restore_draft(Work& work, AgentId agent, ConversationId id, store::MessageKind kind, const std::string& text,
                   const List<Text>& uploads, const DraftMail& mail, std::int64_t seen, const Maybe<Text>& writer);

/// The message was sent: its draft ends, unless another page has written something else meanwhile.
void end_draft(Work& work, const Caller& caller, ConversationId id, store::MessageKind kind, const std::string& sent,
               const Maybe<Text>& writer);

}  // namespace suki::app
