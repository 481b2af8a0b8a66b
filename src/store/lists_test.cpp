// Lists, counts and filters against the same worked out by hand over all rows, on every engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <random>

#include "store_testing/earlier.h"
#include "store_testing/store_case.h"

namespace suki::store {
namespace {

using desk::State;
using plan::FactKey;
using Records = std::vector<ConversationRecord>;
using Num = std::int64_t;

constexpr AgentId me(2);

class ListsTest : public store_testing::StoreCase {
 protected:
  Num below(Num n) { return static_cast<Num>(random_() % static_cast<std::uint64_t>(n)); }
  void shuffle(ConversationRecord& r) {
    r.state.state = static_cast<State>(below(5));
    r.state.assignee = AgentId(below(4));
    for (const FactKey key : {FactKey::team, FactKey::topic, FactKey::priority, FactKey::segment, FactKey::channel})
      r.state.facts.set(key, Symbol(static_cast<std::uint32_t>(below(4))));
    r.at_risk = below(3) == 0;
    r.breached = below(3) == 0;
    r.unanswered = below(2) == 0;
    r.next_due = below(4) == 0 ? never : Instant{below(50)};
    r.last_at = Instant{below(50)};
  }
  /// `count` conversations, each changed once more for half of them.
  Records fill(int count) {
    Records all;
    write([&](Tx& tx) {
      const CustomerId customer = tx.add_customer({{}, "Liza", "liza@example.net", {}, {}});
      for (int i = 0; i < count; ++i) {
        ConversationRecord record;
        record.state.id = tx.new_conversation_id();
        record.customer = customer;
        shuffle(record);
        tx.save_conversation(record, nullptr);
        tx.set_texts(record.state.id, "subject", "");
        all.push_back(record);
      }
    });
    write([&](Tx& tx) {
      for (std::size_t i = 0; i < all.size(); i += 2) {
        const ConversationRecord before = all[i];
        shuffle(all[i]);
        tx.save_conversation(all[i], &before);
      }
    });
    return all;
  }
  Filter any_filter() {
    Filter filter;
    for (auto& values : filter.values)
      if (below(3) == 0)
        for (Num n = 1 + below(3); n > 0; --n) values.push_back(below(4));
    for (Num& who : filter.of(Facet::assignee))
      if (below(3) == 0) who = assignee_me;
    if (below(2) == 0) filter.of(Facet::state) = {below(2)};
    for (int& flag : filter.flags) flag = below(3) == 0 ? static_cast<int>(below(2)) : -1;
    return filter;
  }

