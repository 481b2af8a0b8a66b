// What is kept of a customer: taken out, erased, and for how long by the plan's rule.
#include "app/customer_export.h"
#include "app/privacy.h"
#include "server/jobs.h"
#include "server/limits.h"
#include "server/pieces.h"
#include "server/table.h"
#include "store/tx.h"

namespace suki::server {

Response to_response(Archive& archive, unsigned status) {
  Response response;
  response.status = status;
  response.type = "application/zip";
  response.pieces = std::move(archive.pieces);
  response.sandboxed = true;
  response.headers.emplace_back("Content-Disposition", content_disposition(archive.name));
  response.headers.emplace_back("X-Suki-Size", std::to_string(archive.size));
  return response;
}

namespace {

using store::Tx;
constexpr int page_default = 50;

class ExportPieces final : public Pieces {
 public:
  ExportPieces(app::App& app, CustomerId id, const std::string& language) : export_(app, id, language) {}
  Result<void> read(Tx& tx) override { return export_.read(tx); }
  std::string take() override { return export_.take(); }
  [[nodiscard]] bool done() const override { return export_.done(); }

 private:
  app::CustomerExport export_;
};

Result<Archive> take_out(app::App& app, Tx& tx, const Call& call, const Nothing&) {
  SUKI_TRY(const std::int64_t number, call.id(0));
  const CustomerId id(number);
  if (!tx.find_customer(id)) return fail(ErrorCode::not_found, "no such customer");
  return Archive{std::make_shared<ExportPieces>(app, id, call.caller.language), app::export_size(tx, id),
                 "customer-" + std::to_string(number) + ".zip"};
}

}  // namespace

std::vector<Route> privacy_routes() {
  std::vector<Route> all;
  all.push_back(with<Nothing, Archive>(
      {.method = Method::get,
       .pattern = "/api/v1/customers/{id}/export",
       .permission = Permission::export_customer,
       .summary = "Everything that is kept of a customer, as a ZIP archive that is made while it is sent. X-Suki-Size: "
                  "about how many bytes are kept, for a figure of progress.",
       .problems = {404},
       .audit = {"customer.export", "customer", 0},
       .response_type = "application/zip"},
      take_out));
  all.push_back(with<Nothing, app::ErasurePreview>(
      {.method = Method::get,
       .pattern = "/api/v1/customers/{id}/erasure",
       .permission = Permission::erase_customer,
       .summary = "What erasing a customer would take, and how far it is when it has begun.",
       .problems = {404},
       .audit = {"customer.open", "customer", 0}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::ErasurePreview> {
        SUKI_TRY(const std::int64_t id, call.id(0));
        return app::preview_erasure(app, tx, call.caller, CustomerId(id));
      }));
  all.push_back(with<app::EraseCustomer, app::Erasure>(
      {.method = Method::post,
       .pattern = "/api/v1/customers/{id}/erasure",
       .permission = Permission::erase_customer,
       .access = Access::write,
       .summary =
           "Erases a customer for good: name and address at once, the rest while `done_at` is null. Asked again, "
           "it tells how far it is.",
       .body_bytes_max = limits::body_bytes_default,
       .problems = {404},
       .audit = {"customer.erase", "customer", 0}},
      [](app::App& app, Tx& tx, const Call& call, const app::EraseCustomer& input) -> Result<app::Erasure> {
        SUKI_TRY(const std::int64_t id, call.id(0));
        return app::erase_customer(app, tx, call.caller, CustomerId(id), input);
      }));
  all.push_back(with<Nothing, app::Erasures>(
      {.method = Method::get,
       .pattern = "/api/v1/erasures",
       .permission = Permission::export_customer,
       .summary = "Customers who were erased, by number alone, the newest first.",
       .query = {{"cursor", "`next` of the page before."}, {"limit", "Rows of a page, 1 to 200; 50 by default."}},
       .problems = {400}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::Erasures> {
        SUKI_TRY(const int limit, call.limit(page_default));
        return app::erasures(app, tx, std::string(call.request.find_query("cursor")), limit);
      }));
  all.push_back(with<Nothing, app::RetentionView>(
      {.method = Method::get,
       .pattern = "/api/v1/retention",
       .permission = Permission::read_plan,
       .summary = "The plan's rule of what is kept how long, what it would take now, and what it took."},
      [](app::App& app, Tx& tx, const Call&, const Nothing&) { return app::show_retention(app, tx); }));
  all.push_back(with<Nothing, app::RetentionNextPage>(
      {.method = Method::get,
       .pattern = "/api/v1/retention/next",
       .permission = Permission::export_customer,
       .summary = "What the plan's rule takes next when nothing more is said, the earliest first.",
       .query = {{"kind", "conversations or customers."},
                 {"cursor", "`next` of the page before."},
                 {"limit", "Rows of a page, 1 to 200; 50 by default."}},
       .problems = {400}},
      [](app::App& app, Tx& tx, const Call& call, const Nothing&) -> Result<app::RetentionNextPage> {
        SUKI_TRY(const int limit, call.limit(page_default));
        return app::retention_next(
            app, tx,
            {std::string(call.request.find_query("kind")), std::string(call.request.find_query("cursor")), limit});
      }));
  return all;
}

}  // namespace suki::server
