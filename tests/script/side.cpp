#include "side.h"

#include <cstdlib>

#include <fmt/format.h>

#include "base/assert.h"

namespace suki::script {
namespace {

constexpr const char* yaml = R"(suki: 1
business:
  name: Test Shop
  time_zone: Asia/Manila
  languages: [en, fil]
  tone: {{en: Warm., fil: Magiliw.}}
calendars:
  - id: office
    name: {{en: Office hours, fil: Oras ng opisina}}
    hours: {{mon-fri: ["09:00-17:00"], sat: ["22:00-02:00"]}}
channels:
  - {{id: form, kind: form, name: {{en: Form, fil: Form}}, hours: office, when_closed: {{text: {{en: We are closed., fil: Sarado kami.}}}}}}
  - {{id: mail, kind: email, name: {{en: Mail, fil: Email}}, hours: office, address: help@shop.example}}
segments: [{{id: vip, name: {{en: VIP, fil: VIP}}}}]
teams: [{{id: front, name: {{en: Front, fil: Harap}}}}, {{id: back, name: {{en: Back, fil: Likod}}}}]
hold_reasons: [{{id: parts, name: {{en: Waiting for parts, fil: Naghihintay ng pyesa}}}}]
topics:
  - {{id: question, name: {{en: Question, fil: Tanong}}, team: front}}
  - {{id: refund-{0}, {1}name: {{en: Refund {0}, fil: Pagbabalik {0}}}, team: back}}
priorities: [{{id: urgent, name: {{en: Urgent, fil: Madalian}}}}, {{id: normal, name: {{en: Normal, fil: Karaniwan}}}}]
defaults: {{topic: question, priority: normal, team: front}}
sla:
  policies:
    - id: standard
      name: {{en: Standard, fil: Pamantayan}}
      calendar: office
      targets:
        first_reply: {{within: {2}h, warn: 1h}}
        next_reply: {{within: 8h}}
        update: {{within: 16h}}
        resolution: {{within: 24h, warn: 4h}}
      escalations:
        - {{id: raise, target: first_reply, at: due, do: raise_priority}}
        - {{id: tell, target: next_reply, at: due, do: notify_team}}
  rules: [{{id: everyone, policy: standard}}]
assignment:
  rules: [{{id: all, team: front, routing: least_load, automatic: true}}]
replies:
  - id: received
    "on": received
    subject: {{en: We got it, fil: Natanggap}}
    body: {{en: "Hello {{customer}}, {{business}} replies by {{reply_by}}. {{link}}", fil: "Kumusta {{customer}}, sasagot kami hanggang {{reply_by}}."}}
)";

void must(const Result<void>& done) {
  if (done.ok()) return;
  std::fprintf(stderr, "the script's desk: %s\n", done.error().detail.c_str());
  std::abort();
}

}  // namespace

std::uint64_t seed_of_run() {
  const char* const given = std::getenv("SUKI_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
}

bool is_long() {
  return std::getenv("SUKI_LONG") != nullptr;
}

std::string plan_text(int n) {
  return fmt::format(fmt::runtime(yaml), n, n > 0 ? fmt::format("was: refund-{}, ", n - 1) : "", 2 + n % 5);
}

Side::Side(const std::string& engine)
    : now(*parse_instant("2026-11-23T02:00:00Z")), sessions(agents), place_(engine) {  // a Monday, 10:00 in Manila
  open();
  must(write([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(const PlanVersion version, app_->adopt(tx, {{"plan.yaml", plan_text(0)}}, "test", "first"));
    (void)version;
    for (int i = 0; i < agents; ++i) {
      app::App::NewAccount account;
      account.login = fmt::format("agent{}", i);
      account.name = fmt::format("Agent {}", i);
      account.password_hash = "not used";
      account.role = i + 1 == agents ? app::Role::manager : app::Role::agent;
      account.teams = {i % 2 == 0 ? "front" : "back"};
      if (i != 1) account.email = fmt::format("agent{}@shop.example", i);
      SUKI_TRY(const AgentId id, app_->create_account(tx, account));
      (void)id;
    }
    return {};
  }));
}

Side::~Side() {
  close();
}

void Side::open() {
  auto opened = store::Store::open(place_.options());
  must(opened.ok() ? Result<void>() : Result<void>(opened.error()));
  store_ = std::move(*opened);
  app::Host host;
  host.mail_budgets = false;  // in memory: work that one side has to do again would count twice
  host.now = [this] { return now; };
  host.random_token = [this](std::size_t) { return fmt::format("token-{}-{}", act_, ++token_); };
  host.site_url = "https://shop.example";
  app_ = std::make_unique<app::App>(*store_, host);
  must(app_->start());
  app_->on_changed([this](const std::vector<app::Changed>& changes) {
    const std::scoped_lock lock(changes_mutex_);
    changes_.insert(changes_.end(), changes.begin(), changes.end());
  });
}

void Side::close() {
  if (app_) app_->on_changed({});
  app_.reset();
  store_.reset();
}

void Side::reopen() {
  close();
  open();
}

std::string Side::dump() {
  close();
  return place_.dump();
}

std::vector<app::Changed> Side::take_changes() {
  const std::scoped_lock lock(changes_mutex_);
  return std::exchange(changes_, {});
}

app::Caller Side::caller(int n) const {
  return {AgentId(n + 1), n + 1 == agents ? app::Role::manager : app::Role::agent, n % 2 == 0 ? "en" : "fil"};
}

}  // namespace suki::script
