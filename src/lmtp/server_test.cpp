#include "lmtp/server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <thread>

#include <fmt/format.h>

#include "app/testing.h"
#include "base/text.h"
#include "metrics/metrics.h"
#include "store/sql.h"

namespace suki::lmtp {
namespace {

using namespace std::chrono_literals;

/// One connection, line by line. Whatever does not come within half a minute fails the test.
class Client {
 public:
  explicit Client(const Place& place) {
    if (place.path.empty()) {
      fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      sockaddr_in to{};
      to.sin_family = AF_INET;
      to.sin_port = htons(place.port);
      to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    } else {
      fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      sockaddr_un to{};
      to.sun_family = AF_UNIX;
      place.path.copy(to.sun_path, sizeof to.sun_path - 1);
      EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    }
  }
  ~Client() { hang_up(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  /// The last line of one answer without its end; "" when the connection is over.
  std::string answer() {
    for (;;) {
      const std::size_t end = got_.find("\r\n");
      if (end != std::string::npos) {
        const std::string line = got_.substr(0, end);
        got_.erase(0, end + 2);
        if (line.size() > 3 && line[3] == '-') continue;
        return line;
      }
      if (!read(30'000)) return "";
    }
  }
  /// The codes of so many answers.
  std::string codes(int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += (i > 0 ? " " : "") + answer().substr(0, 3);
    return all;
  }
  [[nodiscard]] bool has_answer(int wait_ms = 0) { return !got_.empty() || read(wait_ms); }
  bool is_over() { return answer().empty(); }
  void say_no_more() { ::shutdown(fd_, SHUT_WR); }
  void hang_up() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  bool read(int wait_ms) {
    pollfd wait{fd_, POLLIN, 0};
    if (::poll(&wait, 1, wait_ms) <= 0) return false;
    char buffer[4096];
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    got_.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

  int fd_ = -1;
  std::string got_;
};

const std::string to_help = "MAIL FROM:<liza@example.net>\r\nRCPT TO:<help@shop.example>\r\n";

std::string letter(int number = 1) {
  return fmt::format(
      "Message-ID: <m{}@example.net>\r\nFrom: Liza <liza@example.net>\r\nTo: help@shop.example\r\nSubject: fan\r\n\r\n"
      "It hums.\r\n",
      number);
}
std::string by_bdat(const std::string& letter) {
  return to_help + fmt::format("BDAT {} LAST\r\n{}", letter.size(), letter);
}

/// The store as it is, but for writes: they are refused, or wait until they are let go.
class Gate final : public store::Store {
 public:
  explicit Gate(store::Store& behind) : behind_(behind) {}
  void write(Work work, Done done) override {
    if (refuses) return done(fail(refuse_with, "as the test wants it"));
    {
      const std::lock_guard lock(mutex_);
      if (closed_) {
        waiting_.push_back([this, work, done] { behind_.write(work, done); });
        ++held;
        return;
      }
    }
    behind_.write(std::move(work), std::move(done));
  }
  void read(Work work, Done done) override { behind_.read(std::move(work), std::move(done)); }
  void on_commit(std::function<void(const std::vector<store::Change>&)>) override {}
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  void open() {
    std::vector<std::function<void()>> all;
    {
      const std::lock_guard lock(mutex_);
      closed_ = false;
      all.swap(waiting_);
    }
    for (const auto& one : all) one();
  }
  void wait_until_held(int count) const {
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (held < count && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    EXPECT_EQ(held, count);
  }

  std::atomic<bool> refuses = false;
  std::atomic<ErrorCode> refuse_with = ErrorCode::io;
  std::atomic<int> held = 0;

 private:
  store::Store& behind_;
  std::mutex mutex_;
  bool closed_ = false;
  std::vector<std::function<void()>> waiting_;
};

class LmtpServer : public app::AppTest {
 protected:
  void start(Options options = {}) {
    if (options.place.path.empty() && options.place.address.empty()) options.place.path = folder() + "/lmtp";
    options.metrics = metrics;
    gate = std::make_unique<Gate>(*store_);
    server = std::make_unique<Server>(*app_, *gate, options);
    const auto listening = server->listen();
    ASSERT_TRUE(listening.ok()) << listening.error().detail;
    place = *listening;
    server->start();
  }
  ~LmtpServer() override { server.reset(); }

  [[nodiscard]] Place at(const std::string& name, unsigned mode = 0660) const {
    Place made;
    made.path = folder() + "/" + name;
    made.mode = mode;
    return made;
  }
  [[nodiscard]] Options options_at(const std::string& name) const {
    Options options;
    options.place = at(name);
    return options;
  }
  /// Said hello, and was greeted.
  std::unique_ptr<Client> client() {
    auto made = std::make_unique<Client>(place);
    made->send("LHLO mx.example\r\n");
    EXPECT_EQ(made->codes(2), "220 250");
    return made;
  }
  std::int64_t mails() {
    const auto count =
        read([](store::Tx& tx) -> Result<std::int64_t> { return tx.sql().number("select count(*) from raw_mails"); });
    EXPECT_TRUE(count.ok());
    return count.ok() ? *count : -1;
  }
  double counted(const std::string& name) {
    const std::string text = metrics->text({});
    const auto at = text.find("\n" + name + " ");
    EXPECT_NE(at, std::string::npos) << name;
    return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
  }

  std::shared_ptr<metrics::Metrics> metrics = std::make_shared<metrics::Metrics>();
  std::unique_ptr<Gate> gate;
  std::unique_ptr<Server> server;
  Place place;
};

TEST_F(LmtpServer, a_letter_becomes_a_conversation_with_its_trace_on_top) {
  start({.place = at("lmtp", 0600)});
  struct stat file {};
  ASSERT_EQ(::lstat(place.path.c_str(), &file), 0);
  EXPECT_TRUE(S_ISSOCK(file.st_mode));
  EXPECT_EQ(file.st_mode & 07777U, 0600u);
  auto mx = client();
  mx->send("MAIL FROM:<liza@example.net>\r\nRCPT TO:<Help+4711@shop.example>\r\nDATA\r\n" + letter() + "..\r\n.\r\n");
  EXPECT_EQ(mx->codes(3), "250 250 354");
  EXPECT_EQ(mx->answer(), "250 2.0.0 conversation 1 message 1");
  mx->send("QUIT\r\n");
  EXPECT_EQ(mx->codes(1), "221");
  EXPECT_TRUE(mx->is_over());
  const auto raw = read([&](store::Tx& tx) -> Result<std::string> { return tx.raw_mail(MessageId(1)).value_or(""); });
  EXPECT_EQ(*raw, "Return-Path: <liza@example.net>\r\nDelivered-To: Help+4711@shop.example\r\n" + letter() + ".\r\n");
  EXPECT_EQ(show(1).messages.front().text, "It hums.\n.\n");
  EXPECT_EQ(counted("suki_lmtp_recipients_total{how=\"kept\"}"), 1);
  EXPECT_EQ(counted("suki_mails_in_total{how=\"taken\"}"), 1);
  server.reset();
  EXPECT_NE(::lstat(place.path.c_str(), &file), 0) << "the socket goes with the server";
}

TEST_F(LmtpServer, listens_on_a_free_port_of_this_machine_too) {
  start({.place = *read_place("127.0.0.1:0", "0660", false)});
  ASSERT_GT(place.port, 0);
  auto mx = client();
  mx->send(by_bdat(letter()));
  EXPECT_EQ(mx->codes(3), "250 250 250");
  EXPECT_EQ(mails(), 1);
}

TEST_F(LmtpServer, whose_mail_it_takes_is_said_by_the_plan) {
  start();
  auto mx = client();
  mx->send("MAIL FROM:<>\r\nRCPT TO:<other@shop.example>\r\nRCPT TO:<help@shop.example>\r\nRSET\r\n");
  EXPECT_EQ(mx->codes(4), "250 550 250 250");
  EXPECT_EQ(counted("suki_lmtp_recipients_total{how=\"unknown\"}"), 1);
  std::string later = app::plan_yaml;
  later.replace(later.find("help@shop.example"), 17, "other@shop.example");
  ASSERT_TRUE(write([&](store::Tx& tx) { return app_->adopt(tx, {{"plan.yaml", later}}, "test", "moved"); }).ok());
  mx->send("MAIL FROM:<>\r\nRCPT TO:<other@shop.example>\r\nRCPT TO:<help@shop.example>\r\n");
  EXPECT_EQ(mx->codes(3), "250 250 550") << "as soon as it is in force";
}

TEST_F(LmtpServer, takes_mail_for_anybody_when_it_is_told_to) {
  start({.any_recipient = true});
  auto mx = client();
  mx->send("MAIL FROM:<>\r\nRCPT TO:<whoever@else.example>\r\nBDAT 1 LAST\r\nx");
  EXPECT_EQ(mx->codes(3), "250 250 250");
}

TEST_F(LmtpServer, nothing_is_acknowledged_before_it_is_durable_and_many_go_together) {
  start();
  gate->close();
  auto one = client(), other = client();
  std::string all;
  for (int i = 0; i < 20; ++i) all += by_bdat(letter(i));
  one->send(all);
  other->send(by_bdat(letter(100)));
  gate->wait_until_held(21);
  EXPECT_EQ(one->codes(2), "250 250") << "MAIL and RCPT of the first";
  EXPECT_FALSE(one->has_answer()) << "the rest stands behind the mail that is not kept yet";
  EXPECT_EQ(mails(), 0);
  gate->open();
  EXPECT_EQ(one->codes(58).find_first_not_of("250 "), std::string::npos);
  EXPECT_EQ(other->codes(3), "250 250 250");
  EXPECT_EQ(mails(), 21);
}

TEST_F(LmtpServer, what_the_store_refuses_stays_with_the_mail_server) {
  start();
  const struct {
    ErrorCode code;
    const char* answer;
  } rows[] = {{ErrorCode::storage_full, "452 4.3.1 no room for the mail now"},
              {ErrorCode::unavailable, "451 4.3.0 not kept; try again"},
              {ErrorCode::busy, "451 4.3.0 not kept; try again"},
              {ErrorCode::io, "451 4.3.0 not kept; try again"},
              {ErrorCode::internal, "451 4.3.0 not kept; try again"},
              {ErrorCode::bad_input, "451 4.3.0 not kept; try again"}};
  auto mx = client();
  for (const auto& row : rows) {
    gate->refuse_with = row.code;
    gate->refuses = true;
    mx->send(by_bdat(letter()));
    EXPECT_EQ(mx->codes(2), "250 250");
    EXPECT_EQ(mx->answer(), row.answer);
  }
  EXPECT_EQ(counted("suki_mails_in_total{how=\"failed\"}"), 6);
  EXPECT_EQ(counted("suki_lmtp_recipients_total{how=\"full\"}"), 1);
  gate->refuses = false;
  mx->send(by_bdat(letter()));
  EXPECT_EQ(mx->codes(3), "250 250 250");
  EXPECT_EQ(mails(), 1);
}

TEST_F(LmtpServer, who_never_heard_the_answer_sends_it_again_and_it_is_there_once) {
  start();
  gate->close();
  auto gone = client();
  gone->send(by_bdat(letter()));
  gate->wait_until_held(1);
  gone->hang_up();
  gate->open();
  auto again = client();
  again->send("MAIL FROM:<liza@example.net>\r\nRCPT TO:<help+1@shop.example>\r\nDATA\r\n" + letter() + ".\r\n");
  EXPECT_EQ(again->codes(3), "250 250 354");
  // Whichever of the two was stored first: a database with several writers may turn them round.
  EXPECT_TRUE(again->answer().starts_with("250 2.0.0 conversation 1 message 1"));
  EXPECT_EQ(mails(), 1);
}

TEST_F(LmtpServer, a_mail_that_was_cut_off_is_none) {
  start();
  for (const std::string& half :
       {std::string("DATA\r\nSubject: fan\r\n\r\nIt"), std::string("BDAT 100 LAST\r\nSubject: fan\r\n")}) {
    auto mx = client();
    mx->send(to_help + half);
    EXPECT_EQ(mx->codes(2), "250 250");
    mx->say_no_more();
    while (!mx->answer().empty()) {
    }
  }
  EXPECT_EQ(mails(), 0);
}

TEST_F(LmtpServer, who_says_no_more_still_hears_what_became_of_the_mail) {
  start();
  gate->close();
  auto mx = client();
  mx->send(by_bdat(letter()));
  mx->say_no_more();
  gate->wait_until_held(1);
  gate->open();
  EXPECT_EQ(mx->codes(3), "250 250 250");
  EXPECT_TRUE(mx->is_over());
}

TEST_F(LmtpServer, who_says_nothing_is_let_go) {
  start({.timeouts = {.command = 50ms, .data = 50ms}});
  Client silent(place);
  EXPECT_EQ(silent.codes(2), "220 421");
  EXPECT_TRUE(silent.is_over());
  Client half(place);
  half.send("LHLO mx\r\n" + to_help + "DATA\r\nSubject:");
  EXPECT_EQ(half.codes(6), "220 250 250 250 354 421");
  EXPECT_TRUE(half.is_over());
  EXPECT_EQ(mails(), 0);
}

TEST_F(LmtpServer, a_mail_that_drips_in_has_an_end_too) {
  start({.timeouts = {.mail = 100ms}});
  auto mx = client();
  mx->send(to_help + "DATA\r\n");
  EXPECT_EQ(mx->codes(3), "250 250 354");
  const auto until = std::chrono::steady_clock::now() + 30s;
  // A byte whenever it has not been told anything for a while: fewer than the limit grants time for.
  while (!mx->has_answer(5) && std::chrono::steady_clock::now() < until) mx->send("x");
  EXPECT_EQ(mx->codes(1), "421");
}

TEST_F(LmtpServer, more_connections_than_there_may_be_are_told_to_come_again) {
  start({.connections_max = 2});
  auto one = client(), two = client();
  Client three(place);
  EXPECT_EQ(three.answer(), "421 4.3.2 too many connections; try again");
  EXPECT_TRUE(three.is_over());
  EXPECT_EQ(counted("suki_lmtp_connections_refused_total"), 1);
  one->send("QUIT\r\n");
  EXPECT_EQ(one->codes(1), "221");
  EXPECT_TRUE(one->is_over());
  one->hang_up();
  for (std::string heard; heard != "220"; heard = Client(place).codes(1)) ASSERT_FALSE(HasFailure());
}

TEST_F(LmtpServer, mails_together_take_so_much_room_and_no_more) {
  start({.bytes_in_hand_max = 1'000});
  auto mx = client(), other = client();
  mx->send(to_help + "DATA\r\n" + std::string(900, 'x'));
  EXPECT_EQ(mx->codes(3), "250 250 354");
  other->send(to_help + "DATA\r\n" + std::string(2'000, 'x') + "\r\n.\r\n");
  EXPECT_EQ(other->codes(4), "250 250 354 452");
  other->send("MAIL FROM:<a@b> SIZE=5000\r\nRCPT TO:<help@shop.example>\r\nDATA\r\n");
  EXPECT_EQ(other->codes(3), "250 250 452") << "before it has come";
  mx->send("\r\n.\r\n");
  EXPECT_EQ(mx->codes(1), "250");
  other->send(by_bdat(letter()));
  EXPECT_EQ(other->codes(3), "250 250 250") << "there is room again";
}

TEST_F(LmtpServer, stopping_loses_nothing) {
  start();
  gate->close();
  auto idle = client(), half = client(), whole = client();
  half->send(to_help + "DATA\r\nSubject: fan\r\n");
  EXPECT_EQ(half->codes(3), "250 250 354");
  whole->send(by_bdat(letter()));
  gate->wait_until_held(1);
  server->begin_stop();
  EXPECT_EQ(idle->answer(), "421 4.3.2 suki stops; try again");
  EXPECT_EQ(half->codes(1), "421") << "the mail server has it still";
  gate->open();
  EXPECT_EQ(whole->codes(4), "250 250 250 421");
  EXPECT_TRUE(whole->is_over());
  server.reset();
  EXPECT_EQ(mails(), 1);
}

TEST_F(LmtpServer, a_store_that_does_not_answer_holds_nobody_for_ever) {
  start({.timeouts = {.stop = 50ms}});
  gate->close();
  auto mx = client();
  mx->send(by_bdat(letter()));
  gate->wait_until_held(1);
  server->begin_stop();
  EXPECT_EQ(mx->codes(2), "250 250");
  EXPECT_TRUE(mx->is_over()) << "cut, and not told that it is kept";
  gate->open();
  server.reset();
}

TEST_F(LmtpServer, a_socket_that_a_killed_program_left_is_replaced) {
  const std::string path = folder() + "/left";
  const int left = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(left, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ::close(left);
  start(options_at("left"));
  client()->send("QUIT\r\n");

  Server second(*app_, *store_, options_at("left"));
  const auto taken = second.listen();
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().code, ErrorCode::busy);

  const std::string file = folder() + "/file";
  ::close(::creat(file.c_str(), 0600));
  Server third(*app_, *store_, options_at("file"));
  const auto no_socket = third.listen();
  ASSERT_FALSE(no_socket.ok());
  EXPECT_NE(no_socket.error().detail.find("is no socket"), std::string::npos);
  EXPECT_EQ(::access(file.c_str(), F_OK), 0) << "what is somebody else's stays";

  Server nowhere(*app_, *store_, options_at("none/lmtp"));
  EXPECT_FALSE(nowhere.listen().ok());
}

TEST_F(LmtpServer, many_clients_at_once_get_each_their_answers) {
  start();
  constexpr int clients = 8, each = 25;
  std::vector<std::future<int>> kept;
  for (int c = 0; c < clients; ++c)
    kept.push_back(std::async(std::launch::async, [&, c] {
      Client mx(place);
      mx.send("LHLO mx\r\n");
      mx.codes(2);
      int count = 0;
      for (int i = 0; i < each; ++i) {
        mx.send(to_help + "DATA\r\n" + letter(c * each + i) + ".\r\n");
        count += mx.codes(4) == "250 250 354 250";
      }
      return count;
    }));
  int all = 0;
  for (auto& one : kept) all += one.get();
  EXPECT_EQ(all, clients * each);
  EXPECT_EQ(mails(), clients * each);
}

}  // namespace
}  // namespace suki::lmtp
