/// Mails that are kept apart, and why. Their bytes lie among the contents of files, once by their SHA-256. Free
/// functions over a transaction; what writes runs alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace suki::store {

class Tx;

/// Stored by number.
enum class QuarantineReason : std::uint8_t {
  crashed = 1,           ///< the program ended several times with this mail in hand
  slow = 2,              ///< reading it took longer than any mail may take
  failed = 3,            ///< reading or storing it ended in an error of ours
  refused = 4,           ///< the rules said no
  limits = 5,            ///< more parts, or bytes, than are read
  not_a_mail = 6,        ///< there is no header and nothing that could be one
  nothing_readable = 7,  ///< nobody has sent it, and it says nothing
  spam = 8               ///< a filter on its way marked it
};
enum class QuarantineState : std::uint8_t {
  waiting = 0,
  deleted = 1  ///< can be taken back for a while
};

struct QuarantineRecord {
  std::int64_t id = 0;
  std::string digest;  ///< SHA-256 of the bytes
  std::int64_t size = 0;
  Instant received_at, tried_at;     ///< tried_at: when it was read last
  std::string email, name, subject;  ///< as far as they can be read; email in lower case
  QuarantineReason reason = QuarantineReason::failed;
  std::string detail;         ///< English, for whoever repairs it; "" the reason says all
  std::int64_t attempts = 1;  ///< to deliver it, by senders and by people
  QuarantineState state = QuarantineState::waiting;
  Instant deleted_at{};  ///< of a deleted one
};
struct QuarantineKey {
  std::int64_t received_at = 0, id = 0;
};

/// Gives it an id, and returns it.
std::int64_t add_quarantined(Tx& tx, QuarantineRecord mail, std::string_view bytes);
[[nodiscard]] std::optional<QuarantineRecord> find_quarantined(Tx& tx, std::int64_t id);
[[nodiscard]] std::optional<QuarantineRecord> find_quarantined(Tx& tx, const std::string& digest);
/// The newest first; `before` null: the first page. Cost O(limit).
[[nodiscard]] std::vector<QuarantineRecord> quarantined(Tx& tx, QuarantineState state, const QuarantineKey* before,
                                                        int limit);
[[nodiscard]] std::int64_t count_quarantined(Tx& tx, QuarantineState state, int limit);  ///< at most `limit`
void update_quarantined(Tx& tx, const QuarantineRecord& mail);  ///< tried_at, reason, detail, attempts, state
void remove_quarantined(Tx& tx, const QuarantineRecord& mail);  ///< with its bytes, when nothing else has them

/// The next one behind `after` from this address (lower case), by id.
[[nodiscard]] std::optional<QuarantineRecord> next_quarantined_from(Tx& tx, const std::string& email,
                                                                    std::int64_t after);

// ---- what goes by a rule; how many went
int remove_quarantined_from(Tx& tx, const std::string& email, int limit);
int remove_quarantined_before(Tx& tx, Instant received_before, int limit);
int remove_deleted_quarantined(Tx& tx, Instant deleted_before, int limit);
struct QuarantinedOf {
  std::int64_t mails = 0, bytes = 0;
};
[[nodiscard]] QuarantinedOf count_quarantined_from(Tx& tx, const std::string& email);

}  // namespace suki::store
