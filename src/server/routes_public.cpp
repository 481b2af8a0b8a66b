// What customers and anybody else may ask, without a session.
#include "server/jobs.h"
#include "server/limiter.h"
#include "server/limits.h"
#include "server/table.h"

namespace suki::server {
namespace {

using store::Tx;
constexpr Parameter language{"language",
                             "Language of the texts, such as fil; one that the plan does not have means its default."};

std::string text_of(const Call& call, std::string_view name) {
  return std::string(call.request.find_query(name));
}

Result<std::string> token_of(const Call& call) {
  const std::string& token = call.parameters.at(0);
  if (token.size() > limits::token_bytes_max) return fail(ErrorCode::not_found, "no such conversation");
  return token;
}

}  // namespace

std::vector<Route> public_routes() {
  std::vector<Route> all;
  all.push_back({.method = Method::get,
                 .pattern = "/healthz",
                 .permission = Permission::anyone,
                 .summary = "Answers ok while the server runs.",
                 .special = Special::health,
                 .response_type = "text/plain"});
  all.push_back({.method = Method::get,
                 .pattern = "/readyz",
                 .permission = Permission::anyone,
                 .summary = "Whether it can take work now: 200, or 503; the checks say why not.",
                 .rate = Rate::public_read,
                 .special = Special::ready,
                 .problems = {503}});
  all.push_back({.method = Method::get,
                 .pattern = "/metrics",
                 .permission = Permission::anyone,
                 .summary = "Figures for Prometheus, for programs on this machine or those who hold the token.",
                 .special = Special::metrics,
                 .problems = {403},
                 .response_type = "text/plain"});
  all.push_back({.method = Method::get,
                 .pattern = "/api/v1/openapi.json",
                 .permission = Permission::anyone,
                 .summary = "This document.",
                 .special = Special::openapi});
  all.push_back(with<Nothing, app::Site>(
      {.method = Method::get,
       .pattern = "/api/v1/public/site",
       .permission = Permission::anyone,
       .summary = "The business, its topics, and the state of every channel now.",
       .rate = Rate::public_read,
       .query = {language}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) { return app.site(tx, text_of(call, "language")); }));
  all.push_back(with<Nothing, app::Promise>(
      {.method = Method::get,
       .pattern = "/api/v1/public/promise",
       .permission = Permission::anyone,
       .summary = "When a first reply would come to somebody who writes now.",
       .rate = Rate::public_read,
       .query = {{"channel", "Id of the channel."}, {"topic", "Id of the topic."}, language},
       .problems = {400, 404}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) {
        return app.promise(tx, text_of(call, "channel"), text_of(call, "topic"), text_of(call, "language"));
      }));
  all.push_back(with<app::NewConversation, app::Created>(
      {.method = Method::post,
       .pattern = "/api/v1/public/conversations",
       .permission = Permission::anyone,
       .access = Access::write,
       .summary = "Starts a conversation. The same request_id again gives the same conversation.",
       .status = 201,
       .body_bytes_max = limits::body_bytes_message,
       .rate = Rate::public_write},
      [](app::App& app, Tx& tx, const Call& call, const app::NewConversation& input) {
        return app.create_by_form(tx, input, limiter_key(call.request.address));
      }));
  all.push_back(with<Nothing, app::PublicConversation>(
      {.method = Method::get,
       .pattern = "/api/v1/public/conversations/{token}",
       .permission = Permission::anyone,
       .summary = "A conversation as its customer sees it.",
       .rate = Rate::public_read,
       .query = {language},
       .problems = {404}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::PublicConversation> {
        SUKI_TRY(const std::string token, token_of(call));
        return app.public_conversation(tx, token, text_of(call, "language"));
      }));
  all.push_back(with<app::NewMessage, app::PublicConversation>(
      {.method = Method::post,
       .pattern = "/api/v1/public/conversations/{token}/messages",
       .permission = Permission::anyone,
       .access = Access::write,
       .summary = "The customer writes again.",
       .status = 201,
       .body_bytes_max = limits::body_bytes_message,
       .rate = Rate::public_write,
       .query = {language},
       .problems = {404, 409}},
      [](app::App& app, Tx& tx, const Call& call, const app::NewMessage& input) -> Result<app::PublicConversation> {
        SUKI_TRY(const std::string token, token_of(call));
        return app.public_message(tx, token, input, text_of(call, "language"));
      }));
  return all;
}

}  // namespace suki::server
