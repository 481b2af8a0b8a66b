/// A batch of what moves in, on its way to whoever has the store, and what became of it.
///   OPTIONS (JSON)\n  then of each item  KIND LENGTH TIME\n BYTES
/// KIND `record`: a line of JSON (TIME 0); `mail`: a mail as it came, at TIME (microseconds; of never the highest)
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace suki::cli {

struct ImportWireOptions {
  bool dry_run = false, hand_out = false;
  std::string source;           ///< of mails
  std::int64_t open_for_s = 0;  ///< of a mailbox; see app::ImportOptions
};
BOOST_DESCRIBE_STRUCT(ImportWireOptions, (), (dry_run, hand_out, source, open_for_s))

struct ImportWireItem {
  std::string_view kind, bytes;
  std::int64_t at = 0;  ///< of a mail, microseconds
};

struct ImportedItem {
  std::string outcome;  ///< added, known, rejected
  std::string reason;
  std::int64_t conversations = 0;  ///< that it begins
};
BOOST_DESCRIBE_STRUCT(ImportedItem, (), (outcome, reason, conversations))
struct ImportedWord {
  std::string field, given, used;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(ImportedWord, (), (field, given, used, count))
struct ImportedBatch {
  std::vector<ImportedItem> items;  ///< in the order given
  std::int64_t messages = 0, files = 0;
  std::vector<std::string> customers;
  std::vector<ImportedWord> words;
};
BOOST_DESCRIBE_STRUCT(ImportedBatch, (), (items, messages, files, customers, words))
struct TakenUp {
  std::int64_t done = 0;
};
BOOST_DESCRIBE_STRUCT(TakenUp, (), (done))

void add_item(std::string& body, const ImportWireItem& item);
/// Views into `body`. Errors: bad_input.
[[nodiscard]] Result<std::vector<ImportWireItem>> read_items(std::string_view body);

}  // namespace suki::cli
