#include "demo/demo.h"

#include <algorithm>
#include <map>
#include <queue>

#include <fmt/format.h>

#include "app/host.h"
#include "app/presence.h"
#include "base/text.h"
#include "demo/people.h"
#include "demo/texts.h"
#include "mail/mail.h"
#include "pages/pages.h"
#include "planfile/planfile.h"
#include "planfile/sources.h"
#include "store/tx.h"

namespace suki::pages {
std::span<const Page> embedded_appliance_shop();  // made by suki_embed
}

namespace suki::demo {
namespace {

using app::App;

/// splitmix64 (Steele, Lea, Flood 2014): small, and the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(n)); }
  bool chance(int percent) { return below(100) < percent; }
  Span between(Span low, Span high) { return low + Span{below((high - low).us + 1)}; }
  template <class T>
  const T& pick(std::span<const T> all) {
    return all[static_cast<std::size_t>(below(static_cast<std::int64_t>(all.size())))];
  }

 private:
  std::uint64_t state_;
};

/// One conversation on its way through its scene.
struct Story {
  const Scene* scene = nullptr;
  std::string name, first, email, product, place, price, order;
  bool by_mail = false, with_attachment = false, ends_early = false;
  bool unanswered = false;  ///< nobody has looked at it yet
  int segment = -1;         ///< index into the plan's segments; none
  std::size_t next_line = 0;
  ConversationId id;
  std::string token;         ///< of the private link
  std::string last_mail_id;  ///< ours, which the customer answers
};

std::vector<App::PlanFile> shipped_plan() {
  std::vector<App::PlanFile> files;
  for (const pages::Page& page : pages::embedded_appliance_shop())
    files.push_back({std::string(page.path.substr(1)), std::string(page.body)});
  return files;
}

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string base64(const std::string& bytes) {
  static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t word = 0;
    for (std::size_t j = 0; j < 3; ++j)
      word = word << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) text += i + j <= bytes.size() ? letters[word >> (18 - 6 * j) & 63] : '=';
    if (i % 57 == 54) text += "\r\n";
  }
  return text;
}

/// A picture as a telephone would send one, only smaller: 48 x 48, BMP, because it needs no compression.
std::string picture(Random& random) {
  constexpr int side = 48;
  const std::int64_t hue = random.below(200);
  std::string bytes = "BM";
  const auto number = [&bytes](std::uint32_t n, int size) {
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(n >> (8 * i));
  };
  number(54 + side * side * 3, 4);
  number(0, 4);
  number(54, 4);
  number(40, 4);
  number(side, 4);
  number(side, 4);
  number(1, 2);
  number(24, 2);
  for (int i = 0; i < 6; ++i) number(0, 4);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      bytes += static_cast<char>(hue);
      bytes += static_cast<char>(80 + 3 * y);
      bytes += static_cast<char>((x - 24) * (x - 24) + (y - 24) * (y - 24) < 300 ? 230 : 60 + x);
    }
  return bytes;
}

class Maker {
 public:
  Maker(store::Store& store, const Options& options, const std::vector<Person>& people)
      : options_(options), people_(people), random_(options.seed), app_(store, host()) {}

  Result<void> run(store::Tx& tx) {
    if (tx.plan_in_force())
      return fail(ErrorCode::conflict, "the data folder is in use already: a plan is in force there");
    SUKI_CHECK(adopt(tx));
    SUKI_CHECK(add_accounts(tx));
    plan_stories();
    SUKI_CHECK(play(tx));
    return settle(tx);
  }

 private:
  struct Moment {
    Instant at;
    std::size_t story;
    bool operator>(const Moment& other) const { return std::tie(at, story) > std::tie(other.at, other.story); }
  };

  app::Host host() {
    app::Host made = app::system_host();  // tokens and keys are truly random: a demo may be reached by others too
    made.now = [this] { return now_; };
    if (!options_.site_url.empty()) made.site_url = options_.site_url;
    return made;
  }

