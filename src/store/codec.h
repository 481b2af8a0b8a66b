/// Core values as compact text: numbers with blanks between them, in a fixed order that only grows at its end.
#pragma once

#include <string>
#include <string_view>

#include "desk/conversation.h"
#include "desk/roster.h"

namespace suki::store {

[[nodiscard]] std::string encode(const desk::Conversation& state);
[[nodiscard]] std::string encode(const desk::Command& command, const plan::Facts& facts);
/// For digests: every field.
[[nodiscard]] std::string encode(const desk::Event& event);
[[nodiscard]] std::string encode(const desk::RosterInput& input);
/// They throw std::runtime_error on text that encode() did not make.
[[nodiscard]] desk::Conversation decode_conversation(std::string_view text);
[[nodiscard]] desk::RosterInput decode_roster_input(std::string_view text);
void decode_command(std::string_view text, desk::Command& command, plan::Facts& facts);

}  // namespace suki::store
