#include "control/control.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>
#include <vector>

namespace suki::control {
namespace {

class ControlTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/suki-control-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    dir_ = name;
    path_ = socket_path(dir_);
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }
  std::unique_ptr<Control> start(std::map<std::string, Control::Handler> verbs) {
    auto control = Control::start(path_, std::move(verbs));
    EXPECT_TRUE(control.ok());
    return std::move(control).value();
  }
  std::string dir_, path_;
};

Result<std::string> echo(std::string body) {
  return body;
}

TEST_F(ControlTest, nobody_listens) {
  EXPECT_EQ(ask(path_, "echo", "x").error().code, ErrorCode::not_found);
}

TEST_F(ControlTest, a_body_with_every_byte_comes_back_whole) {
  auto control = start({{"echo", echo}});
  std::string body;
  for (int i = 0; i < 300'000; ++i) body += static_cast<char>(i);
  const auto answer = ask(path_, "echo", body);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(*answer, body);
}

TEST_F(ControlTest, an_error_keeps_its_code_and_words) {
  auto control =
      start({{"no", [](std::string) -> Result<std::string> { return fail(ErrorCode::busy, "the queue is full"); }}});
  const auto answer = ask(path_, "no", "");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::busy);
  EXPECT_EQ(answer.error().detail, "the queue is full");
}

TEST_F(ControlTest, an_unknown_verb_is_refused) {
  auto control = start({{"echo", echo}});
  EXPECT_EQ(ask(path_, "shout", "x").error().code, ErrorCode::not_found);
}

TEST_F(ControlTest, only_the_owner_may_ask) {
  auto control = start({{"echo", echo}});
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
}

TEST_F(ControlTest, a_client_that_says_nonsense_or_leaves_half_way_disturbs_nobody) {
  auto control = start({{"echo", echo}});
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  for (const char* bytes : {"", "x", "echo 99999999999999999999\n", "echo -1\n", "echo 100\nhalf", "a b c d\n"}) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::send(fd, bytes, std::strlen(bytes), MSG_NOSIGNAL), static_cast<ssize_t>(std::strlen(bytes)));
    ::close(fd);
  }
  EXPECT_TRUE(ask(path_, "echo", "still here").ok());
}

TEST_F(ControlTest, clients_that_say_nothing_do_not_keep_it_from_ending) {
  auto control = start({{"echo", echo}});
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  std::vector<int> silent;
  for (int i = 0; i < 2 * connections_max; ++i) {
    silent.push_back(::socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(::connect(silent.back(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::send(silent.back(), "echo 100\nhalf", 13, MSG_NOSIGNAL), 13);
  }
  const auto since = std::chrono::steady_clock::now();
  control.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - since, std::chrono::seconds(idle_seconds_max / 2));
  for (const int fd : silent) ::close(fd);
}

TEST_F(ControlTest, more_clients_than_connections_max_are_all_answered) {
  auto control = start({{"echo", echo}});
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 3 * connections_max; ++i) {
    clients.emplace_back([&] { answered += ask(path_, "echo", "x").ok() ? 1 : 0; });
  }
  for (auto& c : clients) c.join();
  EXPECT_EQ(answered, 3 * connections_max);
}

TEST_F(ControlTest, the_socket_goes_with_the_server_and_a_stale_one_is_replaced) {
  start({{"echo", echo}}).reset();
  EXPECT_FALSE(std::filesystem::exists(path_));
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(fd);  // left behind, as by a server that was killed
  auto control = start({{"echo", echo}});
  EXPECT_TRUE(ask(path_, "echo", "x").ok());
}

TEST_F(ControlTest, a_path_that_is_too_long_says_what_to_do) {
  const auto control = Control::start(std::string(200, 'x'), {});
  ASSERT_FALSE(control.ok());
  EXPECT_NE(control.error().detail.find("choose a shorter data folder"), std::string::npos);
}

}  // namespace
}  // namespace suki::control
