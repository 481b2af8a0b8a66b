#include "metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "metrics/process.h"

namespace suki::metrics {
namespace {

using prometheus::ClientMetric;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::MetricFamily;
using prometheus::MetricType;

// Chosen: from a page out of memory to a log-in and beyond; the queue's from nothing to a store in trouble.
const Histogram::BucketBoundaries request_seconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};
const Histogram::BucketBoundaries store_seconds{0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                0.025,  0.05,   0.1,   0.5,    1,     5};
const Histogram::BucketBoundaries group_sizes{1, 2, 5, 10, 20, 50, 100, 200};

constexpr std::array feed_ends{"left", "slow", "talkative", "signed_out", "sent_back", "stopped", "full"};
constexpr std::array mails_out{"sent", "again", "refused"};
constexpr std::array mails_in{"taken", "duplicate", "failed", "quarantined"};
constexpr std::array lmtp_answers{"kept", "later", "full", "unknown"};
constexpr std::array queues{"writes", "reads"};
constexpr std::array<const char*, store::state_count> states{"open", "pending", "on_hold", "resolved", "closed"};

double seconds_of(std::chrono::nanoseconds span) {
  return std::chrono::duration<double>(span).count();
}

/// A counter for each of a few names, all there from the beginning, so that their rates are right.
template <std::size_t count>
std::array<Counter*, count> counters(prometheus::Registry& registry, const char* name, const char* help,
                                     const char* label, const std::array<const char*, count>& values) {
  auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  std::array<Counter*, count> all{};
  for (std::size_t i = 0; i < count; ++i) all[i] = &family.Add({{label, values[i]}});
  return all;
}

/// Figures of the moment.
class Moment {
 public:
  void gauge(const char* name, const char* help, double value) { add(name, help, MetricType::Gauge, {}, value); }
  void counter(const char* name, const char* help, double value) { add(name, help, MetricType::Counter, {}, value); }
  void add(const char* name, const char* help, MetricType type, std::vector<ClientMetric::Label> labels, double value) {
    if (families_.empty() || families_.back().name != name) families_.push_back({name, help, type, {}});
    ClientMetric metric;
    metric.label = std::move(labels);
    (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    families_.back().metric.push_back(std::move(metric));
  }
  [[nodiscard]] const std::vector<MetricFamily>& families() const { return families_; }

 private:
  std::vector<MetricFamily> families_;
};

void add_process(Moment& moment) {
  const Process process = read_process();
  moment.counter("process_cpu_seconds_total", "Processor time, user and system.", process.cpu_seconds);
  moment.gauge("process_start_time_seconds", "When it started, in seconds since 1970.", process.started_at);
  moment.gauge("process_resident_memory_bytes", "Memory that is in use.", static_cast<double>(process.resident_bytes));
  moment.gauge("process_virtual_memory_bytes", "Address space.", static_cast<double>(process.virtual_bytes));
  moment.gauge("process_open_fds", "Open files and sockets.", static_cast<double>(process.open_files));
  moment.gauge("process_max_fds", "How many there may be.", static_cast<double>(process.files_max));
  moment.gauge("process_threads", "Threads.", static_cast<double>(process.threads));
}

void add_figures(Moment& moment, const store::Figures& figures, Instant now) {
  for (std::size_t i = 0; i < states.size(); ++i)
    moment.add("suki_conversations", "Conversations by state.", MetricType::Gauge, {{"state", states[i]}},
               static_cast<double>(figures.by_state[i]));
  moment.gauge("suki_conversations_at_risk", "Not resolved, past the warning point of a promise.",
               static_cast<double>(figures.at_risk));
  moment.gauge("suki_conversations_breached", "Not resolved, with a promise missed.",
               static_cast<double>(figures.breached));
  moment.gauge("suki_store_position", "Last place of the input log.", static_cast<double>(figures.position));
  moment.gauge("suki_plan_version", "Number of the plan in force; 0: none.", static_cast<double>(figures.plan));
  moment.gauge("suki_wakes_due", "Conversations with something due that was not yet done.",
               static_cast<double>(figures.wakes_due));
  const Span late = figures.next_wake < now ? now - figures.next_wake : Span{};
  moment.gauge("suki_wake_late_seconds", "For how long the oldest of them has been due.",
               static_cast<double>(late.us) / 1e6);
  moment.gauge("suki_outbox_waiting", "Mails that are to go out.", static_cast<double>(figures.mails_waiting));
  moment.gauge("suki_outbox_failed", "Mails that could not be sent, for good.",
               static_cast<double>(figures.mails_failed));
  moment.gauge("suki_mails_quarantined", "Mails in quarantine, up to 10,000.",
               static_cast<double>(figures.quarantined));
  moment.gauge("suki_mailboxes", "Mailboxes that mail is fetched from.", static_cast<double>(figures.mailboxes));
  moment.gauge("suki_mailboxes_failing", "Those of them whose last look failed.",
               static_cast<double>(figures.mailboxes_failing));
  const Span stuck = figures.next_mail < now ? now - figures.next_mail : Span{};
  moment.gauge("suki_outbox_late_seconds", "For how long a mail has waited beyond the instant of its next attempt.",
               static_cast<double>(stuck.us) / 1e6);
}

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  Family<Counter>& requests = prometheus::BuildCounter()
                                  .Name("suki_http_requests_total")
                                  .Help("Answers by method, route and status.")
                                  .Register(registry);
  Family<Histogram>& seconds = prometheus::BuildHistogram()
                                   .Name("suki_http_request_seconds")
                                   .Help("From a request's first byte until its answer was written.")
                                   .Register(registry);
  Counter& turned_away = prometheus::BuildCounter()
                             .Name("suki_connections_refused_total")
                             .Help("Connections turned away because there were too many.")
                             .Register(registry)
                             .Add({});
  Counter& woken = prometheus::BuildCounter()
                       .Name("suki_wakes_total")
                       .Help("Conversations for which something due was done.")
                       .Register(registry)
                       .Add({});
  std::array<Counter*, feed_ends.size()> feed_ended =
      counters(registry, "suki_feed_ended_total", "Feed readers that went, and why.", "how", feed_ends);
  std::array<Counter*, mails_out.size()> out =
      counters(registry, "suki_mails_out_total", "Attempts to send a mail, and what came of them.", "how", mails_out);
  std::array<Counter*, mails_in.size()> in =
      counters(registry, "suki_mails_in_total", "Mails that came in, and what came of them.", "how", mails_in);
  std::array<Counter*, lmtp_answers.size()> lmtp_answered =
      counters(registry, "suki_lmtp_recipients_total",
               "Recipients of mails by LMTP, and what the mail server was told.", "how", lmtp_answers);
  Counter& lmtp_turned_away = prometheus::BuildCounter()
                                  .Name("suki_lmtp_connections_refused_total")
                                  .Help("Connections by LMTP turned away because there were too many.")
                                  .Register(registry)
                                  .Add({});
  Gauge& lmtp_connections = prometheus::BuildGauge()
                                .Name("suki_lmtp_connections")
                                .Help("Open connections by LMTP.")
                                .Register(registry)
                                .Add({});
  std::array<Counter*, queues.size()> refused = counters(
      registry, "suki_store_refused_total", "Requests refused because the store's queue was full.", "queue", queues);
  std::array<Histogram*, queues.size()> waited = [this] {
    auto& family = prometheus::BuildHistogram()
                       .Name("suki_store_wait_seconds")
                       .Help("How long a request waited for the store's turn.")
                       .Register(registry);
    return std::array{&family.Add({{"queue", queues[0]}}, store_seconds),
                      &family.Add({{"queue", queues[1]}}, store_seconds)};
  }();
  Histogram& group_seconds = prometheus::BuildHistogram()
                                 .Name("suki_store_group_seconds")
                                 .Help("How long a group of writes took until it was durable.")
                                 .Register(registry)
                                 .Add({}, store_seconds);
  Histogram& group_size = prometheus::BuildHistogram()
                              .Name("suki_store_group_requests")
                              .Help("Writes in one group.")
                              .Register(registry)
                              .Add({}, group_sizes);

