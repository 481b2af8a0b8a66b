#include "store/place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "store_testing/engines.h"

namespace suki::store {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string one = "postgres://suki:geheim@db.example/shop", other = "postgresql://db2.example/shop";

class PlaceTest : public testing::Test {
 protected:
  PlaceTest() { std::filesystem::create_directory(folder); }
  void write(const char* name, const std::string& text) const { std::ofstream(folder + "/" + name) << text; }
  store_testing::TestPlace place{"sqlite"};
  const std::string folder = place.options().data_dir;
};

TEST_F(PlaceTest, a_fresh_folder_is_a_file_unless_somebody_says_otherwise) {
  EXPECT_EQ(find_place(folder, "")->url, sqlite_url);
  EXPECT_EQ(find_place(folder, "sqlite")->url, sqlite_url);
  EXPECT_EQ(find_place(folder, one)->url, one);
  for (const char* unknown : {"mysql://db/shop", "shop.db", "postgres"})
    EXPECT_EQ(find_place(folder, unknown).error().code, ErrorCode::bad_input) << unknown;
}

TEST_F(PlaceTest, what_was_said_once_holds_for_every_later_command) {
  ASSERT_TRUE(keep_place(folder, *find_place(folder, one)).ok());
  EXPECT_EQ(find_place(folder, "")->url, one);
  EXPECT_EQ(find_place(folder, one)->url, one);
  for (const std::string& wrong : {other, std::string("sqlite")}) {
    const auto refused = find_place(folder, wrong);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_THAT(refused.error().detail, HasSubstr("postgres://suki:***@db.example/shop"));
    EXPECT_THAT(refused.error().detail, Not(HasSubstr("geheim")));
  }
  const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
  EXPECT_EQ(std::filesystem::status(folder + "/store").permissions() & others, std::filesystem::perms::none);
}

TEST_F(PlaceTest, a_new_password_is_no_other_store) {
  ASSERT_TRUE(keep_place(folder, *find_place(folder, one)).ok());
  const std::string renewed = "postgres://suki:lihim@db.example/shop";
  const auto found = find_place(folder, renewed);
  ASSERT_TRUE(found.ok()) << found.error().detail;
  EXPECT_EQ(found->url, renewed);
  ASSERT_TRUE(keep_place(folder, *found).ok());
  EXPECT_EQ(find_place(folder, "")->url, renewed);
}

TEST_F(PlaceTest, an_address_that_cannot_be_read_is_refused_without_being_shown) {
  for (const char* broken : {"postgres://suki:ge/heim@db.example/shop", "postgres://suki@db:geheim/shop?geheim"}) {
    const auto refused = find_place(folder, broken);
    ASSERT_FALSE(refused.ok()) << broken;
    EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
    EXPECT_THAT(refused.error().detail, Not(HasSubstr("heim")));
    EXPECT_THAT(shown(broken), Not(HasSubstr("heim")));
  }
}

TEST_F(PlaceTest, a_folder_with_a_file_keeps_to_it) {
  write("suki.db", "");
  EXPECT_EQ(find_place(folder, "")->url, sqlite_url);
  EXPECT_EQ(find_place(folder, one).error().code, ErrorCode::conflict);
}

TEST_F(PlaceTest, a_setting_that_cannot_be_understood_is_no_reason_to_start_an_empty_store) {
  for (const char* text : {"", "\n", "postgres"}) {
    write("store", text);
    EXPECT_FALSE(find_place(folder, "").ok()) << text;
  }
}

TEST(Place, is_shown_without_its_password) {
  EXPECT_EQ(shown("postgres://suki:ge:h@im@db.example:5433/shop?sslmode=require"),
            "postgres://suki:***@db.example:5433/shop?sslmode=require");
  EXPECT_EQ(shown("postgres://db.example:5433/shop"), "postgres://db.example:5433/shop");
  EXPECT_EQ(shown("postgres:///shop?user=me&password=geheim&host=/run"),
            "postgres:///shop?user=me&password=***&host=/run");
  EXPECT_EQ(shown("postgres:///shop?sslpassword=a&password=b"), "postgres:///shop?sslpassword=***&password=***");
  EXPECT_EQ(shown("sqlite"), "sqlite");
}

/// What libpq reads beside the address; as before at the end.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* before = ::getenv(name)) before_ = before;
    ::setenv(name, value, 1);
  }
  ~Environment() {
    if (before_)
      ::setenv(name_, before_->c_str(), 1);
    else
      ::unsetenv(name_);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

class LineTest : public testing::Test {
 protected:
  // Nothing of the machine that runs the tests; an empty value is as none.
  Environment host_{"PGHOST", ""}, address_{"PGHOSTADDR", ""}, mode_{"PGSSLMODE", ""}, home_{"HOME", "/nonexistent"};
};

TEST_F(LineTest, to_another_machine_it_is_verified_unless_the_address_says_less) {
  for (const char* url :
       {"postgres://suki@db.example/shop", "postgres://suki@192.0.2.7/shop",
        "postgres://suki@127.0.0.1,db.example/shop", "postgres://suki@127.example.net/shop",
        "postgres://suki@localhost/shop?hostaddr=192.0.2.7", "postgres://suki@[2001:db8::1]:5432/shop"}) {
    const Line line = line_to(url);
    EXPECT_TRUE(line.elsewhere) << url;
    EXPECT_EQ(line.mode, "verify-full") << url;
    EXPECT_FALSE(line.said) << url;
  }
  for (const char* mode : {"disable", "prefer", "require", "verify-ca", "verify-full"}) {
    const Line line = line_to(std::string("postgres://suki@db.example/shop?sslmode=") + mode);
    EXPECT_EQ(line.mode, mode);
    EXPECT_TRUE(line.said);
    EXPECT_EQ(line.authorities, "") << "whoever says something says all of it";
  }
  const Environment said("PGSSLMODE", "require");
  EXPECT_EQ(line_to("postgres://suki@db.example/shop").mode, "require");
}

TEST_F(LineTest, on_this_machine_nobody_is_on_it) {
  for (const char* url : {"postgres:///shop", "postgres://suki@localhost/shop", "postgres://127.0.0.1:5433/shop",
                          "postgres://suki@[::1]/shop", "postgres:///shop?host=/run/postgresql",
                          "postgres://suki@db.example/shop?hostaddr=127.0.0.1"}) {
    EXPECT_FALSE(line_to(url).elsewhere) << url;
    EXPECT_EQ(line_to(url).mode, "prefer") << url;
  }
  const Environment elsewhere("PGHOST", "db.example");
  EXPECT_TRUE(line_to("postgres:///shop").elsewhere) << "libpq would go there";
}

TEST_F(LineTest, who_may_have_signed_is_whom_the_machine_trusts_until_a_file_is_named) {
  const std::string of_machine = "/etc/ssl/certs/ca-certificates.crt";
  if (std::filesystem::exists(of_machine)) {
    EXPECT_EQ(line_to("postgres://db.example/shop").authorities, of_machine);
  }
  EXPECT_EQ(line_to("postgres://db.example/shop?sslrootcert=/etc/suki/db-ca.pem").authorities, "");
}

}  // namespace
}  // namespace suki::store
