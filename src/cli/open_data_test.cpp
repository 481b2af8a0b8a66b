/// Every act on a data folder works alike by the server that has the folder, and alone when there is none.
#include "cli/open_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <regex>

#include "app/host.h"
#include "cli/demo.h"
#include "control/control.h"
#include "planfile/planfile.h"
#include "store/lock.h"
#include "store/tx.h"

namespace suki::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A folder with a plan in force and one agent.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "suki-verbs-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    open();
    const planfile::Read plan = planfile::read_folder(SUKI_SOURCE_DIR "/plans/office-hours");
    std::vector<app::App::PlanFile> files;
    for (const auto& file : plan.files) files.push_back({file.name, file.bytes});
    const auto made = store_->write_and_wait([&](store::Tx& tx) -> Result<void> {
      SUKI_TRY(const PlanVersion version, app_->adopt(tx, files, "test", "the first one"));
      (void)version;
      const auto hash = app::App::hash_new_password("a quiet river");
      SUKI_TRY(const AgentId ana,
               app_->create_account(tx, {"ana", "Ana Reyes", *hash, app::Role::agent, {"office"}, {}, "", ""}));
      (void)ana;
      return {};
    });
    EXPECT_TRUE(made.ok()) << made.error().detail;
    close();
  }
  ~Folder() {
    close();
    fs::remove_all(folder_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void serve() {
    open();
    auto control = control::Control::start(control::socket_path(place().dir), socket_verbs(*app_, *store_));
    ASSERT_TRUE(control.ok()) << control.error().detail;
    control_ = std::move(*control);
  }
  void open() {
    auto opened = open_store(place());
    ASSERT_TRUE(opened.ok()) << opened.error().detail;
    store_ = std::move(*opened);
    app::Host host = app::system_host();
    host.secret_key = app::ensure_secret_key(place().dir).value();
    app_ = std::make_unique<app::App>(*store_, host);
    ASSERT_TRUE(app_->start().ok());
  }
  void close() {
    control_.reset();
    app_.reset();
    store_.reset();
  }
  [[nodiscard]] DataPlace place() const { return {folder_ + "/data", ""}; }

 private:
  std::string folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<app::App> app_;
  std::unique_ptr<control::Control> control_;
};

/// A body with which the verb has something to do on that folder. "" with `known` false: nobody has written one.
struct Case {
  std::string body;
  bool known = true;
};
Case case_of(const std::string& verb) {
  static const std::map<std::string, std::string> all{
      {"adopt", R"({"by":"me","why":"a test","files":[{"name":"plan.yaml","text":"TEXT"}]})"},
      {"deliver", "From: Jose <jose@example.com>\nTo: help@santos-office.example\nMessage-ID: <1@example.com>\n\nHi\n"},
      {"mail-trial", R"({"to":"ana@shop.example","language":"en"})"},
      {"user-add",
       R"({"login":"ben","name":"Ben","role":"agent","password":"a quiet river","email":"","language":"","teams":[],"skills":[]})"},
      {"mailbox-add",
       R"({"name":"Help","host":"localhost","port":1,"tls":"tls","user":"help","auth":"password","password":"p","provider":"","token_url":"","client_id":"","client_secret":"","refresh_token":"","scope":"","folder":"INBOX","then":"mark_seen","move_to":"","older":false,"every_s":60,"channel":"","enabled":true})"},
      {"mailbox-list", ""},
      {"mailbox-set", R"({"mailbox":"Help","change":{"name":"Sales"}})"},
      {"mailbox-test", R"({"mailbox":"Help"})"},
      {"mailbox-fetch", R"({"mailbox":"Help"})"},
      {"mailbox-remove", R"({"mailbox":"Help"})"},
      {"user-list", ""},
      {"user-password", R"({"login":"ana","password":"another river"})"},
      {"user-email", R"({"login":"ana","email":"ana@shop.example"})"},
      {"user-remove", R"({"login":"ana"})"},
      {"user-role", R"({"login":"ana","role":"manager"})"},
      {"user-reset-link", R"({"login":"ana"})"},
      {"user-second-step-off", R"({"login":"ana"})"},
      {"user-sessions-end", R"({"login":"ana"})"},
      {"plan-status", ""},
      {"audit-export", R"({"who":"","act":"","object":"","from":"","to":"","cursor":"","format":"csv","limit":0})"},
      {"audit-verify", R"({"after":0,"hash":"","noted":0})"},
      {"import",
       "{\"dry_run\":false,\"hand_out\":false,\"source\":\"\",\"open_for_s\":0}\nrecord 57 0\n"
       R"({"type":"customer","source":"Old","id":"1","name":"Liza"})"},
      {"import-take-up", R"({"dry_run":false,"hand_out":false,"source":"","open_for_s":0})"},
      {"verify", R"({"after":0})"},
      {"verify-contents", R"({"after":""})"},
      {"customer-export", R"({"customer":"1","language":"en","cursor":""})"},
      {"customer-preview", R"({"customer":"1","reason":"","confirm":""})"},
      {"customer-erase", R"({"customer":"1","reason":"asked","confirm":"jose@example.com"})"},
      {"customer-erase-step", ""},
      {"customer-erased", R"({"customer":"","language":"","cursor":""})"},
      {"customer-erase-again",
       R"({"customer":"1","reason":"asked","asked_at":"2026-01-02T03:04:05Z","first_conversation":"","first_at":null})"},
      {"health", ""},
      {"quarantine-delete", R"({"id":"7"})"},
      {"quarantine-list", R"({"state":"","cursor":"","limit":50})"},
      {"quarantine-raw", R"({"id":"7"})"},
      {"quarantine-replay", R"({"id":"7","how":"again","tried":false})"},
      {"quarantine-restore", R"({"id":"7"})"},
      {"quarantine-show", R"({"id":"7"})"},
  };
  const auto found = all.find(verb);
  return found == all.end() ? Case{"", false} : Case{found->second, true};
}

/// The plan of `adopt` has errors, ana has no second step, the customer, the mailbox and the mail are not there:
/// refused alike.
bool is_refused(const std::string& verb) {
  if (verb == "mailbox-set" || verb == "mailbox-test" || verb == "mailbox-fetch" || verb == "mailbox-remove")
    return true;
  return verb == "adopt" || verb == "user-second-step-off" || verb == "customer-export" || verb == "customer-preview" ||
         verb == "customer-erase" || (verb.starts_with("quarantine-") && verb != "quarantine-list");
}

/// Instants, links and hashes are other ones in each folder.
std::string without_chance(const std::string& text) {
  static const std::regex instant("20[0-9]{2}-[0-9T:.-]+Z|\"(now|last_input)\":[0-9]+"), link("/reset/[A-Za-z0-9_-]+"),
      hash("[0-9a-f]{64}"), trial("trial\\.[A-Za-z0-9_-]+@|Date: [^\\\\]*");
  const std::string seen = std::regex_replace(text, trial, "TRIAL");
  return std::regex_replace(std::regex_replace(std::regex_replace(seen, instant, "INSTANT"), link, "/reset/LINK"), hash,
                            "HASH");
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& [name, verb] : verbs()) all.push_back(name);
  return all;
}

