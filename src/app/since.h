/// What has happened to a conversation since somebody began to write to it.
#pragma once

#include "app/app.h"
#include "desk/types.h"

namespace suki::app {

/// What matters to one who writes a reply: every message but automatic ones and their own notes, and by whomever else
/// changes of state, assignee and team; also what time did. last_number: up to where it was looked.
struct Since {
  std::int64_t last_number = 0;
  List<Message> messages;      ///< oldest first
  List<TimelineEvent> events;  ///< oldest first; without those of the messages
};
BOOST_DESCRIBE_STRUCT(Since, (), (last_number, messages, events))

/// Whether something that matters to `caller` came after the event number `after`. known: replies of their own that
/// are no news to them, since they were held until their time.
[[nodiscard]] bool has_moved(const std::vector<desk::Event>& events, const Caller& caller, std::int64_t after,
                             const std::vector<MessageId>& known);
[[nodiscard]] Result<Since> show_since(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id,
                                       std::int64_t after);

}  // namespace suki::app
