#include "metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/process.h"

namespace suki::metrics {
namespace {

using namespace std::chrono_literals;
using store::Observer;
using testing::HasSubstr;
using testing::Not;

Metrics::Now at_ten(store::Figures figures) {
  return {.at = Instant{} + seconds(10), .connections = 3, .feeds = 2, .waiting = {5, 7}, .figures = figures};
}

TEST(Metrics, EachAnswerCountsForItsRouteAndStatus) {
  Metrics metrics;
  metrics.answered("GET", "/a/{id}", 200, 3ms);
  metrics.answered("GET", "/a/{id}", 200, 40ms);
  metrics.answered("GET", "/a/{id}", 404, 1ms);
  metrics.answered("POST", "/a/{id}", 200, 1ms);
  const std::string text = metrics.text({});
  EXPECT_THAT(text, HasSubstr(R"(suki_http_requests_total{method="GET",route="/a/{id}",status="200"} 2)"));
  EXPECT_THAT(text, HasSubstr(R"(suki_http_requests_total{method="GET",route="/a/{id}",status="404"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(suki_http_requests_total{method="POST",route="/a/{id}",status="200"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(suki_http_request_seconds_count{method="GET",route="/a/{id}"} 3)"));
  EXPECT_THAT(text, HasSubstr(R"(suki_http_request_seconds_bucket{method="GET",route="/a/{id}",le="0.005"} 2)"));
}

TEST(Metrics, WhatTheStoreTellsIsThere) {
  Metrics metrics;
  metrics.waited(Observer::Queue::writes, 2ms);
  metrics.refused(Observer::Queue::reads);
  metrics.wrote(12, 4ms);
  const std::string text = metrics.text({});
  EXPECT_THAT(text, HasSubstr("suki_store_wait_seconds_count{queue=\"writes\"} 1"));
  EXPECT_THAT(text, HasSubstr("suki_store_wait_seconds_count{queue=\"reads\"} 0"));
  EXPECT_THAT(text, HasSubstr("suki_store_refused_total{queue=\"reads\"} 1"));
  EXPECT_THAT(text, HasSubstr("suki_store_group_requests_sum 12"));
  EXPECT_THAT(text, HasSubstr("suki_store_group_seconds_count 1"));
}

TEST(Metrics, FiguresOfTheMoment) {
  const Metrics metrics;
  store::Figures figures;
  figures.by_state = {4, 3, 2, 1, 9};
  figures.breached = 6;
  figures.position = 17;
  figures.next_wake = Instant{} + seconds(8);
  figures.mails_waiting = 2;
  figures.quarantined = 5;
  const std::string text = metrics.text(at_ten(figures));
  EXPECT_THAT(text, HasSubstr("suki_conversations{state=\"open\"} 4"));
  EXPECT_THAT(text, HasSubstr("suki_conversations{state=\"closed\"} 9"));
  EXPECT_THAT(text, HasSubstr("suki_conversations_breached 6"));
  EXPECT_THAT(text, HasSubstr("suki_store_position 17"));
  EXPECT_THAT(text, HasSubstr("suki_wake_late_seconds 2"));
  EXPECT_THAT(text, HasSubstr("suki_outbox_waiting 2"));
  EXPECT_THAT(text, HasSubstr("suki_mails_quarantined 5"));
  EXPECT_THAT(text, HasSubstr("suki_outbox_late_seconds 0")) << "nothing waits: never is not late";
  EXPECT_THAT(text, HasSubstr("suki_connections 3"));
  EXPECT_THAT(text, HasSubstr("suki_feed_readers 2"));
  EXPECT_THAT(text, HasSubstr("suki_store_waiting{queue=\"reads\"} 7"));
  EXPECT_THAT(text, HasSubstr("suki_store_up 1"));
}

TEST(Metrics, AStoreThatDoesNotAnswerIsSaidAndNoOldFiguresOfIt) {
  const Metrics metrics;
  const std::string text = metrics.text({});
  EXPECT_THAT(text, HasSubstr("suki_store_up 0"));
  EXPECT_THAT(text, Not(HasSubstr("suki_conversations")));
  EXPECT_THAT(text, Not(HasSubstr("suki_outbox")));
}

TEST(Metrics, TheProcessKnowsItself) {
  const Process process = read_process();
  EXPECT_GT(process.resident_bytes, 1 << 20);
  EXPECT_GT(process.virtual_bytes, process.resident_bytes);
  EXPECT_GT(process.open_files, 2);
  EXPECT_GE(process.files_max, process.open_files);
  EXPECT_GE(process.threads, 1);
  EXPECT_GT(process.started_at, 1.7e9);
}

}  // namespace
}  // namespace suki::metrics
