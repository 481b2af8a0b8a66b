#include "server/routes.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include <boost/json/parse.hpp>

#include "app/audit.h"
#include "server/openapi.h"

namespace suki::server {
namespace {

Match find(Method method, const std::string& target) {
  Request request;
  request.method = method;
  EXPECT_TRUE(read_target(target, request).ok());
  return find_route(request);
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c | 0x20);
  return text;
}

}  // namespace

TEST(Routes, WhoMayAskWhat) {
  // The whole table, written out by hand: a new route, or another permission, must be put here too.
  const std::set<std::string> expected{
      "GET /healthz anyone",
      "GET /readyz anyone",
      "GET /metrics anyone",
      "GET /api/v1/openapi.json anyone",
      "GET /api/v1/public/site anyone",
      "GET /api/v1/public/promise anyone",
      "POST /api/v1/public/conversations anyone",
      "GET /api/v1/public/conversations/{token} anyone",
      "POST /api/v1/public/conversations/{token}/messages anyone",
      "POST /api/v1/session anyone",
      "GET /api/v1/session session",
      "PATCH /api/v1/session session",
      "DELETE /api/v1/session session",
      "GET /api/v1/public/join/{token} anyone",
      "POST /api/v1/public/join/{token} anyone",
      "POST /api/v1/public/reset anyone",
      "GET /api/v1/public/reset/{token} anyone",
      "POST /api/v1/public/reset/{token} anyone",
      "POST /api/v1/account/password session",
      "GET /api/v1/account/sessions session",
      "DELETE /api/v1/account/sessions session",
      "DELETE /api/v1/account/sessions/{id} session",
      "GET /api/v1/account/second-step session",
      "POST /api/v1/account/second-step session",
      "POST /api/v1/account/second-step/confirm session",
      "POST /api/v1/account/second-step/recovery-codes session",
      "POST /api/v1/account/second-step/off session",
      "POST /api/v1/invites manage_people",
      "DELETE /api/v1/invites/{id} manage_people",
      "GET /api/v1/access manage_people",
      "PUT /api/v1/access/rules manage_settings",
      "POST /api/v1/access/{id}/reset-link manage_people",
      "POST /api/v1/access/{id}/sessions/end manage_people",
      "POST /api/v1/access/{id}/second-step/off manage_people",
      "GET /api/v1/audit read_audit",
      "GET /api/v1/audit/export read_audit",
      "GET /api/v1/conversations answer",
      "GET /api/v1/conversations/{id} answer",
      "POST /api/v1/conversations/{id}/replies answer",
      "POST /api/v1/conversations/{id}/notes answer",
      "PATCH /api/v1/conversations/{id} answer",
      "GET /api/v1/conversations/{id}/clocks/{target}/{cycle} answer",
      "GET /api/v1/conversations/{id}/messages/{message}/raw answer",
      "GET /api/v1/attachments/{id} answer",
      "GET /api/v1/options answer",
      "GET /api/v1/feed answer",
      "GET /api/v1/plan read_plan",
      "GET /api/v1/channels answer",
      "GET /api/v1/mailboxes manage_settings",
      "POST /api/v1/mailboxes manage_settings",
      "PATCH /api/v1/mailboxes/{id} manage_settings",
      "POST /api/v1/mailboxes/{id}/test manage_settings",
      "POST /api/v1/mailboxes/{id}/fetch manage_settings",
      "POST /api/v1/mailboxes/{id}/retry manage_settings",
      "GET /api/v1/presence session",
      "POST /api/v1/presence session",
      "GET /api/v1/people read_roster",
      "GET /api/v1/people/{id} manage_people",
      "PATCH /api/v1/people/{id} manage_people",
      "POST /api/v1/people/{id}/memberships manage_people",
      "PATCH /api/v1/people/{id}/memberships/{membership} manage_people",
      "DELETE /api/v1/people/{id}/memberships/{membership} manage_people",
      "GET /api/v1/people/{id}/week read_roster",
      "POST /api/v1/people/{id}/week manage_roster",
      "POST /api/v1/people/{id}/shifts manage_roster",
      "DELETE /api/v1/shifts/{id} manage_roster",
      "PUT /api/v1/conversations/{id}/drafts/{kind} answer",
      "GET /api/v1/drafts answer",
      "GET /api/v1/search answer",
      "GET /api/v1/views answer",
      "POST /api/v1/views answer",
      "PATCH /api/v1/views/{id} answer",
      "PUT /api/v1/views/order answer",
      "GET /api/v1/conversations/{id}/since/{number} answer",
      "POST /api/v1/uploads answer",
      "POST /api/v1/public/uploads anyone",
      "GET /api/v1/attachments/{id}/preview answer",
      "GET /api/v1/public/conversations/{token}/attachments/{id} anyone",
      "GET /api/v1/public/conversations/{token}/attachments/{id}/preview anyone",
      "GET /api/v1/conversations/{id}/messages/{message}/html answer",
      "GET /api/v1/conversations/{id}/compose answer",
      "POST /api/v1/conversations/{id}/preview answer",
      "GET /api/v1/uploads/{id}/preview answer",
      "POST /api/v1/conversations/{id}/forwards answer",
      "POST /api/v1/conversations/{id}/held answer",
      "POST /api/v1/conversations/{id}/held/{held}/undo answer",
      "POST /api/v1/conversations/{id}/held/{held}/send answer",
      "GET /api/v1/held answer",
      "GET /api/v1/compose-rules answer",
      "PUT /api/v1/compose-rules manage_settings",
      "GET /api/v1/conversations/{id}/messages/{message}/pictures answer",
      "POST /api/v1/conversations/{id}/messages/{message}/pictures answer",
      "GET /api/v1/customers/{id} answer",
      "GET /api/v1/customers/{id}/conversations answer",
      "POST /api/v1/conversations/{id}/claim answer",
      "POST /api/v1/conversations/{id}/open-address answer",
      "POST /api/v1/customers/{id}/part-address answer",
      "GET /api/v1/customers/{id}/export export_customer",
      "GET /api/v1/customers/{id}/erasure erase_customer",
      "POST /api/v1/customers/{id}/erasure erase_customer",
      "GET /api/v1/erasures export_customer",
      "GET /api/v1/quarantine quarantine",
      "GET /api/v1/quarantine/{id} quarantine",
      "GET /api/v1/quarantine/{id}/raw quarantine",
      "POST /api/v1/quarantine/{id}/replay quarantine",
      "DELETE /api/v1/quarantine/{id} quarantine",
      "POST /api/v1/quarantine/{id}/restore quarantine",
      "GET /api/v1/retention read_plan",
      "GET /api/v1/retention/next export_customer",
      "GET /api/v1/mails/failed manage_mail",
      "POST /api/v1/mails/{id}/retry manage_mail",
      "GET /api/v1/mails/trial manage_mail",
      "POST /api/v1/mails/trial manage_mail",
      "POST /api/v1/conversations/{id}/messages/{message}/retry answer",
  };
  std::set<std::string> found;
  for (const Route& route : routes()) {
    const char* who = app::name_of(route.permission);
    found.insert(std::string(name_of(route.method)) + " " + std::string(route.pattern) + " " + who);
  }
  EXPECT_EQ(found, expected);
  EXPECT_EQ(found.size(), routes().size()) << "a route stands twice";
}