class EveryVerb : public testing::TestWithParam<std::string> {};

TEST_P(EveryVerb, does_the_same_alone_and_by_the_server) {
  const Case given = case_of(GetParam());
  ASSERT_TRUE(given.known) << "write a case for the verb " << GetParam() << " in case_of()";
  Folder alone, served;
  served.serve();
  const auto by_itself = perform(alone.place(), GetParam(), given.body);
  // The server has the folder: had the verb been done here, it would have found it in use.
  const auto by_server = perform(served.place(), GetParam(), given.body);
  ASSERT_EQ(by_itself.ok(), by_server.ok());
  if (by_itself.ok()) {
    EXPECT_EQ(without_chance(*by_itself), without_chance(*by_server));
  } else {
    EXPECT_EQ(by_itself.error().code, by_server.error().code);
    EXPECT_EQ(by_itself.error().detail, by_server.error().detail);
    EXPECT_NE(by_itself.error().code, ErrorCode::busy);
    EXPECT_TRUE(is_refused(GetParam())) << by_itself.error().detail;
  }
  // And the folder is free again.
  served.close();
  EXPECT_TRUE(open_store(alone.place()).ok());
}

TEST_P(EveryVerb, works_behind_the_socket_that_a_killed_server_left) {
  Folder folder;
  std::ofstream(control::socket_path(folder.place().dir)) << "";
  fs::remove(control::socket_path(folder.place().dir));
  folder.serve();
  const std::string socket = control::socket_path(folder.place().dir), kept = socket + ".kept";
  fs::create_hard_link(socket, kept);  // the server takes its own name away at its end
  folder.close();
  fs::rename(kept, socket);
  const auto done = perform(folder.place(), GetParam(), case_of(GetParam()).body);
  EXPECT_TRUE(done.ok() || is_refused(GetParam())) << done.error().detail;
}

