#include "store/figures.h"

#include "desk/types.h"
#include "store/quarantine.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;

static_assert(static_cast<std::size_t>(desk::State::closed) + 1 == state_count);

}  // namespace

Figures Tx::figures(Instant now) {
  Figures f;
  for (const auto& [state, n] : sql_.rows<Num, Num>("select a, n from tallies where sheet = 0"))
    if (state >= 0 && static_cast<std::size_t>(state) < state_count) f.by_state[static_cast<std::size_t>(state)] = n;
  const Tallies counted = tallies(AgentId());
  f.at_risk = counted.at_risk;
  f.breached = counted.breached;
  f.position = last_position();
  if (auto row = sql_.row<Num>("select at from input_log order by position desc limit 1"))
    f.last_input = Instant{std::get<0>(*row)};
  f.next_wake = next_wake();
  if (auto row = sql_.row<Num>("select count(*) from (select 1 as one from conversations where next_wake <= :now "
                               "limit :stretch) due",
                               now, figures_stretch))
    f.wakes_due = std::get<0>(*row);
  const auto mails = [this](MailState state) {
    auto row = sql_.row<Num>("select count(*) from (select 1 as one from outbox where state = :state limit :stretch) w",
                             state, figures_stretch);
    return row ? std::get<0>(*row) : 0;
  };
  f.mails_waiting = mails(MailState::queued);
  f.mails_failed = mails(MailState::failed);
  f.quarantined = count_quarantined(*this, QuarantineState::waiting, figures_stretch);
  f.mailboxes = sql_.number("select count(*) from mailboxes where enabled = 1 and removed_at = 0");
  f.mailboxes_failing =
      sql_.number("select count(*) from mailboxes where enabled = 1 and removed_at = 0 and last_error <> ''");
  if (auto row = sql_.row<Num>("select next_at from outbox where state = 0 order by next_at, id limit 1"))
    f.next_mail = Instant{std::get<0>(*row)};
  if (auto row = sql_.row<Num>("select number from plan_versions order by number desc limit 1"))
    f.plan = std::get<0>(*row);
  return f;
}

}  // namespace suki::store
