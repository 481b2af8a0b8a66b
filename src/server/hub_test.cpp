#include "server/hub.h"

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
    hub = std::make_unique<Hub>(
        io_, *calls_, [this](store::Tx&, const app::Caller& caller, ConversationId id) -> Result<std::string> {
          if (id == broken) throw std::runtime_error("a row that cannot be read");
          if (id == erased) return fail(ErrorCode::not_found, "no such conversation");
          return "\"" + caller.language + " " + std::to_string(id.value) + "\"";
        });
  }
  ~HubTest() override {
    calls_->wait_until_left();
    real_.reset();
  }
  /// One who watches; hears "back" when told to come back.
  std::uint64_t watch(std::vector<std::string>& heard, const char* language = "en") {
    return hub->subscribe({AgentId(1), app::Role::agent, language},
                          [&heard](const Hub::Frame& frame) { heard.push_back(frame ? *frame : "back"); });
  }
  void change(std::int64_t position, std::int64_t conversation) {
    hub->changed({{position, ConversationId(conversation)}});
    io_.restart();
    io_.run();
  }

  static constexpr ConversationId broken{13}, erased{14};
  std::unique_ptr<UnsteadyStore> unsteady;
  std::unique_ptr<Hub> hub;

 private:
  store_testing::TestPlace place_{store_testing::engine()};
  std::unique_ptr<store::Store> real_;
  boost::asio::io_context io_;
  std::unique_ptr<StoreCalls> calls_;
};

TEST_F(HubTest, TellsEverybodyInTheirLanguageAndOnlyOfWhatIsThere) {
  std::vector<std::string> english, filipino;
  watch(english);
  const std::uint64_t key = watch(filipino, "fil");
  change(1, 7);
  change(2, erased.value);
  hub->unsubscribe(key);
  change(3, 8);
  EXPECT_EQ(english, (std::vector<std::string>{R"({"position":1,"row":"en 7"})", R"({"position":3,"row":"en 8"})"}));
  EXPECT_EQ(filipino, (std::vector<std::string>{R"({"position":1,"row":"fil 7"})"}));
}

TEST_F(HubTest, AFailureSendsThoseWhoWatchBackOnceAndTheFeedGoesOnForWhoComesNext) {
  const auto fails = [this](const char* what, auto cause, auto mend) {
    std::vector<std::string> before, after;
    watch(before);
    cause();
    change(1, 7);
    EXPECT_EQ(before, std::vector<std::string>{"back"}) << what;
    mend();
    const std::uint64_t key = watch(after);
    change(2, 8);
    hub->unsubscribe(key);
    EXPECT_EQ(after, std::vector<std::string>{R"({"position":2,"row":"en 8"})"}) << what;
    EXPECT_EQ(before.size(), 1u) << what << ": nobody goes on with a hole in what they saw";
  };
  const auto set = [this](UnsteadyStore::Fault fault) { return [this, fault] { unsteady->fault = fault; }; };
  const auto none = set(UnsteadyStore::Fault::none);
  fails("the store throws", set(UnsteadyStore::Fault::exception), none);
  fails("the store is busy", set(UnsteadyStore::Fault::error), none);
  fails(
      "a row cannot be read", [this] { change(1, broken.value); }, none);
}

}  // namespace
}  // namespace suki::server
