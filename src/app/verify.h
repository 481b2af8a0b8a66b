/// Is what is stored what the rules make of what was asked? Every conversation is played again from the input log.
#pragma once

#include <string>
#include <vector>

#include "app/work.h"

namespace suki::app {

/// Something stored that is not as the input log and the rules make it.
struct Difference {
  ConversationId conversation;  ///< none: it is of the whole store
  std::string what;             ///< one sentence in English
};

/// Plays one conversation again: its history, digest, state, lists' columns and texts. Appends at most a few
/// differences. Cost: that of its commands when they were new. Errors: io, a plan version cannot be loaded.
[[nodiscard]] Result<void> verify(Work& work, ConversationId id, std::vector<Difference>& found);

/// What spans conversations: counts, numbers to be given, plan versions. One pass over the conversations' index.
[[nodiscard]] Result<void> verify_whole(Work& work, std::vector<Difference>& found);

/// Teams, shifts and presence, against the input log. One pass over the log.
void verify_roster(Work& work, std::vector<Difference>& found);

}  // namespace suki::app
