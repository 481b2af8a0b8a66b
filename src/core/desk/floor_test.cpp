// The floor by cases, then by properties over random floors.
#include "desk/floor.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

namespace suki::desk {
namespace {

constexpr Symbol email{1}, phone{2}, refund{10}, repair{11}, front{20}, workshop{21}, soldering{30}, tagalog{31};
constexpr Symbol everything{40}, other_channel{99};
constexpr AgentId ana{1}, ben{2}, cora{3};
constexpr Instant nine{1'000'000'000'000};

/// A shop: e-mail up to two at once, one call at a time; repairs need somebody of the workshop who can solder.
plan::CompiledPlan shop(plan::Routing routing, bool automatic = true) {
  plan::CompiledPlan plan;
  plan.channels = {{email, plan::ChannelKind::email, 0, {}, 2}, {phone, plan::ChannelKind::phone, 0, {}, 1}};
  plan.teams = {{front, {}, 0, 0}, {workshop, {}, 0, 0}};
  plan.topics = {{refund, front, {}}, {repair, workshop, {soldering}}};
  plan.default_team = front;
  plan.assignment_rules = {{everything, {}, Symbol{}, routing, automatic}};
  return plan;
}

void at_work(Floor& floor, AgentId agent, std::vector<Symbol> teams = {front}, std::vector<Symbol> skills = {},
             Instant since = nine) {
  set_roster(floor, agent, std::move(teams), std::move(skills));
  set_presence(floor, agent, Presence::online, since);
}

Waiting waiting(std::int64_t id, Symbol channel = email, Symbol topic = refund, Instant due = nine + hours(4),
                Instant since = nine) {
  Waiting w{ConversationId{id}, {}, due, since};
  w.facts.set(plan::FactKey::channel, channel);
  w.facts.set(plan::FactKey::topic, topic);
  return w;
}

/// "1->2": conversation 1 goes to agent 2.
std::string routed(const plan::CompiledPlan& plan, Floor& floor, Instant now = nine) {
  std::vector<Route> routes;
  route(plan, floor, now, routes);
  std::string text;
  for (const auto& r : routes) {
    if (!text.empty()) text += " ";
    text += std::to_string(r.conversation.value) + "->" + std::to_string(r.agent.value);
    EXPECT_EQ(r.rule, everything);
  }
  return text;
}

std::string explained(const plan::CompiledPlan& plan, const Floor& floor, const Waiting& w, Instant now = nine) {
  std::vector<Candidate> candidates;
  explain_route(plan, floor, w, now, candidates);
  std::string text;
  for (const auto& c : candidates) {
    if (!text.empty()) text += " ";
    text += std::to_string(c.agent.value) + ":" + name_of(c.why_not);
  }
  return text;
}

std::string queued(const Floor& floor) {
  std::string text;
  for (const auto& w : floor.queue.in_order()) text += (text.empty() ? "" : " ") + std::to_string(w.conversation.value);
  return text;
}

TEST(Floor, least_load_the_agent_with_fewest_conversations_over_all_channels_is_chosen) {
  Floor floor;
  at_work(floor, ana);
  at_work(floor, ben);
  took(floor, ana, phone, nine);
  enqueue(floor, waiting(1));
  EXPECT_EQ(explained(shop(plan::Routing::least_load), floor, waiting(1)), "1:more_loaded 2:none");
  EXPECT_EQ(routed(shop(plan::Routing::least_load), floor), "1->2");
  EXPECT_EQ(total_load(*find_agent(floor, ben)), 1U);
  EXPECT_EQ(queued(floor), "");
}

TEST(Floor, a_tie_goes_to_the_lower_id) {
  for (auto routing : {plan::Routing::least_load, plan::Routing::longest_idle, plan::Routing::round_robin}) {
    Floor floor;
    at_work(floor, ben);
    at_work(floor, ana);
    enqueue(floor, waiting(1));
    EXPECT_EQ(explained(shop(routing), floor, waiting(1)), "1:none 2:higher_id");
    EXPECT_EQ(routed(shop(routing), floor), "1->1");
  }
}

TEST(Floor, longest_idle_nobody_with_work_comes_before_somebody_without) {
  Floor floor;
  at_work(floor, ana, {front}, {}, nine);
  at_work(floor, ben, {front}, {}, nine + hours(1));
  took(floor, ana, email, nine);  // she has been busy for longer than Ben is here
  EXPECT_EQ(explained(shop(plan::Routing::longest_idle), floor, waiting(1), nine + hours(2)), "1:less_idle 2:none");
}

TEST(Floor, longest_idle_counts_from_the_last_conversation_that_left) {
  Floor floor;
  at_work(floor, ana);
  at_work(floor, ben);
  took(floor, ana, email, nine);
  took(floor, ben, email, nine);
  released(floor, ben, email, nine + minutes(10));
  released(floor, ana, email, nine + minutes(20));
  enqueue(floor, waiting(1));
  EXPECT_EQ(routed(shop(plan::Routing::longest_idle), floor, nine + minutes(30)), "1->2");
}

TEST(Floor, a_heartbeat_does_not_make_anybody_less_idle) {
  Floor floor;
  at_work(floor, ana);
  at_work(floor, ben, {front}, {}, nine + minutes(1));
  set_presence(floor, ana, Presence::online, nine + minutes(30));
  EXPECT_EQ(explained(shop(plan::Routing::longest_idle), floor, waiting(1), nine + hours(1)), "1:none 2:less_idle");
}

TEST(Floor, round_robin_goes_round_whatever_the_load) {
  Floor floor;
  for (auto agent : {ana, ben, cora}) at_work(floor, agent);
  const auto plan = shop(plan::Routing::round_robin);
  for (std::int64_t id = 1; id <= 4; ++id) enqueue(floor, waiting(id));
  EXPECT_EQ(routed(plan, floor), "1->1 2->2 3->3 4->1");
  EXPECT_EQ(explained(plan, floor, waiting(5)), "1:at_capacity 2:none 3:later_turn");
  released(floor, cora, email, nine);
  enqueue(floor, waiting(5));
  EXPECT_EQ(routed(plan, floor), "5->2");
}

TEST(Floor, capacity_is_counted_per_channel) {
  Floor floor;
  at_work(floor, ana);
  const auto plan = shop(plan::Routing::least_load);
  for (std::int64_t id = 1; id <= 3; ++id) enqueue(floor, waiting(id, email));
  for (std::int64_t id = 4; id <= 5; ++id) enqueue(floor, waiting(id, phone));
  EXPECT_EQ(routed(plan, floor), "1->1 2->1 4->1");
  EXPECT_EQ(queued(floor), "3 5");
  EXPECT_EQ(explained(plan, floor, waiting(3)), "1:at_capacity");
  released(floor, ana, phone, nine);
  EXPECT_EQ(routed(plan, floor), "5->1") << "a call ended: the next call, not the next e-mail";
}

TEST(Floor, capacity_zero_is_no_limit) {
  Floor floor;
  at_work(floor, ana);
  auto plan = shop(plan::Routing::least_load);
  plan.channels[0].capacity = 0;
  for (std::int64_t id = 1; id <= 50; ++id) enqueue(floor, waiting(id));
  routed(plan, floor);
  EXPECT_EQ(total_load(*find_agent(floor, ana)), 50U);
}

TEST(Floor, the_queue_is_ordered_by_due_then_age_then_id) {
  Floor floor;
  enqueue(floor, waiting(5, email, refund, nine + hours(2), nine + minutes(5)));
  enqueue(floor, waiting(9, email, refund, nine + hours(2), nine));
  enqueue(floor, waiting(7, email, refund, nine + hours(1), nine + minutes(9)));
  enqueue(floor, waiting(8, email, refund, nine + hours(2), nine));
  enqueue(floor, waiting(1, email, refund, never, nine));
  EXPECT_EQ(queued(floor), "7 8 9 5 1") << "without a promise: last";
}

TEST(Floor, one_enqueued_again_moves_to_its_new_place) {
  Floor floor;
  enqueue(floor, waiting(1, email, refund, nine + hours(1)));
  enqueue(floor, waiting(2, email, refund, nine + hours(2)));
  enqueue(floor, waiting(1, email, refund, nine + hours(3)));
  EXPECT_EQ(queued(floor), "2 1");
  remove(floor, ConversationId{2});
  remove(floor, ConversationId{77});
  EXPECT_EQ(queued(floor), "1");
}

TEST(Floor, those_who_cannot_be_served_keep_their_order_and_hold_up_nobody_behind_them) {
  Floor floor;
  at_work(floor, ana);
  enqueue(floor, waiting(1, email, repair, nine + hours(1)));
  enqueue(floor, waiting(2, email, refund, nine + hours(2)));
  enqueue(floor, waiting(3, email, repair, nine + hours(3)));
  EXPECT_EQ(routed(shop(plan::Routing::least_load), floor), "2->1");
  EXPECT_EQ(queued(floor), "1 3");
}

TEST(Floor, says_of_each_why_nothing_can_be_given_to_them_now) {
  const AgentId ids[] = {AgentId{1}, AgentId{2}, AgentId{3}, AgentId{4}, AgentId{5}, AgentId{6}};
  Floor floor;
  for (const AgentId id : ids) at_work(floor, id);
  set_presence(floor, ids[0], Presence::offline, nine);
  set_presence(floor, ids[1], Presence::away, nine);
  set_duty(floor, ids[2], Duty::on_leave);
  set_duty(floor, ids[3], Duty::off_shift);
  set_roster(floor, ids[4], {workshop}, {});
  set_duty(floor, ids[5], Duty::on_shift);
  const auto plan = shop(plan::Routing::least_load);
  EXPECT_EQ(explained(plan, floor, waiting(1)), "1:offline 2:away 3:on_leave 4:off_shift 5:other_team 6:none");
  for (const AgentId id : ids) set_presence(floor, id, Presence::away, nine);
  enqueue(floor, waiting(1));
  EXPECT_EQ(routed(plan, floor), "") << "it waits rather than being given to somebody away";
}

TEST(Floor, who_may_answer_is_asked_of_team_and_skills_alone) {
  const auto plan = shop(plan::Routing::least_load);
  EXPECT_TRUE(may_answer(plan, {front}, {}, waiting(1, phone, refund).facts));
  EXPECT_FALSE(may_answer(plan, {workshop}, {}, waiting(1, phone, refund).facts));
  EXPECT_FALSE(may_answer(plan, {workshop}, {}, waiting(1, phone, repair).facts)) << "lacks the topic's skill";
  EXPECT_TRUE(may_answer(plan, {workshop}, {soldering}, waiting(1, phone, repair).facts));
}

TEST(Floor, at_the_end_of_the_shift_nothing_new_is_taken) {
  Floor floor;
  at_work(floor, ana);
  set_shift(floor, ana, nine + hours(8));
  const auto plan = shop(plan::Routing::least_load);
  EXPECT_EQ(explained(plan, floor, waiting(1), nine + hours(8) - microseconds(1)), "1:none");
  EXPECT_EQ(explained(plan, floor, waiting(1), nine + hours(8)), "1:off_shift");
  enqueue(floor, waiting(1));
  EXPECT_EQ(routed(plan, floor, nine + hours(8)), "");
}

TEST(Floor, a_topic_asks_for_its_team_and_its_skills) {
  Floor floor;
  at_work(floor, ana, {front});
  at_work(floor, ben, {workshop});
  at_work(floor, cora, {workshop, front}, {tagalog, soldering});
  EXPECT_EQ(explained(shop(plan::Routing::least_load), floor, waiting(1, email, repair)),
            "1:other_team 2:lacks_skill 3:none");
}

TEST(Floor, a_team_asks_its_members_for_skills) {
  Floor floor;
  at_work(floor, ana, {front});
  at_work(floor, ben, {front}, {tagalog});
  auto plan = shop(plan::Routing::least_load);
  plan.teams[0].skills = {tagalog};
  EXPECT_EQ(explained(plan, floor, waiting(1)), "1:lacks_skill 2:none");
}

TEST(Floor, the_conversations_own_team_beats_the_topics) {
  Floor floor;
  at_work(floor, ana, {front}, {soldering});
  at_work(floor, ben, {workshop}, {soldering});
  auto w = waiting(1, email, repair);
  w.facts.set(plan::FactKey::team, front);
  EXPECT_EQ(explained(shop(plan::Routing::least_load), floor, w), "1:none 2:other_team");
}

TEST(Floor, the_rules_team_stands_in_where_the_conversation_has_none) {
  Floor floor;
  at_work(floor, ana, {front});
  at_work(floor, ben, {workshop});
  auto plan = shop(plan::Routing::least_load);
  plan.assignment_rules[0].team = workshop;
  EXPECT_EQ(explained(plan, floor, waiting(1, email, refund)), "1:other_team 2:none");
}

TEST(Floor, without_an_automatic_rule_people_pick) {
  Floor floor;
  at_work(floor, ana);
  auto plan = shop(plan::Routing::least_load, false);
  enqueue(floor, waiting(1));
  EXPECT_EQ(routed(plan, floor), "");
  EXPECT_EQ(explained(plan, floor, waiting(1)), "1:by_hand");
  plan.assignment_rules.clear();
  EXPECT_EQ(routed(plan, floor), "");
  EXPECT_EQ(explained(plan, floor, waiting(1)), "1:by_hand");
}

TEST(Floor, a_channel_that_left_the_plan_is_picked_by_hand) {
  Floor floor;
  at_work(floor, ana);
  enqueue(floor, waiting(1, other_channel));
  EXPECT_EQ(routed(shop(plan::Routing::least_load), floor), "");
  EXPECT_EQ(explained(shop(plan::Routing::least_load), floor, waiting(1, other_channel)), "1:by_hand");
}

TEST(Floor, the_absent_are_not_chosen_and_keep_their_load) {
  Floor floor;
  at_work(floor, ana);
  took(floor, ana, email, nine);
  set_presence(floor, ana, Presence::offline, nine);
  EXPECT_EQ(explained(shop(plan::Routing::least_load), floor, waiting(1)), "1:offline");
  EXPECT_EQ(total_load(*find_agent(floor, ana)), 1U);
}

TEST(Floor, releasing_more_than_was_taken_stays_at_nothing) {
  Floor floor;
  at_work(floor, ana);
  took(floor, ana, email, nine);
  released(floor, ana, email, nine);
  released(floor, ana, email, nine);
  released(floor, AgentId{99}, email, nine);
  EXPECT_EQ(total_load(*find_agent(floor, ana)), 0U);
  remove_agent(floor, ana);
  EXPECT_EQ(find_agent(floor, ana), nullptr);
}

// ---- properties --------------------------------------------------------------------------------------------------

struct World {
  plan::CompiledPlan plan;
  Floor floor;
  std::vector<Waiting> list;
};

World random_world() {
  World world;
  world.plan =
      shop(*rc::gen::element(plan::Routing::least_load, plan::Routing::longest_idle, plan::Routing::round_robin));
  for (auto& channel : world.plan.channels) channel.capacity = *rc::gen::inRange<std::uint16_t>(0, 4);
  const auto some = [](Symbol a, Symbol b) {
    std::vector<Symbol> list;
    if (*rc::gen::arbitrary<bool>()) list.push_back(a);
    if (*rc::gen::arbitrary<bool>()) list.push_back(b);
    return list;
  };
  const int agents = *rc::gen::inRange(0, 6);
  for (int i = 1; i <= agents; ++i) {
    const AgentId id{i};
    set_roster(world.floor, id, some(front, workshop), some(soldering, tagalog));
    set_presence(
        world.floor, id,
        *rc::gen::weightedElement<Presence>({{6, Presence::online}, {1, Presence::away}, {1, Presence::offline}}),
        nine - minutes(*rc::gen::inRange(0, 3)));
    set_duty(world.floor, id, *rc::gen::element(Duty::unknown, Duty::on_shift, Duty::off_shift, Duty::on_leave));
    if (*rc::gen::inRange(0, 4) == 0) set_shift(world.floor, id, nine + minutes(*rc::gen::inRange(-1, 2)));
    if (*rc::gen::arbitrary<bool>()) took(world.floor, id, *rc::gen::element(email, phone), nine - minutes(1));
  }
  const int count = *rc::gen::inRange(0, 30);
  for (int i = 1; i <= count; ++i) {
    world.list.push_back(waiting(i, *rc::gen::element(email, phone, other_channel), *rc::gen::element(refund, repair),
                                 nine + minutes(*rc::gen::inRange(0, 4)), nine - minutes(*rc::gen::inRange(0, 3))));
  }
  return world;
}

void fill(Floor& floor, const std::vector<Waiting>& list) {
  for (const auto& w : list) enqueue(floor, w);
}

std::vector<std::pair<std::int64_t, std::int64_t>> run(const plan::CompiledPlan& plan, Floor& floor) {
  std::vector<Route> routes;
  route(plan, floor, nine, routes);
  std::vector<std::pair<std::int64_t, std::int64_t>> pairs;
  for (const auto& r : routes) pairs.emplace_back(r.conversation.value, r.agent.value);
  return pairs;
}

unsigned load_of(const FloorAgent& agent, Symbol channel) {
  for (const auto& l : agent.load) {
    if (l.channel == channel) return l.count;
  }
  return 0;
}

RC_GTEST_PROP(FloorProperty, nobody_takes_more_than_the_capacity_and_nobody_absent_or_off_shift_takes_anything, ()) {
  World world = random_world();
  const Floor before = world.floor;
  fill(world.floor, world.list);
  const auto pairs = run(world.plan, world.floor);
  for (const auto& [conversation, agent_id] : pairs) {
    const auto& agent = *find_agent(world.floor, AgentId{agent_id});
    RC_ASSERT(agent.presence == Presence::online);
    RC_ASSERT(takes_work(agent.duty));
    RC_ASSERT(nine < agent.shift_until);
  }
  for (std::size_t i = 0; i < world.floor.agents.size(); ++i) {
    for (const auto& channel : world.plan.channels) {
      if (channel.capacity == 0) continue;
      const unsigned old = load_of(before.agents[i], channel.id);
      RC_ASSERT(load_of(world.floor.agents[i], channel.id) <= std::max<unsigned>(old, channel.capacity));
    }
  }
  RC_ASSERT(pairs.size() + world.floor.queue.size() == world.list.size());
}

RC_GTEST_PROP(FloorProperty, the_order_in_which_agents_and_conversations_arrive_changes_nothing, ()) {
  World world = random_world();
  Floor shuffled;
  auto order = *rc::gen::exec([&] {
    std::vector<std::size_t> indexes;
    for (std::size_t i = 0; i < world.floor.agents.size(); ++i) indexes.push_back(i);
    for (std::size_t i = indexes.size(); i > 1; --i)
      std::swap(indexes[i - 1], indexes[*rc::gen::inRange<std::size_t>(0, i)]);
    return indexes;
  });
  for (std::size_t i : order) ensure_agent(shuffled, world.floor.agents[i].id) = world.floor.agents[i];
  shuffled.turn = world.floor.turn;
  auto reversed = world.list;
  std::reverse(reversed.begin(), reversed.end());
  fill(world.floor, world.list);
  fill(shuffled, reversed);
  RC_ASSERT(run(world.plan, world.floor) == run(world.plan, shuffled));
}

RC_GTEST_PROP(FloorProperty, routing_does_what_is_explained_one_at_a_time, ()) {
  World world = random_world();
  Floor by_hand = world.floor;
  fill(world.floor, world.list);
  const auto pairs = run(world.plan, world.floor);

  // The same, by asking explain_route for each one in the queue's order and giving it to the one without a reason.
  fill(by_hand, world.list);
  std::vector<std::pair<std::int64_t, std::int64_t>> expected;
  std::vector<Candidate> candidates;
  for (const auto& w : by_hand.queue.in_order()) {
    explain_route(world.plan, by_hand, w, nine, candidates);
    RC_ASSERT(candidates.size() == by_hand.agents.size());
    const auto chosen = [](const Candidate& c) { return c.why_not == WhyNot::none; };
    RC_ASSERT(std::count_if(candidates.begin(), candidates.end(), chosen) <= 1);
    const auto at = std::find_if(candidates.begin(), candidates.end(), chosen);
    if (at == candidates.end()) continue;
    RC_ASSERT(fits(world.plan, *find_agent(by_hand, at->agent), w.facts, nine) == WhyNot::none);
    expected.emplace_back(w.conversation.value, at->agent.value);
    took(by_hand, at->agent, w.facts.get(plan::FactKey::channel), nine);
  }
  RC_ASSERT(pairs == expected);
}

RC_GTEST_PROP(FloorProperty, after_routing_nobody_is_left_whom_some_agent_could_take_by_itself, ()) {
  World world = random_world();
  fill(world.floor, world.list);
  run(world.plan, world.floor);
  RC_ASSERT(run(world.plan, world.floor).empty());
}

RC_GTEST_PROP(FloorProperty, one_change_at_a_time_is_routed_like_all_at_once, ()) {
  World world = random_world();
  Floor all_at_once = world.floor;
  std::vector<Route> by_one;
  const auto same_as_all_at_once = [&](std::size_t before) {
    std::vector<Route> whole;
    route(world.plan, all_at_once, nine, whole);
    RC_ASSERT(whole.size() == by_one.size() - before);
    for (std::size_t i = 0; i < whole.size(); ++i) {
      RC_ASSERT(whole[i].conversation == by_one[before + i].conversation);
      RC_ASSERT(whole[i].agent == by_one[before + i].agent);
      RC_ASSERT(whole[i].rule == by_one[before + i].rule);
    }
    RC_ASSERT(all_at_once.queue.size() == world.floor.queue.size());
  };
  for (const auto& w : world.list) {
    std::size_t before = by_one.size();
    route_new(world.plan, world.floor, w, nine, by_one);
    enqueue(all_at_once, w);
    same_as_all_at_once(before);
    if (*rc::gen::arbitrary<bool>() || by_one.empty()) continue;
    const AgentId agent = by_one[*rc::gen::inRange<std::size_t>(0, by_one.size())].agent;
    const Symbol channel = *rc::gen::element(email, phone);
    before = by_one.size();
    released(world.floor, agent, channel, nine);
    released(all_at_once, agent, channel, nine);
    route_freed(world.plan, world.floor, agent, nine, by_one);
    same_as_all_at_once(before);
  }
}

RC_GTEST_PROP(QueueProperty, any_mix_of_coming_and_going_keeps_the_order_and_loses_nobody, ()) {
  Queue queue;
  std::vector<Waiting> model;
  const int steps = *rc::gen::inRange(0, 120);
  for (int i = 1; i <= steps; ++i) {
    const int what = *rc::gen::inRange(0, 4);
    if (what < 2 || model.empty()) {
      model.push_back(waiting(i, *rc::gen::element(email, phone), *rc::gen::element(refund, repair),
                              nine + minutes(*rc::gen::inRange(0, 4)), nine - minutes(*rc::gen::inRange(0, 3))));
      queue.insert(model.back());
    } else if (what == 2) {
      const auto at = model.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(model.size()));
      const bool by_id = *rc::gen::arbitrary<bool>();
      RC_ASSERT((by_id ? queue.erase(at->conversation) : queue.erase(*at)));
      RC_ASSERT(!queue.erase(*at));
      model.erase(at);
    } else {
      const auto line = *rc::gen::inRange<std::size_t>(0, queue.line_count());
      const auto id = queue.first_of(line).conversation;
      const std::size_t lines = queue.line_count();
      const bool left = queue.pop(line);
      RC_ASSERT(left == (queue.line_count() < lines));
      model.erase(std::find_if(model.begin(), model.end(), [&](const Waiting& w) { return w.conversation == id; }));
    }
    std::sort(model.begin(), model.end(), comes_before);
    const auto got = queue.in_order();
    RC_ASSERT(queue.size() == model.size());
    RC_ASSERT(std::equal(got.begin(), got.end(), model.begin(), model.end(),
                         [](const Waiting& a, const Waiting& b) { return a.conversation == b.conversation; }));
  }
}

}  // namespace
}  // namespace suki::desk
