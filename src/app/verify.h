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

/// Files and mails as they came, against the SHA-256 that was taken of them then.
struct ContentSlice {
  std::string last;  ///< the next slice begins behind it
  bool done = false;
  std::vector<std::string> differences;  ///< a sentence each
};
/// A slice behind `after`, "" at the beginning. Cost: of reading about 64 MiB.
[[nodiscard]] ContentSlice verify_contents(store::Tx& tx, const std::string& after);
/// Teams, shifts and presence, against the input log. One pass over the log.
void verify_roster(Work& work, std::vector<Difference>& found);

}  // namespace suki::app
