#include "log/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace suki::log {
namespace {

const Answered answer{.method = "GET",
                      .route = "/api/v1/conversations/{id}",
                      .status = 200,
                      .bytes = 12,
                      .ms = 1.25,
                      .request_id = "abc",
                      .agent = 7};

TEST(Log, ARequestForPeople) {
  EXPECT_EQ(to_text(answer), "GET /api/v1/conversations/{id} 200 12B 1.2ms abc agent 7");
  Answered nobody = answer;
  nobody.agent = 0;
  EXPECT_EQ(to_text(nobody), "GET /api/v1/conversations/{id} 200 12B 1.2ms abc");
}

TEST(Log, ARequestAsJson) {
  const auto line = boost::json::parse(to_json(1'764'057'600'007, "info", "\x1e" + to_json_members(answer)));
  EXPECT_EQ(line.at("time").as_string(), "2025-11-25T08:00:00.007Z");
  EXPECT_EQ(line.at("level").as_string(), "info");
  EXPECT_EQ(line.at("message").as_string(), "request");
  EXPECT_EQ(line.at("request_id").as_string(), "abc");
  EXPECT_EQ(line.at("route").as_string(), "/api/v1/conversations/{id}");
  EXPECT_EQ(line.at("status").to_number<int>(), 200);
  EXPECT_EQ(line.at("agent").to_number<int>(), 7);
  EXPECT_EQ(line.at("duration_ms").to_number<double>(), 1.25);
}

TEST(Log, OneLineWhateverIsSaid) {
  const std::string line = to_json(0, "error", "one\ntwo \"three\" \xff\x01");
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(boost::json::parse(line).at("message").as_string(), "one\ntwo \"three\" \xef\xbf\xbd\x01");
}

TEST(Log, OneLineForPeopleToo) {
  EXPECT_EQ(to_line(1'764'057'600'007, "error", "one\r\n2025 info two \x1b[31m \xc2\x9b K\xc3\xb6ln \xff\xc2"),
            "2025-11-25T08:00:00.007Z error one  2025 info two  [31m   K\xc3\xb6ln \xef\xbf\xbd\xef\xbf\xbd");
}

TEST(Log, AddressesStayOutOfIt) {
  EXPECT_EQ(without_addresses("550 5.1.1 <liza@example.net>: unknown"), "550 5.1.1 <<address>>: unknown");
  EXPECT_EQ(without_addresses("to liza@example.net, and @ alone"), "to <address>, and @ alone");
  EXPECT_EQ(without_addresses("<\"liza\"@example.net> @liza@example.net liza@[192.0.2.1]"),
            "<<address>> <address> <address>[192.0.2.1]");
  EXPECT_EQ(without_addresses("smtp://127.0.0.1:25: refused"), "smtp://127.0.0.1:25: refused");
}

}  // namespace
}  // namespace suki::log
