/// What tests of people, presence, teams and shifts begin with: two teams, a telephone, a manager and Ana.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "app/people.h"
#include "app/presence.h"
#include "app/roster.h"
#include "app/testing.h"

namespace suki::app {

inline constexpr const char* two_teams =
    "teams: [{id: front, name: {en: Front, fil: Harap}}, {id: back, name: {en: Back, fil: Likod}}]";

inline std::string plan_with_phone() {
  std::string plan = plan_yaml;
  const std::string teams = "teams: [{id: front, name: {en: Front, fil: Harap}}]";
  plan.replace(plan.find(teams), teams.size(), two_teams);
  const std::string segments = "segments:";
  plan.insert(plan.find(segments),
              "  - {id: phone, kind: phone, name: {en: Phone, fil: Telepono}, hours: office, capacity: 1, address: "
              "\"+63 2 1\", "
              "when_closed: {offer: [form], text: {en: Nobody is there., fil: Walang tao.}}}\n");
  return plan;
}

class RosterApp : public AppTest {
 protected:
  RosterApp() : AppTest(plan_with_phone()) {
    manager_ = Caller{agent("boss"), Role::manager, "en"};
    ana_ = agent("ana");
  }
  void settle() {
    EXPECT_TRUE(write([&](store::Tx& tx) -> Result<int> {
                  SUKI_CHECK(settle_presence(*app_, tx));
                  SUKI_CHECK(settle_roster(*app_, tx));
                  return 0;
                }).ok());
  }
  /// Time passes with or without their page being heard of.
  void pass(Span span, AgentId heard = {}, bool active = false) {
    now = now + span;
    if (heard) hear(*app_, heard, active);
    settle();
  }
  PresenceView presence(AgentId id) {
    return *read([&](store::Tx& tx) { return own_presence(*app_, tx, Caller{id, Role::agent, "en"}); });
  }
  std::string assignee(std::int64_t id) {
    const auto row = show(id).row;
    return row.assignee ? row.assignee->name : "";
  }
  auto shift(AgentId id, const std::string& from, const std::string& until, const std::string& kind = "shift") {
    return write([&](store::Tx& tx) { return add_shift(*app_, tx, manager_, id, {kind, from, until}); });
  }
  std::string refused(const std::string& from, const std::string& until, const std::string& kind = "shift") {
    const auto made = shift(ana_, from, until, kind);
    return made.ok() ? "taken" : made.error().detail;
  }
  auto join(AgentId id, const NewMembership& input) {
    return write([&](store::Tx& tx) { return add_membership(*app_, tx, manager_, id, input); });
  }
  PersonDetail person(AgentId id) {
    return *read([&](store::Tx& tx) { return show_person(*app_, tx, manager_, id); });
  }
  static MembershipView in_team(const PersonDetail& detail, const std::string& team) {
    for (const MembershipView& one : detail.memberships)
      if (one.team.id == team) return one;
    return {};
  }
  std::vector<std::string> verify() {
    return read([&](store::Tx& tx) { return app_->verify(tx, ConversationId(0), 100); })->differences;
  }
  ChannelState phone() {
    const auto site = read([&](store::Tx& tx) { return app_->site(tx, "en"); });
    for (const ChannelState& channel : site->channels)
      if (channel.id == "phone") return channel;
    return {};
  }

  Caller manager_;
  AgentId ana_;
};

}  // namespace suki::app