 private:
  std::mt19937_64 random_{7};
};

bool is_unsolved(const ConversationRecord& r) {
  return r.state.state != State::resolved && r.state.state != State::closed;
}

Num value_of(const ConversationRecord& r, Facet facet) {
  const auto of = [&](FactKey key) { return static_cast<Num>(r.state.facts.get(key).value); };
  switch (facet) {
    case Facet::state:
      return static_cast<Num>(r.state.state);
    case Facet::assignee:
      return r.state.assignee.value;
    case Facet::team:
      return of(FactKey::team);
    case Facet::topic:
      return of(FactKey::topic);
    case Facet::priority:
      return of(FactKey::priority);
    case Facet::segment:
      return of(FactKey::segment);
    case Facet::channel:
      return of(FactKey::channel);
  }
  return 0;
}

bool matches(const ConversationRecord& r, const Filter& filter) {
  for (std::size_t i = 0; i < facet_count; ++i) {
    const auto& wanted = filter.values[i];
    if (!wanted.empty() && std::none_of(wanted.begin(), wanted.end(), [&](Num value) {
          return (value == assignee_me ? me.value : value) == value_of(r, static_cast<Facet>(i));
        }))
      return false;
  }
  const bool flags[] = {r.at_risk, r.breached, r.unanswered};
  for (std::size_t i = 0; i < flag_count; ++i)
    if (filter.flags[i] >= 0 && flags[i] != (filter.flags[i] == 1)) return false;
  return true;
}

bool belongs(const ConversationRecord& r, const ListQuery& query) {
  switch (query.view) {
    case View::open:
      return r.state.state == State::open;
    case View::mine:
      return is_unsolved(r) && r.state.assignee == query.me;
    case View::unassigned:
      return is_unsolved(r) && !r.state.assignee;
    case View::at_risk:
      return is_unsolved(r) && r.at_risk;
    case View::breached:
      return is_unsolved(r) && r.breached;
    case View::waiting:
      return r.state.state == State::pending || r.state.state == State::on_hold;
    case View::resolved:
      return r.state.state == State::resolved;
    case View::closed:
      return r.state.state == State::closed;
    case View::all:
      return true;
    case View::team:
      return is_unsolved(r) && r.state.facts.get(FactKey::team) == query.of;
    case View::topic:
      return is_unsolved(r) && r.state.facts.get(FactKey::topic) == query.of;
    case View::filtered:
      return matches(r, query.filter);
  }
  return false;
}

bool is_by_due(const ListQuery& query) {
  if (query.view == View::filtered) {
    const auto& states = query.filter.of(Facet::state);
    return !states.empty() &&
           std::all_of(states.begin(), states.end(), [](Num s) { return s <= static_cast<Num>(State::on_hold); });
  }
  return query.view != View::waiting && query.view != View::resolved && query.view != View::closed &&
         query.view != View::all;
}

std::vector<Num> by_hand(Records all, const ListQuery& query) {
  std::sort(all.begin(), all.end(), [&](const ConversationRecord& a, const ConversationRecord& b) {
    return is_by_due(query) ? std::tuple(a.next_due, a.state.id) < std::tuple(b.next_due, b.state.id)
                            : std::tuple(a.last_at, a.state.id) > std::tuple(b.last_at, b.state.id);
  });
  std::vector<Num> ids;
  for (const ConversationRecord& r : all)
    if (belongs(r, query)) ids.push_back(r.state.id.value);
  return ids;
}

std::vector<Num> by_pages(Tx& tx, const ListQuery& query, int limit) {
  std::vector<Num> ids;
  std::optional<ListKey> after;
  do {
    const ListPage page = tx.list(query, after ? &*after : nullptr, limit);
    for (const ListRow& row : page.rows) ids.push_back(row.record.state.id.value);
    EXPECT_LE(page.rows.size(), static_cast<std::size_t>(limit));
    after = page.next;
  } while (after);
  return ids;
}

std::vector<ListQuery> plain_views() {
  std::vector<ListQuery> all;
  for (const View view : {View::open, View::mine, View::unassigned, View::waiting, View::resolved, View::closed,
                          View::all, View::at_risk, View::breached})
    all.push_back({view, me, {}, {}, false});
  for (const std::uint32_t of : {1u, 2u, 3u}) {
    all.push_back({View::team, me, Symbol(of), {}, false});
    all.push_back({View::topic, me, Symbol(of), {}, false});
  }
  return all;
}

TEST_P(ListsTest, every_view_shows_its_rows_in_order_page_by_page) {
  const Records all = fill(200);
  read([&](Tx& tx) {
    for (const ListQuery& query : plain_views())
      for (const int limit : {1, 7, 500}) {
        auto wanted = by_hand(all, query);
        EXPECT_EQ(by_pages(tx, query, limit), wanted) << "view " << int(query.view) << " by " << limit;
        std::reverse(wanted.begin(), wanted.end());
        ListQuery back = query;
        back.from_end = true;
        EXPECT_EQ(by_pages(tx, back, limit), wanted) << "view " << int(query.view) << " back by " << limit;
      }
  });
}

TEST_P(ListsTest, a_filter_shows_and_counts_what_all_its_conditions_let_through) {
  const Records all = fill(200);
  read([&](Tx& tx) {
    int found = 0;
    for (int round = 0; round < 150; ++round) {
      const ListQuery query{View::filtered, me, {}, any_filter(), false};
      const auto wanted = by_hand(all, query);
      EXPECT_EQ(by_pages(tx, query, 9), wanted) << encode(query.filter);
      EXPECT_EQ(tx.count(std::array{query.filter}, me).front(), static_cast<Num>(wanted.size()))
          << encode(query.filter);
      EXPECT_EQ(decode_filter(encode(query.filter)), query.filter);
      found += static_cast<int>(!wanted.empty());
    }
    EXPECT_GT(found, 30) << "most filters let nothing through: this proves little";
  });
}

TEST_P(ListsTest, counts_are_those_of_the_lists_after_every_change) {
  const Records all = fill(200);
  read([&](Tx& tx) {
    const Tallies t = tx.tallies(me);
    const std::pair<View, Num> counted[] = {
        {View::open, t.open},         {View::mine, t.mine},         {View::unassigned, t.unassigned},
        {View::at_risk, t.at_risk},   {View::breached, t.breached}, {View::waiting, t.waiting},
        {View::resolved, t.resolved}, {View::closed, t.closed},     {View::all, t.all}};
    for (const auto& [view, n] : counted)
      EXPECT_EQ(n, static_cast<Num>(by_hand(all, {view, me, {}, {}, false}).size())) << int(view);
    for (const std::uint32_t of : {0u, 1u, 2u, 3u}) {
      EXPECT_EQ(t.teams.at(Symbol(of)), static_cast<Num>(by_hand(all, {View::team, me, Symbol(of), {}, false}).size()));
      EXPECT_EQ(t.topics.at(Symbol(of)),
                static_cast<Num>(by_hand(all, {View::topic, me, Symbol(of), {}, false}).size()));
    }
    EXPECT_THAT(tx.wrong_tallies(), testing::IsEmpty());
  });
}

TEST_P(ListsTest, filters_are_counted_exactly_after_every_change_and_what_is_stored_are_the_counts_alone) {
  Records all = fill(60);
  std::vector<Filter> filters;
  for (int i = 0; i < 40; ++i) filters.push_back(any_filter());
  const auto by_rows = [&] {
    std::vector<Num> counts;
    for (const Filter& filter : filters)
      counts.push_back(std::count_if(all.begin(), all.end(), [&](const auto& r) { return matches(r, filter); }));
    return counts;
  };
  for (int round = 0; round < 30; ++round) {
    SCOPED_TRACE(round);
    write([&](Tx& tx) {
      for (Num changes = below(6); changes >= 0; --changes) {
        ConversationRecord& record = all[static_cast<std::size_t>(below(static_cast<Num>(all.size())))];
        const ConversationRecord before = record;
        shuffle(record);
        tx.save_conversation(record, &before);
      }
      EXPECT_EQ(tx.count(filters, me), by_rows()) << "what the transaction itself has changed";
    });
    read([&](Tx& tx) { EXPECT_EQ(tx.count(filters, me), by_rows()) << "what is stored"; });
  }
  read([&](Tx& tx) { EXPECT_THAT(tx.wrong_tallies(), testing::IsEmpty()); });
  EXPECT_EQ(place.run("delete from cells where n <= 0"), 0) << "an empty cell is none";
  place.run("update cells set n = n + 1 where who = -1 and state = 0");
  read([&](Tx& tx) {
    EXPECT_THAT(tx.wrong_tallies(), testing::Contains(testing::HasSubstr("conversations of all in open, topic")));
  });
}

TEST_P(ListsTest, a_request_sees_what_those_before_it_in_its_group_have_changed) {
  ConversationRecord record;
  write([&](Tx& tx) {
    record.state.id = tx.new_conversation_id();
    record.customer = tx.add_customer({{}, "Liza", "liza@example.net", {}, {}});
    tx.save_conversation(record, nullptr);
  });
  // Many at once, so that they meet in groups.
  std::atomic<int> wrong = 0, done = 0;
  constexpr int count = 50;
  for (int i = 0; i < count; ++i)
    store->write(
        [&](Tx& tx) -> Result<void> {
          const Num before = tx.tallies(me).all;
          ConversationRecord next = record;
          next.state.id = tx.new_conversation_id();
          tx.save_conversation(next, nullptr);
          if (tx.tallies(me).all != before + 1 || before != next.state.id.value - 1) ++wrong;
          if (tx.count(std::array{Filter()}, me).front() != before + 1) ++wrong;
          return {};
        },
        [&](const Result<void>& result) {
          EXPECT_TRUE(result.ok());
          ++done;
          done.notify_one();
        });
  for (int seen = done; seen < count; seen = done) done.wait(seen);
  EXPECT_EQ(wrong, 0);
}

TEST_P(ListsTest, every_list_is_a_range_of_an_index_and_nothing_is_sorted) {
  fill(50);
  for (const std::string& sql : Tx::list_statements()) {
    const std::string how = place.explain(sql);
    EXPECT_THAT(how, testing::HasSubstr("conversations_")) << sql;
    if (GetParam() == "sqlite") {
      EXPECT_THAT(how, testing::HasSubstr("SEARCH c USING")) << sql;
      EXPECT_THAT(how, testing::Not(testing::HasSubstr("TEMP B-TREE"))) << sql << "\n" << how;
      EXPECT_THAT(how, testing::Not(testing::HasSubstr("SCAN c"))) << sql << "\n" << how;
    } else {
      EXPECT_THAT(how, testing::Not(testing::HasSubstr("Seq Scan on conversations"))) << sql << "\n" << how;
      EXPECT_THAT(how, testing::Not(testing::HasSubstr("Sort"))) << sql << "\n" << how;
    }
  }
}

TEST_P(ListsTest, what_was_stored_before_the_views_is_counted_and_listed_when_it_is_opened) {
  const Records all = fill(60);
  store.reset();
  for (const std::string& sql : store_testing::back_to_step_3(place.engine())) place.run(sql);
  open();
  read([&](Tx& tx) {
    EXPECT_THAT(tx.wrong_tallies(), testing::IsEmpty());
    for (const ConversationRecord& record : all) EXPECT_TRUE(tx.has_list_columns_of(record));
    for (const ListQuery& query : plain_views()) EXPECT_EQ(by_pages(tx, query, 50), by_hand(all, query));
  });
}

TEST_P(ListsTest, saved_views_come_in_their_owners_order_and_removed_ones_do_not) {
  write([&](Tx& tx) {
    for (const char* login : {"one", "two"}) {
      AccountRecord account;
      account.login = login;
      tx.add_account(account);
    }
    SavedViewRecord view;
    view.owner = AgentId(1);
    view.name = "Mga mainit";
    view.filter.of(Facet::state) = {0, 1};
    view.place = 2;
    const SavedViewId first = tx.add_saved_view(view);
    view.place = 1;
    view.name = "Second";
    view.team = Symbol(4);
    const SavedViewId second = tx.add_saved_view(view);
    view.removed_at = Instant{77};
    const SavedViewId gone = tx.add_saved_view(view);
    EXPECT_EQ(tx.find_saved_view(gone)->removed_at, Instant{77});
    const auto own = tx.saved_views(AgentId(1));
    ASSERT_EQ(own.size(), 2u);
    EXPECT_EQ(own[0].id, second);
    EXPECT_EQ(own[1].id, first);
    EXPECT_EQ(own[1].filter, tx.find_saved_view(first)->filter);
    EXPECT_THAT(tx.saved_views(AgentId(2)), testing::IsEmpty());
    EXPECT_EQ(tx.shared_views().size(), 1u);
    tx.purge_saved_views(AgentId(1), Instant{77});
    EXPECT_TRUE(tx.find_saved_view(gone));
    tx.purge_saved_views(AgentId(1), Instant{78});
    EXPECT_FALSE(tx.find_saved_view(gone));
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, ListsTest, testing::ValuesIn(store_testing::engines()),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace suki::store
