/// Whose word is taken for where a request comes from.
#include "server/proxies.h"

#include <gtest/gtest.h>

namespace suki::server {
namespace {

Proxies made(const std::string& networks) {
  Proxies proxies;
  const Result<void> added = proxies.add(networks);
  EXPECT_TRUE(added.ok()) << networks;
  return proxies;
}

TEST(Proxies, NobodyIsBelievedUnlessNamed) {
  EXPECT_TRUE(Proxies().empty());
  EXPECT_FALSE(Proxies().holds("127.0.0.1"));
}

TEST(Proxies, AnAddressIsItselfAlone) {
  const Proxies one = made("203.0.113.7");
  EXPECT_TRUE(one.holds("203.0.113.7"));
  EXPECT_TRUE(one.holds("::ffff:203.0.113.7")) << "as a socket for both families names it";
  EXPECT_FALSE(one.holds("203.0.113.8"));
  EXPECT_FALSE(one.holds("2001:db8::1"));
  EXPECT_FALSE(one.holds(""));
}

TEST(Proxies, ANetworkEndsWhereItsBitsEnd) {
  const Proxies two = made("10.1.0.0/15, 2001:db8::/33");
  EXPECT_TRUE(two.holds("10.0.0.1"));
  EXPECT_TRUE(two.holds("10.1.255.255"));
  EXPECT_FALSE(two.holds("10.2.0.0"));
  EXPECT_TRUE(two.holds("2001:db8:7fff::1"));
  EXPECT_FALSE(two.holds("2001:db8:8000::1"));
  EXPECT_TRUE(made("0.0.0.0/0").holds("198.51.100.1"));
  EXPECT_FALSE(made("0.0.0.0/0").holds("2001:db8::1")) << "all of IPv4 is not all there is";
}

TEST(Proxies, ThisMachineHasManyAddresses) {
  Proxies here;
  here.add_this_machine();
  for (const char* address : {"127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(here.holds(address)) << address;
    EXPECT_TRUE(is_this_machine(address)) << address;
  }
  for (const char* address : {"0.0.0.0", "::", "192.168.1.2", "shop.example"}) {
    EXPECT_FALSE(is_this_machine(address)) << address;
  }
}

TEST(Proxies, WhatIsNoNetworkIsNamedAndNothingIsAdded) {
  for (const char* wrong : {"", "proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "2001:db8::/129",
                            "10.0.0.1,", "10.0.0.1 10.0.0.2"}) {
    Proxies proxies;
    const Result<void> added = proxies.add(wrong);
    ASSERT_FALSE(added.ok()) << wrong;
    EXPECT_EQ(added.error().code, ErrorCode::bad_input);
    EXPECT_TRUE(proxies.empty()) << wrong;
  }
}

}  // namespace
}  // namespace suki::server