  std::mutex mutex;
  struct Route {
    Histogram* seconds = nullptr;
    std::map<unsigned, Counter*> by_status;
  };
  std::map<std::pair<std::string_view, std::string_view>, Route> routes;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::answered(std::string_view method, std::string_view route, unsigned status,
                       std::chrono::nanoseconds took) {
  Histogram* seconds = nullptr;
  Counter* requests = nullptr;
  {
    const std::lock_guard lock(impl_->mutex);
    Impl::Route& known = impl_->routes[{method, route}];
    if (known.seconds == nullptr)
      known.seconds =
          &impl_->seconds.Add({{"method", std::string(method)}, {"route", std::string(route)}}, request_seconds);
    Counter*& counter = known.by_status[status];
    if (counter == nullptr)
      counter = &impl_->requests.Add(
          {{"method", std::string(method)}, {"route", std::string(route)}, {"status", std::to_string(status)}});
    seconds = known.seconds;
    requests = counter;
  }
  requests->Increment();
  seconds->Observe(seconds_of(took));
}

void Metrics::turned_away() {
  impl_->turned_away.Increment();
}
void Metrics::feed_ended(FeedEnd how) {
  impl_->feed_ended[static_cast<std::size_t>(how)]->Increment();
}
void Metrics::mail_out(MailOut how) {
  impl_->out[static_cast<std::size_t>(how)]->Increment();
}
void Metrics::mail_in(MailIn how) {
  impl_->in[static_cast<std::size_t>(how)]->Increment();
}
void Metrics::lmtp_connections(int more) {
  impl_->lmtp_connections.Increment(more);
}
void Metrics::lmtp_turned_away() {
  impl_->lmtp_turned_away.Increment();
}
void Metrics::lmtp_answered(LmtpAnswer how, std::size_t recipients) {
  impl_->lmtp_answered[static_cast<std::size_t>(how)]->Increment(static_cast<double>(recipients));
}
void Metrics::woke(int conversations) {
  if (conversations > 0) impl_->woken.Increment(conversations);
}
void Metrics::waited(Queue queue, std::chrono::nanoseconds span) {
  impl_->waited[static_cast<std::size_t>(queue)]->Observe(seconds_of(span));
}
void Metrics::refused(Queue queue) {
  impl_->refused[static_cast<std::size_t>(queue)]->Increment();
}
void Metrics::wrote(std::size_t requests, std::chrono::nanoseconds span) {
  impl_->group_size.Observe(static_cast<double>(requests));
  impl_->group_seconds.Observe(seconds_of(span));
}

std::string Metrics::text(const Now& now) const {
  Moment moment;
  moment.add("suki_build_info", "1; which suki this is stands in its labels.", MetricType::Gauge,
             {{"version", SUKI_VERSION}}, 1);
  moment.gauge("suki_stopping", "1: it finishes what runs and takes nothing new.", now.stopping ? 1 : 0);
  moment.gauge("suki_connections", "Open connections, feeds among them.", static_cast<double>(now.connections));
  moment.gauge("suki_feed_readers", "Pages that follow the feed.", static_cast<double>(now.feeds));
  moment.add("suki_store_waiting", "Requests that wait for the store's turn.", MetricType::Gauge,
             {{"queue", queues[0]}}, static_cast<double>(now.waiting.writes));
  moment.add("suki_store_waiting", "", MetricType::Gauge, {{"queue", queues[1]}},
             static_cast<double>(now.waiting.reads));
  moment.gauge("suki_store_up", "1: the store answers. 0: it does not, and what it would say is left out.",
               now.figures ? 1 : 0);
  if (now.figures) add_figures(moment, *now.figures, now.at);
  add_process(moment);
  std::vector<MetricFamily> all = impl_->registry.Collect();
  all.insert(all.end(), moment.families().begin(), moment.families().end());
  return prometheus::TextSerializer().Serialize(all);
}

}  // namespace suki::metrics
