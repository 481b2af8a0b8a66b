// Writing to customers: what one needs for it, previews, forwards, and replies that wait.
#include "app/compose.h"
#include "app/files.h"
#include "app/held.h"
#include "server/jobs.h"
#include "server/limits.h"
#include "server/table.h"

namespace suki::server {
namespace {

using store::Tx;

template <class In,
          Result<app::Conversation> (*Do)(app::App::Shared&, Tx&, const app::Caller&, ConversationId, const In&)>
Result<app::Conversation> act(app::App& app, Tx& tx, const Call& call, const In& input) {
  SUKI_TRY(const ConversationId id, call.conversation());
  return Do(app.shared(), tx, call.caller, id, input);
}

template <class In, Result<app::Conversation> (*Do)(app::App::Shared&, Tx&, const app::Caller&, ConversationId,
                                                    std::int64_t, const In&)>
Result<app::Conversation> act_on_held(app::App& app, Tx& tx, const Call& call, const In& input) {
  SUKI_TRY(const ConversationId id, call.conversation());
  SUKI_TRY(const std::int64_t held, call.id(1));
  return Do(app.shared(), tx, call.caller, id, held, input);
}

void add_looks(std::vector<Route>& all) {
  all.push_back(with<Nothing, app::ComposeView>(
      {.method = Method::get,
       .pattern = "/api/v1/conversations/{id}/compose",
       .permission = Permission::answer,
       .summary = "What one needs to write here: who gets it, templates, times to send at.",
       .problems = {404, 409},
       .audit = {"conversation.open", "conversation", 0}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::ComposeView> {
        SUKI_TRY(const ConversationId id, call.conversation());
        return app::show_compose(app.shared(), tx, call.caller, id);
      }));
  all.push_back(with<app::PreviewAsk, app::MailPreview>(
      {.method = Method::post,
       .pattern = "/api/v1/conversations/{id}/preview",
       .permission = Permission::answer,
       .access = Access::write,
       .summary = "The mail as it would go out now; nothing is sent or kept.",
       .body_bytes_max = limits::body_bytes_message,
       .problems = {404, 409},
       .shows_conversation = true},
      [](app::App& app, Tx& tx, const Call& call, const app::PreviewAsk& input) -> Result<app::MailPreview> {
        SUKI_TRY(const ConversationId id, call.conversation());
        return app::preview(app.shared(), tx, call.caller, id, input);
      }));
  all.push_back(with<Nothing, app::Picture>(
      {.method = Method::get,
       .pattern = "/api/v1/uploads/{id}/preview",
       .permission = Permission::answer,
       .summary = "A PNG, JPEG, GIF or WebP that the agent has sent in and not used yet, to be shown.",
       .problems = {404},
       .response_type = "image/*"},
      [](app::App&, Tx& tx, const Call& call, const Nothing&) -> Result<app::Picture> {
        if (call.parameters.at(0).size() > limits::token_bytes_max)
          return fail(ErrorCode::not_found, "no such address");
        return app::show_upload(tx, call.caller, call.parameters.at(0));
      }));
}

void add_held(std::vector<Route>& all) {
  all.push_back(with<app::Forward, app::Conversation>(
      {.method = Method::post,
       .pattern = "/api/v1/conversations/{id}/forwards",
       .permission = Permission::answer,
       .access = Access::write,
       .summary = "Sends words of this conversation on to somebody else; it stays here as a note.",
       .status = 201,
       .body_bytes_max = limits::body_bytes_message,
       .problems = {404, 409},
       .shows_conversation = true},
      act<app::Forward, &app::forward>));
  all.push_back(with<app::Hold, app::Conversation>(
      {.method = Method::post,
       .pattern = "/api/v1/conversations/{id}/held",
       .permission = Permission::answer,
       .access = Access::write,
       .summary = "A reply or forward that goes out at a time, or when it can no longer be undone. When something that "
                  "matters comes first, it is stopped.",
       .status = 201,
       .body_bytes_max = limits::body_bytes_message,
       .problems = {404, 409},
       .shows_conversation = true},
      act<app::Hold, &app::hold>));
  all.push_back(with<app::TakeBack, app::Conversation>({.method = Method::post,
                                                        .pattern = "/api/v1/conversations/{id}/held/{held}/undo",
                                                        .permission = Permission::answer,
                                                        .access = Access::write,
                                                        .summary = "Takes back what has not gone: it is a draft again.",
                                                        .body_bytes_max = limits::body_bytes_default,
                                                        .problems = {404},
                                                        .shows_conversation = true},
                                                       act_on_held<app::TakeBack, &app::take_back>));
  all.push_back(with<app::SendNow, app::Conversation>({.method = Method::post,
                                                       .pattern = "/api/v1/conversations/{id}/held/{held}/send",
                                                       .permission = Permission::answer,
                                                       .access = Access::write,
                                                       .summary = "Sends what waits or was stopped, at once.",
                                                       .body_bytes_max = limits::body_bytes_default,
                                                       .problems = {404, 409},
                                                       .shows_conversation = true},
                                                      act_on_held<app::SendNow, &app::send_now>));
  all.push_back(with<Nothing, app::HeldList>({.method = Method::get,
                                              .pattern = "/api/v1/held",
                                              .permission = Permission::answer,
                                              .summary = "The agent's replies and forwards that wait or were stopped."},
                                             [](app::App& app, Tx& tx, const Call& call, const Nothing&) {
                                               return app::own_held(app.shared(), tx, call.caller);
                                             }));
}

}  // namespace

std::vector<Route> compose_routes() {
  std::vector<Route> all;
  add_looks(all);
  add_held(all);
  all.push_back(
      with<Nothing, app::ComposeRules>({.method = Method::get,
                                        .pattern = "/api/v1/compose-rules",
                                        .permission = Permission::answer,
                                        .summary = "For how long what was sent can be undone."},
                                       [](app::App&, Tx& tx, const Call&, const Nothing&) -> Result<app::ComposeRules> {
                                         return app::compose_rules(tx);
                                       }));
  all.push_back(with<app::ComposeRules, app::ComposeRules>(
      {.method = Method::put,
       .pattern = "/api/v1/compose-rules",
       .permission = Permission::manage_settings,
       .access = Access::write,
       .summary = "Sets it, for the whole desk: 0 to 60 seconds.",
       .body_bytes_max = 4 * 1024,
       .audit = {"compose.change", "rule"}},
      [](app::App&, Tx& tx, const Call& call, const app::ComposeRules& input) -> Result<app::ComposeRules> {
        call.touched = input.undo_seconds;
        return app::set_compose_rules(tx, input);
      }));
  return all;
}

}  // namespace suki::server
