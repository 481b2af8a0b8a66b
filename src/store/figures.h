/// The whole store in figures, for those who keep watch over it. Numbers only: nothing of a customer.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"

namespace suki::store {

inline constexpr int figures_stretch = 10'000;  ///< what has no count of its own is counted up to here
inline constexpr std::size_t state_count = 5;   ///< of desk::State

struct Figures {
  std::array<std::int64_t, state_count> by_state{};  ///< conversations, by desk::State
  std::int64_t at_risk = 0, breached = 0;            ///< of those not resolved
  std::int64_t position = 0;                         ///< the last place of the input log
  Instant last_input{};                              ///< its instant; 0: there is none
  std::int64_t wakes_due = 0;                        ///< conversations whose next_wake is past; up to figures_stretch
  Instant next_wake = never;
  std::int64_t mails_waiting = 0, mails_failed = 0;   ///< of the outbox; up to figures_stretch each
  std::int64_t quarantined = 0;                       ///< mails in quarantine; up to figures_stretch
  std::int64_t mailboxes = 0, mailboxes_failing = 0;  ///< that mail is fetched from; of them, whose last look failed
  Instant next_mail = never;                          ///< when the first of those that wait may be tried
  std::int64_t plan = 0;                              ///< number of the version in force; 0: none
};

}  // namespace suki::store
