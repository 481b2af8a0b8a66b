#include "app/search.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <span>

#include <fmt/format.h>

#include "app/view.h"
#include "app/views.h"
#include "app/work.h"
#include "base/number.h"
#include "base/text.h"
#include "store/words.h"

namespace suki::app {
namespace {

using store::SearchQuery;
using store::SearchTerm;

constexpr int page_rows = 25;  ///< conversations of a page; chosen
constexpr int pool_max = 200;  ///< newest matches among which the best come first; chosen, see bench/search
constexpr std::size_t snippet_bytes = 160;  ///< about; around the first hit

std::vector<std::string> list_of(const std::string& text) {
  std::vector<std::string> values;
  for (const std::string_view part : split(text, ','))
    if (!trim(part).empty()) values.emplace_back(trim(part));
  return values;
}

Result<Instant> day_of(const char* field, const std::string& text, Instant when_open) {
  if (text.empty()) return when_open;
  const auto at = parse_instant(text + "T00:00:00Z");
  if (!at) return bad_input(field, "must be a day, as 2026-11-25");
  return *at;
}

bool meets(const std::string& word, const SearchTerm& term) {
  if (term.is_not) return false;
  for (std::size_t i = 0; i < term.words.size(); ++i) {
    const bool open = term.prefix && i + 1 == term.words.size();
    if (open ? word.starts_with(term.words[i]) : word == term.words[i]) return true;
  }
  return false;
}
bool meets(const store::Stretch& stretch, const SearchQuery& query) {
  return std::any_of(stretch.words.begin(), stretch.words.end(), [&](const std::string& word) {
    return std::any_of(query.terms.begin(), query.terms.end(), [&](const auto& term) { return meets(word, term); });
  });
}

std::size_t at_character(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80) --at;
  return at;
}

/// `text` from the first hit on (or its beginning), its hits apart. bytes: about how much of it.
std::vector<SnippetPart> snippet_of(const std::string& text, const SearchQuery& query, std::size_t bytes) {
  std::vector<store::Stretch> hits;
  for (store::Stretch& stretch : store::stretches_of(text))
    if (meets(stretch, query)) hits.push_back(std::move(stretch));
  std::size_t begin = hits.empty() || hits.front().begin < bytes / 3 ? 0 : hits.front().begin - bytes / 3;
  if (begin > 0)
    if (const auto blank = text.find(' ', begin); blank < hits.front().begin) begin = blank + 1;
  begin = at_character(text, begin);
  const std::size_t end = at_character(text, begin + bytes);
  std::vector<SnippetPart> parts;
  const auto put = [&](std::size_t from, std::size_t to, bool hit) {
    if (from < to) parts.push_back({text.substr(from, to - from), hit});
  };
  if (begin > 0) parts.push_back({"… ", false});
  std::size_t at = begin;
  for (const store::Stretch& hit : hits) {
    if (hit.begin < at || hit.end > end) continue;
    put(at, hit.begin, false);
    put(hit.begin, hit.end, true);
    at = hit.end;
  }
  put(at, end, false);
  if (end < text.size()) parts.push_back({" …", false});
  return parts;
}

/// Hits in the subject weigh most, then who wrote, then the text; each further one less. The same on every engine.
double score_of(const store::MessageRecord& m, const std::string& subject, const SearchQuery& query) {
  const auto share = [&](const std::string& text, double weight) {
    double sum = 0, next = weight;
    for (const store::Stretch& stretch : store::stretches_of(text, 1'000))
      if (meets(stretch, query)) {
        sum += next;
        next /= 2;
      }
    return sum;
  };
  return share(subject, 4) + share(m.author, 3) + share(m.email, 3) + share(m.text, 1);
}

struct Cursor {
  MessageId before{std::numeric_limits<std::int64_t>::max()};
  std::size_t skip = 0;  ///< conversations of the pool that were shown
};
Result<Cursor> read_cursor(const std::string& text) {
  Cursor cursor;
  if (text.empty()) return cursor;
  const auto dot = text.find('.');
  const auto before = parse_positive(text.substr(0, dot));
  const auto skip = dot == std::string::npos ? std::nullopt : parse_positive(text.substr(dot + 1));
  if (!before || !skip || *skip > pool_max + 1) return bad_input("cursor", "is not one that a page gave");
  cursor.before = MessageId(*before);
  cursor.skip = static_cast<std::size_t>(*skip) - 1;
  return cursor;
}
std::string write_cursor(MessageId before, std::size_t skip) {
  return fmt::format("{}.{}", before.value, skip + 1);
}

/// The conversation that `q` names by its number: "12", "#12".
std::optional<std::string> jump_of(store::Tx& tx, std::string_view q) {
  q = trim(q);
  if (q.starts_with('#')) q.remove_prefix(1);
  const auto id = parse_positive(q);
  if (!id || !tx.find_conversation(ConversationId(*id))) return std::nullopt;
  return to_text(*id);
}

struct Candidate {
  store::MessageRecord message;
  double score = 0;
};

}  // namespace

Result<SearchResult> search(App& app, store::Tx& tx, const Caller& caller, const SearchInput& input) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  if (!input.order.empty() && input.order != "best" && input.order != "newest")
    return bad_input("order", "must be best or newest");
  const bool newest = input.order == "newest";
  Conditions conditions;
  conditions.state = list_of(input.state);
  conditions.team = list_of(input.team);
  conditions.assignee = list_of(input.assignee);
  conditions.topic = list_of(input.topic);
  conditions.channel = list_of(input.channel);
  store::SearchAsk ask;
  SUKI_TRY(ask.filter, to_filter(work, conditions));
  SUKI_TRY(ask.from, day_of("from", input.from, Instant{}));
  SUKI_TRY(const Instant last_day, day_of("to", input.to, never));
  ask.to = last_day == never ? never : last_day + days(1);
  SUKI_TRY(const Cursor cursor, read_cursor(input.cursor));
  ask.query = store::parse_search(input.q);
  ask.me = caller.agent;
  ask.before = cursor.before;
  ask.limit = pool_max;

  SearchResult result;
  if (input.cursor.empty()) result.jump = jump_of(tx, input.q);
  const store::SearchPage page = tx.search(ask);
  std::map<ConversationId, Candidate> best;
  std::vector<ConversationId> order;  // newest first
  // Some at once: one by one each would wait for the database, all together would hold every text.
  constexpr std::size_t at_once = 50;
  for (std::size_t begin = 0; begin < page.found.size(); begin += at_once) {
    const auto piece = std::span(page.found).subspan(begin, std::min(at_once, page.found.size() - begin));
    for (auto& [message, subject] : tx.read_found(piece)) {
      const double score = score_of(message, subject, ask.query);
      const auto [kept, is_new] = best.try_emplace(message.conversation);
      if (is_new) order.push_back(message.conversation);
      if (is_new || score > kept->second.score) kept->second = {std::move(message), score};
    }
  }
  if (!newest)
    std::stable_sort(order.begin(), order.end(),
                     [&](ConversationId a, ConversationId b) { return best[a].score > best[b].score; });
  const AgentNames agents(tx);
  const std::size_t end = std::min(order.size(), cursor.skip + page_rows);
  for (std::size_t i = cursor.skip; i < end; ++i) {
    const store::MessageRecord& message = best[order[i]].message;
    const auto row = tx.list_row(order[i]);
    if (!row) continue;
    Hit hit;
    hit.row = to_row(work, agents, *row, caller.language);
    hit.message = to_text(message.id.value);
    hit.kind = name_of(message.kind);
    hit.author = author_of(message, caller.language);
    hit.at = format_instant(message.at);
    hit.subject = snippet_of(row->subject, ask.query, 2 * snippet_bytes);
    hit.snippet = snippet_of(message.text, ask.query, snippet_bytes);
    result.items.push_back(std::move(hit));
  }
  // The same pool again, further on; then the one behind it.
  if (end < order.size()) {
    const MessageId before = cursor.skip > 0 || page.found.empty()
                                 ? cursor.before
                                 : MessageId(std::min(cursor.before.value, page.found.front().value + 1));
    result.next = write_cursor(before, end);
  } else if (page.next) {
    result.next = write_cursor(*page.next, 0);
  }
  return result;
}

}  // namespace suki::app
