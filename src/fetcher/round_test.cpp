/// What a look does to the store and to the server, with a server of the test's own, on every engine.
#include "fetcher/round.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "app/host.h"
#include "app/mailboxes.h"
#include "base/reason.h"
#include "planfile/planfile.h"
#include "store/sql.h"
#include "store/tx.h"
#include "store_testing/engines.h"

namespace suki::fetcher {
namespace {

using store::Tx;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A folder on a server: mails by UID, what was done to them, and where it breaks.
class FakeServer final : public imap::Session {
 public:
  std::uint32_t uidvalidity = 7;
  std::map<std::uint32_t, std::string> mails;
  std::map<std::uint32_t, std::uint64_t> said_sizes;  ///< other than they are
  std::map<std::uint32_t, std::set<std::string>> flags;
  std::map<std::string, std::vector<std::uint32_t>> moved;
  std::set<std::uint32_t> breaks_at, unreadable;  ///< the line is cut; named and not given
  bool refuses_flags = false;
  int lines = 0;  ///< commands that fetched mails
  std::uint32_t next = 1;

  void put(const std::string& raw) { mails[next++] = raw; }
  void renumber() {
    std::map<std::uint32_t, std::string> again;
    next = 1;
    for (auto& [uid, raw] : mails) again[next++] = std::move(raw);
    mails = std::move(again);
    flags.clear();
    ++uidvalidity;
  }

  Result<imap::Folder> open(const std::string&, bool) override {
    return imap::Folder{uidvalidity, next, static_cast<std::uint32_t>(mails.size())};
  }
  Result<std::vector<std::uint32_t>> search(const std::string& criteria) override {
    asked.push_back(criteria);
    const std::size_t colon = criteria.find(':');
    const auto from = static_cast<std::uint32_t>(std::stoul(criteria.substr(4)));
    const bool open_end = criteria[colon + 1] == '*';
    const auto to = open_end ? UINT32_MAX : static_cast<std::uint32_t>(std::stoul(criteria.substr(colon + 1)));
    std::vector<std::uint32_t> found;
    for (const auto& [uid, raw] : mails)
      if (uid >= from && uid <= to && !flags[uid].contains("\\Deleted")) found.push_back(uid);
    // RFC 3501, 6.4.8: "*" is the last one, and a range has no order.
    if (open_end && found.empty() && !mails.empty()) found.push_back(mails.rbegin()->first);
    return found;
  }
  Result<std::vector<imap::MailSize>> sizes(const std::vector<std::uint32_t>& uids) override {
    std::vector<imap::MailSize> all;
    for (const std::uint32_t uid : uids)
      if (mails.contains(uid)) all.push_back({uid, said_sizes.contains(uid) ? said_sizes[uid] : mails[uid].size()});
    return all;
  }
  Result<std::vector<imap::FetchedMail>> fetch(const std::vector<std::uint32_t>& uids) override {
    ++lines;
    std::vector<imap::FetchedMail> all;
    for (const std::uint32_t uid : uids) {
      if (breaks_at.contains(uid)) return because(fail(ErrorCode::unavailable, "hung up"), "imap_gone");
      if (mails.contains(uid) && !unreadable.contains(uid)) all.push_back({uid, mails[uid]});
    }
    return all;
  }
  Result<void> add_flag(const std::vector<std::uint32_t>& uids, const char* flag) override {
    if (refuses_flags) return because(fail(ErrorCode::unavailable, "read only"), "imap_refused");
    for (const std::uint32_t uid : uids) flags[uid].insert(flag);
    return {};
  }
  Result<void> move(const std::vector<std::uint32_t>& uids, const std::string& folder) override {
    for (const std::uint32_t uid : uids) {
      moved[folder].push_back(uid);
      mails.erase(uid);
    }
    return {};
  }
  Result<void> remove(const std::vector<std::uint32_t>& uids) override {
    for (const std::uint32_t uid : uids) mails.erase(uid);
    return {};
  }
  [[nodiscard]] bool can_idle() const override { return false; }
  Result<imap::Idle> idle(std::chrono::milliseconds) override { return imap::Idle::quiet; }
  void log_out() override {}

