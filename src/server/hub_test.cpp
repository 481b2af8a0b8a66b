#include "server/hub.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "store_testing/engines.h"

namespace suki::server {
namespace {

/// A store whose readers can be made to fail.
class UnsteadyStore final : public store::Store {
 public:
  enum class Fault { none, error, exception };
  explicit UnsteadyStore(store::Store& real) : real_(real) {}
  void read(Work work, Done done) override {
    if (fault == Fault::exception) throw std::runtime_error("no memory for this");
    if (fault == Fault::error) return done(fail(ErrorCode::busy, "the queue is full"));
    real_.read(std::move(work), std::move(done));
  }
  void write(Work work, Done done) override { real_.write(std::move(work), std::move(done)); }
  void on_commit(std::function<void(const std::vector<store::Change>&)>) override {}
  Fault fault = Fault::none;

 private:
  store::Store& real_;
};

class HubTest : public testing::Test {
 protected:
  HubTest() {
    auto opened = store::Store::open(place_.options());
    SUKI_ASSERT(opened.ok());
    real_ = std::move(*opened);
    unsteady = std::make_unique<UnsteadyStore>(*real_);
    calls_ = std::make_unique<StoreCalls>(*unsteady);
    Hub::Reads reads;
    reads.row = [this](store::Tx&, const app::Caller& caller, ConversationId id) -> Result<std::string> {
      if (id == broken) throw std::runtime_error("a row that cannot be read");
      if (id == erased) return fail(ErrorCode::not_found, "no such conversation");
      return fmt::format("\"{} {}\"", caller.language, id.value);
    };
    reads.counts = [](store::Tx&) -> Result<Hub::CountsOf> {
      return Hub::CountsOf([](AgentId agent) { return fmt::format("\"of {}\"", agent.value); });
    };
    reads.position = [this](store::Tx&) { return stored; };
    hub = std::make_unique<Hub>(io_, *calls_, reads, "this run", Hub::Reach{.kept_max = 6, .missed_max = 4});
  }
  ~HubTest() override {
    calls_->wait_until_left();
    real_.reset();
  }
  using Heard = std::vector<std::string>;
  /// One who watches; hears "back" when told to come back. `after`: the last position heard of this run.
  std::uint64_t watch(Heard& heard, const char* language = "en", std::optional<std::int64_t> after = {},
                      const char* run = "this run") {
    const auto key =
        hub->subscribe({AgentId(1), app::Role::agent, language}, {run, after}, [&heard](const auto& frames) {
          for (const Hub::Frame& frame : frames) heard.push_back(frame ? *frame : "back");
        });
    work();
    return key;
  }
  /// What is told to whoever comes back like this; they then leave.
  Heard told(std::optional<std::int64_t> after, const char* run = "this run") {
    Heard heard;
    hub->unsubscribe(watch(heard, "en", after, run));
    return heard;
  }
  void commit(std::int64_t position, std::int64_t conversation) {
    stored = position;
    hub->changed({{position, ConversationId(conversation)}});
  }
  void change(std::int64_t position, std::int64_t conversation) {
    commit(position, conversation);
    work();
  }
  void work() {
    io_.restart();
    io_.run();
  }
  static std::string row(std::int64_t position, std::int64_t conversation, const char* language = "en") {
    return fmt::format(R"({{"position":{},"row":"{} {}"}})", position, language, conversation);
  }
  static std::string counts(std::int64_t at) { return fmt::format(R"({{"counts":"of 1","at":{}}})", at); }
  static std::string is_at(std::int64_t position) {
    return fmt::format(R"({{"position":{},"run":"this run"}})", position);
  }
  static std::string snapshot(std::int64_t position) {
    return fmt::format(R"({{"position":{},"run":"this run","snapshot":true}})", position);
  }

  static constexpr ConversationId broken{13}, erased{14};
  std::int64_t stored = 100;  ///< the last position in the store
  std::unique_ptr<UnsteadyStore> unsteady;
  std::unique_ptr<Hub> hub;

