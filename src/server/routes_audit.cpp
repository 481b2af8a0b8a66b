// Who did what, to be read and taken along.
#include <charconv>
#include <memory>

#include "app/audit.h"
#include "server/jobs.h"
#include "server/pieces.h"
#include "server/table.h"

namespace suki::server {
namespace {

using app::App;
using store::Tx;

std::string query(const Call& call, std::string_view name) {
  return std::string(call.request.find_query(name));
}

app::AuditAsk ask_of(const Call& call) {
  return {query(call, "who"),
          query(call, "act"),
          query(call, "object"),
          query(call, "from"),
          query(call, "to"),
          query(call, "cursor"),
          50};
}

Result<app::AuditPage> page(App& app, Tx& tx, const Call& call, const Nothing&) {
  app::AuditAsk ask = ask_of(call);
  if (const std::string text = query(call, "limit"); !text.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ask.limit);
    if (error != std::errc() || end != text.data() + text.size() || ask.limit < 1 || ask.limit > 200)
      return fail(ErrorCode::bad_input, "limit: must be a whole number from 1 to 200");
  }
  return app::audit_page(app, tx, ask);
}

/// All that was asked for, a piece of the log at a time: what is recorded meanwhile is newer than where it began.
class AuditPieces final : public Pieces {
 public:
  AuditPieces(App& app, app::AuditAsk ask, app::AuditFormat format)
      : app_(app), ask_(std::move(ask)), format_(format) {}
  Result<void> read(Tx& tx) override {
    SUKI_TRY(piece_, app::audit_export(app_, tx, ask_, format_));
    return {};
  }
  std::string take() override {
    ask_.cursor = piece_.next;
    done_ = piece_.next.empty();
    return std::move(piece_.text);
  }
  [[nodiscard]] bool done() const override { return done_; }

 private:
  App& app_;
  app::AuditAsk ask_;
  app::AuditFormat format_;
  app::AuditPiece piece_;
  bool done_ = false;
};

struct AuditFile {
  std::shared_ptr<Pieces> pieces;
  app::AuditFormat format = app::AuditFormat::csv;
};

Result<AuditFile> export_all(App& app, Tx& tx, const Call& call, const Nothing&) {
  const std::string format = query(call, "format");
  if (format != "csv" && format != "jsonl") return fail(ErrorCode::bad_input, "format: must be csv or jsonl");
  AuditFile file;
  file.format = format == "csv" ? app::AuditFormat::csv : app::AuditFormat::jsonl;
  app::AuditAsk ask = ask_of(call);
  // What is wrong with the question is said before anything is sent.
  ask.limit = 1;
  SUKI_TRY(const app::AuditPage first, app::audit_page(app, tx, ask));
  (void)first;
  file.pieces = std::make_shared<AuditPieces>(app, std::move(ask), file.format);
  return file;
}

Response to_response(AuditFile& made, unsigned status) {
  Response response;
  response.status = status;
  const bool csv = made.format == app::AuditFormat::csv;
  response.type = csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
  response.sandboxed = true;
  response.pieces = std::move(made.pieces);
  response.headers.emplace_back("Content-Disposition", content_disposition(csv ? "audit.csv" : "audit.jsonl"));
  return response;
}

std::vector<Parameter> filters_and(Parameter more) {
  std::vector<Parameter> all{
      {"who", "Id of a member of staff."},
      {"act", "Such as conversation.open; `acts` has them all."},
      {"object", "KIND or KIND:ID, such as conversation:42."},
      {"from", "An instant; records from then on."},
      {"to", "An instant; records before it."},
      {"cursor", "`next` of the page before."},
  };
  all.push_back(more);
  return all;
}

}  // namespace

std::vector<Route> audit_routes() {
  std::vector<Route> all;
  all.push_back(
      with<Nothing, app::AuditPage>({.method = Method::get,
                                     .pattern = "/api/v1/audit",
                                     .permission = Permission::read_audit,
                                     .summary = "One page of the audit log, the newest first.",
                                     .query = filters_and({"limit", "Records of a page, 1 to 200; 50 by default."}),
                                     .problems = {400}},
                                    page));
  all.push_back(with<Nothing, AuditFile>(
      {.method = Method::get,
       .pattern = "/api/v1/audit/export",
       .permission = Permission::read_audit,
       .summary = "All records that fit, the newest first, as a file that is made while it is sent.",
       .query = filters_and({"format", "csv, or jsonl: a JSON object a line."}),
       .problems = {400},
       .audit = {"audit.export", "audit"},
       .response_type = "text/csv"},
      export_all));
  return all;
}

}  // namespace suki::server
