/// What one needs to write to a customer: whom it goes to, what is prepared, when it could go, how it will look.
#pragma once

#include "app/app.h"
#include "app/held_types.h"

namespace suki::app {

[[nodiscard]] Result<ComposeView> show_compose(App::Shared& shared, store::Tx& tx, const Caller& caller,
                                               ConversationId id);
/// Made by what makes the mail that goes out; nothing is written. Errors: as of App::reply and of a forward, but that
/// the conversation may have moved; bad_input where no mail goes out.
[[nodiscard]] Result<MailPreview> preview(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id,
                                          const PreviewAsk& input);
/// A picture that its agent has sent in and that no message names yet. Errors: not_found.
struct Picture;
[[nodiscard]] Result<Picture> show_upload(store::Tx& tx, const Caller& caller, const std::string& token);

}  // namespace suki::app
