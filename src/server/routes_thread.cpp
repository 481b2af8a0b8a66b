// What agents decide about mails in threads: whose address it is, and whether a dead one is tried again.
#include "app/customer_addresses.h"
#include "server/jobs.h"
#include "server/limits.h"
#include "server/table.h"

namespace suki::server {

using store::Tx;

std::vector<Route> thread_routes() {
  std::vector<Route> all;
  all.push_back(with<app::AnswerClaim, app::Conversation>(
      {.method = Method::post,
       .pattern = "/api/v1/conversations/{id}/claim",
       .permission = Permission::answer,
       .access = Access::write,
       .summary = "Whether who opened this conversation by mail is the customer of the one that the mail answered.",
       .body_bytes_max = limits::body_bytes_default,
       .problems = {404, 409},
       .audit = {"customer.join", "conversation", 0}},
      [](app::App& app, Tx& tx, const Call& call, const app::AnswerClaim& input) -> Result<app::Conversation> {
        SUKI_TRY(const ConversationId id, call.conversation());
        return app::answer_claim(app, tx, call.caller, id, input);
      }));
  all.push_back(with<app::OpenAddress, app::Conversation>(
      {.method = Method::post,
       .pattern = "/api/v1/conversations/{id}/open-address",
       .permission = Permission::answer,
       .access = Access::write,
       .summary = "Sends mail again to an address of the customer that a delivery report had parked.",
       .body_bytes_max = limits::body_bytes_default,
       .problems = {404}},
      [](app::App& app, Tx& tx, const Call& call, const app::OpenAddress& input) -> Result<app::Conversation> {
        SUKI_TRY(const ConversationId id, call.conversation());
        return app::open_address(app, tx, call.caller, id, input);
      }));
  all.push_back(with<app::PartAddress, app::CustomerView>(
      {.method = Method::post,
       .pattern = "/api/v1/customers/{id}/part-address",
       .permission = Permission::answer,
       .access = Access::write,
       .summary = "Makes a further address of a customer somebody else's again, with the conversations it came with.",
       .body_bytes_max = limits::body_bytes_default,
       .problems = {404},
       .audit = {"customer.part", "customer", 0}},
      [](app::App& app, Tx& tx, const Call& call, const app::PartAddress& input) -> Result<app::CustomerView> {
        SUKI_TRY(const std::int64_t id, call.id(0));
        return app::part_address(app, tx, call.caller, CustomerId(id), input);
      }));
  return all;
}

}  // namespace suki::server