TEST(Routes, WhatAManagerChangesIsRecorded) {
  for (const Route& route : routes()) {
    if (route.permission <= Permission::answer || route.access == Access::read) continue;
    EXPECT_TRUE(app::is_act(route.audit.act)) << route.pattern << " needs .audit with an act of app/audit.cpp";
  }
}

TEST(Routes, EachOneIsWholeAndInTheDocument) {
  const boost::json::value document = boost::json::parse(openapi_document());
  const auto& paths = document.at("paths").as_object();
  for (const Route& route : routes()) {
    SCOPED_TRACE(route.pattern);
    EXPECT_FALSE(route.summary.empty());
    EXPECT_TRUE(route.make_job || route.special != Special::none);
    const bool takes_json = route.body_bytes_max > 0 && route.body_type == "application/json";
    EXPECT_EQ(static_cast<bool>(route.request_schema), takes_json);
    EXPECT_TRUE(route.method == Method::get || route.access == Access::write) << "a change needs the writer";
    ASSERT_TRUE(paths.contains(std::string(route.pattern)));
    const auto& operation = paths.at(std::string(route.pattern)).at(lower(name_of(route.method)));
    EXPECT_EQ(operation.as_object().contains("security"), route.permission != Permission::anyone);
    EXPECT_TRUE(operation.at("responses").as_object().contains(std::to_string(route.status)));
    if (route.permission != Permission::anyone) {
      EXPECT_TRUE(operation.at("responses").as_object().contains("401"));
    }
  }
}

