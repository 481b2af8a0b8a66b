/// The state of channels as the API tells it.
#pragma once

#include "app/work.h"
#include "desk/reachability.h"
#include "plan/facts.h"

namespace suki::app {

[[nodiscard]] const char* name_of(plan::ChannelKind kind);  ///< "form", "email", "phone", "walk-in"
/// Who could answer over phone and counter, by the roster. Empty, at the cost of one look, where no shifts are known.
[[nodiscard]] std::vector<desk::Answerers> answerers(const Work& work);
[[nodiscard]] List<ChannelState> channel_states(const Work& work, const std::string& language);
/// What somebody who writes now over `channel` would be told.
[[nodiscard]] Promise promise_for(const Work& work, Symbol channel, const plan::Facts& facts);
[[nodiscard]] List<Named> name_topics(const LoadedPlan& plan, const std::string& language);
/// The first channel of this kind; none.
[[nodiscard]] Symbol find_channel(const LoadedPlan& plan, plan::ChannelKind kind);
/// The e-mail channel that mails are sent from; null: the plan has none with an address.
[[nodiscard]] const plan::ChannelDecl* find_sender(const LoadedPlan& plan);
/// The one that a conversation that came by `came_by` is answered from: that, where it is one, else the first.
[[nodiscard]] const plan::ChannelDecl* find_sender(const LoadedPlan& plan, Symbol came_by);
/// The e-mail channel that has this address, as its own, as an alias, or before a "+tag"; null.
[[nodiscard]] const plan::ChannelDecl* channel_at(const LoadedPlan& plan, std::string_view email);
[[nodiscard]] inline bool is_own_address(const LoadedPlan& plan, std::string_view email) {
  return channel_at(plan, email) != nullptr;
}

}  // namespace suki::app