  std::vector<std::string> asked;
};

std::string mail(int n, const std::string& more = "") {
  return "From: Ana <ana" + std::to_string(n) + "@example.net>\nTo: help@santos-office.example\nSubject: Number " +
         std::to_string(n) + "\nMessage-ID: <" + std::to_string(n) + "@example.net>\n" + more + "\nHello\n";
}
const std::string anonymous = "From: cron@example.net\nSubject: Disk\n\nIt is full.\n";

class RoundTest : public testing::Test {
 protected:
  RoundTest() {
    auto opened = store::Store::open(place_.options());
    SUKI_ASSERT(opened.ok());
    store_ = std::move(*opened);
    app::Host host = app::system_host();
    host.secret_key = std::string(32, 'k');
    app_ = std::make_unique<app::App>(*store_, host);
    EXPECT_TRUE(app_->start().ok());
    const planfile::Read plan = planfile::read_folder(SUKI_SOURCE_DIR "/plans/office-hours");
    std::vector<app::App::PlanFile> files;
    for (const auto& file : plan.files) files.push_back({file.name, file.bytes});
    write([&](Tx& tx) -> Result<void> {
      SUKI_TRY(const PlanVersion version, app_->adopt(tx, files, "test", "the first one"));
      (void)version;
      return {};
    });
  }

  template <class Use>
  void write(Use use) {
    const Result<void> done = store_->write_and_wait([&](Tx& tx) { return use(tx); });
    EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().detail);
  }
  void add(const std::string& then = "mark_seen", bool older = true) {
    app::NewMailbox input;
    input.name = "Help";
    input.host = "imap.shop.example";
    input.tls = "tls";
    input.user = "help";
    input.auth = "password";
    input.password = "geheim";
    input.folder = "INBOX";
    input.then = then;
    input.move_to = "Done";
    input.older = older;
    write([&](Tx& tx) -> Result<void> {
      SUKI_TRY(id_, app::add_mailbox(*app_, tx, input));
      return {};
    });
  }
  Result<RoundDone> look(const RoundOptions& options = {}) {
    SUKI_CHECK(begin_rounds(*app_, *store_, id_, server));
    return run_round(*app_, *store_, id_, server, attempts, options);
  }
  RoundDone must_look(const RoundOptions& options = {}) {
    const auto done = look(options);
    EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().detail);
    return done.value_or({});
  }
  std::int64_t count_mails() {
    std::int64_t n = 0;
    write([&](Tx& tx) -> Result<void> {
      n = tx.sql().number("select count(*) from raw_mails");
      return {};
    });
    return n;
  }
  std::int64_t left() {
    std::int64_t n = 0;
    write([&](Tx& tx) -> Result<void> {
      n = store::count_left(tx, id_);
      return {};
    });
    return n;
  }

  store_testing::TestPlace place_{store_testing::engine()};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<app::App> app_;
  MailboxId id_;
  FakeServer server;
  Attempts attempts;
};

TEST_F(RoundTest, each_mail_is_kept_once_and_then_marked) {
  add();
  for (int i = 1; i <= 3; ++i) server.put(mail(i));
  EXPECT_EQ(must_look().taken, 3);
  EXPECT_EQ(must_look().taken, 0) << "again: the last one is named by *, and is known";
  server.put(mail(4));
  EXPECT_EQ(must_look().taken, 1);
  EXPECT_EQ(count_mails(), 4);
  for (std::uint32_t uid = 1; uid <= 4; ++uid) EXPECT_THAT(server.flags[uid], ElementsAre("\\Seen")) << uid;
}

TEST_F(RoundTest, what_was_there_before_stays_unless_it_is_wanted) {
  add("mark_seen", false);
  server.put(mail(1));
  EXPECT_EQ(must_look().taken, 0);
  server.put(mail(2));
  EXPECT_EQ(must_look().taken, 1);
  EXPECT_THAT(server.flags[1], IsEmpty());
}

TEST_F(RoundTest, moved_or_removed) {
  add("move");
  server.put(mail(1));
  server.put(mail(2));
  must_look();
  EXPECT_THAT(server.moved["Done"], ElementsAre(1u, 2u));
  EXPECT_THAT(server.mails, IsEmpty());
  server.put(mail(3));
  write([&](Tx& tx) {
    app::MailboxChange change;
    change.then = "remove";
    return app::change_mailbox(*app_, tx, id_, change);
  });
  must_look();
  EXPECT_THAT(server.mails, IsEmpty());
  EXPECT_EQ(count_mails(), 3);
}

TEST_F(RoundTest, the_same_mail_twice_is_one_message_and_both_are_marked) {
  add();
  server.put(mail(1));
  server.put(mail(1));
  const RoundDone done = must_look();
  EXPECT_EQ(done.taken, 1);
  EXPECT_EQ(done.duplicates, 1);
  EXPECT_EQ(count_mails(), 1);
  EXPECT_THAT(server.flags[2], ElementsAre("\\Seen"));
}

