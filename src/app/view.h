/// Conversations as the desk's API shows them.
#pragma once

#include <map>

#include "app/work.h"
#include "desk/ledger.h"

namespace suki::app {

/// Names of agents by id, read once per answer.
class AgentNames {
 public:
  explicit AgentNames(store::Tx& tx);
  [[nodiscard]] std::string find(AgentId agent) const;  ///< "" for nobody

 private:
  std::map<AgentId, std::string> names_;
};

[[nodiscard]] const char* name_of(store::MessageKind kind);  ///< "customer", "reply", "automatic", "note"
/// Who wrote it, as staff sees it: an automatic message has no author of its own.
[[nodiscard]] std::string author_of(const store::MessageRecord& message, const std::string& language);
/// Of a conversation, oldest first, as staff sees them.
[[nodiscard]] List<Message> show_messages(store::Tx& tx, ConversationId id, const std::string& language);
[[nodiscard]] Result<Conversation> show_conversation(Work& work, const Caller& caller, ConversationId id);
[[nodiscard]] Row to_row(const Work& work, const AgentNames& agents, const store::ListRow& row,
                         const std::string& language);
[[nodiscard]] ClockView to_clock_view(desk::Target target, const desk::Clock& clock, const plan::CompiledPlan& pinned,
                                      Instant now);
[[nodiscard]] TimelineEvent to_timeline(const Work& work, const AgentNames& agents, const desk::Event& event,
                                        const std::string& customer, const std::string& language);
/// Every plan version that the conversation pinned; they stay alive with it.
struct Pinned {
  std::vector<PlanPtr> keep;
  std::vector<desk::PinnedPlan> plans;
};
[[nodiscard]] Result<Pinned> find_pinned(Work& work, const std::vector<desk::Event>& events);

}  // namespace suki::app
