/// What every use case has in hand, and what they share.
#pragma once

#include <string>
#include <vector>

#include "app/app.h"
#include "app/hearing.h"
#include "app/mail_budget.h"
#include "app/mail_trial.h"
#include "app/mailbox_board.h"
#include "app/plans.h"
#include "app/reading_marks.h"
#include "desk/conversation.h"
#include "store/tx.h"

namespace suki::app {

// Limits of what is taken from outside; in bytes unless said otherwise.
inline constexpr std::size_t name_max = 200;              ///< code points
inline constexpr std::size_t email_max = 254;             ///< RFC 5321, 4.5.3.1.3 with erratum 1690
inline constexpr std::size_t subject_max = 300;           ///< code points; chosen
inline constexpr std::size_t message_max = 50'000;        ///< code points; chosen, ten times a long letter
inline constexpr std::size_t mail_text_max = 256 * 1024;  ///< of a mail's text; the whole is kept raw
inline constexpr int page_max = 200;                      ///< rows of a list
inline constexpr int preview_length = 140;                ///< code points

/// One use case at work: in one transaction, at one instant, under the plan in force.
struct Work {
  App::Shared& shared;
  store::Tx& tx;
  Instant now;
  PlanPtr plan;

  [[nodiscard]] static Result<Work> begin(App::Shared& shared, store::Tx& tx);
};

struct App::Shared {
  store::Store& store;
  Host host;
  Plans plans;
  Hearing hearing = {};
  MailBudget mail_budget = {};
  MailTrials mail_trials = {};
  MailboxBoard mailboxes = {};
  ReadingMarks reading = {};
};

// ---- small answers ------------------------------------------------------------------------------------------------
[[nodiscard]] Maybe<Time> to_time(Instant at);  ///< null for never
[[nodiscard]] inline std::string to_text(std::int64_t id) {
  return std::to_string(id);
}
[[nodiscard]] std::string cut(std::string_view text, std::size_t code_points);
[[nodiscard]] std::string preview_of(std::string_view text);  ///< one line
/// bad_input "FIELD: ..." when it is not UTF-8, has control characters, or is longer than `code_points_max`.
[[nodiscard]] Result<void> check_text(const char* field, std::string_view text, std::size_t code_points_max);
[[nodiscard]] Result<void> check_present(const char* field, std::string_view text);
[[nodiscard]] Result<void> check_request_id(std::string_view text);
/// The address in the form it is kept (lower case); "" stays "".
[[nodiscard]] Result<std::string> check_email(const char* field, std::string_view text);
[[nodiscard]] Error bad_input(const char* field, std::string_view what);

/// Nobody writes into what was erased: refused, "erased".
[[nodiscard]] Result<void> check_not_erased(const store::ConversationRecord& conversation);

/// When the reply that the customer waits for is due; never: nobody waits, or nothing is promised.
[[nodiscard]] Instant reply_due(const desk::Conversation& state);

/// The private link's token: made from the conversation's id and a key of this store, so that it can be shown again.
[[nodiscard]] std::string link_token(store::Tx& tx, ConversationId id);
[[nodiscard]] std::string link_url(const Work& work, ConversationId id);

}  // namespace suki::app
