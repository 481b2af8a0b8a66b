// Mailboxes that mail is fetched from.
#include "app/mailboxes.h"
#include "server/jobs.h"
#include "server/limits.h"
#include "server/table.h"

namespace suki::server {
namespace {

using app::App;
using store::Tx;

Result<MailboxId> mailbox_of(const Call& call) {
  SUKI_TRY(const std::int64_t id, call.id(0));
  return MailboxId(id);
}

Route order(std::string_view pattern, std::string_view summary, std::string_view act,
            UseCase<Nothing, app::Mailboxes> use_case) {
  return with<Nothing, app::Mailboxes>({.method = Method::post,
                                        .pattern = pattern,
                                        .permission = Permission::manage_settings,
                                        .access = Access::write,
                                        .summary = summary,
                                        .problems = {404, 409, 503},
                                        .audit = {act, "mailbox", 0}},
                                       use_case);
}

template <Result<void> (*ask)(App&, Tx&, MailboxId)>
Result<app::Mailboxes> ask_and_list(App& app, Tx& tx, const Call& call, const Nothing&) {
  SUKI_TRY(const MailboxId id, mailbox_of(call));
  SUKI_CHECK(ask(app, tx, id));
  return app::list_mailboxes(app, tx, call.caller.language);
}

}  // namespace

std::vector<Route> mailboxes_routes() {
  std::vector<Route> all;
  all.push_back(with<Nothing, app::Mailboxes>(
      {.method = Method::get,
       .pattern = "/api/v1/mailboxes",
       .permission = Permission::manage_settings,
       .summary = "The mailboxes that mail is fetched from, and how each of them goes. No secret is told."},
      [](App& app, Tx& tx, const Call& call, const Nothing&) {
        return app::list_mailboxes(app, tx, call.caller.language);
      }));
  all.push_back(with<app::NewMailbox, app::Mailboxes>(
      {.method = Method::post,
       .pattern = "/api/v1/mailboxes",
       .permission = Permission::manage_settings,
       .access = Access::write,
       .summary = "Adds one; all of them come back. 409 conflict when there are 100, or this folder of it is there.",
       .status = 201,
       .body_bytes_max = limits::body_bytes_default,
       .problems = {409, 503},
       .audit = {"mailbox.add", "mailbox"}},
      [](App& app, Tx& tx, const Call& call, const app::NewMailbox& input) -> Result<app::Mailboxes> {
        SUKI_TRY(const MailboxId id, app::add_mailbox(app, tx, input));
        call.touched = id.value;
        SUKI_TRY(app::Mailboxes all_of_them, app::list_mailboxes(app, tx, call.caller.language));
        all_of_them.added = std::to_string(id.value);
        return all_of_them;
      }));
  all.push_back(with<app::MailboxChange, app::Mailboxes>(
      {.method = Method::patch,
       .pattern = "/api/v1/mailboxes/{id}",
       .permission = Permission::manage_settings,
       .access = Access::write,
       .summary = "Changes, pauses, removes or brings back one; for another server its secret is given again.",
       .body_bytes_max = limits::body_bytes_default,
       .problems = {404, 409, 503},
       .audit = {"mailbox.change", "mailbox", 0}},
      [](App& app, Tx& tx, const Call& call, const app::MailboxChange& input) -> Result<app::Mailboxes> {
        SUKI_TRY(const MailboxId id, mailbox_of(call));
        SUKI_CHECK(app::change_mailbox(app, tx, id, input));
        return app::list_mailboxes(app, tx, call.caller.language);
      }));
  all.push_back(
      order("/api/v1/mailboxes/{id}/test",
            "Begins to connect and to look, step by step; what came of it is in `test` when `testing` is over.",
            "mailbox.test", ask_and_list<app::ask_test>));
  all.push_back(
      order("/api/v1/mailboxes/{id}/fetch", "Looks for mail at once.", "mailbox.fetch", ask_and_list<app::ask_fetch>));
  all.push_back(order("/api/v1/mailboxes/{id}/retry", "Tries once more what was left there.", "mailbox.retry",
                      ask_and_list<app::ask_retry>));
  return all;
}

}  // namespace suki::server
