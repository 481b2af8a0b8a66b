// Changing another's way in, being known again by the browser, and what of strangers is recorded.
#include <chrono>
#include <string>
#include <thread>

#include "fixture.h"

namespace suki::api {
namespace {

/// A server of its own: sessions end here.
class ApiWaysIn : public Api {
 protected:
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  Answer post(const LoggedIn& as, const std::string& target, const std::string& present) {
    return ask(port(), {.method = "POST",
                        .target = target,
                        .body = R"({"present_password":")" + present + "\"}",
                        .cookie = as.cookie,
                        .csrf = as.csrf});
  }
  /// Records are written about once a second.
  bool is_recorded(const LoggedIn& owner, const std::string& query, const std::string& words) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    do {
      if (ask(port(), {.target = "/api/v1/audit?" + query, .cookie = owner.cookie}).body.find(words) !=
          std::string::npos)
        return true;
      std::this_thread::yield();
    } while (std::chrono::steady_clock::now() < until);
    return false;
  }

 private:
  static server::Options options() {
    server::Options options;
    options.rate_limits = false;
    return options;
  }
  Running server_{options()};
};

std::string browser_of(const Answer& answer) {
  const std::string& cookies = answer.headers.at("set-cookie");
  const std::size_t at = cookies.find("suki_browser=");
  return at == std::string::npos ? "" : cookies.substr(at + 13, cookies.find(';', at) - at - 13);
}

TEST_F(ApiWaysIn, AManagerNeedsTheirOwnPasswordToChangeHowOthersGetIn) {
  const LoggedIn ana = log_in(port(), "ana"), mia = log_in(port(), "mia");
  const std::string anas = "/api/v1/access/1/";
  for (const char* act : {"reset-link", "sessions/end", "second-step/off"}) {
    const Answer wrong = post(mia, anas + act, "not hers at all");
    EXPECT_EQ(wrong.status, 400u) << act;
    EXPECT_NE(wrong.body.find("present_password"), std::string::npos) << wrong.body;
    const Answer none =
        ask(port(), {.method = "POST", .target = anas + act, .body = "{}", .cookie = mia.cookie, .csrf = mia.csrf});
    EXPECT_EQ(none.status, 400u) << act;
    EXPECT_EQ(post(ana, anas + act, password).status, 403u) << act << ": an agent may not, whatever they know";
  }
  EXPECT_EQ(ask(port(), {.target = "/api/v1/session", .cookie = ana.cookie}).status, 200u) << "nothing has happened";
  const Answer link = post(mia, anas + "reset-link", password);
  EXPECT_EQ(link.status, 201u) << link.body;
  EXPECT_NE(link.body.find("/desk/reset/"), std::string::npos);
  EXPECT_EQ(post(mia, anas + "second-step/off", password).status, 404u) << "there is none";
  EXPECT_EQ(post(mia, anas + "sessions/end", password).status, 204u);
  EXPECT_EQ(ask(port(), {.target = "/api/v1/session", .cookie = ana.cookie}).status, 401u);
}

TEST_F(ApiWaysIn, ABrowserIsKnownAgainByACookieThatOutlivesTheSession) {
  const auto enter = [&](const std::string& browser) {
    Ask ask_in{.method = "POST",
               .target = "/api/v1/session",
               .body = R"({"login":"ana","password":")" + std::string(password) + "\"}"};
    if (!browser.empty()) ask_in.headers["Cookie"] = "suki_browser=" + browser;
    return ask(port(), ask_in);
  };
  const Answer first = enter("");
  ASSERT_EQ(first.status, 200u) << first.body;
  const std::string mine = browser_of(first);
  ASSERT_GE(mine.size(), 24u) << first.head;
  const std::string& cookies = first.headers.at("set-cookie");
  const std::string kept = cookies.substr(cookies.find("suki_browser="));
  for (const char* word : {"; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age=34560000"})
    EXPECT_NE(kept.find(word), std::string::npos) << kept;
  EXPECT_EQ(first.body.find(mine), std::string::npos) << "out of reach of scripts";
  EXPECT_EQ(browser_of(enter(mine)), mine);
  EXPECT_NE(browser_of(enter("planted-by-another-host-000")), "planted-by-another-host-000");
}

TEST_F(ApiWaysIn, ForgedRequestsAndThoseWithoutASessionAreRecordedWithTheIdOfTheRequest) {
  const LoggedIn ria = log_in(port(), "ria"), mia = log_in(port(), "mia");
  const Answer forged = ask(port(), {.method = "PATCH",
                                     .target = "/api/v1/session",
                                     .body = R"({"name":"Eve"})",
                                     .cookie = mia.cookie,
                                     .csrf = "not-the-proof",
                                     .headers = {{"X-Request-Id", "forged-1"}}});
  EXPECT_EQ(forged.status, 403u) << forged.body;
  for (const char* cookie : {"", "nobodys-session-at-all"})
    EXPECT_EQ(
        ask(port(), {.target = "/api/v1/conversations", .cookie = cookie, .headers = {{"X-Request-Id", "stranger-1"}}})
            .status,
        401u);
  EXPECT_TRUE(is_recorded(ria, "act=request.forged&object=account:2", "\"request\":\"forged-1\""));
  EXPECT_TRUE(is_recorded(ria, "act=request.no_session", "\"request\":\"stranger-1\""));
  EXPECT_TRUE(is_recorded(ria, "act=session.start", "\"request\":\"")) << "log-ins, too";
}

}  // namespace
}  // namespace suki::api
