// The templates that a business copies: whole in both languages, formatted, and true to what they say of themselves.
#include <algorithm>

#include "planfile/format.h"
#include "planfile/testing.h"

namespace suki::planfile {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> templates() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(testing::plans_folder())) {
    if (entry.is_directory() && entry.path().filename() != "bad") names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Template : public ::testing::TestWithParam<std::string> {};

TEST_P(Template, HasNoErrorAndNoWarningButTheEndOfTheHolidays) {
  plan::Symbols symbols;
  const auto loaded = load_folder(testing::plans_folder() / GetParam(), system_sources(testing::test_today()), symbols);
  for (const auto& diagnostic : loaded.checked.diagnostics.list()) {
    const bool allowed = diagnostic.severity == Severity::advice || diagnostic.code == "holidays-end";
    EXPECT_TRUE(allowed) << to_line(diagnostic);
  }
  ASSERT_TRUE(loaded.checked.plan.has_value());
}

TEST_P(Template, SpeaksEnglishAndFilipinoThroughout) {
  plan::Symbols symbols;
  const auto loaded = load_folder(testing::plans_folder() / GetParam(), system_sources(testing::test_today()), symbols);
  ASSERT_TRUE(loaded.checked.plan.has_value());
  const auto& plan = *loaded.checked.plan;
  auto languages = plan.business.languages;
  std::sort(languages.begin(), languages.end());
  EXPECT_EQ(languages, (std::vector<std::string>{"en", "fil"}));
  ASSERT_FALSE(plan.auto_replies.empty());
  for (const auto& reply : plan.auto_replies) {
    EXPECT_NE(reply.body.get("en", {}), reply.body.get("fil", {})) << reply.id;
    EXPECT_NE(reply.body.get("fil", {}).find(" po"), std::string_view::npos) << reply.id << " is not polite";
  }
  for (const auto& channel : plan.channels) {
    EXPECT_NE(plan.name_of(channel.id, "en"), channel.id);
    EXPECT_TRUE(channel.hours == "always" || !channel.offer_when_closed.empty())
        << channel.id << " leaves the customer alone when closed";
  }
}

TEST_P(Template, IsFormatted) {
  const auto bytes = testing::read_bytes(testing::plans_folder() / GetParam() / "plan.yaml");
  const auto formatted = format_yaml(bytes);
  ASSERT_TRUE(formatted.ok());
  EXPECT_EQ(*formatted, bytes);
}

TEST_P(Template, NamesEveryFileOfItsFolder) {
  const auto folder = testing::plans_folder() / GetParam();
  const auto read = read_folder(folder);
  std::size_t on_disk = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) on_disk += entry.is_regular_file() ? 1 : 0;
  EXPECT_EQ(read.files.size(), on_disk) << "a file lies there that the plan does not use";
}

INSTANTIATE_TEST_SUITE_P(Plans, Template, ::testing::ValuesIn(templates()), [](const auto& its) {
  std::string name = its.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Templates, AreTheFourThatTheDesignNames) {
  EXPECT_EQ(templates(), (std::vector<std::string>{"appliance-shop", "clinic", "office-hours", "software-service"}));
}

bool takes_messages(const plan::Channel& channel) {
  return channel.kind == plan::ChannelKind::form || channel.kind == plan::ChannelKind::email;
}

/// Somebody is there, or what is offered instead is open or takes a message.
bool helps(const plan::CompiledPlan& plan, const plan::Channel& channel, Instant at) {
  if (plan.calendars[channel.hours].is_open(at)) return true;
  return std::any_of(channel.offered_when_closed.begin(), channel.offered_when_closed.end(), [&](Symbol id) {
    const auto* offered = plan.find_channel(id);
    return offered != nullptr && (takes_messages(*offered) || plan.calendars[offered->hours].is_open(at));
  });
}

TEST(OfficeHours, AtEveryMinuteOfAYearEveryChannelLeadsToHelp) {
  plan::Symbols symbols;
  const auto loaded =
      load_folder(testing::plans_folder() / "office-hours", system_sources(testing::test_today()), symbols);
  ASSERT_NE(loaded.checked.compiled, nullptr);
  const auto& plan = *loaded.checked.compiled;
  const Instant year_begins = *parse_instant("2026-01-01T00:00:00+08:00");
  std::int64_t staffed = 0;
  for (std::int64_t minute = 0; minute < 365 * 24 * 60; ++minute) {
    const Instant at = year_begins + minutes(minute);
    for (const auto& channel : plan.channels) {
      ASSERT_TRUE(helps(plan, channel, at)) << symbols.text(channel.id) << " at " << format_instant(at);
    }
    staffed += plan.calendars[plan.find_channel(symbols.find("phone"))->hours].is_open(at) ? 1 : 0;
  }
  // 2026 has 261 days from Monday to Friday; holidays take some of them, eight hours each.
  EXPECT_LT(staffed, 261 * 8 * 60);
  EXPECT_GT(staffed, 230 * 8 * 60);
}

TEST(OfficeHours, StaffAreThereAtNormalHoursAndNotAtNight) {
  plan::Symbols symbols;
  const auto loaded =
      load_folder(testing::plans_folder() / "office-hours", system_sources(testing::test_today()), symbols);
  ASSERT_NE(loaded.checked.compiled, nullptr);
  const auto& plan = *loaded.checked.compiled;
  const auto& hours = plan.calendars[plan.find_channel(symbols.find("phone"))->hours];
  EXPECT_TRUE(hours.is_open(*parse_instant("2026-11-23T08:00:00+08:00")));   // Monday
  EXPECT_FALSE(hours.is_open(*parse_instant("2026-11-23T12:30:00+08:00")));  // lunch
  EXPECT_FALSE(hours.is_open(*parse_instant("2026-11-23T17:00:00+08:00")));
  EXPECT_FALSE(hours.is_open(*parse_instant("2026-11-22T10:00:00+08:00")));  // Sunday
  EXPECT_FALSE(hours.is_open(*parse_instant("2026-12-25T10:00:00+08:00")));  // Christmas, a Friday
}

}  // namespace
}  // namespace suki::planfile
