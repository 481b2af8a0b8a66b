/// Pictures that are wanted are fetched, and what came of each is kept.
#include "pictures/fetcher.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "app/remote_pictures.h"
#include "app/testing.h"

namespace suki::app {
namespace {

using pictures::Fetched;
using testing::ElementsAre;

const std::string gif("GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\0;", 26);

class FetcherTest : public AppTest {
 protected:
  App::Delivered mail(const std::string& html) {
    return deliver(
        "From: Pedro <pedro@example.com>\nTo: help@shop.example\nSubject: Look\nMessage-ID: "
        "<p@example.com>\nContent-Type: text/html; charset=utf-8\n\n" +
        html + "\n");
  }
  void ask(const App::Delivered& of) {
    ASSERT_TRUE(write([&](store::Tx& tx) {
                  return ask_pictures(*app_, tx, caller, of.conversation, of.message, {true, std::nullopt});
                }).ok());
  }
  std::vector<std::string> outcomes(const App::Delivered& of) {
    std::vector<std::string> all;
    (void)read([&](store::Tx& tx) -> Result<bool> {
      for (const auto& picture : store::remote_pictures(tx, of.message))
        all.push_back(picture.state == store::PictureState::got ? picture.type : picture.problem);
      return true;
    });
    return all;
  }
};

TEST_F(FetcherTest, what_came_and_what_did_not_is_kept) {
  const auto of = mail("x<img src='https://a.example/1'><img src='https://b.example/2'>");
  EXPECT_EQ(*pictures::fetch_round(*app_, *store_,
                                   [](const std::string&) {
                                     return Fetched{gif, "image/gif", ""};
                                   }),
            0)
      << "nobody wants them";
  ask(of);
  const auto fetch = [](const std::string& url) {
    return url == "https://a.example/1" ? Fetched{gif, "image/gif", ""} : Fetched{"", "", "closed"};
  };
  EXPECT_EQ(*pictures::fetch_round(*app_, *store_, fetch), 2);
  EXPECT_THAT(outcomes(of), ElementsAre("image/gif", "closed"));
  EXPECT_EQ(*pictures::fetch_round(*app_, *store_, fetch), 0) << "a second look asks nobody";
}

TEST_F(FetcherTest, a_place_that_does_not_answer_is_waited_for_once) {
  std::string html = "x";
  for (int i = 0; i < 12; ++i) html += "<img src='https://slow.example/" + std::to_string(i) + "'>";
  const auto of = mail(html + "<img src='https://a.example/1'>");
  ask(of);
  std::atomic<int> waited = 0;
  const auto fetch = [&](const std::string& url) {
    if (url.starts_with("https://a.")) return Fetched{gif, "image/gif", ""};
    ++waited;
    return Fetched{"", "", "timeout"};
  };
  EXPECT_EQ(*pictures::fetch_round(*app_, *store_, fetch), 13);
  EXPECT_LE(waited, pictures::threads_max);
  EXPECT_EQ(outcomes(of).back(), "image/gif");
  EXPECT_EQ(outcomes(of).front(), "timeout");
}

TEST_F(FetcherTest, what_was_let_go_of_at_the_end_is_fetched_by_the_next_one) {
  const auto of = mail("x<img src='https://a.example/1'>");
  ask(of);
  EXPECT_TRUE(pictures::fetch_round(*app_, *store_, [](const std::string&) {
                return Fetched{"", "", "given_up"};
              }).ok());
  now = now + pictures::lease + seconds(1);
  EXPECT_EQ(*pictures::fetch_round(*app_, *store_,
                                   [](const std::string&) {
                                     return Fetched{gif, "image/gif", ""};
                                   }),
            1);
  EXPECT_THAT(outcomes(of), ElementsAre("image/gif"));
}

TEST_F(FetcherTest, the_thread_fetches_when_it_is_told) {
  const auto of = mail("x<img src='https://a.example/1'>");
  std::mutex mutex;
  std::condition_variable changed;
  int fetched = 0;
  pictures::Fetcher fetcher(*app_, *store_, [&](const std::string&) {
    const std::lock_guard lock(mutex);
    ++fetched;
    changed.notify_all();
    return Fetched{gif, "image/gif", ""};
  });
  ask(of);
  fetcher.notify();
  std::unique_lock lock(mutex);
  EXPECT_TRUE(changed.wait_for(lock, std::chrono::seconds(20), [&] { return fetched == 1; }));
}

}  // namespace
}  // namespace suki::app
