// `suki plan adopt` and `suki plan status` as a shell sees them, on a data folder of their own.
#include "cli/adopt.h"

#include <gmock/gmock.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/host.h"
#include "cli/plan_status.h"
#include "store/tx.h"
#include "store_testing/engines.h"

namespace suki::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

struct Ran {
  int exit_code = -1;
  std::string out, err;
};

class AdoptTest : public testing::Test {
 protected:
  AdoptTest() {
    place_.settle();
    fs::copy(fs::path(SUKI_SOURCE_DIR) / "plans" / "office-hours", plan(), fs::copy_options::recursive);
  }

  [[nodiscard]] fs::path plan() const { return fs::path(place_.folder()) / "plan"; }
  [[nodiscard]] std::string data() const { return place_.options().data_dir; }

  static Ran run(std::vector<std::string> words) {
    CLI::App app;
    Ran ran;
    add_plan_adopt_command(app, ran.exit_code);
    add_plan_status_command(app, ran.exit_code);
    std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    app.parse(words);
    std::fflush(stdout);
    ran.out = testing::internal::GetCapturedStdout();
    ran.err = testing::internal::GetCapturedStderr();
    return ran;
  }
  Ran adopt() { return run({"adopt", plan().string(), "--data", data(), "--why", "a test", "--by", "me"}); }
  Ran status() { return run({"status", "--data", data()}); }

  void edit(const std::string& from, const std::string& to) {
    std::ostringstream text;
    text << std::ifstream(plan() / "plan.yaml").rdbuf();
    std::string yaml = text.str();
    ASSERT_NE(yaml.find(from), std::string::npos) << from;
    for (auto at = yaml.find(from); at != std::string::npos; at = yaml.find(from, at + to.size()))
      yaml.replace(at, from.size(), to);
    std::ofstream(plan() / "plan.yaml") << yaml;
  }
  /// With the folder open in this process, as the commands open it.
  template <class Use>
  void use(Use use) {
    auto store = store::Store::open({.data_dir = data()});
    ASSERT_TRUE(store.ok()) << store.error().detail;
    app::App app(**store, app::system_host());
    ASSERT_TRUE(app.start().ok());
    const auto used = (*store)->write_and_wait([&](store::Tx& tx) -> Result<void> {
      use(app, tx);
      return {};
    });
    EXPECT_TRUE(used.ok());
  }
  void write_in(const std::string& topic) {
    use([&](app::App& app, store::Tx& tx) {
      const auto made = app.create_by_form(tx, {"r1", "Jo", "jo@example.com", topic, "Hello", "A question.", "en"});
      EXPECT_TRUE(made.ok()) << made.error().detail;
    });
  }

 private:
  store_testing::TestPlace place_{store_testing::engine()};
};

TEST_F(AdoptTest, ARenamedTopicCarriesItsConversationsOver) {
  ASSERT_EQ(adopt().exit_code, 0);
  write_in("order");
  edit("id: order\n", "id: buying\n    was: order\n");
  const Ran ran = adopt();
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.out, "plan version 2 is in force\n");
  use([](app::App& app, store::Tx& tx) {
    const auto shown = app.conversation(tx, {AgentId(1), app::Role::agent, "en"}, ConversationId(1));
    ASSERT_TRUE(shown.ok());
    EXPECT_EQ(shown->row.topic.id, "buying");
    EXPECT_EQ(shown->plan_version, "1");
  });
}

TEST_F(AdoptTest, ADroppedTopicInUseIsRefusedWithTheCountAndTheCure) {
  ASSERT_EQ(adopt().exit_code, 0);
  write_in("order");
  edit("id: order\n", "id: buying\n");
  const Ran ran = adopt();
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err,
              HasSubstr("topic \"order\" is gone, but 1 conversation that is not closed uses it; keep it until "
                        "they are closed, or write was: order"));
  EXPECT_THAT(status().out, testing::StartsWith("plan version 1 is in force since "));
}

TEST_F(AdoptTest, StatusTellsWhetherTheMachineHasOtherTimesThanThePlanKeeps) {
  EXPECT_EQ(status().exit_code, 1) << "no plan is in force";
  ASSERT_EQ(adopt().exit_code, 0);
  Ran told = status();
  EXPECT_EQ(told.exit_code, 0);
  EXPECT_THAT(told.out, HasSubstr("time zone Asia/Manila: kept 20"));
  EXPECT_THAT(told.out, HasSubstr(": the same times\n"));
  EXPECT_THAT(told.out, HasSubstr("holidays PH: this suki has the same days\n"));
  EXPECT_THAT(told.out, Not(HasSubstr("adopt the plan again")));

  const fs::path other = plan() / "zoneinfo";
  fs::create_directories(other / "Asia");
  fs::copy_file("/usr/share/zoneinfo/Asia/Tokyo", other / "Asia" / "Manila");
  const char* before = std::getenv("TZDIR");
  const std::string saved = before != nullptr ? before : "";
  ::setenv("TZDIR", other.c_str(), 1);
  told = status();
  if (before != nullptr) {
    ::setenv("TZDIR", saved.c_str(), 1);
  } else {
    ::unsetenv("TZDIR");
  }
  EXPECT_EQ(told.exit_code, 0);
  EXPECT_THAT(told.out, HasSubstr("this machine has an unknown release: other times from 20"));
  EXPECT_THAT(told.out, HasSubstr("promises go by what is kept; to take what is here now, adopt the plan again\n"));
}

}  // namespace
}  // namespace suki::cli