TEST_F(RoundTest, new_numbers_bring_no_second_message_not_even_of_mails_without_an_id) {
  add();
  server.put(mail(1));
  server.put(anonymous);
  server.put(anonymous);
  EXPECT_EQ(must_look().taken, 3) << "two alike without a Message-ID are two";
  server.renumber();
  server.put(mail(2));
  const RoundDone done = must_look();
  EXPECT_EQ(done.taken, 1);
  EXPECT_EQ(done.duplicates, 3);
  EXPECT_EQ(count_mails(), 4);
  EXPECT_THAT(server.flags[1], ElementsAre("\\Seen")) << "the server forgot what it was told";
  server.put(anonymous);
  EXPECT_EQ(must_look().taken, 1) << "it is over: a new one is new again";
}

TEST_F(RoundTest, an_erased_mail_does_not_come_back_with_new_numbers) {
  add();
  server.put(mail(1));
  must_look();
  write([](Tx& tx) -> Result<void> {
    tx.erase_texts(ConversationId(1), Instant{5});
    return {};
  });
  ASSERT_EQ(count_mails(), 0);
  server.renumber();
  EXPECT_EQ(must_look().duplicates, 1);
  EXPECT_EQ(count_mails(), 0);
}

TEST_F(RoundTest, a_server_that_was_not_told_is_told_at_the_next_look) {
  add();
  server.put(mail(1));
  server.refuses_flags = true;
  const auto done = look();
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(take_apart(done.error().detail).reason, "imap_refused");
  EXPECT_EQ(count_mails(), 1);
  server.put(mail(2));
  EXPECT_FALSE(look().ok());
  EXPECT_EQ(count_mails(), 2) << "new mail comes all the same";
  server.refuses_flags = false;
  must_look();
  EXPECT_THAT(server.flags[1], ElementsAre("\\Seen"));
  EXPECT_THAT(server.flags[2], ElementsAre("\\Seen"));
  EXPECT_EQ(count_mails(), 2);
}

TEST_F(RoundTest, one_bad_mail_stops_nothing_and_is_listed) {
  add();
  for (int i = 1; i <= 3; ++i) server.put(mail(i));
  server.breaks_at = {2};
  int looks = 0;
  while (count_mails() < 2 && looks < 20) {
    ++looks;
    (void)look();
  }
  EXPECT_LE(looks, 2 * attempts_at_one_max) << "looks until the mail behind it came";
  EXPECT_EQ(left(), 1);
  EXPECT_THAT(server.flags[2], ElementsAre("\\Flagged"));
  EXPECT_EQ(must_look().taken, 0);
  // The server was mended, and somebody asks for it.
  server.breaks_at = {};
  write([&](Tx& tx) { return app::ask_retry(*app_, tx, id_); });
  EXPECT_EQ(must_look().taken, 1);
  EXPECT_EQ(left(), 0);
  EXPECT_EQ(count_mails(), 3);
}

TEST_F(RoundTest, what_the_server_names_and_does_not_give_is_left) {
  add();
  server.put(mail(1));
  server.put(mail(2));
  server.unreadable = {1};
  const RoundDone done = must_look();
  EXPECT_EQ(done.left, 1);
  EXPECT_EQ(done.taken, 1);
  server.mails.erase(1);
  write([&](Tx& tx) { return app::ask_retry(*app_, tx, id_); });
  must_look();
  EXPECT_EQ(left(), 0) << "somebody took it out of the mailbox";
}

TEST_F(RoundTest, what_is_too_large_is_left_also_when_the_server_lied_about_it) {
  add();
  RoundOptions options;
  options.mail_max = 1'000;
  server.put(mail(1, "X: " + std::string(1'000, 'x') + "\n"));
  server.put(mail(2, "X: " + std::string(1'000, 'x') + "\n"));
  server.said_sizes[2] = 10;
  server.put(mail(3));
  const RoundDone done = must_look(options);
  EXPECT_EQ(done.left, 2);
  EXPECT_EQ(done.taken, 1);
  EXPECT_THAT(server.flags[1], ElementsAre("\\Flagged"));
}

TEST_F(RoundTest, many_come_in_batches_and_say_how_far_they_are) {
  add();
  for (int i = 1; i <= 120; ++i) server.put(mail(i));
  std::vector<std::int64_t> seen;
  RoundOptions options;
  options.progress = [&](std::int64_t done, std::int64_t total) {
    EXPECT_EQ(total, 120);
    seen.push_back(done);
  };
  EXPECT_EQ(must_look(options).taken, 120);
  EXPECT_EQ(server.lines, 3);
  ASSERT_EQ(seen.size(), 120u);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(seen.back(), 120);
}

TEST_F(RoundTest, one_that_was_removed_is_no_more_looked_at) {
  add();
  write([&](Tx& tx) -> Result<void> {
    app::MailboxChange away;
    away.removed = true;
    SUKI_CHECK(app::change_mailbox(*app_, tx, id_, away));
    store::purge_mailboxes(tx, never);
    return {};
  });
  server.put(mail(1));
  EXPECT_EQ(look().error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace suki::fetcher
