/// What the API says of views: what a list is narrowed by, and the filters that agents keep.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

namespace suki::app {

/// How many unsolved conversations a team or topic has.
struct Tally {
  std::string id;
  std::int64_t n = 0;
};
BOOST_DESCRIBE_STRUCT(Tally, (), (id, n))

/// All that is given must hold; any value of a list will do; an empty list lets everything through. Ids of the plan;
/// state: open, pending, on_hold, resolved, closed; assignee: agents' ids, "me" (whoever looks), "nobody".
struct Conditions {
  std::vector<std::string> state, team, assignee, topic, priority, segment, channel;
  std::optional<bool> at_risk, breached, unanswered;
};
BOOST_DESCRIBE_STRUCT(Conditions, (),
                      (state, team, assignee, topic, priority, segment, channel, at_risk, breached, unanswered))

/// team: shared with, "" private. own: the asker may change it. count: exact.
struct SavedView {
  std::string id, name, team, team_name, owner;
  bool own = false;
  Conditions conditions;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(SavedView, (), (id, name, team, team_name, owner, own, conditions, count))
struct SavedViews {
  std::vector<SavedView> items;  ///< own ones in their order, then those of one's teams
  std::int64_t position = 0;     ///< what the counts know of
};
BOOST_DESCRIBE_STRUCT(SavedViews, (), (items, position))

struct NewView {
  std::string name, team;
  Conditions conditions;
};
BOOST_DESCRIBE_STRUCT(NewView, (), (name, team, conditions))
/// What is given changes. removed: true takes it away, false brings it back within a day.
struct ViewChange {
  std::optional<std::string> name, team;
  std::optional<Conditions> conditions;
  std::optional<bool> removed;
};
BOOST_DESCRIBE_STRUCT(ViewChange, (), (name, team, conditions, removed))
struct ViewOrder {
  std::vector<std::string> ids;  ///< all own ones, each once
};
BOOST_DESCRIBE_STRUCT(ViewOrder, (), (ids))

}  // namespace suki::app
