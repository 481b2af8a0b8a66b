#include "catalogue/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace suki::catalogue {
namespace {

const Instant monday = *parse_instant("2026-11-23T02:00:00Z");

TEST(Catalogue, every_language_has_every_key) {
  ASSERT_THAT(languages(), testing::ElementsAre("en", "fil"));
  EXPECT_EQ(keys("en"), keys("fil"));
}

TEST(Catalogue, every_message_can_be_said) {
  const std::vector<Arg> none;
  for (const std::string& language : languages())
    for (const std::string& key : keys(language))
      EXPECT_FALSE(message(language, key, none).empty()) << language << " " << key;
}

/// Keys put together from a code end in a dot in the source; they are looked up by has() there.
TEST(Catalogue, every_key_in_the_sources_exists_and_every_key_is_used) {
  std::set<std::string> used, prefixes;
  const std::regex literal("\"(app\\.[a-z_.]+)\"");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SUKI_SOURCE_DIR "/src")) {
    if (entry.path().extension() != ".cpp" || entry.path().filename() == "catalogue_test.cpp") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const std::string source = text.str();
    for (std::sregex_iterator match(source.begin(), source.end(), literal), end; match != end; ++match) {
      const std::string key = (*match)[1];
      if (key.ends_with('.')) {
        prefixes.insert(key);
        continue;
      }
      used.insert(key);
      EXPECT_TRUE(has(key)) << key << " in " << entry.path();
    }
  }
  for (const std::string& key : keys("en")) {
    const bool by_code =
        std::any_of(prefixes.begin(), prefixes.end(), [&](const std::string& p) { return key.starts_with(p); });
    EXPECT_TRUE(by_code || used.contains(key)) << key << " is said nowhere";
  }
}

TEST(Catalogue, says_one_and_many) {
  EXPECT_EQ(say_span("en", hours(1)), "1 hour");
  EXPECT_EQ(say_span("en", hours(4) + minutes(30)), "4 hours 30 minutes");
  EXPECT_EQ(say_span("fil", minutes(45)), "45 minuto");
}

TEST(Catalogue, says_an_instant_in_the_zone_and_names_it) {
  EXPECT_THAT(say_instant("en", monday, "Asia/Manila"),
              testing::AllOf(testing::HasSubstr("Monday"), testing::HasSubstr("10:00"), testing::HasSubstr("Manila")));
  EXPECT_THAT(say_instant("fil", monday, "Asia/Manila"),
              testing::AllOf(testing::HasSubstr("Lunes"), testing::HasSubstr("10:00"), testing::HasSubstr("Manila")));
  EXPECT_THAT(say_instant("en", monday, "America/New_York"), testing::HasSubstr("Sunday"));
}

TEST(Catalogue, a_language_that_is_not_there_is_english) {
  EXPECT_EQ(say_span("ceb", hours(2)), "2 hours");
}

}  // namespace
}  // namespace suki::catalogue