TEST(Routes, EveryReferenceInTheDocumentLeadsSomewhere) {
  const std::string text = openapi_document();
  const boost::json::value document = boost::json::parse(text);
  const auto& schemas = document.at("components").at("schemas").as_object();
  const std::string start = "#/components/schemas/";
  std::size_t count = 0;
  for (std::size_t at = text.find(start); at != std::string::npos; at = text.find(start, at + 1), ++count) {
    const std::string name = text.substr(at + start.size(), text.find('"', at) - at - start.size());
    EXPECT_TRUE(schemas.contains(name)) << name;
  }
  EXPECT_GT(count, 50u);
  std::set<std::string> ids;
  for (const auto& path : document.at("paths").as_object()) {
    for (const auto& operation : path.value().as_object()) {
      EXPECT_TRUE(ids.insert(std::string(operation.value().at("operationId").as_string())).second);
    }
  }
}

TEST(Routes, AddressesAreMatchedWhole) {
  EXPECT_EQ(find(Method::get, "/api/v1/conversations/17").parameters, std::vector<std::string>{"17"});
  EXPECT_EQ(find(Method::head, "/api/v1/public/site").route->pattern, "/api/v1/public/site");
  EXPECT_EQ(find(Method::get, "/api/v1/conversations/17/clocks/first_reply/2").parameters,
            (std::vector<std::string>{"17", "first_reply", "2"}));
  for (const char* unknown :
       {"/", "/api", "/api/v1", "/api/v1/conversations/", "/api/v1/conversations/1/", "/api/v2/session",
        "/api/v1/conversations/1/replies/2", "//api/v1/session", "/API/v1/session"}) {
    const Match match = find(Method::get, unknown);
    EXPECT_EQ(match.route, nullptr) << unknown;
    EXPECT_EQ(match.allow, "") << unknown;
  }
}

TEST(Routes, AWrongMethodNamesTheRightOnes) {
  EXPECT_EQ(find(Method::put, "/api/v1/session").allow, "POST, GET, HEAD, PATCH, DELETE");
  EXPECT_EQ(find(Method::get, "/api/v1/public/conversations").allow, "POST");
  EXPECT_EQ(find(Method::other, "/healthz").allow, "GET, HEAD");
}

TEST(Routes, AnIdIsANumberOrNothing) {
  const Request request;
  for (const char* wrong : {"0", "-1", "1x", "x", "9223372036854775808", "+1", " 1", "1.0"}) {
    const Call call{.request = request, .parameters = {wrong}, .caller = {}, .session = {}};
    const Result<std::int64_t> id = call.id(0);
    ASSERT_FALSE(id.ok()) << wrong;
    EXPECT_EQ(id.error().code, ErrorCode::not_found);
  }
  const Call call{.request = request, .parameters = {"9223372036854775807"}, .caller = {}, .session = {}};
  EXPECT_EQ(call.id(0).value(), 9223372036854775807);
}

}  // namespace suki::server
