/// Sending against a small SMTP server of our own on a loopback port.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "mail/fake_smtp.h"
#include "mail/mail.h"
#include "mail/probe.h"

namespace suki::mail {
namespace {

using testing::FakeServer;

TEST(smtp, a_mail_arrives_whole_and_a_lone_dot_does_not_end_it) {
  std::string data, commands;
  {
    FakeServer server("", "");
    const auto sent = send({.url = server.url, .user = "", .password = ""}, "help@shop.example", "jose@example.com",
                           "Subject: x\r\n\r\nfirst\r\n.\r\nlast\r\n");
    EXPECT_TRUE(sent.ok()) << sent.error().detail;
    // libcurl leaves with QUIT, so that the session is over when send() returns.
    data = server.data;
    commands = server.commands;
  }
  EXPECT_NE(commands.find("MAIL FROM:<help@shop.example>"), std::string::npos) << commands;
  EXPECT_NE(commands.find("RCPT TO:<jose@example.com>"), std::string::npos);
  EXPECT_EQ(data, "Subject: x\n\nfirst\n..\nlast\n");
}

TEST(smtp, a_5xx_answer_is_for_good_and_a_4xx_is_not) {
  const struct {
    const char* at;
    const char* answer;
    ErrorCode code;
  } rows[] = {{"RCPT", "550 no such user", ErrorCode::refused},
              {"RCPT", "450 try later", ErrorCode::io},
              {"MAIL", "554 not from you", ErrorCode::refused},
              {".", "554 this is spam", ErrorCode::refused},
              {".", "452 disk full", ErrorCode::io}};
  for (const auto& row : rows) {
    FakeServer server(row.at, row.answer);
    const auto sent = send({.url = server.url, .user = "", .password = ""}, "a@example.com", "b@example.com", "x\r\n");
    ASSERT_FALSE(sent.ok()) << row.answer;
    EXPECT_EQ(sent.error().code, row.code) << row.answer << ": " << sent.error().detail;
  }
}

TEST(smtp, smtputf8_is_asked_for_where_an_address_needs_it) {
  const struct {
    const char* to;
    bool asked;
  } rows[] = {{"jose@example.com", false}, {"jose@exämple.com", false}, {"josé@example.com", true}};
  for (const auto& row : rows) {
    FakeServer server("", "", "SMTPUTF8");
    const auto sent = send({.url = server.url}, "help@shop.example", row.to, "Subject: x\r\n\r\ny\r\n");
    EXPECT_TRUE(sent.ok()) << row.to << ": " << sent.error().detail;
    EXPECT_EQ(server.commands.find("SMTPUTF8") != std::string::npos, row.asked) << server.commands;
    EXPECT_EQ(server.commands.find("xn--exmple-cua.com") != std::string::npos, row.to == rows[1].to) << server.commands;
  }
}

TEST(smtp, an_address_that_the_server_cannot_write_to_is_refused_for_good) {
  FakeServer server("", "");
  const auto sent = send({.url = server.url}, "help@shop.example", "josé@example.com", "Subject: x\r\n\r\ny\r\n");
  ASSERT_FALSE(sent.ok()) << server.commands;
  EXPECT_EQ(sent.error().code, ErrorCode::refused);
  EXPECT_NE(sent.error().detail.find("SMTPUTF8"), std::string::npos) << sent.error().detail;
  EXPECT_EQ(server.data, "");
}

TEST(smtp, what_is_kept_of_a_refusal_is_the_refusal) {
  const FakeServer server("RCPT", "550 5.1.1 no such user");
  const auto sent = send({server.url, "", ""}, "from@shop.example", "to@example.com", "Subject: x\r\n\r\ny\r\n");
  ASSERT_FALSE(sent.ok());
  EXPECT_NE(sent.error().detail.find("550 5.1.1 no such user"), std::string::npos) << sent.error().detail;
}

TEST(smtp, a_sender_that_gives_up_is_let_go_of_within_seconds) {
  // Takes the connection, and says no word.
  const int silent = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(silent, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(silent, 1), 0);
  socklen_t length = sizeof address;
  ::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &length);
  Smtp server{.url = "smtp://127.0.0.1:" + std::to_string(ntohs(address.sin_port)), .user = "", .password = ""};
  server.given_up = [] { return true; };
  const auto since = std::chrono::steady_clock::now();
  const auto sent = send(server, "from@shop.example", "to@example.com", "Subject: x\r\n\r\ny\r\n");
  EXPECT_LT(std::chrono::steady_clock::now() - since, std::chrono::seconds(10));
  ::close(silent);
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, ErrorCode::unavailable);
}

TEST(smtp, nobody_there_is_worth_another_try) {
  const auto sent =
      send({.url = "smtp://127.0.0.1:1", .user = "", .password = ""}, "a@example.com", "b@example.com", "x\r\n");
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, ErrorCode::io);
}

TEST(smtp, a_password_is_never_sent_without_tls) {
  std::string commands;
  {
    FakeServer server("", "");
    const auto sent =
        send({.url = server.url, .user = "u", .password = "secret"}, "a@example.com", "b@example.com", "x\r\n");
    EXPECT_FALSE(sent.ok());
    commands = server.commands;
  }
  EXPECT_EQ(commands.find("AUTH"), std::string::npos) << commands;
}

TEST(Smtp, a_server_elsewhere_without_tls_gets_no_word_of_the_mail) {
  // Any name under .localhost leads to this machine, and only "localhost" itself is known as it.
  FakeServer server("", "");
  const std::string elsewhere = "smtp://mail.localhost" + server.url.substr(server.url.rfind(':'));
  const auto sent = send({.url = elsewhere}, "a@shop.example", "b@example.net", "Subject: x\r\n\r\nsecret\r\n");
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, ErrorCode::io) << "it waits until somebody has seen to it";
  EXPECT_NE(sent.error().detail.find("--plain-smtp"), std::string::npos) << sent.error().detail;
  EXPECT_EQ(server.commands.find("MAIL"), std::string::npos) << server.commands;
  EXPECT_EQ(server.data, "");
}

TEST(Smtp, the_operator_may_let_it_be_without) {
  FakeServer server("", "");
  const std::string elsewhere = "smtp://mail.localhost" + server.url.substr(server.url.rfind(':'));
  const auto sent =
      send({.url = elsewhere, .plain = true}, "a@shop.example", "b@example.net", "Subject: x\r\n\r\nhi\r\n");
  EXPECT_TRUE(sent.ok()) << sent.error().detail;
}

TEST(Smtp, what_is_on_this_machine) {
  for (const char* here : {"smtp://127.0.0.1:25", "smtp://localhost", "smtp://[::1]:1025", "smtp://127.0.0.2"})
    EXPECT_TRUE(is_on_this_machine(here)) << here;
  for (const char* elsewhere :
       {"smtp://mail.example", "smtp://127.example.net", "smtp://localhost.example", "smtp://user@mail.example",
        "smtp://localhost@mail.example", "smtps://192.0.2.1", "nonsense"})
    EXPECT_FALSE(is_on_this_machine(elsewhere)) << elsewhere;
}

}  // namespace
}  // namespace suki::mail
