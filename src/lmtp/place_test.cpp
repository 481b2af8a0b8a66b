#include "lmtp/place.h"

#include <gtest/gtest.h>

namespace suki::lmtp {
namespace {

TEST(LmtpPlace, is_a_unix_socket_or_a_port_of_this_machine) {
  const struct {
    const char *given, *read;  // read: "" refused
  } rows[] = {{"unix:/run/suki/lmtp", "unix:/run/suki/lmtp"},
              {"127.0.0.1:2424", "127.0.0.1:2424"},
              {"127.9.8.7:0", "127.9.8.7:0"},
              {"[::1]:2424", "[::1]:2424"},
              {"::1:2424", "[::1]:2424"},
              {"unix:", ""},
              {"unix:lmtp", ""},
              {"/run/suki/lmtp", ""},
              {"127.0.0.1", ""},
              {"127.0.0.1:", ""},
              {"127.0.0.1:65536", ""},
              {"127.0.0.1:24x", ""},
              {"localhost:2424", ""},
              {":2424", ""},
              {"2424", ""},
              {"[::ffff:127.0.0.1]:2424", ""},
              {"", ""}};
  for (const auto& row : rows) {
    const auto place = read_place(row.given, "0660", false);
    EXPECT_EQ(place.ok() ? to_text(*place) : "", row.read) << row.given;
    if (place.ok()) continue;
    EXPECT_TRUE(place.error().detail.starts_with("lmtp: ")) << place.error().detail;
  }
}

TEST(LmtpPlace, others_of_the_network_are_let_in_only_when_somebody_says_so) {
  for (const char* open : {"0.0.0.0:2424", "192.0.2.7:2424", "[::]:2424", "[2001:db8::1]:2424"}) {
    const auto refused = read_place(open, "0660", false);
    ASSERT_FALSE(refused.ok()) << open;
    EXPECT_NE(refused.error().detail.find("--plain-lmtp"), std::string::npos) << "says how it could be let";
    EXPECT_TRUE(read_place(open, "0660", true).ok()) << open;
  }
}

TEST(LmtpPlace, rights_are_as_chmod_takes_them) {
  EXPECT_EQ(read_place("unix:/a", "0660", false)->mode, 0660u);
  EXPECT_EQ(read_place("unix:/a", "666", false)->mode, 0666u);
  for (const char* wrong : {"", "rw", "0888", "01777", "-1", "660 "})
    EXPECT_FALSE(read_place("unix:/a", wrong, false).ok()) << wrong;
}

TEST(LmtpPlace, a_path_fits_into_an_address_of_a_socket) {
  EXPECT_TRUE(read_place("unix:/" + std::string(102, 'x'), "0660", false).ok());
  const auto longer = read_place("unix:/" + std::string(103, 'x'), "0660", false);
  ASSERT_FALSE(longer.ok());
  EXPECT_NE(longer.error().detail.find("103 bytes"), std::string::npos) << longer.error().detail;
}

}  // namespace
}  // namespace suki::lmtp
