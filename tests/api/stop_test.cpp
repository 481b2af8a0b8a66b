// A server that is stopped while people keep coming.
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "fixture.h"

namespace suki::api {
namespace {

/// One after the other until told to stop. What comes back is a whole answer, or nothing.
class Crowd {
 public:
  Crowd(std::uint16_t port, int people) {
    for (int i = 0; i < people; ++i) threads_.emplace_back([this, port] { come(port); });
  }
  ~Crowd() { leave(); }
  void leave() {
    over_ = true;
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  std::atomic<int> served = 0, turned_away = 0, odd = 0;

 private:
  void come(std::uint16_t port) {
    while (!over_) {
      try {
        const Answer answer = ask(port, {.target = "/healthz"});
        const bool whole = answer.status == 200 && answer.body == "ok\n";
        ++(answer.status == 0 ? turned_away : whole ? served : odd);
      } catch (const std::runtime_error&) {
        ++turned_away;  // nobody listens any more
      }
    }
  }

  std::atomic<bool> over_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

TEST(ApiStop, WhoComesWhileItStopsIsServedOrTurnedAwayAndNobodyIsForgotten) {
  server::Options options;
  options.rate_limits = false;
  for (int round = 0; round < 5; ++round) {
    Running server(options);
    Wire idle(server.port()), half(server.port());
    half.send("GET /healthz HTTP/1.1\r\nHost: desk.example\r\n");
    Crowd crowd(server.port(), 8);
    while (crowd.served < 50) std::this_thread::yield();
    // In the middle of accepting. Returns when every connection that was taken has ended.
    std::thread stopping([&] { server.stop(); });
    half.send("\r\n");
    EXPECT_TRUE(idle.is_closed()) << "round " << round;
    const unsigned status = half.read_answer().status;
    EXPECT_TRUE(status == 200 || status == 0) << status;
    stopping.join();
    crowd.leave();
    EXPECT_EQ(crowd.odd, 0) << "round " << round;
    EXPECT_THROW(Wire late(server.port()), std::runtime_error);
  }
}

}  // namespace suki::api
