// Every route as every role: what the table of permissions says is what the server does.
#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "fixture.h"
#include "server/routes.h"

namespace suki::api {
namespace {

using server::Permission;
using server::Route;

enum class Who : std::uint8_t { nobody, agent, manager, owner };

const char* name_of(Who who) {
  constexpr const char* names[] = {"nobody", "agent", "manager", "owner"};
  return names[static_cast<int>(who)];
}

std::string login_of(Who who) {
  return who == Who::agent ? "ana" : who == Who::manager ? "mia" : "ria";
}

/// The first role that may, written out by hand beside the program's own table.
const std::map<std::string, Who> least{
    {"anyone", Who::nobody},         {"session", Who::agent},         {"answer", Who::agent},
    {"read_roster", Who::agent},     {"read_plan", Who::manager},     {"adopt", Who::manager},
    {"manage_roster", Who::manager}, {"manage_people", Who::manager}, {"manage_owners", Who::owner},
    {"manage_settings", Who::owner}, {"read_audit", Who::owner},      {"export_customer", Who::manager},
    {"erase_customer", Who::owner},  {"manage_mail", Who::manager},   {"quarantine", Who::manager},
};

/// Ids that nobody has: what is allowed then ends with 404 or 400 and changes nothing.
std::string target_of(const Route& route) {
  std::string target(route.pattern);
  for (std::size_t at = target.find('{'); at != std::string::npos; at = target.find('{'))
    target.replace(at, target.find('}') - at + 1, "999999");
  return target;
}

}  // namespace

/// A server of its own: to end every session is one of the things asked here.
class ApiRoles : public Api {
 protected:
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }

 private:
  static server::Options options() {
    server::Options options;
    options.rate_limits = false;
    return options;
  }
  Running server_{options()};
};

TEST_F(ApiRoles, EveryRouteAsEveryRole) {
  std::size_t asked = 0;
  LoggedIn sessions[4];
  for (const Route& route : server::routes()) {
    // Logging in is for everybody; the feed is no plain request, and feed_test.cpp asks it.
    if (route.special == server::Special::log_in || route.special == server::Special::feed) continue;
    const auto first = least.find(app::name_of(route.permission));
    ASSERT_NE(first, least.end()) << app::name_of(route.permission) << ": put the new act here";
    for (const Who who : {Who::nobody, Who::agent, Who::manager, Who::owner}) {
      LoggedIn& as = sessions[static_cast<std::size_t>(who)];
      if (who != Who::nobody && as.cookie.empty()) as = log_in(port(), login_of(who));
      SCOPED_TRACE(std::string(server::name_of(route.method)) + " " + std::string(route.pattern) + " as " +
                   name_of(who));
      const Answer answer = ask(port(), {.method = server::name_of(route.method),
                                         .target = target_of(route),
                                         .body = route.body_bytes_max > 0 ? "{}" : "",
                                         .cookie = as.cookie,
                                         .csrf = as.csrf,
                                         .type = std::string(route.body_type)});
      ++asked;
      if (route.method == server::Method::delete_) as = {};  // it may have been the session's own end
      if (first->second == Who::nobody) {
        EXPECT_NE(answer.status, 401u);
        EXPECT_NE(answer.status, 403u);
      } else if (who == Who::nobody) {
        EXPECT_EQ(answer.status, 401u) << answer.body;
      } else if (who < first->second && answer.status != 400u) {
        // A body that cannot be read is refused before anybody is looked up.
        EXPECT_EQ(answer.status, 403u) << answer.body;
      } else if (who >= first->second) {
        EXPECT_NE(answer.status, 401u) << answer.body;
        EXPECT_NE(answer.status, 403u) << answer.body;
        EXPECT_LT(answer.status, 500u) << answer.body;
      }
    }
  }
  EXPECT_EQ(asked % 4, 0u);
  EXPECT_GT(asked, 4u * 15u);
}

TEST_F(ApiRoles, ASessionNamesWhatItsRoleMayDo) {
  const auto session = [this](Who who) {
    const LoggedIn as = log_in(port(), login_of(who));
    return ask(port(), {.target = "/api/v1/session", .cookie = as.cookie}).body;
  };
  EXPECT_NE(session(Who::agent).find(R"("permissions":["answer","read_roster"])"), std::string::npos)
      << session(Who::agent);
  EXPECT_NE(session(Who::manager).find(R"("manage_people")"), std::string::npos);
  EXPECT_EQ(session(Who::manager).find(R"("manage_owners")"), std::string::npos);
  EXPECT_NE(session(Who::owner).find(R"("manage_owners")"), std::string::npos);
}

using ApiAudit = Api;

TEST_F(ApiAudit, ReadingByAnotherDoorAndAWrongPasswordAreInTheAuditLog) {
  const LoggedIn ria = log_in(port(), "ria"), mia = log_in(port(), "mia");
  const Answer unchanged = ask(port(), {.method = "PATCH",
                                        .target = "/api/v1/conversations/" + conversation(),
                                        .body = "{}",
                                        .cookie = mia.cookie,
                                        .csrf = mia.csrf});
  EXPECT_EQ(unchanged.status, 200u) << unchanged.body;
  const std::string since = "/api/v1/conversations/" + conversation() + "/since/0";
  EXPECT_EQ(ask(port(), {.target = since, .cookie = ria.cookie}).status, 200u);
  const Answer wrong = ask(port(), {.method = "POST",
                                    .target = "/api/v1/account/second-step",
                                    .body = R"({"present_password":"not hers at all"})",
                                    .cookie = ria.cookie,
                                    .csrf = ria.csrf});
  EXPECT_EQ(wrong.status, 400u) << wrong.body;
  const auto holds = [&](const std::string& query, const std::string& words) {
    const Answer page = ask(port(), {.target = "/api/v1/audit?" + query, .cookie = ria.cookie});
    return page.body.find(words) != std::string::npos;
  };
  const std::string opened = "act=conversation.open&object=conversation:" + conversation();
  const auto all = [&] {
    return holds(opened, "\"agent\":\"Ria Santos\"") && holds(opened, "\"agent\":\"Mia Cruz\"") &&
           holds("act=second_step.begin", "\"done\":false");
  };
  // They are written about once a second.
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!all() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  EXPECT_TRUE(all());
}

}  // namespace suki::api