TEST_P(EveryVerb, that_finds_the_folder_in_use_says_by_whom) {
  Folder folder;
  folder.open();
  ASSERT_TRUE(store::say_served(folder.place().dir, "http://127.0.0.1:8080").ok());
  const auto refused =
      perform(folder.place(), GetParam(), case_of(GetParam()).body, Missing::refuse, std::chrono::milliseconds(0));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_THAT(refused.error().detail, HasSubstr("is in use by process " + std::to_string(::getpid()) + " since 20"));
  EXPECT_THAT(refused.error().detail, HasSubstr("which serves http://127.0.0.1:8080"));
}

TEST_P(EveryVerb, is_told_when_the_store_is_elsewhere) {
  Folder folder;
  folder.serve();
  DataPlace place = folder.place();
  place.store = "postgres://suki:geheim@db.example/shop";
  const auto refused = perform(place, GetParam(), case_of(GetParam()).body);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_THAT(refused.error().detail, testing::Not(HasSubstr("geheim")));
}

INSTANTIATE_TEST_SUITE_P(Verbs, EveryVerb, testing::ValuesIn(names()), [](const auto& given) {
  std::string name = given.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(OpenData, a_misspelt_folder_is_no_empty_shop) {
  const std::string nowhere = (fs::temp_directory_path() / "suki-nowhere").string();
  EXPECT_EQ(perform({nowhere, ""}, "verify", R"({"after":0})").error().code, ErrorCode::io);
  EXPECT_FALSE(fs::exists(nowhere));
}

TEST(OpenData, a_demo_is_not_made_in_a_folder_that_somebody_has) {
  Folder folder;
  folder.open();
  CLI::App app;
  int exit_code = 0;
  add_demo_command(app, exit_code);
  testing::internal::CaptureStderr();
  app.parse(std::vector<std::string>{folder.place().dir, "--data", "demo"});
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("is in use by process"));
  EXPECT_EQ(exit_code, 2);
}

TEST(DataPlace, a_password_is_taken_from_the_list_of_processes) {
  std::string first = "suki", second = "--store=postgres://me:geheim@db/shop", third = "postgres://me:x@db/shop";
  char* words[] = {first.data(), second.data(), third.data()};
  hide_passwords(3, words);
  EXPECT_THAT(second, HasSubstr("--store=postgres://me:***@db/shop"));
  EXPECT_THAT(second + third, testing::Not(HasSubstr("geheim")));
  EXPECT_EQ(third.size(), std::string("postgres://me:x@db/shop").size());
}

}  // namespace
}  // namespace suki::cli