  Result<void> adopt(store::Tx& tx) {
    const auto files = options_.plan.empty() ? shipped_plan() : options_.plan;
    std::vector<plan::Folder::File> copies;
    for (const auto& file : files) copies.push_back({file.name, file.bytes});
    const Date day{static_cast<std::int32_t>(options_.now.us / days(1).us)};
    loaded_ = planfile::load_bytes(std::move(copies), planfile::system_sources(day), symbols_);
    now_ = options_.now - days(22);
    auto version = app_.adopt(tx, files, "suki demo", "The plan of the demonstration.");
    if (!version.ok()) return version.error();
    const plan::CompiledPlan& compiled = *loaded_.checked.compiled;
    for (const plan::Channel& channel : compiled.channels)
      if (channel.kind == plan::ChannelKind::form) shop_hours_ = &compiled.calendars[channel.hours];
    if (shop_hours_ == nullptr) return fail(ErrorCode::bad_plan, "the demonstration needs a plan with a form");
    return {};
  }

  Result<void> add_accounts(store::Tx& tx) {
    const plan::Plan& plan = *loaded_.checked.plan;
    std::vector<std::string> teams, skills;
    for (const auto& team : plan.teams) teams.push_back(team.id);
    for (const auto& skill : plan.skills) skills.push_back(skill.id);
    for (const Person& person : people_) {
      const std::string email = person.account.login + "@alingnena.example";
      SUKI_TRY(const AgentId id, app_.create_account(tx, {person.account.login, person.name, person.password_hash,
                                                          person.role, teams, skills, email, ""}));
      if (person.role == app::Role::manager) manager_ = {id, person.role, "en"};
      if (person.role != app::Role::agent) continue;
      SUKI_TRY(const auto session, app_.start_session(tx, id));
      SUKI_CHECK(app_.set_preferences(tx, session.token, {{}, true, {}}));
      agents_.push_back({id, person.role, "en"});
    }
    return {};
  }

