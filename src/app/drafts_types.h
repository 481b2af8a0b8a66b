/// Drafts over the API. What a draft is: Draft in api_types.h.
#pragma once

#include "app/api_types.h"

namespace suki::app {

/// revision: the one that the writer built on, 0 for the first. writer: made by the page, 1 to 64 of A-Za-z0-9-.
/// Another writer's later revision gives 409 conflict. Empty text without uploads throws the draft away.
struct DraftInput {
  Text text, writer;
  std::int64_t revision = 0, seen = 0;
  Maybe<List<Text>> uploads = {};
  Maybe<DraftMail> mail = {};
};
BOOST_DESCRIBE_STRUCT(DraftInput, (), (text, writer, revision, seen, uploads, mail))

/// Conversations in which the asking agent has a draft, the newest first.
struct Drafted {
  List<Text> conversations;
};
BOOST_DESCRIBE_STRUCT(Drafted, (), (conversations))

}  // namespace suki::app
