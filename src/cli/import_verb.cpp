/// The server's side of `suki import`.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/import.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/import.h"
#include "cli/import_wire.h"
#include "json/read.h"
#include "json/write.h"

namespace suki::cli {
namespace {

// One commit: what a reader of the desk waits for meanwhile, at most. Chosen: about ten milliseconds.
constexpr std::size_t items_at_once = 20;
constexpr std::size_t bytes_at_once = 1u << 20;

using Items = std::vector<ImportWireItem>;

app::ImportOptions to_options(const ImportWireOptions& given) {
  return {given.dry_run, given.hand_out, seconds(given.open_for_s)};
}

/// What became of a batch so far.
struct Sum {
  ImportedBatch batch;
  std::map<app::ImportMapping, std::int64_t> words;

  void add(app::ImportAnswer answer) {
    batch.items.push_back({answer.outcome == app::ImportOutcome::added ? "added" : "known", "", answer.conversations});
    batch.messages += answer.messages;
    batch.files += answer.files;
    if (!answer.customer.empty()) batch.customers.push_back(std::move(answer.customer));
    for (app::ImportMapping& word : answer.mapped) ++words[std::move(word)];
  }
};

/// All of them in one transaction, or none.
Result<void> take_together(app::App& app, store::Store& store, const app::ImportOptions& options, const Items& items,
                           const std::string& source, std::size_t first, std::size_t end, Sum& sum) {
  Sum now;
  const auto take = [&](store::Tx& tx) -> Result<void> {
    now = sum;
    SUKI_TRY(app::Importer importer, app::Importer::begin(app, tx, options));
    for (std::size_t i = first; i < end; ++i) {
      const bool is_mail = items[i].kind == "mail";
      auto answer = is_mail ? importer.take(importing::Mail{{source, ""}, std::string(items[i].bytes), {items[i].at}})
                            : importer.take(items[i].bytes);
      if (!answer.ok()) return std::move(answer).error();
      now.add(*std::move(answer));
    }
    return {};
  };
  SUKI_CHECK(options.dry_run ? store.read_and_wait(take) : store.write_and_wait(take));
  sum = std::move(now);
  return {};
}

Result<void> take_all(app::App& app, store::Store& store, const app::ImportOptions& options, const std::string& source,
                      const Items& items, Sum& sum) {
  for (std::size_t first = 0; first < items.size();) {
    std::size_t end = first, bytes = 0;
    while (end < items.size() && end - first < items_at_once && (end == first || bytes < bytes_at_once))
      bytes += items[end++].bytes.size();
    const Result<void> together = take_together(app, store, options, items, source, first, end, sum);
    if (!together.ok()) {
      if (!app::is_rejection(together.error())) return together.error();
      // Whichever it is, the others are taken.
      for (std::size_t i = first; i < end; ++i) {
        const Result<void> alone = take_together(app, store, options, items, source, i, i + 1, sum);
        if (alone.ok()) continue;
        if (!app::is_rejection(alone.error())) return alone.error();
        sum.batch.items.push_back({"rejected", alone.error().detail, 0});
      }
    }
    first = end;
  }
  return {};
}

}  // namespace

void add_item(std::string& body, const ImportWireItem& item) {
  body += fmt::format("{} {} {}\n", item.kind, item.bytes.size(), item.at);
  body += item.bytes;
}

Result<std::vector<ImportWireItem>> read_items(std::string_view body) {
  std::vector<ImportWireItem> items;
  while (!body.empty()) {
    const auto end = body.find('\n');
    const auto words = split(body.substr(0, end), ' ');
    const auto length = words.size() == 3 ? parse_whole(words[1]) : std::nullopt;
    const auto at = words.size() == 3 ? parse_whole(words[2]) : std::nullopt;
    if (end == std::string_view::npos || !length || !at || *length < 0 ||
        static_cast<std::size_t>(*length) > body.size() - end - 1)
      return fail(ErrorCode::bad_input, "a batch begins each item with KIND LENGTH TIME");
    const auto size = static_cast<std::size_t>(*length);
    items.push_back({words[0], body.substr(end + 1, size), *at});
    body.remove_prefix(end + 1 + size);
  }
  return items;
}

Result<std::string> import_batch(app::App& app, store::Store& store, const std::string& body) {
  const auto end = body.find('\n');
  SUKI_TRY(const ImportWireOptions options, json::read<ImportWireOptions>(body.substr(0, end)));
  if (end == std::string::npos) return fail(ErrorCode::bad_input, "a batch has a line of options first");
  SUKI_TRY(const Items items, read_items(std::string_view(body).substr(end + 1)));
  Sum sum;
  SUKI_CHECK(take_all(app, store, to_options(options), options.source, items, sum));
  for (const auto& [word, count] : sum.words) sum.batch.words.push_back({word.field, word.given, word.used, count});
  return json::write(sum.batch);
}

Result<std::string> import_take_up(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const ImportWireOptions options, json::read<ImportWireOptions>(body));
  TakenUp taken;
  SUKI_CHECK(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(taken.done, app::take_up_imported(app, tx, static_cast<int>(items_at_once), to_options(options)));
    return {};
  }));
  return json::write(taken);
}

}  // namespace suki::cli
