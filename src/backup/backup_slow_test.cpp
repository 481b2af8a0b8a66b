/// A store of hundreds of megabytes is copied in a few.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "backup/backup.h"
#include "backup/testing.h"

namespace suki::backup {
namespace {

/// The most memory that this process has had since the last reset, in MiB.
void reset_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}
std::int64_t memory(const std::string& name) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(name + ":")) return std::stoll(line.substr(name.size() + 1)) / 1024;
  return 0;
}

class LargeBackup : public testing::TestWithParam<std::string> {};

TEST_P(LargeBackup, takes_memory_for_its_largest_rows_and_not_for_all) {
  constexpr int mails = 40;
  constexpr std::size_t mail_bytes = 4'000'000;  // with its attachment and half in the outbox 10 MB
  store_testing::TestPlace from{GetParam()}, to{GetParam()};
  make_empty(to);
  {
    const auto store = open_store(from);
    store::ConversationRecord record;
    ASSERT_TRUE(store
                    ->write_and_wait([&](store::Tx& tx) -> Result<void> {
                      record.state.id = tx.new_conversation_id();
                      record.customer = tx.add_customer({{}, "Liza", "liza@example.net", {}, {}});
                      tx.save_conversation(record, nullptr);
                      return {};
                    })
                    .ok());
    for (int i = 0; i < mails; ++i)
      ASSERT_TRUE(store
                      ->write_and_wait([&](store::Tx& tx) -> Result<void> {
                        write_mail(tx, record, "large", mail_bytes);
                        return {};
                      })
                      .ok());
  }
  const std::string file = from.folder() + "/file";
  const auto measure = [](const char* what, const auto& use) {
    reset_peak();
    const std::int64_t before = memory("VmRSS");
    const auto done = use();
    ASSERT_TRUE(done.ok()) << what << ": " << done.error().detail;
    EXPECT_LT(memory("VmHWM") - before, 150) << what << " took so many MiB for 400";
  };
  measure("backup", [&] { return back_up(from.options().data_dir, "", file, "suki", Instant{}, {}); });
  measure("restore", [&] {
    return restore(file, to.options().data_dir, to.options().url.empty() ? "sqlite" : to.options().url, {});
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, LargeBackup, testing::ValuesIn(store_testing::engines()),
                         [](const auto& given) { return given.param; });

}  // namespace
}  // namespace suki::backup
