/// Pictures of mails that lie elsewhere: their addresses, and what came when somebody asked to see them. Free functions
/// over a transaction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace suki::store {

class Tx;

/// Stored by number.
enum class PictureState : std::uint8_t { wanted = 0, got = 1, failed = 2 };

struct RemotePicture {
  MessageId message;
  std::int64_t number = 0;  ///< its place among those of its mail, from 1 on
  std::string url;
  PictureState state = PictureState::wanted;
  std::string digest, type;  ///< of what came; its bytes lie among the contents of files
  std::string problem;       ///< a code: why nothing came
};

/// Those that are not there, or failed, are wanted from now on. `urls`: all of the mail, by number.
void want_pictures(Tx& tx, MessageId message, const std::vector<std::string>& urls, Instant now);
[[nodiscard]] std::vector<RemotePicture> remote_pictures(Tx& tx, MessageId message);  ///< by number
[[nodiscard]] bool are_pictures_wanted(Tx& tx, Instant now);
/// Takes at most `limit` that are wanted; nobody else gets them before `until`.
[[nodiscard]] std::vector<RemotePicture> claim_pictures(Tx& tx, Instant now, Instant until, int limit);
[[nodiscard]] std::int64_t picture_bytes(Tx& tx, MessageId message);  ///< of all that came
/// What a picture became; does nothing when it was erased meanwhile.
void picture_came(Tx& tx, const RemotePicture& picture, std::string_view bytes);
void picture_failed(Tx& tx, const RemotePicture& picture);
void forget_pictures(Tx& tx, ConversationId conversation);  ///< with their bytes, when nothing else has them

// ---- whose pictures an agent always wants to see; `email` in lower case
[[nodiscard]] bool wants_pictures_of(Tx& tx, AgentId agent, const std::string& email);
void set_wants_pictures_of(Tx& tx, AgentId agent, const std::string& email, bool wants, Instant now);
void forget_picture_sender(Tx& tx, const std::string& email);

}  // namespace suki::store
