// Beside the words of a conversation: drafts, files, what changed, HTML of mails, the customer.
#include "app/customers.h"
#include "app/drafts.h"
#include "app/files.h"
#include "app/mail_html.h"
#include "app/remote_pictures.h"
#include "app/since.h"
#include "server/jobs.h"
#include "server/limits.h"
#include "server/table.h"

namespace suki::server {

/// A picture of a kind that can do nothing but be seen; the policy sees to it that it is no more than that.
Response to_response(app::Picture& picture, unsigned status) {
  Response response;
  response.status = status;
  response.type = picture.type;
  response.body = std::move(picture.bytes);
  response.sandboxed = true;
  response.headers.emplace_back("Content-Disposition", "inline" + content_disposition(picture.name).substr(10));
  return response;
}

Response to_response(app::SafeHtml& html, unsigned status) {
  Response response;
  response.status = status;
  response.type = "text/html; charset=utf-8";
  response.body = std::move(html.page);
  response.framed = true;
  return response;
}

namespace {

using store::Tx;
constexpr int page_default = 20;

app::App::Blob to_blob(store::AttachmentRecord&& file) {
  return {std::move(file.bytes), std::move(file.type), std::move(file.name)};
}

Result<app::Upload> take_file(app::App& app, Tx& tx, const Call& call, const Nothing&) {
  return app::take_file(app.shared(), tx, call.caller.agent, call.request.find_query("name"), call.request.body);
}

void add_drafts(std::vector<Route>& all) {
  all.push_back(with<app::DraftInput, app::Draft>(
      {.method = Method::put,
       .pattern = "/api/v1/conversations/{id}/drafts/{kind}",
       .permission = Permission::answer,
       .access = Access::write,
       .summary = "Keeps what the agent has written and not sent. 409 conflict when another page wrote since.",
       .body_bytes_max = limits::body_bytes_message,
       .problems = {404, 409}},
      [](app::App& app, Tx& tx, const Call& call, const app::DraftInput& input) -> Result<app::Draft> {
        SUKI_TRY(const ConversationId id, call.conversation());
        return app::save_draft(app.shared(), tx, call.caller, id, call.parameters.at(1), input);
      }));
  all.push_back(
      with<Nothing, app::Drafted>({.method = Method::get,
                                   .pattern = "/api/v1/drafts",
                                   .permission = Permission::answer,
                                   .summary = "Conversations in which the agent has a draft."},
                                  [](app::App&, Tx& tx, const Call& call, const Nothing&) -> Result<app::Drafted> {
                                    return app::drafted(tx, call.caller);
                                  }));
  all.push_back(
      with<Nothing, app::Since>({.method = Method::get,
                                 .pattern = "/api/v1/conversations/{id}/since/{number}",
                                 .permission = Permission::answer,
                                 .summary = "What has happened since this number that a writer of a reply should know.",
                                 .problems = {404},
                                 .audit = {"conversation.open", "conversation", 0}},
                                [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::Since> {
                                  SUKI_TRY(const ConversationId id, call.conversation());
                                  std::int64_t number = 0;
                                  if (call.parameters.at(1) != "0") {
                                    SUKI_TRY(number, call.id(1));
                                  }
                                  return app::show_since(app.shared(), tx, call.caller, id, number);
                                }));
}

void add_files(std::vector<Route>& all) {
  all.push_back(
      with<Nothing, app::Upload>({.method = Method::post,
                                  .pattern = "/api/v1/uploads",
                                  .permission = Permission::answer,
                                  .access = Access::write,
                                  .summary = "Takes a file, as the bytes of the body, for a reply or note to name.",
                                  .status = 201,
                                  .body_bytes_max = app::file_bytes_max,
                                  .body_type = "application/octet-stream",
                                  .query = {{"name", "The file's name."}}},
                                 take_file));
  all.push_back(with<Nothing, app::Upload>(
      {.method = Method::post,
       .pattern = "/api/v1/public/uploads",
       .permission = Permission::anyone,
       .access = Access::write,
       .summary = "Takes a file, as the bytes of the body, for a customer's message to name.",
       .status = 201,
       .body_bytes_max = app::file_bytes_max,
       .body_type = "application/octet-stream",
       .rate = Rate::public_write,
       .query = {{"name", "The file's name."}}},
      take_file));
  all.push_back(
      with<Nothing, app::Picture>({.method = Method::get,
                                   .pattern = "/api/v1/attachments/{id}/preview",
                                   .permission = Permission::answer,
                                   .summary = "An attachment that is a PNG, JPEG, GIF or WebP, to be shown.",
                                   .problems = {404},
                                   .audit = {"attachment.open", "attachment", 0},
                                   .response_type = "image/*"},
                                  [](app::App&, Tx& tx, const Call& call, const Nothing&) -> Result<app::Picture> {
                                    SUKI_TRY(const std::int64_t id, call.id(0));
                                    SUKI_TRY(store::AttachmentRecord file, app::find_file(tx, id));
                                    return app::show_picture(std::move(file));
                                  }));
  all.push_back(with<Nothing, app::App::Blob>(
      {.method = Method::get,
       .pattern = "/api/v1/public/conversations/{token}/attachments/{id}",
       .permission = Permission::anyone,
       .summary = "An attachment of a conversation, to be saved by its customer.",
       .rate = Rate::public_read,
       .problems = {404},
       .response_type = "application/octet-stream"},
      [](app::App&, Tx& tx, const Call& call, const Nothing&) -> Result<app::App::Blob> {
        SUKI_TRY(const std::int64_t id, call.id(1));
        if (call.parameters.at(0).size() > limits::token_bytes_max)
          return fail(ErrorCode::not_found, "no such address");
        SUKI_TRY(store::AttachmentRecord file, app::find_public_file(tx, call.parameters.at(0), id));
        return to_blob(std::move(file));
      }));
  all.push_back(with<Nothing, app::Picture>(
      {.method = Method::get,
       .pattern = "/api/v1/public/conversations/{token}/attachments/{id}/preview",
       .permission = Permission::anyone,
       .summary = "The same as a picture, to be shown.",
       .rate = Rate::public_read,
       .problems = {404},
       .response_type = "image/*"},
      [](app::App&, Tx& tx, const Call& call, const Nothing&) -> Result<app::Picture> {
        SUKI_TRY(const std::int64_t id, call.id(1));
        if (call.parameters.at(0).size() > limits::token_bytes_max)
          return fail(ErrorCode::not_found, "no such address");
        SUKI_TRY(store::AttachmentRecord file, app::find_public_file(tx, call.parameters.at(0), id));
        return app::show_picture(std::move(file));
      }));
}

void add_customers(std::vector<Route>& all) {
  all.push_back(with<Nothing, app::CustomerView>(
      {.method = Method::get,
       .pattern = "/api/v1/customers/{id}",
       .permission = Permission::answer,
       .summary = "What is known of a customer.",
       .problems = {404},
       .audit = {"customer.open", "customer", 0}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::CustomerView> {
        SUKI_TRY(const std::int64_t id, call.id(0));
        return app::show_customer(app.shared(), tx, call.caller, CustomerId(id));
      }));
  all.push_back(with<Nothing, app::CustomerConversations>(
      {.method = Method::get,
       .pattern = "/api/v1/customers/{id}/conversations",
       .permission = Permission::answer,
       .summary = "A customer's conversations, the newest first.",
       .query = {{"cursor", "`next` of the page before."}, {"limit", "Rows of a page, 1 to 200; 20 by default."}},
       .problems = {400, 404},
       .audit = {"customer.open", "customer", 0}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::CustomerConversations> {
        SUKI_TRY(const std::int64_t id, call.id(0));
        SUKI_TRY(const int limit, call.limit(page_default));
        return app::show_customer_conversations(app.shared(), tx, call.caller, CustomerId(id),
                                                std::string(call.request.find_query("cursor")), limit);
      }));
}

void add_pictures(std::vector<Route>& all) {
  constexpr std::string_view pattern = "/api/v1/conversations/{id}/messages/{message}/pictures";
  all.push_back(with<Nothing, app::PicturesView>(
      {.method = Method::get,
       .pattern = pattern,
       .permission = Permission::answer,
       .summary = "Pictures of a mail that lie elsewhere: how many there are, and how many are here.",
       .problems = {404}},
      [](app::App&, Tx& tx, const Call& call, const Nothing&) -> Result<app::PicturesView> {
        SUKI_TRY(const ConversationId id, call.conversation());
        SUKI_TRY(const std::int64_t message, call.id(1));
        return app::show_pictures(tx, call.caller, id, MessageId(message));
      }));
  all.push_back(with<app::AskPictures, app::PicturesView>(
      {.method = Method::post,
       .pattern = pattern,
       .permission = Permission::answer,
       .access = Access::write,
       .summary = "Has them fetched by the server, now or (`always`) whenever this agent opens a mail of this sender.",
       .body_bytes_max = limits::body_bytes_default,
       .problems = {404, 409},
       .audit = {"message.pictures", "message", 1}},
      [](app::App& app, Tx& tx, const Call& call, const app::AskPictures& input) -> Result<app::PicturesView> {
        SUKI_TRY(const ConversationId id, call.conversation());
        SUKI_TRY(const std::int64_t message, call.id(1));
        return app::ask_pictures(app, tx, call.caller, id, MessageId(message), input);
      }));
}

}  // namespace

std::vector<Route> convo_routes() {
  std::vector<Route> all;
  add_drafts(all);
  add_files(all);
  all.push_back(with<Nothing, app::SafeHtml>(
      {.method = Method::get,
       .pattern = "/api/v1/conversations/{id}/messages/{message}/html",
       .permission = Permission::answer,
       .summary = "A mail's HTML, made safe, as a page for a sandboxed frame.",
       .query = {{"pictures", "1: with pictures from elsewhere that were fetched."}},
       .problems = {404},
       .audit = {"message.html", "message", 1},
       .response_type = "text/html"},
      [](app::App&, Tx& tx, const Call& call, const Nothing&) -> Result<app::SafeHtml> {
        SUKI_TRY(const ConversationId id, call.conversation());
        SUKI_TRY(const std::int64_t message, call.id(1));
        return app::show_html(tx, call.caller, id, MessageId(message), call.request.find_query("pictures") == "1");
      }));
  add_pictures(all);
  add_customers(all);
  return all;
}

}  // namespace suki::server