 private:
  store_testing::TestPlace place_{store_testing::engine()};
  std::unique_ptr<store::Store> real_;
  boost::asio::io_context io_;
  std::unique_ptr<StoreCalls> calls_;
};

TEST_F(HubTest, TellsEverybodyInTheirLanguageAndOnlyOfWhatIsThere) {
  Heard english, filipino;
  watch(english);
  const std::uint64_t key = watch(filipino, "fil");
  change(101, 7);
  change(102, erased.value);
  hub->unsubscribe(key);
  change(103, 8);
  EXPECT_EQ(english, (Heard{snapshot(100), row(101, 7), counts(101), row(103, 8), counts(103)}));
  EXPECT_EQ(filipino, (Heard{snapshot(100), row(101, 7, "fil"), counts(101)}));
}

TEST_F(HubTest, WhoComesBackGetsWhatWasMissedOnceEachInOrder) {
  told({});  // from here on it is known what changes
  change(101, 7);
  change(102, 8);
  change(103, 7);
  change(104, 9);
  EXPECT_EQ(told(100), (Heard{row(102, 8), row(103, 7), row(104, 9), counts(104), is_at(104)}));
  EXPECT_EQ(told(102), (Heard{row(103, 7), row(104, 9), counts(104), is_at(104)}));
  EXPECT_EQ(told(104), (Heard{counts(104), is_at(104)}));
}

TEST_F(HubTest, WhoMissedWhatIsNotKnownGetsASnapshot) {
  told({});
  change(101, 7);
  EXPECT_EQ(told({}), Heard{snapshot(101)}) << "a first visit";
  EXPECT_EQ(told(99), Heard{snapshot(101)}) << "before the server started";
  EXPECT_EQ(told(102), Heard{snapshot(101)}) << "from the future";
  EXPECT_EQ(told(101, "another run"), Heard{snapshot(101)}) << "positions of another run mean something else";
  for (std::int64_t position = 102; position <= 105; ++position) change(position, position);
  EXPECT_EQ(told(101).size(), 4u + 2u);
  EXPECT_EQ(told(100), Heard{snapshot(105)}) << "more than may be missed";
  for (std::int64_t position = 106; position <= 110; ++position) change(position, position);
  EXPECT_EQ(told(103), Heard{snapshot(110)}) << "no longer kept";
  change(111, 110);
  change(112, 110);
  EXPECT_EQ(told(109), (Heard{row(112, 110), counts(112), is_at(112)})) << "many changes of one are one";
}

TEST_F(HubTest, StaffThatChangesIsNewsOfItsOwnAndNoReasonForASnapshot) {
  Heard heard;
  watch(heard);
  change(101, 7);
  stored = 102;
  hub->changed({{102, {}, true}});
  work();
  change(103, 8);
  EXPECT_EQ(heard, (Heard{snapshot(100), row(101, 7), counts(101), R"({"people":102})", row(103, 8), counts(103)}));
  EXPECT_EQ(told(101), (Heard{row(103, 8), counts(103), is_at(103)})) << "the place is not missing for who comes back";
}

TEST_F(HubTest, WhenAllLooksDifferentEverybodyReadsASnapshot) {
  Heard heard;
  watch(heard);
  change(101, 7);
  commit(102, 8);
  commit(103, 0);
  commit(104, 9);
  work();
  change(105, 8);
  EXPECT_EQ(heard, (Heard{snapshot(100), row(101, 7), counts(101), snapshot(104), row(105, 8), counts(105)}));
  EXPECT_EQ(told(102), Heard{snapshot(105)});
  EXPECT_EQ(told(103), (Heard{row(104, 9), row(105, 8), counts(105), is_at(105)}));
}

TEST_F(HubTest, WhatChangesWhileSomebodyComesIsToldOnce) {
  Heard before, late;
  watch(before);
  for (std::int64_t position = 101; position <= 103; ++position) commit(position, position);
  // Both in one round: what waits for those who were there is what the newcomer missed.
  watch(late, "en", 101);
  change(104, 102);
  EXPECT_EQ(late, (Heard{row(102, 102), row(103, 103), counts(103), is_at(103), row(104, 102), counts(104)}));
  EXPECT_EQ(before, (Heard{snapshot(100), row(101, 101), row(102, 102), row(103, 103), counts(103), row(104, 102),
                           counts(104)}));
}

TEST_F(HubTest, WhoComesWhileMoreChangedThanOneRoundTellsIsToldNothingTwice) {
  Heard before, late;
  watch(before);
  constexpr auto changes = static_cast<std::int64_t>(limits::feed_changes_max) + 3;
  for (std::int64_t n = 1; n <= changes; ++n) commit(100 + n, 1'000 + n);
  watch(late);
  EXPECT_EQ(late, Heard{snapshot(100 + changes)});
  EXPECT_EQ(before.size(), 1u + static_cast<std::size_t>(changes) + 2u) << "counts come with each of two rounds";
  EXPECT_EQ(before.back(), counts(100 + changes));
}

TEST_F(HubTest, AFailureSendsThoseWhoWatchBackOnceAndWhoComesBackMissesNothing) {
  const auto fails = [this](UnsteadyStore::Fault fault, auto missed) {
    Heard before, after;
    watch(before);
    const std::int64_t seen = stored;
    unsteady->fault = fault;
    change(seen + 1, 7);
    EXPECT_EQ(before, (Heard{snapshot(seen), "back"}));
    unsteady->fault = UnsteadyStore::Fault::none;
    const std::uint64_t key = watch(after, "en", seen);
    change(seen + 2, 8);
    hub->unsubscribe(key);
    Heard wanted = missed(seen + 1);
    wanted.insert(wanted.end(), {row(seen + 2, 8), counts(seen + 2)});
    EXPECT_EQ(after, wanted);
    EXPECT_EQ(before.size(), 2u) << "nobody goes on with a hole in what they saw";
  };
  fails(UnsteadyStore::Fault::error, [](std::int64_t at) { return Heard{row(at, 7), counts(at), is_at(at)}; });
  fails(UnsteadyStore::Fault::exception, [](std::int64_t at) { return Heard{snapshot(at)}; });
}

TEST_F(HubTest, ARowThatCannotBeReadSendsThemBack) {
  Heard heard;
  watch(heard);
  change(101, broken.value);
  EXPECT_EQ(heard, (Heard{snapshot(100), "back"}));
  EXPECT_EQ(told(100), Heard{snapshot(101)}) << "and not to the same row again and again";
}

}  // namespace
}  // namespace suki::server
