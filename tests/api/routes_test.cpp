// Who gets what, row by row, and what must not be in the answer.
#include <algorithm>
#include <vector>

#include "fixture.h"

namespace suki::api {
namespace {

enum class As : std::uint8_t { nobody, agent, agent_without_proof, agent_with_wrong_proof, manager, stranger };

struct Row {
  const char* name;
  As as;
  const char* method;
  std::string target;  ///< ID and TOKEN stand for those of the conversation
  std::string body;
  unsigned status;
  std::vector<const char*> holds;
  std::vector<const char*> must_not_hold = {};
};

std::string replaced(std::string text, const std::string& id, const std::string& token) {
  for (const auto& [word, value] : {std::pair{std::string("ID"), id}, std::pair{std::string("TOKEN"), token}}) {
    for (std::size_t at = text.find("{" + word + "}"); at != std::string::npos; at = text.find("{" + word + "}")) {
      text.replace(at, word.size() + 2, value);
    }
  }
  return text;
}

const std::vector<Row> rows{
    {"health", As::nobody, "GET", "/healthz", "", 200, {"ok"}},
    {"document", As::nobody, "GET", "/api/v1/openapi.json", "", 200, {"\"openapi\": \"3.1.0\""}},
    {"site in the plan's language",
     As::nobody,
     "GET",
     "/api/v1/public/site",
     "",
     200,
     {"Santos Office Supplies", "\"Web form\""}},
    {"site in Filipino",
     As::nobody,
     "GET",
     "/api/v1/public/site?language=fil",
     "",
     200,
     {"Form sa web"},
     {"\"Web form\""}},
    {"promise", As::nobody, "GET", "/api/v1/public/promise?channel=form", "", 200, {"\"reply_by\""}},
    {"a customer's own page",
     As::nobody,
     "GET",
     "/api/v1/public/conversations/{TOKEN}",
     "",
     200,
     {"The printer is on fire."},
     {"juan@example.com", "token", "csrf"}},
    {"a guessed link",
     As::nobody,
     "GET",
     "/api/v1/public/conversations/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
     "",
     404,
     {"\"code\":\"not_found\""},
     {"printer"}},
    {"the id instead of the link",
     As::nobody,
     "GET",
     "/api/v1/public/conversations/{ID}",
     "",
     404,
     {"not_found"},
     {"printer"}},
    {"form without a name",
     As::nobody,
     "POST",
     "/api/v1/public/conversations",
     R"({"request_id":"x1","name":"","email":"j@example.com","topic":"","subject":"s","message":"m","language":"en"})",
     400,
     {"\"field\":\"name\"", "bad_input"}},
    {"form with a missing field",
     As::nobody,
     "POST",
     "/api/v1/public/conversations",
     R"({"request_id":"x2"})",
     400,
     {"\"field\":\"name\"", "is required"}},
    {"form with a field too many",
     As::nobody,
     "POST",
     "/api/v1/public/conversations",
     R"({"request_id":"x3","name":"J","email":"j@example.com","topic":"","subject":"s","message":"m","language":"en","priority":"high"})",
     400,
     {"\"field\":\"priority\""}},
    {"form with an address that is none",
     As::nobody,
     "POST",
     "/api/v1/public/conversations",
     R"({"request_id":"x4","name":"J","email":"nobody","topic":"","subject":"s","message":"m","language":"en"})",
     400,
     {"\"field\":\"email\""}},
    {"form that is no JSON", As::nobody, "POST", "/api/v1/public/conversations", "name=Juan", 400, {"bad_input"}},
    {"wrong password",
     As::nobody,
     "POST",
     "/api/v1/session",
     R"({"login":"ana","password":"wrong"})",
     401,
     {"unauthorized"},
     {"csrf"}},
    {"unknown log-in, same words",
     As::nobody,
     "POST",
     "/api/v1/session",
     R"({"login":"zoe","password":"wrong"})",
     401,
     {"the log-in or the password is wrong"}},

    {"session without a cookie", As::nobody, "GET", "/api/v1/session", "", 401, {"\"code\":\"unauthorized\""}},
    {"session of a stranger's cookie", As::stranger, "GET", "/api/v1/session", "", 401, {"unauthorized"}},
    {"inbox without a session", As::nobody, "GET", "/api/v1/conversations", "", 401, {"unauthorized"}, {"Printer"}},
    {"conversation without a session",
     As::nobody,
     "GET",
     "/api/v1/conversations/{ID}",
     "",
     401,
     {"unauthorized"},
     {"printer"}},
    {"note without a session",
     As::nobody,
     "POST",
     "/api/v1/conversations/{ID}/notes",
     R"({"request_id":"n0","text":"x"})",
     401,
     {"unauthorized"}},
    {"plan without a session", As::nobody, "GET", "/api/v1/plan", "", 401, {"unauthorized"}, {"suki:"}},
    {"attachment without a session", As::nobody, "GET", "/api/v1/attachments/1", "", 401, {"unauthorized"}},

    {"own session",
     As::agent,
     "GET",
     "/api/v1/session",
     "",
     200,
     {"\"login\":\"ana\"", "\"role\":\"agent\""},
     {"password", "argon2"}},
    {"inbox", As::agent, "GET", "/api/v1/conversations?view=all", "", 200, {"Printer", "\"counts\""}},
    {"inbox of an unknown view",
     As::agent,
     "GET",
     "/api/v1/conversations?view=secret",
     "",
     400,
     {"\"field\":\"view\""}},
    {"inbox with a limit of 0", As::agent, "GET", "/api/v1/conversations?limit=0", "", 400, {"\"field\":\"limit\""}},
    {"inbox with a limit that is no number",
     As::agent,
     "GET",
     "/api/v1/conversations?limit=1e9",
     "",
     400,
     {"\"field\":\"limit\""}},
    {"inbox with a made-up cursor",
     As::agent,
     "GET",
     "/api/v1/conversations?cursor=%27%20OR%201",
     "",
     400,
     {"\"field\":\"cursor\""}},
    {"conversation",
     As::agent,
     "GET",
     "/api/v1/conversations/{ID}",
     "",
     200,
     {"The printer is on fire.", "\"first_reply\""}},
    {"a conversation that is not", As::agent, "GET", "/api/v1/conversations/999999", "", 404, {"not_found"}},
    {"an id that is no number", As::agent, "GET", "/api/v1/conversations/1%20OR%201=1", "", 404, {"not_found"}},
    {"clock explained",
     As::agent,
     "GET",
     "/api/v1/conversations/{ID}/clocks/first_reply/1",
     "",
     200,
     {"\"stretches\"", "\"office-hours\"", "Asia/Manila"}},
    {"a clock that never ran",
     As::agent,
     "GET",
     "/api/v1/conversations/{ID}/clocks/first_reply/9",
     "",
     404,
     {"not_found"}},
    {"raw of a message that was no mail",
     As::agent,
     "GET",
     "/api/v1/conversations/{ID}/messages/1/raw",
     "",
     404,
     {"not_found"}},
    {"options", As::agent, "GET", "/api/v1/options", "", 200, {"\"teams\"", "Ana Reyes"}, {"argon2"}},
    {"channels", As::agent, "GET", "/api/v1/channels", "", 200, {"\"channels\""}},
    {"plan is for managers", As::agent, "GET", "/api/v1/plan", "", 403, {"\"code\":\"forbidden\""}, {"suki:"}},
    {"plan", As::manager, "GET", "/api/v1/plan", "", 200, {"Santos Office Supplies", "\"sections\""}},

    {"note without proof",
     As::agent_without_proof,
     "POST",
     "/api/v1/conversations/{ID}/notes",
     R"({"request_id":"n1","text":"forged"})",
     403,
     {"\"code\":\"csrf\""}},
    {"note with wrong proof",
     As::agent_with_wrong_proof,
     "POST",
     "/api/v1/conversations/{ID}/notes",
     R"({"request_id":"n2","text":"forged"})",
     403,
     {"\"code\":\"csrf\""}},
    {"log-out without proof", As::agent_without_proof, "DELETE", "/api/v1/session", "", 403, {"\"code\":\"csrf\""}},
    {"an address for notices",
     As::agent,
     "PATCH",
     "/api/v1/session",
     R"({"email":"Ana@Office.example","present_password":"correct horse battery"})",
     200,
     {"\"email\":\"ana@office.example\""}},
    {"the same address once more",
     As::agent,
     "PATCH",
     "/api/v1/session",
     R"({"email":"ana@office.example"})",
     200,
     {"\"email\":\"ana@office.example\""}},
    {"another address at an open session",
     As::agent,
     "PATCH",
     "/api/v1/session",
     R"({"email":"thief@example.com"})",
     400,
     {"\"field\":\"present_password\""}},
    {"another address with a wrong password",
     As::agent,
     "PATCH",
     "/api/v1/session",
     R"({"email":"thief@example.com","present_password":"not hers at all"})",
     400,
     {"\"field\":\"present_password\""}},
    {"an address that is none",
     As::agent,
     "PATCH",
     "/api/v1/session",
     R"({"email":"ana at home","present_password":"correct horse battery"})",
     400,
     {"\"field\":\"email\""}},
    {"no address any more",
     As::agent,
     "PATCH",
     "/api/v1/session",
     R"({"email":"","present_password":"correct horse battery"})",
     200,
     {"\"email\":\"\""}},
    {"change to a state that is none",
     As::agent,
     "PATCH",
     "/api/v1/conversations/{ID}",
     R"({"state":"asleep"})",
     400,
     {"\"field\":\"state\""}},
    {"note",
     As::agent,
     "POST",
     "/api/v1/conversations/{ID}/notes",
     R"({"request_id":"n3","text":"He sounds upset."})",
     201,
     {"He sounds upset."}},
    {"the note stays inside",
     As::nobody,
     "GET",
     "/api/v1/public/conversations/{TOKEN}",
     "",
     200,
     {"printer"},
     {"upset"}},
    {"reply to a state of before the customer's message",
     As::agent,
     "POST",
     "/api/v1/conversations/{ID}/replies",
     R"({"request_id":"r0","text":"Hello","after":0})",
     409,
     {"\"code\":\"conflict\""}},
    {"reply",
     As::agent,
     "POST",
     "/api/v1/conversations/{ID}/replies",
     R"({"request_id":"r1","text":"Use the extinguisher.","after":1000})",
     201,
     {"Use the extinguisher."}},
    {"the customer reads the reply",
     As::nobody,
     "GET",
     "/api/v1/public/conversations/{TOKEN}",
     "",
     200,
     {"Use the extinguisher."},
     {"upset"}},
    {"the forged note never was",
     As::agent,
     "GET",
     "/api/v1/conversations/{ID}",
     "",
     200,
     {"extinguisher"},
     {"forged"}},

    {"unknown address", As::nobody, "GET", "/api/v1/secrets", "", 404, {"\"code\":\"not_found\""}},
    {"unknown address of the API's root", As::manager, "GET", "/api", "", 404, {"not_found"}},
    {"wrong method", As::nobody, "PUT", "/api/v1/public/site", "", 405, {"method_not_allowed"}},
    {"feed without an upgrade", As::agent, "GET", "/api/v1/feed", "", 426, {"upgrade_required"}},
    {"path outside the pages", As::nobody, "GET", "/assets/../../etc/passwd", "", 404, {"not_found"}, {"root:"}},
    {"path outside the pages, encoded",
     As::nobody,
     "GET",
     "/assets/%2e%2e/%2e%2e/etc/passwd",
     "",
     404,
     {"not_found"},
     {"root:"}},
};

}  // namespace

using ApiRoutes = Api;

TEST_F(ApiRoutes, RowByRow) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Ask request{.method = row.method, .target = replaced(row.target, conversation(), token()), .body = row.body};
    const LoggedIn& who = row.as == As::manager ? manager() : agent();
    if (row.as != As::nobody) request.cookie = row.as == As::stranger ? std::string(43, 'A') : who.cookie;
    if (row.as == As::agent || row.as == As::manager) request.csrf = who.csrf;
    if (row.as == As::agent_with_wrong_proof) request.csrf = who.csrf.substr(1) + "x";
    const Answer answer = ask(port(), request);
    EXPECT_EQ(answer.status, row.status) << answer.body;
    for (const char* text : row.holds)
      EXPECT_NE(answer.body.find(text), std::string::npos) << text << " is not in " << answer.body;
    for (const char* text : row.must_not_hold)
      EXPECT_EQ(answer.body.find(text), std::string::npos) << text << " is in " << answer.body;
    if (row.status >= 400) {
      EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
    }
    EXPECT_NE(answer.headers.at("content-security-policy").find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.headers.at("referrer-policy"), "no-referrer");
    EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
    if (row.status == 200 && answer.headers.at("content-type") == "application/json") {
      EXPECT_EQ(answer.headers.at("content-disposition"), "attachment; filename=\"api.json\"");
    }
  }
}

