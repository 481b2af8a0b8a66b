// Clients that break the rules of HTTP, or its limits: each gets an answer or the door, and the server goes on.
#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

#include "fixture.h"
#include "server/limits.h"

namespace suki::api {
namespace {

using Clock = std::chrono::steady_clock;

struct Row {
  const char* name;
  std::string bytes;
  std::vector<unsigned> statuses;  ///< 0: closed without an answer is right too
};

std::string get(const std::string& headers) {
  return "GET /healthz HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}
std::string post(const std::string& headers, const std::string& body) {
  return "POST /api/v1/public/conversations HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n" + headers +
         "\r\n" + body;
}

std::vector<Row> hostile_rows() {
  const std::string much(20'000, 'a');
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  std::string several;  // of a size that would do
  for (std::size_t i = 0; i < server::limits::header_fields_max; ++i) several += "A: b\r\n";
  std::string noise = "\x16\x03\x01\x02";  // the start of TLS
  noise += std::string(600, '\xfc');
  return {
      {"not HTTP at all", "hello\r\n\r\n", {400}},
      {"TLS on the plain port", noise, {400}},
      {"NUL bytes", std::string("GET /\0healthz HTTP/1.1\r\nHost: h\r\n\r\n", 35), {400}},
      {"an HTTP version of the future", "GET /healthz HTTP/7.0\r\nHost: h\r\n\r\n", {400, 505}},
      {"no host", "GET /healthz HTTP/1.1\r\n\r\n", {400}},
      {"two hosts", get("Host: other\r\n"), {400}},
      {"a header without a name", get(": x\r\n"), {400}},
      {"a header that goes on in the next line", get("X-A: 1\r\n\t2\r\n"), {200, 400}},
      {"an address that is too long",
       "GET /" + std::string(server::limits::target_bytes_max, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n",
       {414}},
      {"one header that is too large", get("X-A: " + much + "\r\n"), {431}},
      {"too many headers", get(many), {431}},
      {"too many short headers", get(several), {431}},
      {"a body larger than its route takes, announced", post("Content-Length: 1000000000\r\n", "{"), {413}},
      {"a body larger than its route takes, in pieces",
       post("Transfer-Encoding: chunked\r\n", "fffff\r\n" + std::string(0xfffff, ' ') + "\r\n0\r\n\r\n"),
       {413}},
      {"two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "{}   "), {400}},
      {"length and pieces", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), {400}},
      {"the same length twice", post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}"), {400}},
      {"a list of lengths", post("Content-Length: 2, 2\r\n", "{}"), {400}},
      {"a length with a sign", post("Content-Length: +2\r\n", "{}"), {400}},
      {"a length in hexadecimal", post("Content-Length: 0x2\r\n", "{}"), {400}},
      {"pieces and length", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n"), {400}},
      {"pieces twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), {400, 501}},
      {"an encoding that says nothing", post("Transfer-Encoding: identity\r\n", "{}"), {501}},
      {"an encoding that hides the pieces", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), {501}},
      {"pieces inside gzip", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), {501}},
      {"a blank before the colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), {400}},
      {"pieces in HTTP/1.0",
       "POST /api/v1/session HTTP/1.0\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: "
       "chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
       {400}},
      {"lines that end in LF alone", "GET /healthz HTTP/1.1\nHost: h\n\n", {400, 505}},
      {"a header line that ends in LF alone", "GET /healthz HTTP/1.1\r\nHost: h\nX-A: 1\r\n\r\n", {400}},
      {"a CR within a header", get("X-A: 1\r2\r\n"), {400}},
      {"extensions of a piece without end",
       post("Transfer-Encoding: chunked\r\n", "2;" + std::string(300'000, 'x') + "\r\n{}\r\n0\r\n\r\n"),
       {400}},
      {"extensions of a piece", post("Transfer-Encoding: chunked\r\n", "2;a=b\r\n{}\r\n0\r\n\r\n"), {400}},
      {"headers behind the pieces",
       post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\nHost: other\r\nContent-Length: 5\r\n\r\n"),
       {400}},
      {"the start of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}},
      {"a negative length", post("Content-Length: -1\r\n", ""), {400}},
      {"a length that overflows", post("Content-Length: 99999999999999999999999\r\n", ""), {400}},
      {"a piece whose size is no number", post("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"), {400}},
      {"a body of another type",
       "POST /api/v1/session HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
       {415}},
      {"a form as other sites can send it",
       "POST /api/v1/session HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
       "3\r\n\r\na=b",
       {415}},
      {"a thousand brackets", post("Content-Length: 1000\r\n", std::string(1000, '[')), {400}},
      {"no UTF-8", post("Content-Length: 8\r\n", "{\"a\":\"\xff\""), {400}},
      {"an unknown method", "BREW /healthz HTTP/1.1\r\nHost: h\r\n\r\n", {405}},
      {"CONNECT", "CONNECT example.com:443 HTTP/1.1\r\nHost: h\r\n\r\n", {400, 405}},
      {"an address of another server", "GET http://other.example/ HTTP/1.1\r\nHost: h\r\n\r\n", {400}},
      {"a body where none is taken", "GET /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", {200}},
      {"a cookie as large as can be", get("Cookie: suki_session=" + std::string(10'000, 'a') + "\r\n"), {200}},
      {"an upgrade to something else", get("Connection: Upgrade\r\nUpgrade: h2c\r\n"), {200}},
  };
}

}  // namespace

using ApiHostile = Api;

TEST_F(ApiHostile, EachGetsAnAnswerAndTheServerGoesOn) {
  for (const Row& row : hostile_rows()) {
    SCOPED_TRACE(row.name);
    Wire wire(port());
    wire.send(row.bytes);
    wire.finish_sending();
    const unsigned status = wire.read_answer().status;
    EXPECT_NE(std::find(row.statuses.begin(), row.statuses.end(), status), row.statuses.end()) << status;
    EXPECT_TRUE(wire.is_closed());
    EXPECT_EQ(ask(port(), {.target = "/healthz"}).status, 200u);
  }
}

TEST_F(ApiHostile, WhatFollowsARefusedBodyIsNoRequest) {
  Wire wire(port());
  // The refused body holds a request of its own; it must never be answered.
  const std::string inside = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: h\r\n\r\n";
  wire.send("POST /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(inside.size()) + "\r\n\r\n" +
            inside);
  EXPECT_EQ(wire.read_answer().status, 405u);
  EXPECT_EQ(wire.read_answer().status, 0u);
  EXPECT_TRUE(wire.is_closed());
}

TEST_F(ApiHostile, PipelinedRequestsAreAnsweredInOrder) {
  Wire wire(port());
  wire.send(get("") + "GET /api/v1/none HTTP/1.1\r\nHost: h\r\n\r\n" + post("Content-Length: 2\r\n", "{}") +
            get("Connection: close\r\n"));
  std::vector<unsigned> statuses;
  for (int i = 0; i < 4; ++i) statuses.push_back(wire.read_answer().status);
  EXPECT_EQ(statuses, (std::vector<unsigned>{200, 404, 400, 200}));
  EXPECT_TRUE(wire.is_closed());
}

TEST_F(ApiHostile, OneConnectionServesManyRequestsSentByteByByte) {
  Wire wire(port());
  for (int i = 0; i < 3; ++i) {
    for (const char c : get("")) wire.send({&c, 1});
    EXPECT_EQ(wire.read_answer().status, 200u);
  }
}

/// What a proxy in front takes for the body of one request must not be answered as another.
TEST_F(ApiHostile, NothingIsSmuggled) {
  const std::string inside = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string length = "Content-Length: " + std::to_string(5 + inside.size()) + "\r\n";
  const Row rows[] = {
      {"the length counts, or the pieces",
       post(length + "Transfer-Encoding: chunked\r\n", "0\r\n\r\n" + inside),
       {400}},
      {"an encoding that one of both does not know",
       post(length + "Transfer-Encoding: \x0b"
                     "chunked\r\n",
            "0\r\n\r\n" + inside),
       {400, 501}},
      {"no length at all", post("Content-Length: 0\r\nContent-Length: 9\r\n", inside), {400}},
      {"a length in a folded line", post("X-A: b\r\n Content-Length: 40\r\nContent-Length: 2\r\n", "{}"), {400}},
      {"a GET with a body", "GET /healthz HTTP/1.1\r\nHost: h\r\n" + length + "\r\n" + "12345" + inside, {200}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Wire wire(port());
    wire.send(row.bytes);
    wire.finish_sending();
    const unsigned status = wire.read_answer().status;
    EXPECT_NE(std::find(row.statuses.begin(), row.statuses.end(), status), row.statuses.end()) << status;
    EXPECT_EQ(wire.read_answer().status, 0u) << "what stood in the body was answered";
  }
}

TEST_F(ApiHostile, ABodyThatNeverComesWhole) {
  Wire wire(port());
  wire.send(post("Content-Length: 100\r\n", "{"));
  wire.finish_sending();
  EXPECT_EQ(wire.read_answer().status, 400u);
  EXPECT_TRUE(wire.is_closed());
}

TEST_F(ApiHostile, ExpectContinueIsAnsweredBeforeTheBody) {
  Wire wire(port());
  wire.send(post("Content-Length: 2\r\nExpect: 100-continue\r\n", ""));
  EXPECT_EQ(wire.read_answer().status, 100u);
  wire.send("{}");
  EXPECT_EQ(wire.read_answer().status, 400u);
}

TEST_F(ApiHostile, AnswersThatNobodyReadsDoNotStopOthers) {
  std::vector<std::unique_ptr<Wire>> deaf;
  for (int i = 0; i < 20; ++i) {
    deaf.push_back(std::make_unique<Wire>(port()));
    for (int n = 0; n < 50; ++n) deaf.back()->send("GET /api/v1/openapi.json HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  const auto start = Clock::now();
  EXPECT_EQ(ask(port(), {.target = "/healthz"}).status, 200u);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(5));
}

TEST(ApiHostileLimits, SlowClientsAreToldAndLetGo) {
  server::Options options;
  options.timeouts.header = options.timeouts.body = options.timeouts.idle = std::chrono::milliseconds(40);
  options.timeouts.linger = std::chrono::milliseconds(40);
  Running server(options);
  const struct {
    const char* name;
    std::string bytes;
    unsigned status;
  } rows[] = {
      {"nothing at all", "", 0},
      {"half a request line", "GET /heal", 408},
      {"half a header", "GET /healthz HTTP/1.1\r\nHost: h\r\nX-A:", 408},
      {"half a body", post("Content-Length: 10\r\n", "{"), 408},
      {"half of the pieces", post("Transfer-Encoding: chunked\r\n", "2\r\n{"), 408},
      {"a body that waits for nobody", post("Content-Length: 10\r\nExpect: 100-continue\r\n", ""), 100},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Wire wire(server.port());
    wire.send(row.bytes);
    unsigned status = wire.read_answer().status;
    EXPECT_EQ(status, row.status);
    if (status == 100) {
      EXPECT_EQ(wire.read_answer().status, 408u);
    }
    EXPECT_TRUE(wire.is_closed());
  }
  EXPECT_EQ(ask(server.port(), {.target = "/healthz"}).status, 200u);
}

TEST(ApiHostileLimits, TooManyConnectionsAreTurnedAwayAndRoomIsMadeWhenOneGoes) {
  for (const bool by_address : {true, false}) {
    SCOPED_TRACE(by_address ? "of one address" : "in all");
    server::Options options;
    (by_address ? options.connections_per_address_max : options.connections_max) = 3;
    Running server(options);
    std::vector<std::unique_ptr<Wire>> there;
    for (int i = 0; i < 3; ++i) {
      there.push_back(std::make_unique<Wire>(server.port()));
      there.back()->send(get(""));
      EXPECT_EQ(there.back()->read_answer().status, 200u);
    }
    const Answer refused = Wire(server.port()).read_answer();
    EXPECT_EQ(refused.status, 503u);
    EXPECT_EQ(refused.headers.at("retry-after"), "5");
    there.pop_back();
    const auto until = Clock::now() + std::chrono::seconds(20);
    unsigned status = 0;
    while (status != 200 && Clock::now() < until) status = ask(server.port(), {.target = "/healthz"}).status;
    EXPECT_EQ(status, 200u);
  }
}

TEST(ApiHostileLimits, BehindAProxyAllComeFromOneAddress) {
  server::Options options;
  options.connections_per_address_max = 1;
  options.proxies.add_this_machine();
  Running server(options);
  const Wire one(server.port()), two(server.port());
  EXPECT_EQ(ask(server.port(), {.target = "/healthz"}).status, 200u);
}

TEST(ApiHostileLimits, AClientCannotGiveItselfAddressesBeforeTheOneThatTheProxySaw) {
  server::Options options;
  options.proxies.add_this_machine();
  Running server(options);
  bool refused = false;
  for (int i = 0; i < 200 && !refused; ++i) {  // an address may send 60, and one more a second
    Wire wire(server.port());
    // As a proxy does that adds a field of its own behind the client's.
    wire.send(post("X-Forwarded-For: 198.51.100." + std::to_string(i) +
                       "\r\nX-Forwarded-For: 203.0.113.7\r\nContent-Length: 2\r\n",
                   "{}"));
    refused = wire.read_answer().status == 429;
  }
  EXPECT_TRUE(refused);
}

TEST(ApiStop, IdleConnectionsEndAtOnceAndTheServerReturns) {
  Running server(server::Options{});
  Wire idle(server.port()), used(server.port());
  used.send(get(""));
  EXPECT_EQ(used.read_answer().status, 200u);
  const auto start = Clock::now();
  server.stop();
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(5)) << "nothing ran, so there was nothing to wait for";
  EXPECT_TRUE(used.is_closed());
  EXPECT_TRUE(idle.is_closed());
}

}  // namespace suki::api
