/// Moving in: conversations that were led in another system become conversations here, with their own times. Nobody is
/// told of any of it: no mail, no automatic reply, no notice, no step of an escalation, and routing gives nothing to
/// anybody. What happened before is not measured by this plan; what is still unsolved is promised from now on. See
/// docs/decisions/0031-import.md.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/app.h"
#include "import/records.h"
#include "store/imported.h"

namespace suki::app {

struct ImportOptions {
  bool dry_run = false;   ///< nothing is written
  bool hand_out = false;  ///< unsolved ones that nobody has go to agents by the plan's routing
  /// Of a mailbox: what the customer wrote last is open for so long after, and else solved. Chosen, not measured.
  Span open_for = days(14);
};

enum class ImportOutcome : std::uint8_t { added, known };
/// A word of the file that the plan or the staff do not have.
struct ImportMapping {
  std::string field, given, used;  ///< used "": left out
  friend auto operator<=>(const ImportMapping&, const ImportMapping&) = default;
};
struct ImportAnswer {
  ImportOutcome outcome = ImportOutcome::added;
  ConversationId conversation;
  std::int64_t conversations = 0, messages = 0, files = 0;  ///< that are new
  std::string customer;  ///< "": no new one; else what tells new ones apart, in a dry run too
  std::vector<ImportMapping> mapped;
};

/// One transaction's worth of moving in.
class Importer {
 public:
  /// Errors: not_found (no plan is in force), io.
  static Result<Importer> begin(App& app, store::Tx& tx, const ImportOptions& options);
  Importer(Importer&&) noexcept;
  ~Importer();

  /// A line as importing::write_record() makes it. Errors of the record, which leave nothing behind but in the
  /// transaction: bad_input, conflict (it came before and said something else), refused. Others are the store's.
  Result<ImportAnswer> take(std::string_view line);
  /// A mail as it came. Mails of one mailbox are given in the order of their times.
  Result<ImportAnswer> take(const importing::Mail& mail);

 private:
  struct Inside;
  explicit Importer(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};
/// Whether an error of Importer's is the record's own fault, so that the next one can go on.
[[nodiscard]] bool is_rejection(const Error& error);

/// Has the plan serve what was imported and waits for that; the count done, at most `limit`.
[[nodiscard]] Result<int> take_up_imported(App& app, store::Tx& tx, int limit, const ImportOptions& options);

/// Where a conversation came from; none: it began here.
[[nodiscard]] Maybe<Imported> show_imported(store::Tx& tx, ConversationId id);

}  // namespace suki::app
