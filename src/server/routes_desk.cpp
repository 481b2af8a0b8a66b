// What agents (and managers) do.
#include "server/jobs.h"
#include "server/limits.h"
#include "server/table.h"

namespace suki::server {
namespace {

using store::Tx;
constexpr int limit_default = 50;

Result<app::Inbox> inbox(app::App& app, Tx& tx, const Call& call, const Nothing&) {
  SUKI_TRY(const int limit, call.limit(limit_default));
  const std::string view(call.request.find_query("view"));
  const std::string_view from = call.request.find_query("from");
  if (!from.empty() && from != "start" && from != "end")
    return fail(ErrorCode::bad_input, "from: must be start or end");
  return app.inbox(tx, call.caller, view.empty() ? "open" : view, std::string(call.request.find_query("cursor")), limit,
                   from == "end");
}

Result<app::ClockExplanation> explain(app::App& app, Tx& tx, const Call& call, const Nothing&) {
  SUKI_TRY(const ConversationId id, call.conversation());
  SUKI_TRY(const std::int64_t cycle, call.id(2));
  if (cycle > 1'000'000) return fail(ErrorCode::not_found, "no such cycle");
  return app.explain(tx, call.caller, id, call.parameters.at(1), static_cast<int>(cycle));
}

/// The message must be of the conversation in the address; App::raw_mail knows messages only.
Result<app::App::Blob> raw_mail(app::App& app, Tx& tx, const Call& call, const Nothing&) {
  SUKI_TRY(const ConversationId id, call.conversation());
  SUKI_TRY(const std::int64_t message, call.id(1));
  SUKI_TRY(const app::Conversation conversation, app.conversation(tx, call.caller, id));
  for (const app::Message& held : conversation.messages) {
    if (held.id != std::to_string(message)) continue;
    SUKI_TRY(app::App::Blob blob, app.raw_mail(tx, call.caller, MessageId{message}));
    blob.type = "message/rfc822";
    return blob;
  }
  return fail(ErrorCode::not_found, "no such message");
}

/// A conversation changed by one of the verbs.
template <class In, Result<app::Conversation> (app::App::*Verb)(Tx&, const app::Caller&, ConversationId, const In&)>
Result<app::Conversation> act(app::App& app, Tx& tx, const Call& call, const In& input) {
  SUKI_TRY(const ConversationId id, call.conversation());
  return (app.*Verb)(tx, call.caller, id, input);
}

}  // namespace

std::vector<Route> desk_routes() {
  std::vector<Route> all;
  all.push_back(with<Nothing, app::Inbox>(
      {.method = Method::get,
       .pattern = "/api/v1/conversations",
       .permission = Permission::answer,
       .summary = "One page of a view, with the counts of all views. A page of a saved view may have fewer rows "
                  "than asked for, even none, and still a `next`.",
       .query = {{"view",
                  "open (default), mine, unassigned, at_risk, breached, waiting, resolved, closed, all, "
                  "team:ID, topic:ID, or saved:ID for one of /api/v1/views."},
                 {"cursor", "`next` of the page before."},
                 {"from", "start (default), or end: the last rows first, and on from there."},
                 {"limit", "Rows of a page, 1 to 200; 50 by default."}},
       .problems = {400, 404}},
      inbox));
  all.push_back(with<Nothing, app::Conversation>(
      {.method = Method::get,
       .pattern = "/api/v1/conversations/{id}",
       .permission = Permission::answer,
       .summary = "A conversation with its messages, history and clocks.",
       .problems = {404},
       .audit = {"conversation.open", "conversation", 0}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::Conversation> {
        SUKI_TRY(const ConversationId id, call.conversation());
        return app.conversation(tx, call.caller, id);
      }));
  all.push_back(with<app::Reply, app::Conversation>(
      {.method = Method::post,
       .pattern = "/api/v1/conversations/{id}/replies",
       .permission = Permission::answer,
       .access = Access::write,
       .summary = "Replies to the customer. 409 conflict when something that matters came after `after`.",
       .status = 201,
       .body_bytes_max = limits::body_bytes_message,
       .problems = {404, 409},
       .shows_conversation = true},
      act<app::Reply, &app::App::reply>));
  all.push_back(with<app::Note, app::Conversation>({.method = Method::post,
                                                    .pattern = "/api/v1/conversations/{id}/notes",
                                                    .permission = Permission::answer,
                                                    .access = Access::write,
                                                    .summary = "Leaves a note that only staff sees.",
                                                    .status = 201,
                                                    .body_bytes_max = limits::body_bytes_message,
                                                    .problems = {404, 409},
                                                    .shows_conversation = true},
                                                   act<app::Note, &app::App::note>));
  all.push_back(with<app::Change, app::Conversation>(
      {.method = Method::patch,
       .pattern = "/api/v1/conversations/{id}",
       .permission = Permission::answer,
       .access = Access::write,
       .summary = "Changes what is given, all or nothing. 409 refused when the rules say no.",
       .body_bytes_max = limits::body_bytes_default,
       .problems = {404, 409},
       .shows_conversation = true},
      act<app::Change, &app::App::change>));
  all.push_back(with<Nothing, app::ClockExplanation>(
      {.method = Method::get,
       .pattern = "/api/v1/conversations/{id}/clocks/{target}/{cycle}",
       .permission = Permission::answer,
       .summary = "Why a clock is due when it is: which stretches counted, which not, and by which rule.",
       .problems = {404}},
      explain));
  all.push_back(with<Nothing, app::App::Blob>({.method = Method::get,
                                               .pattern = "/api/v1/conversations/{id}/messages/{message}/raw",
                                               .permission = Permission::answer,
                                               .summary = "A mail exactly as it came.",
                                               .problems = {404},
                                               .audit = {"message.raw", "message", 1},
                                               .response_type = "message/rfc822"},
                                              raw_mail));
  all.push_back(with<Nothing, app::App::Blob>(
      {.method = Method::get,
       .pattern = "/api/v1/attachments/{id}",
       .permission = Permission::answer,
       .summary = "An attachment, to be saved.",
       .problems = {404},
       .audit = {"attachment.open", "attachment", 0},
       .response_type = "application/octet-stream"},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::App::Blob> {
        SUKI_TRY(const std::int64_t id, call.id(0));
        return app.attachment(tx, call.caller, id);
      }));
  all.push_back(with<Nothing, app::DeskOptions>(
      {.method = Method::get,
       .pattern = "/api/v1/options",
       .permission = Permission::answer,
       .summary = "What the desk offers to choose from."},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) { return app.options(tx, call.caller); }));
  all.push_back(
      {.method = Method::get,
       .pattern = "/api/v1/feed",
       .permission = Permission::answer,
       .summary =
           "A WebSocket: {\"position\", \"row\"} for each conversation that changed, as Row, and "
           "{\"counts\", \"at\"}, exactly as of position at. Who comes back says the run and the last "
           "position it heard, and gets the rows that it missed, in order, then {\"position\", "
           "\"run\"}; or, when too much was missed or it is not known, with \"snapshot\": true: then "
           "everything is to be read again. {\"watching\"}: who looks and types where. {\"people\"}: presence or "
           "roster changed. The client says {\"watch\", \"typing\"}.",
       .status = 101,
       .special = Special::feed,
       .query = {{"after", "The last position that was heard; without it, a snapshot."}, {"run", "What came with it."}},
       .problems = {403, 426, 503},
       .response_type = ""});
  return all;
}

}  // namespace suki::server
