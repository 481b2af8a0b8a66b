/// For tests of this room: an App over a real store, with a clock and tokens of the test's own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "app/app.h"
#include "store/tx.h"
#include "store_testing/engines.h"

namespace suki::app {

inline constexpr const char* plan_yaml = R"(suki: 1
business:
  name: Test Shop
  time_zone: Asia/Manila
  languages: [en, fil]
  tone: {en: Warm., fil: Magiliw.}
calendars:
  - id: office
    name: {en: Office hours, fil: Oras ng opisina}
    hours: {mon-fri: ["09:00-17:00"]}
channels:
  - {id: form, kind: form, name: {en: Form, fil: Form}, hours: office, when_closed: {text: {en: We are closed., fil: Sarado kami.}}}
  - {id: mail, kind: email, name: {en: Mail, fil: Email}, hours: office, address: help@shop.example}
segments: [{id: vip, name: {en: VIP, fil: VIP}}]
teams: [{id: front, name: {en: Front, fil: Harap}}]
hold_reasons: [{id: parts, name: {en: Waiting for parts, fil: Naghihintay ng pyesa}}]
topics:
  - {id: question, name: {en: Question, fil: Tanong}, team: front}
  - {id: refund, name: {en: Refund, fil: Pagbabalik ng bayad}, team: front}
priorities: [{id: urgent, name: {en: Urgent, fil: Madalian}}, {id: normal, name: {en: Normal, fil: Karaniwan}}]
defaults: {topic: question, priority: normal, team: front}
sla:
  policies:
    - id: standard
      name: {en: Standard, fil: Pamantayan}
      calendar: office
      targets:
        first_reply: {within: 4h, warn: 1h}
        next_reply: {within: 8h}
        resolution: {within: 24h}
      escalations:
        - {id: tell-front, target: first_reply, at: due, do: raise_priority}
  rules: [{id: everyone, policy: standard}]
assignment:
  rules: [{id: all, team: front, routing: least_load, automatic: true}]
replies:
  - id: received
    "on": received
    subject: {en: We got it, fil: Natanggap}
    body: {en: "Hello {customer}, {business} replies by {reply_by}. {link}", fil: "Kumusta {customer}, sasagot kami hanggang {reply_by}."}
)";

class AppTest : public testing::Test {
 protected:
  explicit AppTest(const std::string& plan = plan_yaml) {
    open();
    const auto adopted = store_->write_and_wait([&](store::Tx& tx) -> Result<void> {
      auto version = app_->adopt(tx, {{"plan.yaml", plan}}, "test", "first");
      if (!version.ok()) return version.error();
      return {};
    });
    EXPECT_TRUE(adopted.ok()) << adopted.error().detail;
  }
  ~AppTest() override { close(); }
  void close() {
    app_.reset();
    store_.reset();
  }
  void open() {
    close();
    auto store = store::Store::open(place_.options());
    SUKI_ASSERT(store.ok());
    store_ = std::move(*store);
    Host host;
    host.now = [this] { return now; };
    host.random_token = [this](std::size_t) { return "token" + std::to_string(++tokens_); };
    host.site_url = "https://shop.example";
    host.zone_folder = zone_folder;
    host.secret_key = secret_key;
    app_ = std::make_unique<App>(*store_, host);
    ASSERT_TRUE(app_->start().ok());
  }
  /// Runs `use` in a write and gives its value; a failure ends the test run here.
  template <class Use>
  auto write(Use use) {
    using Value = decltype(use(std::declval<store::Tx&>()));
    Value value = fail(ErrorCode::internal, "not run");
    (void)store_->write_and_wait([&](store::Tx& tx) -> Result<void> {
      value = use(tx);
      if (!value.ok()) return value.error();
      return {};
    });
    return value;
  }
  template <class Use>
  auto read(Use use) {
    using Value = decltype(use(std::declval<store::Tx&>()));
    Value value = fail(ErrorCode::internal, "not run");
    (void)store_->read_and_wait([&](store::Tx& tx) -> Result<void> {
      value = use(tx);
      return {};
    });
    return value;
  }
  NewConversation form(const std::string& request = "r1") {
    return {request, "Liza Cruz", "Liza@Example.net", "refund", "Broken fan", "My fan stopped after two days.", "en"};
  }
  Created create(const NewConversation& input) {
    auto made = write([&](store::Tx& tx) { return app_->create_by_form(tx, input); });
    EXPECT_TRUE(made.ok()) << made.error().detail;
    return made.ok() ? *made : Created{};
  }
  AgentId agent(const std::string& login, const std::string& email = "", const std::string& language = "") {
    const std::string hash = *App::hash_new_password("long enough 1");
    auto made = write([&](store::Tx& tx) {
      return app_->create_account(tx, {login, "Agent " + login, hash, Role::agent, {"front"}, {}, email, language});
    });
    EXPECT_TRUE(made.ok()) << made.error().detail;
    return *made;
  }
  /// Logs in and says "here"; the session's token.
  std::string present(AgentId id) {
    const auto session = write([&](store::Tx& tx) { return app_->start_session(tx, id); });
    EXPECT_TRUE(session.ok());
    EXPECT_TRUE(write([&](store::Tx& tx) { return app_->set_preferences(tx, session->token, {{}, true, {}}); }).ok());
    return session->token;
  }
  /// Time passes, and what fell due is done.
  void wait(Span span) {
    now = now + span;
    EXPECT_TRUE(write([&](store::Tx& tx) { return app_->wake(tx, 100); }).ok());
  }
  Conversation show(std::int64_t id) {
    auto shown = read([&](store::Tx& tx) { return app_->conversation(tx, caller, ConversationId(id)); });
    EXPECT_TRUE(shown.ok()) << shown.error().detail;
    return shown.ok() ? *shown : Conversation{};
  }
  Result<Conversation> reply(std::int64_t id, const std::string& text, std::int64_t after,
                             const std::string& request = "a1") {
    return write([&](store::Tx& tx) {
      return app_->reply(tx, caller, ConversationId(id), {request, text, after, {}});
    });
  }
  struct ClaimedMail : App::OutgoingMail {
    std::string data;
  };
  std::vector<ClaimedMail> outgoing() {
    return *write([&](store::Tx& tx) -> Result<std::vector<ClaimedMail>> {
      std::vector<ClaimedMail> mails;
      SUKI_TRY(const auto claimed, app_->claim_outgoing(tx, 100));
      for (const App::OutgoingMail& mail : claimed) {
        SUKI_TRY(std::string data, app_->outgoing_bytes(tx, mail.outbox_id));
        mails.push_back({mail, std::move(data)});
      }
      return mails;
    });
  }
  App::Delivered deliver(const std::string& raw) {
    auto delivered = write([&](store::Tx& tx) { return app_->deliver_mail(tx, raw); });
    EXPECT_TRUE(delivered.ok()) << delivered.error().detail;
    return delivered.ok() ? *delivered : App::Delivered{};
  }

  Instant now = *parse_instant("2026-11-23T02:00:00Z");  // Monday, 10:00 in Manila
  Caller caller{AgentId(1), Role::agent, "en"};
  store_testing::TestPlace place_{store_testing::engine()};
  std::string zone_folder;  ///< of the tz database, from the next open() on; "": the machine's
  std::string secret_key;   ///< likewise
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<App> app_;

 protected:
  [[nodiscard]] const std::string& folder() const { return place_.folder(); }

 private:
  int tokens_ = 0;
};

}  // namespace suki::app
