/// Pictures of mails that lie elsewhere: not asked for until somebody wants to see them, then fetched by the server
/// (src/pictures), kept, and shown from here. The reader's browser asks nobody. See docs/decisions/0033.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/app.h"
#include "app/remote_pictures_types.h"
#include "store/remote_pictures.h"

namespace suki::app {

inline constexpr std::size_t pictures_of_mail_max = 100;  ///< fetched of one mail; the rest stays blocked

/// The addresses in a mail's safe HTML, each once, by number.
[[nodiscard]] std::vector<std::string> picture_addresses(std::string_view safe_html);
/// The same HTML as it is shown. `blocked`: how many places of pictures there are that stand empty.
struct ShownPictures {
  std::string html;
  int blocked = 0;
};
[[nodiscard]] ShownPictures hide_pictures(std::string_view safe_html);
/// Those that were fetched stand in it.
[[nodiscard]] ShownPictures put_pictures(store::Tx& tx, MessageId message, std::string_view safe_html);

/// Errors: not_found, conflict (with a reason: the operator has turned them off).
[[nodiscard]] Result<PicturesView> show_pictures(store::Tx& tx, const Caller& caller, ConversationId id,
                                                 MessageId message);
[[nodiscard]] Result<PicturesView> ask_pictures(App& app, store::Tx& tx, const Caller& caller, ConversationId id,
                                                MessageId message, const AskPictures& input);

// ---- for whoever fetches
[[nodiscard]] bool are_pictures_wanted(App& app, store::Tx& tx);
[[nodiscard]] std::vector<store::RemotePicture> claim_wanted_pictures(App& app, store::Tx& tx, Span lease, int limit);
/// `problem` "": it came. More than `bytes_max` in all of one mail is refused.
[[nodiscard]] Result<void> picture_fetched(App& app, store::Tx& tx, const store::RemotePicture& picture,
                                           const std::string& bytes, const std::string& type,
                                           const std::string& problem, std::int64_t bytes_max);

}  // namespace suki::app