TEST_F(ApiRoutes, TheCookieIsOutOfReachOfScriptsAndOtherSites) {
  const std::string body = std::string(R"({"login":"ana","password":")") + password + "\"}";
  const Answer answer = ask(port(), {.method = "POST", .target = "/api/v1/session", .body = body});
  ASSERT_EQ(answer.status, 200u) << answer.body;
  const std::string cookie = answer.headers.at("set-cookie");
  // Max-Age: the session's own twelve hours, so that it outlives the browser and is not kept beyond its end.
  for (const char* word : {"suki_session=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200;"}) {
    EXPECT_NE(cookie.find(word), std::string::npos) << cookie;
  }
  EXPECT_EQ(answer.body.find(cookie.substr(13, 20)), std::string::npos) << "the token is in the body";
  EXPECT_EQ(answer.headers.count("access-control-allow-origin"), 0u);
}

TEST_F(ApiRoutes, ASessionEndsForGood) {
  const LoggedIn mine = log_in(port(), "ana");
  EXPECT_EQ(ask(port(), {.target = "/api/v1/session", .cookie = mine.cookie}).status, 200u);
  const Answer out =
      ask(port(), {.method = "DELETE", .target = "/api/v1/session", .cookie = mine.cookie, .csrf = mine.csrf});
  EXPECT_EQ(out.status, 204u);
  EXPECT_NE(out.headers.at("set-cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(ask(port(), {.target = "/api/v1/session", .cookie = mine.cookie}).status, 401u);
  EXPECT_EQ(ask(port(), {.target = "/api/v1/session", .cookie = agent().cookie}).status, 200u) << "others stay";
}

TEST_F(ApiRoutes, TheSameRequestTwiceIsOneConversation) {
  const Ask request{
      .method = "POST", .target = "/api/v1/public/conversations", .body = new_conversation("twice-1", "Only once")};
  const Answer first = ask(port(), request), second = ask(port(), request);
  EXPECT_EQ(first.status, 201u);
  EXPECT_EQ(second.status, 201u);
  EXPECT_EQ(field(first.body, "token"), field(second.body, "token"));
}

TEST_F(ApiRoutes, HeadHasTheLengthAndNoBody) {
  const Answer get = ask(port(), {.target = "/api/v1/openapi.json"});
  const Answer head = ask(port(), {.method = "HEAD", .target = "/api/v1/openapi.json"});
  EXPECT_EQ(head.status, 200u);
  EXPECT_EQ(head.headers.at("content-length"), std::to_string(get.body.size()));
}

TEST(ApiLimits, TooManyLogInsAndTooManyFormsMustWait) {
  const Running server(server::Options{});
  std::vector<unsigned> log_ins, forms;
  for (int i = 0; i < 12; ++i) {
    const Answer answer =
        ask(server.port(),
            {.method = "POST", .target = "/api/v1/session", .body = R"({"login":"ana","password":"guess"})"});
    log_ins.push_back(answer.status);
    if (answer.status == 429) {
      EXPECT_GE(std::stoi(answer.headers.at("retry-after")), 1);
    }
  }
  EXPECT_EQ(log_ins.front(), 401u);
  EXPECT_EQ(log_ins.back(), 429u);
  for (int i = 0; i < 70; ++i) {
    forms.push_back(
        ask(server.port(), {.method = "POST", .target = "/api/v1/public/conversations", .body = "{}"}).status);
  }
  EXPECT_EQ(forms.front(), 400u);
  EXPECT_EQ(std::count(forms.begin(), forms.end(), 429u) > 0, true);
}

}  // namespace suki::api
