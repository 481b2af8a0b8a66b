// Every route of the table, asked as nobody and as somebody who may: whatever the answer is, it has the headers that
// keep a browser from doing more with it than was meant.
#include <string>

#include "fixture.h"
#include "server/routes.h"

namespace suki::api {
namespace {

using server::Route;

/// Ids that nobody has: what is allowed then ends with 404 or 400 and changes nothing.
std::string target_of(const Route& route) {
  std::string target(route.pattern);
  for (std::size_t at = target.find('{'); at != std::string::npos; at = target.find('{'))
    target.replace(at, target.find('}') - at + 1, "999999");
  return target;
}

std::string header(const Answer& answer, const std::string& name) {
  const auto at = answer.headers.find(name);
  return at == answer.headers.end() ? "" : at->second;
}

bool has_directive(const std::string& policy, const std::string& directive) {
  return ("; " + policy + ";").find("; " + directive + ";") != std::string::npos;
}

void expect_secured(const Answer& answer) {
  EXPECT_EQ(header(answer, "x-content-type-options"), "nosniff");
  EXPECT_EQ(header(answer, "referrer-policy"), "no-referrer");
  EXPECT_EQ(header(answer, "cross-origin-opener-policy"), "same-origin");
  EXPECT_EQ(header(answer, "cross-origin-resource-policy"), "same-origin");
  EXPECT_NE(header(answer, "permissions-policy").find("camera=()"), std::string::npos);
  EXPECT_EQ(header(answer, "x-frame-options"), "DENY");
  const std::string policy = header(answer, "content-security-policy");
  for (const char* directive : {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"})
    EXPECT_TRUE(has_directive(policy, directive)) << directive << ": " << policy;
  EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
  EXPECT_EQ(policy.find('*'), std::string::npos) << policy;
  EXPECT_FALSE(header(answer, "x-request-id").empty());
  EXPECT_EQ(header(answer, "server"), "") << "what runs here, and in which version, is nobody's business";
  EXPECT_EQ(header(answer, "access-control-allow-origin"), "") << "pages of others may not ask";
  EXPECT_EQ(header(answer, "cache-control"), "no-store");
  EXPECT_EQ(header(answer, "x-robots-tag"), "noindex");
  const std::string cookie = header(answer, "set-cookie");
  if (cookie.empty()) return;
  for (const char* attribute : {"HttpOnly", "SameSite="})
    EXPECT_NE(cookie.find(attribute), std::string::npos) << attribute << ": " << cookie;
}

Ask ask_of(const Route& route, const LoggedIn& as) {
  return {.method = server::name_of(route.method),
          .target = target_of(route),
          .body = route.body_bytes_max > 0 ? "{}" : "",
          .cookie = as.cookie,
          .csrf = as.csrf,
          .type = std::string(route.body_type)};
}

}  // namespace

using ApiHeaders = Api;

TEST_F(ApiHeaders, OnEveryRouteWhateverItAnswers) {
  LoggedIn somebody;
  std::size_t asked = 0;
  for (const Route& route : server::routes()) {
    for (const bool signed_in : {false, true}) {
      if (signed_in && somebody.cookie.empty()) somebody = log_in(port(), "ria");
      const Answer answer = ask(port(), ask_of(route, signed_in ? somebody : LoggedIn{}));
      SCOPED_TRACE(std::string(server::name_of(route.method)) + " " + std::string(route.pattern) +
                   (signed_in ? " signed in: " : " as nobody: ") + std::to_string(answer.status));
      ++asked;
      EXPECT_NE(answer.status, 0u) << "no answer";
      EXPECT_LT(answer.status, 500u) << answer.body;
      expect_secured(answer);
      if (signed_in && route.method == server::Method::delete_)
        somebody = {};  // it may have been the session's own end
    }
  }
  EXPECT_EQ(asked, 2 * server::routes().size());
}

TEST_F(ApiHeaders, OnWhatIsNoRouteToo) {
  const Ask odd[] = {{.target = "/nowhere"},
                     {.target = "/api/v1/nowhere"},
                     {.method = "TRACE", .target = "/healthz"},
                     {.method = "OPTIONS", .target = "/api/v1/session"},
                     {.target = "/%zz"},
                     {.target = "/" + std::string(20'000, 'x')},
                     {.method = "POST", .target = "/api/v1/session", .body = "no JSON"},
                     {.method = "POST", .target = "/api/v1/session", .body = "{}", .type = "text/plain"}};
  for (const Ask& one : odd) {
    const Answer answer = ask(port(), one);
    SCOPED_TRACE(one.method + " " + one.target.substr(0, 40) + ": " + std::to_string(answer.status));
    EXPECT_GE(answer.status, 400u);
    EXPECT_LT(answer.status, 500u);
    expect_secured(answer);
  }
}

TEST_F(ApiHeaders, HttpsIsKeptToForAYearWhereItIsSpoken) {
  const Answer plain = ask(port(), {.target = "/healthz"});
  EXPECT_EQ(header(plain, "strict-transport-security"), "") << "over HTTP it means nothing";
  server::Options options;
  options.proxies.add_this_machine();
  const Running behind_proxy(options);
  const Answer forwarded =
      ask(behind_proxy.port(), {.target = "/healthz", .headers = {{"X-Forwarded-Proto", "https"}}});
  EXPECT_EQ(header(forwarded, "strict-transport-security"), "max-age=31536000");
}

}  // namespace suki::api