  void plan_stories() {
    const plan::Plan& plan = *loaded_.checked.plan;
    std::vector<const Scene*> order;
    for (int i = 0; i < options_.conversations; ++i) {
      // Every scene once before any comes again, each time in another order.
      if (order.empty())
        for (const Scene& scene : scenes())
          order.insert(order.begin() + random_.below(static_cast<std::int64_t>(order.size()) + 1), &scene);
      Story story;
      story.scene = order.back();
      order.pop_back();
      story.first = random_.pick(first_names());
      story.name = story.first + " " + random_.pick(last_names());
      static constexpr const char* domains[] = {"example.com", "example.net", "example.org"};
      story.email = replace_all(to_lower_ascii(story.name), " ", ".") +
                    fmt::format("{}@{}", i % 7 == 0 ? "" : std::to_string(i), domains[i % 3]);
      const std::string kind = story.scene->products;
      const bool is_cold = kind == "cold" || (kind == "any" && random_.chance(40));
      story.product = random_.pick(is_cold ? cold_products() : small_products());
      story.place = random_.pick(places());
      const std::int64_t price = (is_cold ? 12'000 : 1'200) + 50 * random_.below(is_cold ? 300 : 60);
      story.price = fmt::format("{},{:03}", price / 1000, price % 1000);
      story.order = fmt::format("AN-{:05}", 20'000 + random_.below(9'000));
      story.by_mail = random_.chance(30);
      story.with_attachment =
          std::string(story.scene->lines.front().text).find("attach") != std::string::npos || random_.chance(12);
      story.ends_early = random_.chance(12);
      if (!plan.segments.empty() && random_.chance(25))
        story.segment = static_cast<int>(random_.below(static_cast<std::int64_t>(plan.segments.size())));
      story.unanswered = i % 10 == 5;
      if (story.unanswered) story.segment = -1;
      const Instant at = story.unanswered ? arrival_unanswered(story, i % 20 == 5) : arrival(i);
      stories_.push_back(std::move(story));
      queue_.push({at, stories_.size() - 1});
    }
  }

  /// Two in three over three weeks, at the hours people are awake; the rest within the shop's last four open days, so
  /// that clocks run, some short of their end and some beyond it.
  Instant arrival(int i) {
    if (i % 3 == 2) {
      const auto at = shop_hours_->subtract(options_.now, random_.between(minutes(4), hours(i % 2 == 0 ? 5 : 30)));
      if (at.ok() && *at > now_) return *at;
    }
    const Instant day = options_.now - days(1 + random_.below(20));
    return day - Span{day.us % days(1).us} + minutes(-60) + random_.between(minutes(0), hours(14));
  }

  /// So that the first reply is about to be late, or is.
  Instant arrival_unanswered(const Story& story, bool about_to_break) {
    const plan::CompiledPlan& plan = *loaded_.checked.compiled;
    plan::Facts facts;
    facts.set(plan::FactKey::topic, symbols_.find(story.scene->topic));
    const plan::SlaRule* rule = plan.choose_sla(facts);
    const plan::SlaPolicy* policy = rule != nullptr ? &plan.policies[rule->policy] : nullptr;
    const auto& promise =
        policy != nullptr ? policy->targets[static_cast<std::size_t>(plan::Target::first_reply)] : std::nullopt;
    if (!promise) return options_.now - random_.between(minutes(2), hours(2));
    const Span left = about_to_break
                          ? random_.between(minutes(1), std::max(minutes(2), promise->warn_before - minutes(1)))
                          : -random_.between(minutes(1), hours(2));
    const auto at = plan.calendars[policy->calendar].subtract(options_.now, promise->budget - left);
    return at.ok() ? std::max(*at, now_) : options_.now - hours(2);
  }

  Result<void> play(store::Tx& tx) {
    while (!queue_.empty() && queue_.top().at <= options_.now) {
      const Moment moment = queue_.top();
      queue_.pop();
      SUKI_CHECK(pass_time(tx, moment.at));
      SUKI_CHECK(step(tx, moment.story));
    }
    return pass_time(tx, options_.now);
  }

  /// What time alone does happens at its own instant, as it would have.
  Result<void> pass_time(store::Tx& tx, Instant until) {
    for (;;) {
      SUKI_TRY(const Instant next, app_.next_wake(tx));
      if (next > until) break;
      now_ = std::max(now_, next);
      SUKI_CHECK(app_.wake(tx, 50));
      SUKI_CHECK(collect_mail(tx, nullptr));
    }
    now_ = std::max(now_, until);
    return {};
  }

  Result<void> step(store::Tx& tx, std::size_t index) {
    Story& story = stories_[index];
    const auto lines = story.scene->lines;
    if (story.next_line >= lines.size()) return close(tx, story);
    const Line& line = lines[story.next_line++];
    const bool last = story.next_line >= lines.size();
    Result<void> done;
    switch (line.who) {
      case Who::customer:
        done = customer_writes(tx, story, line);
        break;
      case Who::staff:
        done = staff_writes(tx, story, line, last);
        break;
      case Who::note:
        done = note(tx, story, line);
        break;
    }
    if (!done.ok()) return done;
    SUKI_CHECK(collect_mail(tx, &story));
    schedule(index, last);
    return {};
  }

  void schedule(std::size_t index, bool last) {
    const Story& story = stories_[index];
    if (story.unanswered) return;
    if (last) {
      if (story.scene->needs_parts) return;
      // Thanks are followed by resolving, soon; what staff resolved with their last words closes days later.
      const bool thanked = story.scene->lines.back().who != Who::staff;
      const auto soon = shop_hours_->add(now_, random_.between(minutes(10), minutes(150)));
      queue_.push({thanked && soon.ok() ? *soon : now_ + random_.between(days(2), days(6)), index});
      return;
    }
    // Some customers never write again; their conversation stays pending.
    const bool customer_next = story.scene->lines[story.next_line].who == Who::customer;
    if (customer_next) {
      if (!story.ends_early) queue_.push({now_ + random_.between(minutes(10), hours(20)), index});
      return;
    }
    // Staff answer in shop hours: mostly soon, now and then too late.
    const Span wait =
        random_.chance(7) ? random_.between(hours(5), hours(14)) : random_.between(minutes(6), minutes(100));
    const auto at = shop_hours_->add(now_, wait);
    queue_.push({at.ok() ? *at : now_ + wait, index});
  }

  [[nodiscard]] std::string fill(const Story& story, const char* text, const std::string& agent = "") const {
    std::string filled = text;
    for (const auto& [key, value] : {std::pair<const char*, const std::string&>{"{name}", story.first},
                                     {"{product}", story.product},
                                     {"{place}", story.place},
                                     {"{price}", story.price},
                                     {"{order}", story.order},
                                     {"{agent}", agent}})
      filled = replace_all(std::move(filled), key, value);
    return filled;
  }
  std::string request_id() { return fmt::format("demo-{}", ++requests_); }
  [[nodiscard]] std::string language(const Story& story) const {
    return story.scene->language == Language::fil ? "fil" : "en";
  }

  Result<void> customer_writes(store::Tx& tx, Story& story, const Line& line) {
    if (story.by_mail) return customer_mails(tx, story, line);
    if (!story.id) {
      const auto& topics = loaded_.checked.plan->topics;
      const bool known =
          std::any_of(topics.begin(), topics.end(), [&](const auto& topic) { return topic.id == story.scene->topic; });
      SUKI_TRY(const app::Created created,
               app_.create_by_form(tx, {request_id(), story.name, story.email, known ? story.scene->topic : "",
                                        story.scene->subject, fill(story, line.text), language(story)}));
      story.token = created.token;
      story.id = *tx.find_link(created.token);
      return set_segment(tx, story);
    }
    SUKI_CHECK(app_.public_message(tx, story.token, {request_id(), fill(story, line.text)}, language(story)));
    return {};
  }

  Result<void> customer_mails(store::Tx& tx, Story& story, const Line& line) {
    const bool first = !story.id;
    std::string head =
        fmt::format("From: {} <{}>\r\nTo: tulong@alingnena.example\r\nSubject: {}{}\r\nMessage-ID: <{}.{}@{}>\r\n",
                    story.name, story.email, first ? "" : "Re: ", story.scene->subject, options_.seed, ++requests_,
                    story.email.substr(story.email.find('@') + 1));
    if (!story.last_mail_id.empty()) head += "In-Reply-To: <" + story.last_mail_id + ">\r\n";
    head += "MIME-Version: 1.0\r\n";
    const std::string text = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
                             fill(story, line.text) + "\r\n";
    std::string raw = head + text;
    if (first && story.with_attachment)
      raw = head + "Content-Type: multipart/mixed; boundary=\"suki-demo\"\r\n\r\n--suki-demo\r\n" + text +
            "--suki-demo\r\nContent-Type: image/bmp; name=\"larawan.bmp\"\r\nContent-Disposition: attachment; "
            "filename=\"larawan.bmp\"\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n" +
            base64(picture(random_)) + "\r\n--suki-demo--\r\n";
    SUKI_TRY(const App::Delivered delivered, app_.deliver_mail(tx, raw));
    story.id = delivered.conversation;
    if (!first) return {};
    SUKI_CHECK(set_segment(tx, story));
    // Staff read the mail and name the topic.
    const auto& topics = loaded_.checked.plan->topics;
    const bool known =
        std::any_of(topics.begin(), topics.end(), [&](const auto& topic) { return topic.id == story.scene->topic; });
    app::Change change;
    change.topic = story.scene->topic;
    return known ? allow_refusal(app_.change(tx, pick_agent(tx, story), story.id, change)) : Result<void>();
  }

  Result<void> set_segment(store::Tx& tx, const Story& story) {
    if (story.segment < 0) return {};
    app::Change change;
    change.segment = loaded_.checked.plan->segments[static_cast<std::size_t>(story.segment)].id;
    return allow_refusal(app_.change(tx, manager_, story.id, change));
  }

  /// The one who has it; else somebody who then takes it.
  app::Caller pick_agent(store::Tx& tx, const Story& story) {
    const auto record = tx.find_conversation(story.id);
    for (const app::Caller& agent : agents_)
      if (record && record->state.assignee == agent.agent) return agent;
    return agents_[static_cast<std::size_t>(random_.below(static_cast<std::int64_t>(agents_.size())))];
  }

  Result<void> staff_writes(store::Tx& tx, const Story& story, const Line& line, bool last) {
    const app::Caller agent = pick_agent(tx, story);
    const auto record = tx.find_conversation(story.id);
    if (!record) return fail(ErrorCode::internal, "a demo conversation is gone");
    if (record->state.state == desk::State::closed) return {};
    if (!record->state.assignee && random_.chance(85)) {
      app::Change take;
      take.assignee = std::to_string(agent.agent.value);
      SUKI_CHECK(allow_refusal(app_.change(tx, agent, story.id, take)));
    }
    const auto lines = story.scene->lines;
    const bool waits_for_customer = !last && lines[story.next_line].who == Who::customer;
    std::optional<std::string> then;
    if (last && !story.scene->needs_parts)
      then = "resolved";
    else if (waits_for_customer && (story.ends_early || random_.chance(85)))
      then = "pending";
    SUKI_CHECK(
        app_.reply(tx, agent, story.id, {request_id(), fill(story, line.text), record->state.last_number, then}));
    const auto& reasons = loaded_.checked.plan->hold_reasons;
    const bool parts = story.scene->needs_parts && !reasons.empty();
    if (!parts) return {};
    app::Change hold;
    hold.state = "on_hold";
    hold.reason = reasons[random_.chance(60) ? 0 : reasons.size() - 1].id;
    return allow_refusal(app_.change(tx, agent, story.id, hold));
  }

  Result<void> note(store::Tx& tx, const Story& story, const Line& line) {
    SUKI_CHECK(app_.note(tx, pick_agent(tx, story), story.id, {request_id(), fill(story, line.text)}));
    return {};
  }

  /// Where the customer had the last word staff resolve it; what is resolved closes a few days later.
  Result<void> close(store::Tx& tx, const Story& story) {
    const auto record = tx.find_conversation(story.id);
    if (!record || record->state.state == desk::State::closed) return {};
    const bool resolved = record->state.state == desk::State::resolved;
    app::Change change;
    change.state = resolved ? "closed" : "resolved";
    SUKI_CHECK(allow_refusal(app_.change(tx, pick_agent(tx, story), story.id, change)));
    SUKI_CHECK(collect_mail(tx, &stories_[static_cast<std::size_t>(&story - stories_.data())]));
    if (!resolved)
      queue_.push({now_ + random_.between(days(2), days(5)), static_cast<std::size_t>(&story - stories_.data())});
    return {};
  }

  /// A value that is already so is no failure of the demonstration.
  static Result<void> allow_refusal(const Result<app::Conversation>& result) {
    if (result.ok() || result.error().code == ErrorCode::refused) return {};
    return result.error();
  }

  /// Everything is said to be sent: the addresses are nobody's, and no server is to write to them.
  Result<void> collect_mail(store::Tx& tx, Story* story) {
    for (;;) {
      SUKI_TRY(const auto mails, app_.claim_outgoing(tx, 100));
      if (mails.empty()) return {};
      for (const App::OutgoingMail& mail : mails) {
        if (story != nullptr && mail.to == story->email) {
          SUKI_TRY(const std::string bytes, app_.outgoing_bytes(tx, mail.outbox_id));
          story->last_mail_id = mail::parse(bytes).message_id;
        }
        SUKI_CHECK(app_.mail_sent(tx, mail.outbox_id));
      }
    }
  }

  /// Everybody has gone home: whoever tries the desk logs in and is the first one there.
  Result<void> settle(store::Tx& tx) {
    for (const app::Caller& agent : agents_) {
      app::leave(app_.shared(), tx, agent.agent);
      tx.remove_sessions(agent.agent);
    }
    return {};
  }

  const Options& options_;
  const std::vector<Person>& people_;
  Random random_;
  Instant now_;
  App app_;
  plan::Symbols symbols_;
  planfile::Loaded loaded_;
  const calendar::Calendar* shop_hours_ = nullptr;
  app::Caller manager_;
  std::vector<app::Caller> agents_;
  std::vector<Story> stories_;
  std::priority_queue<Moment, std::vector<Moment>, std::greater<>> queue_;
  std::int64_t requests_ = 0;
};

}  // namespace

Result<std::vector<Account>> make(store::Store& store, const Options& options) {
  SUKI_TRY(const std::vector<Person> people, make_people());
  SUKI_CHECK(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    // A new maker each time: the work may be run again from its start.
    return Maker(store, options, people).run(tx);
  }));
  std::vector<Account> accounts;
  for (const Person& person : people) accounts.push_back(person.account);
  return accounts;
}

}  // namespace suki::demo
