#include "base/text.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

// Tokens are base64url, so a blank parts them.
Text joined(const std::vector<Text>& tokens) {
  Text all;
  for (const Text& token : tokens) all.append(all.empty() ? "" : " ").append(token);
  return all;
}

}  // namespace

std::optional<DraftRecord> Tx::find_draft(AgentId agent, ConversationId id, MessageKind kind) {
  auto row = sql_.row<Num, Text, Num, Num, Text, Text>(
      "select revision, writer, seen, at, body, uploads from drafts where agent = :agent and conversation = :id and "
      "kind = :kind",
      agent, id, kind);
  if (!row) return std::nullopt;
  const auto& [revision, writer, seen, at, text, uploads] = *row;
  DraftRecord draft{agent, id, kind, revision, writer, seen, Instant{at}, text, {}};
  if (!uploads.empty())
    for (const std::string_view token : split(uploads, ' ')) draft.uploads.emplace_back(token);
  return draft;
}

void Tx::save_draft(const DraftRecord& d) {
  sql_.run(
      "insert into drafts (agent, conversation, kind, revision, writer, seen, at, body, uploads) values (:agent, :id, "
      ":kind, :revision, :writer, :seen, :at, :body, :uploads) on conflict (agent, conversation, kind) do update set "
      "revision = excluded.revision, writer = excluded.writer, seen = excluded.seen, at = excluded.at, body = "
      "excluded.body, uploads = excluded.uploads",
      d.agent, d.conversation, d.kind, d.revision, d.writer, d.seen, d.at, d.text, joined(d.uploads));
}

std::vector<ConversationId> Tx::drafted(AgentId agent, int limit) {
  std::vector<ConversationId> result;
  for (const auto& [id, at] : sql_.rows<Num, Num>(
           "select conversation, max(at) from drafts where agent = :agent and (body <> '' or uploads <> '') group by "
           "conversation order by max(at) desc, conversation desc limit :limit",
           agent, limit))
    result.emplace_back(id);
  return result;
}

}  // namespace suki::store
