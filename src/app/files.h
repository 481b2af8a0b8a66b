/// Files of messages. A file is sent in by a request of its own, which gives an id; the message then names it. What no
/// message names is swept away. The bytes of one content lie in the store once.
#pragma once

#include "app/app.h"
#include "store/records.h"

namespace suki::app {

class Turn;
struct Work;

// Chosen: a mail with the largest message stays under the 25 MB that common mail servers take, base64 and all.
inline constexpr std::size_t file_bytes_max = 15u << 20;             ///< one file: too_large
inline constexpr std::int64_t message_files_bytes_max = 18 << 20;    ///< all files of a message: too_large
inline constexpr std::size_t message_files_max = 10;                 ///< of a message: bad_input
inline constexpr std::int64_t agent_uploads_bytes_max = 200 << 20;   ///< of one agent, unnamed: too_large
inline constexpr std::int64_t customer_uploads_bytes_max = 1 << 30;  ///< of all customers, unnamed: busy
inline constexpr Span agent_uploads_kept = hours(24 * 30);           ///< a draft may name them for so long
inline constexpr Span customer_uploads_kept = hours(24);
inline constexpr int sweep_max = 100;  ///< uploads in one transaction

/// `agent` none: of a customer. Errors: bad_input, too_large, busy.
[[nodiscard]] Result<Upload> take_file(App::Shared& shared, store::Tx& tx, AgentId agent, std::string_view name,
                                       const std::string& bytes);
/// Whether these are uploads that `agent` (none: customers) may name together in one message.
[[nodiscard]] Result<void> check_uploads(store::Tx& tx, AgentId agent, const Maybe<List<Text>>& uploads);

/// What a message says: text, or files, or both.
[[nodiscard]] Result<void> check_message_text(const char* field, const std::string& text,
                                              const Maybe<List<Text>>& uploads);
using TakenFiles = std::vector<store::UploadRecord>;
/// The uploads that a message names; they are none any more.
[[nodiscard]] Result<TakenFiles> take_uploads(Work& work, AgentId agent, const Maybe<List<Text>>& uploads);
MessageId add_message_with(Turn& turn, store::MessageRecord message, const TakenFiles& files);

[[nodiscard]] Attachment show_file(const store::AttachmentRecord& file);
/// A picture to be shown in place: its bytes are one of the kinds that cannot do anything.
struct Picture {
  std::string bytes, type, name;
};
[[nodiscard]] Result<store::AttachmentRecord> find_file(store::Tx& tx, std::int64_t attachment);  ///< with its bytes
[[nodiscard]] Result<Picture> show_picture(store::AttachmentRecord file);  ///< not_found when it is none
/// An attachment by the private link of its conversation; not one of a note.
[[nodiscard]] Result<store::AttachmentRecord> find_public_file(store::Tx& tx, const std::string& token,
                                                               std::int64_t attachment);
/// Takes away uploads that nobody named in time; how many.
[[nodiscard]] int sweep_files(App::Shared& shared, store::Tx& tx);

}  // namespace suki::app
