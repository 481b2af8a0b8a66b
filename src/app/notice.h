/// Notices: what staff are told of an escalation step by mail, and in which words.
#pragma once

#include "app/work.h"
#include "mail/mail.h"

namespace suki::app {

/// What a notice is about. `effect` is notify_agent or notify_team, `step` the event that it follows from.
struct Occasion {
  const desk::Conversation& state;
  const desk::Effect& effect;
  const desk::Event& step;
  std::string subject, customer, holder;  ///< of the conversation; holder "": nobody
};

/// In the language of who is told. Sender, date and ids are the caller's.
[[nodiscard]] mail::Outgoing write_notice(const Work& work, const Occasion& occasion, const store::StaffRecord& to);

/// The notice that this mail answers, or is itself: bounces, absence notes, an agent's own answer. By its Message-ID,
/// which only those who got it know.
[[nodiscard]] std::optional<store::NoticeRecord> find_notice(store::Tx& tx, const mail::Parsed& mail);

}  // namespace suki::app
