/// Pictures of mails that lie elsewhere, over the API.
#pragma once

#include "app/api_types.h"

namespace suki::app {

/// Of one mail: how many there are, how many of them came, are on their way, and could not be had. allowed: the
/// operator lets them be fetched. always: this agent wants to see those of this sender without asking; held back where
/// the sender is said to be forged. sender: "" where the mail has none.
struct PicturesView {
  std::int64_t count = 0, came = 0, waiting = 0, failed = 0;
  bool allowed = false, always = false;
  Text sender;
};
BOOST_DESCRIBE_STRUCT(PicturesView, (), (count, came, waiting, failed, allowed, always, sender))
/// fetch: those that are not here yet. always: from now on those of this sender (or no longer); null: as it is.
struct AskPictures {
  bool fetch = false;
  Maybe<bool> always;
};
BOOST_DESCRIBE_STRUCT(AskPictures, (), (fetch, always))

}  // namespace suki::app
