// Mails that could not be delivered.
#include "app/quarantine.h"
#include "server/jobs.h"
#include "server/limits.h"
#include "server/table.h"

namespace suki::server {
namespace {

using store::Tx;
constexpr int page_default = 50;

std::string query(const Call& call, std::string_view name) {
  return std::string(call.request.find_query(name));
}

Result<app::QuarantinePage> page(app::App&, Tx& tx, const Call& call, const Nothing&) {
  SUKI_TRY(const int limit, call.limit(page_default));
  return app::quarantine_page(tx, {query(call, "state"), query(call, "cursor"), limit});
}

Result<app::QuarantinedView> show(app::App&, Tx& tx, const Call& call, const Nothing&) {
  SUKI_TRY(const std::int64_t id, call.id(0));
  return app::show_quarantined(tx, id);
}

Result<app::App::Blob> raw(app::App&, Tx& tx, const Call& call, const Nothing&) {
  SUKI_TRY(const std::int64_t id, call.id(0));
  return app::quarantined_raw(tx, id);
}

Result<app::QuarantineReplayed> replay(app::App& app, Tx& tx, const Call& call, const app::QuarantineReplay& input) {
  SUKI_TRY(const std::int64_t id, call.id(0));
  return app::replay_quarantined(app, tx, id, input);
}

Result<app::QuarantinedMail> remove(app::App& app, Tx& tx, const Call& call, const Nothing&) {
  SUKI_TRY(const std::int64_t id, call.id(0));
  return app::delete_quarantined(app, tx, id);
}

Result<app::QuarantinedMail> restore(app::App&, Tx& tx, const Call& call, const Nothing&) {
  SUKI_TRY(const std::int64_t id, call.id(0));
  return app::restore_quarantined(tx, id);
}

void add_looking(std::vector<Route>& all) {
  all.push_back(with<Nothing, app::QuarantinePage>(
      {.method = Method::get,
       .pattern = "/api/v1/quarantine",
       .permission = Permission::quarantine,
       .summary = "Mails that could not be delivered, the newest first, each with the reason.",
       .query = {{"state", "waiting (or nothing), or deleted: those that can still be taken back."},
                 {"cursor", "`next` of the page before."},
                 {"limit", "Rows of a page, 1 to 200; 50 by default."}},
       .problems = {400}},
      page));
  all.push_back(
      with<Nothing, app::QuarantinedView>({.method = Method::get,
                                           .pattern = "/api/v1/quarantine/{id}",
                                           .permission = Permission::quarantine,
                                           .summary = "One of them as plain text: header fields, text, names of files.",
                                           .problems = {404},
                                           .audit = {"quarantine.open", "quarantine", 0}},
                                          show));
  all.push_back(with<Nothing, app::App::Blob>({.method = Method::get,
                                               .pattern = "/api/v1/quarantine/{id}/raw",
                                               .permission = Permission::quarantine,
                                               .summary = "Its bytes, exactly as they came, to be saved.",
                                               .problems = {404},
                                               .audit = {"quarantine.raw", "quarantine", 0},
                                               .response_type = "message/rfc822"},
                                              raw));
}

}  // namespace

std::vector<Route> quarantine_routes() {
  std::vector<Route> all;
  add_looking(all);
  all.push_back(with<app::QuarantineReplay, app::QuarantineReplayed>(
      {.method = Method::post,
       .pattern = "/api/v1/quarantine/{id}/replay",
       .permission = Permission::quarantine,
       .access = Access::write,
       .summary = "Tries to deliver it again, or delivers it as a new conversation whatever is wrong with it.",
       .body_bytes_max = limits::body_bytes_default,
       .problems = {404, 409},
       .audit = {"quarantine.replay", "quarantine", 0}},
      replay));
  all.push_back(with<Nothing, app::QuarantinedMail>({.method = Method::delete_,
                                                     .pattern = "/api/v1/quarantine/{id}",
                                                     .permission = Permission::quarantine,
                                                     .access = Access::write,
                                                     .summary = "Deletes it. Until `gone_at` this can be taken back.",
                                                     .problems = {404},
                                                     .audit = {"quarantine.delete", "quarantine", 0}},
                                                    remove));
  all.push_back(with<Nothing, app::QuarantinedMail>({.method = Method::post,
                                                     .pattern = "/api/v1/quarantine/{id}/restore",
                                                     .permission = Permission::quarantine,
                                                     .access = Access::write,
                                                     .summary = "Takes a deleted one back.",
                                                     .problems = {404},
                                                     .audit = {"quarantine.restore", "quarantine", 0}},
                                                    restore));
  return all;
}

}  // namespace suki::server
