// Mails out: what did not go out, and whether the way is open.
#include "app/mail_failed.h"
#include "app/mail_trial.h"
#include "server/jobs.h"
#include "server/limits.h"
#include "server/table.h"
#include "store/tx.h"

namespace suki::server {
namespace {

using store::Tx;
constexpr int page_default = 50;

}  // namespace

std::vector<Route> mail_out_routes() {
  std::vector<Route> all;
  all.push_back(with<Nothing, app::FailedMails>(
      {.method = Method::get,
       .pattern = "/api/v1/mails/failed",
       .permission = Permission::manage_mail,
       .summary = "Mails that did not go out and will not be tried again by themselves, the newest first.",
       .query = {{"limit", "Rows of a page, 1 to 200; left out: 50."}, {"cursor", "`next` of the page before."}}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::FailedMails> {
        SUKI_TRY(const int limit, call.limit(page_default));
        return app::failed_mails(app, tx, call.caller, std::string(call.request.find_query("cursor")), limit);
      }));
  all.push_back(with<Nothing, Nothing>({.method = Method::post,
                                        .pattern = "/api/v1/mails/{id}/retry",
                                        .permission = Permission::manage_mail,
                                        .access = Access::write,
                                        .summary = "A mail that did not go out waits again, with all its attempts.",
                                        .status = 204,
                                        .problems = {404, 409},
                                        .audit = {"mail.retry", "mail", 0}},
                                       [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<Nothing> {
                                         SUKI_TRY(const std::int64_t id, call.id(0));
                                         SUKI_CHECK(app::retry_mail(app, tx, id));
                                         return Nothing{};
                                       }));
  all.push_back(with<Nothing, Nothing>(
      {.method = Method::post,
       .pattern = "/api/v1/conversations/{id}/messages/{message}/retry",
       .permission = Permission::answer,
       .access = Access::write,
       .summary = "The mails of a message that did not go out wait again, with all their attempts.",
       .status = 204,
       .problems = {404, 409}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<Nothing> {
        SUKI_TRY(const ConversationId conversation, call.conversation());
        SUKI_TRY(const std::int64_t message, call.id(1));
        SUKI_CHECK(app::retry_message(app, tx, conversation, MessageId(message)));
        return Nothing{};
      }));
  all.push_back(with<Nothing, app::MailTrial>(
      {.method = Method::get,
       .pattern = "/api/v1/mails/trial",
       .permission = Permission::manage_mail,
       .summary =
           "The newest trial of the way out, step by step; state `none`: nobody has tried since the server began."},
      [](app::App& app, Tx&, const Call&, const Nothing&) -> Result<app::MailTrial> {
        return app::newest_trial(app);
      }));
  all.push_back(with<app::TryMail, app::MailTrial>(
      {.method = Method::post,
       .pattern = "/api/v1/mails/trial",
       .permission = Permission::manage_mail,
       .access = Access::write,
       .summary =
           "Sends one mail to an address, to see whether the way out works; how it goes is read by GET. One at a "
           "time: while one is running, it is told of.",
       .status = 202,
       .body_bytes_max = limits::body_bytes_default,
       .problems = {409},
       .audit = {"mail.trial", "mail"}},
      [](app::App& app, Tx& tx, const Call& call, const app::TryMail& input) {
        return app::try_mail(app, tx, call.caller, input);
      }));
  return all;
}

}  // namespace suki::server
