/// Erasing a customer, by request or by the plan's rule. Names, addresses, subjects, bodies, files and mails go;
/// events, which hold ids and numbers alone, stay, so that every promise and figure stays as it was. What is large is
/// erased a batch at a time: the name and the address at once, the rest by erase_step() until it says that nothing is
/// left. Whoever is killed in between goes on there. See docs/decisions/0016-erasing.md.
#pragma once

#include <optional>
#include <string>

#include "app/app.h"
#include "app/privacy_types.h"
#include "plan/compiled.h"
#include "store/privacy_records.h"

namespace suki::app {

inline constexpr int erase_batch = 20;        ///< conversations in one transaction; chosen: some 50 ms
inline constexpr int scrub_pages = 500;       ///< of search's index, merged in one transaction; chosen
inline constexpr int forget_stretch = 2'000;  ///< customers looked at in one step of the rule; chosen
inline constexpr int next_stretches_max = 5;  ///< of customers looked at for one page of what comes next; chosen
inline constexpr int retention_days_shown = 60;
/// Between putting a shorter rule in force and following it: time to notice a slip, and to take it back.
inline constexpr Span retention_grace = hours(24);

[[nodiscard]] const char* name_of(store::ErasureReason reason);
[[nodiscard]] std::optional<store::ErasureReason> find_erasure_reason(std::string_view name);

/// What would go. not_found.
[[nodiscard]] Result<ErasurePreview> preview_erasure(App& app, store::Tx& tx, const Caller& caller, CustomerId id);
/// Begins, and does the first batch. Who is erased already, or being erased: nothing new happens. Errors: not_found,
/// bad_input (reason; confirm is not what the preview says). `caller` without an agent: the command line.
[[nodiscard]] Result<Erasure> erase_customer(App& app, store::Tx& tx, const Caller& caller, CustomerId id,
                                             const EraseCustomer& input);
/// A batch of whatever was begun, or a step of making its bytes unreadable. True: there is more to do.
[[nodiscard]] Result<bool> erase_step(App& app, store::Tx& tx);
/// Whether erase_step() has anything to do; for a look before the writer is asked.
[[nodiscard]] bool has_to_erase(store::Tx& tx);
[[nodiscard]] Result<Erasures> erasures(App& app, store::Tx& tx, const std::string& cursor, int limit);

/// One line of the list of those erased: enough to erase them again where a backup brought them back, and nothing by
/// which somebody could find out who they were.
struct ErasedEntry {
  Text customer, reason;
  Time asked_at;
  Text first_conversation;
  Maybe<Time> first_at;
};
BOOST_DESCRIBE_STRUCT(ErasedEntry, (), (customer, reason, asked_at, first_conversation, first_at))
/// The oldest page of the list behind `after` (a customer's place in it, "" the beginning); `next` "": it was the last.
struct ErasedPage {
  List<ErasedEntry> items;
  Text next;
};
BOOST_DESCRIBE_STRUCT(ErasedPage, (), (items, next))
[[nodiscard]] Result<ErasedPage> erased_list(store::Tx& tx, const std::string& cursor, int limit);
enum class ErasedAgain : std::uint8_t { begun, already, not_here };
/// not_here: there is no such customer, or this number is another person's now, since their first conversation is
/// another one.
[[nodiscard]] Result<ErasedAgain> erase_again(App& app, store::Tx& tx, const ErasedEntry& entry);

// ---- the plan's rule ------------------------------------------------------------------------------------------------
/// What is followed now: of the rules in force during the last retention_grace, the one that keeps longest.
struct RetentionRule {
  plan::Retention in_force, followed;
  Instant followed_from = never;  ///< when `in_force` is followed; never: it is already
};
[[nodiscard]] Result<RetentionRule> retention_rule(App& app, store::Tx& tx);
[[nodiscard]] Result<RetentionView> show_retention(App& app, store::Tx& tx);
struct RetentionNextAsk {
  std::string kind;    ///< conversations, customers
  std::string cursor;  ///< `next` of the page before
  int limit = 50;
};
/// What the rule in force takes next. bad_input. Cost O(limit) conversations, or next_stretches_max stretches.
[[nodiscard]] Result<RetentionNextPage> retention_next(App& app, store::Tx& tx, const RetentionNextAsk& ask);
/// Everything that the rule in force would take at once, counted. Cost: one pass over the solved conversations that are
/// due and over all customers.
struct RetentionDue {
  std::int64_t conversations = 0, customers = 0;
  RetentionRule rule;
};
[[nodiscard]] Result<RetentionDue> count_retention(App& app, store::Tx& tx);
/// A batch of what is due under the rule that is followed. `after`: where the look at customers stands; none at the
/// beginning. True: there is more.
[[nodiscard]] Result<bool> retention_step(App& app, store::Tx& tx, CustomerId& after);

}  // namespace suki::app
