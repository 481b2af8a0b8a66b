#include "server/passwords.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <vector>

namespace suki::server {
namespace {

bool ask(Passwords& passwords, const std::string& hash, const std::string& password) {
  std::promise<bool> answer;
  EXPECT_TRUE(passwords.check(hash, password, [&](bool same) { answer.set_value(same); }));
  return answer.get_future().get();
}

}  // namespace

TEST(Passwords, AnUnknownLogInIsCheckedLikeAnyOtherAndRefused) {
  std::vector<std::string> checked;
  Passwords passwords(
      [&](const std::string& hash, const std::string& password) {
        checked.push_back(hash);
        return hash == password;
      },
      [](const std::string&) { return std::string("nobody"); }, 4);
  EXPECT_TRUE(ask(passwords, "secret", "secret"));
  EXPECT_FALSE(ask(passwords, "secret", "guess"));
  EXPECT_FALSE(ask(passwords, "", "nobody")) << "even the made-up hash's own password opens nothing";
  EXPECT_EQ(checked, (std::vector<std::string>{"secret", "secret", "nobody"}));
}

TEST(Passwords, AFullQueueSaysSoAtOnceAndWhatWasQueuedIsFinished) {
  std::promise<void> go;
  const std::shared_future<void> may_go = go.get_future().share();
  std::promise<void> started;
  std::atomic<int> done = 0, taken = 0;
  {
    Passwords passwords(
        [&, first = true](const std::string&, const std::string&) mutable {
          if (first) started.set_value();
          first = false;
          may_go.wait();
          return true;
        },
        [](const std::string&) { return std::string("x"); }, 2);
    taken += passwords.check("h", "p", [&](bool) { ++done; });
    started.get_future().wait();
    for (int i = 0; i < 5; ++i) taken += passwords.check("h", "p", [&](bool) { ++done; });
    EXPECT_EQ(taken, 3) << "one at work, two waiting";
    go.set_value();
  }
  EXPECT_EQ(done, 3);
}

}  // namespace suki::server
