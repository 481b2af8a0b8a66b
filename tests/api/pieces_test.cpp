// Answers that are made while they are sent: whole they end with a last chunk, and what is not whole can be told from
// it.
#include <algorithm>
#include <optional>

#include "fixture.h"

namespace suki::api {
namespace {

server::Options calm() {
  server::Options options;
  options.rate_limits = false;
  return options;
}

std::string get(const std::string& target, const LoggedIn& who) {
  return "GET " + target +
         " HTTP/1.1\r\nHost: desk.example\r\nConnection: close\r\nCookie: suki_session=" + who.cookie + "\r\n\r\n";
}

/// The body of chunks; none when it does not end as RFC 9112 (7.1) says, so that a client knows that something lacks.
std::optional<std::string> whole(std::string_view chunks) {
  std::string body;
  for (;;) {
    const std::size_t line = chunks.find("\r\n");
    if (line == std::string_view::npos) return std::nullopt;
    const std::size_t size = std::stoul(std::string(chunks.substr(0, line)), nullptr, 16);
    if (chunks.size() < line + 2 + size + 2) return std::nullopt;
    body += chunks.substr(line + 2, size);
    chunks.remove_prefix(line + 2 + size + 2);
    if (size == 0) return chunks.empty() ? std::optional(body) : std::nullopt;
  }
}

/// A shop whose one customer has files of 18 MB, far more than what lies in sockets.
class ApiPieces : public testing::Test {
 protected:
  ApiPieces() : manager_(Api::log_in(server_.port(), "mia")) {
    const Answer created =
        ask(server_.port(), {.method = "POST",
                             .target = "/api/v1/public/conversations",
                             .body = R"({"request_id":"p1","name":"Juan","email":"juan@example.com",)"
                                     R"("topic":"","language":"en","subject":"Photos","message":"Here."})"});
    EXPECT_EQ(created.status, 201u) << created.body;
    std::string uploads;
    for (int i = 0; i < 6; ++i) {
      // No two alike: the same content is kept once.
      std::string bytes(3u << 20, static_cast<char>('a' + i));
      std::uint32_t noise = 1u + static_cast<std::uint32_t>(i);
      for (char& c : bytes) c = static_cast<char>((noise = noise * 1664525u + 1013904223u) >> 24);
      const Answer sent = change("POST", "/api/v1/uploads?name=photo.bin", bytes, "application/octet-stream");
      EXPECT_EQ(sent.status, 201u) << sent.body;
      uploads += (uploads.empty() ? "\"" : ",\"") + field(sent.body, "id") + "\"";
    }
    const Answer noted = change("POST", "/api/v1/conversations/1/notes",
                                R"({"request_id":"n1","text":"","uploads":[)" + uploads + "]}", "application/json");
    EXPECT_EQ(noted.status, 201u) << noted.body;
  }
  Answer change(const std::string& method, const std::string& target, const std::string& body,
                const std::string& type) {
    return ask(server_.port(), {.method = method,
                                .target = target,
                                .body = body,
                                .cookie = manager_.cookie,
                                .csrf = manager_.csrf,
                                .type = type});
  }

  Running server_{calm()};
  LoggedIn manager_;
};

constexpr int little = 64 * 1024;

}  // namespace

TEST_F(ApiPieces, WhatIsWholeEndsWithTheLastChunk) {
  Wire wire(server_.port());
  wire.send(get("/api/v1/customers/1/export", manager_));
  const Answer head = wire.read_answer();
  EXPECT_EQ(head.status, 200u);
  EXPECT_EQ(head.headers.at("transfer-encoding"), "chunked");
  EXPECT_EQ(head.headers.count("content-length"), 0u);
  const std::optional<std::string> body = whole(wire.read_to_end());
  ASSERT_TRUE(body);
  EXPECT_GT(body->size(), 18u << 20);
  EXPECT_EQ(body->substr(0, 2), "PK");
}

TEST_F(ApiPieces, WhatStopsInTheMiddleHasNoLastChunkAndTheConnectionEnds) {
  Wire wire(server_.port(), little);
  wire.send(get("/api/v1/customers/1/export", manager_));
  EXPECT_EQ(wire.read_answer().status, 200u) << "what it will come to is not known yet";
  std::string chunks = wire.read_some(little);
  // The rest lies in the store, which can give it no more.
  server_.run_sql("drop table attachments");
  chunks += wire.read_to_end();
  EXPECT_TRUE(wire.is_closed());
  EXPECT_FALSE(whole(chunks)) << chunks.size() << " bytes came as if they were all";
  EXPECT_FALSE(chunks.ends_with("\r\n0\r\n\r\n"));
  EXPECT_EQ(ask(server_.port(), {.target = "/healthz"}).status, 200u) << "others are served on";
}

TEST_F(ApiPieces, WhoGoesAwayInTheMiddleHoldsNothingUp) {
  for (int i = 0; i < 8; ++i) {
    Wire wire(server_.port(), little);
    wire.send(get("/api/v1/customers/1/export", manager_));
    EXPECT_EQ(wire.read_answer().status, 200u);
  }
  EXPECT_EQ(ask(server_.port(), {.target = "/healthz"}).status, 200u);
  Wire wire(server_.port());
  wire.send(get("/api/v1/customers/1/export", manager_));
  EXPECT_EQ(wire.read_answer().status, 200u);
  EXPECT_TRUE(whole(wire.read_to_end()));
}

TEST(ApiAuditExport, HoldsEveryRecordHoweverMany) {
  Running server(calm());
  const LoggedIn owner = Api::log_in(server.port(), "ria");
  // More than two pieces of 5,000. Numbers far above those that the server gives meanwhile.
  server.run_sql(
      "with recursive n(i) as (select 1 union all select i + 1 from n where i < 12000) insert into audit (number, at, "
      "actor, agent, act, object, object_id, address, done, hash) select 1000000 + i, 1000000000 + i, 1, 1, "
      "'conversation.open', 'conversation', i, '', 1, 'h' from n");
  for (const std::string format : {"csv", "jsonl"}) {
    Wire wire(server.port());
    wire.send(get("/api/v1/audit/export?act=conversation.open&format=" + format, owner));
    const Answer head = wire.read_answer();
    EXPECT_EQ(head.status, 200u);
    EXPECT_EQ(head.headers.at("content-disposition"), "attachment; filename=\"audit." + format + "\"");
    const std::optional<std::string> body = whole(wire.read_to_end());
    ASSERT_TRUE(body) << format;
    EXPECT_EQ(std::count(body->begin(), body->end(), '\n'), format == "csv" ? 12'001 : 12'000);
    const std::size_t head_at = body->find("number,at,");
    EXPECT_EQ(head_at, format == "csv" ? 0 : std::string::npos);
    EXPECT_EQ(body->find("number,at,", 1), std::string::npos) << "the names of the columns stand there once";
  }
  for (const char* wrong : {"format=xml", "format=csv&who=x", "format=csv&act=dance", "format=csv&cursor=x"})
    EXPECT_EQ(
        ask(server.port(), {.target = std::string("/api/v1/audit/export?") + wrong, .cookie = owner.cookie}).status,
        400u)
        << wrong;
}

}  // namespace suki::api
