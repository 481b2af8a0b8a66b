/// What is stored as text comes back as it was.
#include "store/codec.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace suki::store {
namespace {

TEST(Codec, a_conversation_comes_back_equal) {
  desk::Conversation c;
  c.id = ConversationId(7);
  c.last_number = 12;
  c.state = desk::State::on_hold;
  c.started_by_staff = c.first_reply_done = c.merged = true;
  c.merged_into = ConversationId(3);
  c.hold_reason = Symbol(4);
  std::uint32_t next = 5;
  for (Symbol& fact : c.facts.values) fact = Symbol(next++);
  c.assignee = AgentId(2);
  c.pinned = PlanVersion(3);
  c.policy = Symbol(20);
  c.opened_at = Instant{-5};
  c.waiting_since = Instant{17};
  c.merged_promise_count = 1;
  c.merged_promises[0] = {ConversationId(9), desk::Target::update, Instant{99}};
  c.clocks[2] = {desk::ClockStatus::paused,
                 3,
                 2,
                 true,
                 true,
                 true,
                 Symbol(8),
                 Instant{1},
                 never,
                 never,
                 Instant{2},
                 Instant{3},
                 never,
                 Span{100},
                 Span{40}};
  EXPECT_EQ(decode_conversation(encode(c)), c);
  EXPECT_EQ(decode_conversation(encode(desk::Conversation())), desk::Conversation());
  EXPECT_THROW((void)decode_conversation("1 2 x"), std::runtime_error);
  EXPECT_THROW((void)decode_conversation(""), std::runtime_error);
}

}  // namespace
}  // namespace suki::store
