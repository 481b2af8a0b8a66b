// What a random script can do to a desk.
#include <fmt/format.h>

#include "json/write.h"
#include "side.h"

namespace suki::script {
namespace {

using app::App;
using store::Tx;

// ---- answers as text -----------------------------------------------------------------------------------------------

std::string say(const Error& error) {
  return fmt::format("{}: {}", name_of(error.code), error.detail);
}
std::string say(const Result<void>& done) {
  return done.ok() ? "done" : say(done.error());
}
std::string text_of(std::int64_t n) {
  return std::to_string(n);
}
std::string text_of(const Instant& at) {
  return format_instant(at);
}
std::string text_of(const App::Delivered& d) {
  return fmt::format("conversation {} message {} {}", d.conversation.value, d.message.value, d.duplicate);
}
std::string text_of(const App::NewSession& s) {
  return s.token + json::write(s.session);
}
std::string text_of(const std::vector<App::OutgoingMail>& mails) {
  std::string text;
  for (const auto& m : mails) text += fmt::format("{} {} {} {}\n", m.outbox_id, m.from, m.to, m.attempts);
  return text;
}
std::string text_of(const std::string& text) {
  return text;
}
std::string text_of(const App::VerifySlice& slice) {
  return fmt::format("{} of {}: {}", slice.checked, slice.in_all, fmt::join(slice.differences, "; "));
}
std::string text_of(PlanVersion version) {
  return std::to_string(version.value);
}
std::string text_of(AgentId id) {
  return std::to_string(id.value);
}
template <json::Described T>
std::string text_of(const T& value) {
  return json::write(value);
}
template <class T>
std::string say(const Result<T>& value) {
  return value.ok() ? text_of(*value) : say(value.error());
}

template <class Value, class Use>
std::string write(Side& side, Use use) {
  return say(side.write<Value>([&](Tx& tx) -> Result<Value> { return use(side.app(), tx); }));
}
template <class Value, class Use>
std::string read(Side& side, Use use) {
  return say(side.read<Value>([&](Tx& tx) -> Result<Value> { return use(side.app(), tx); }));
}

// ---- customers -----------------------------------------------------------------------------------------------------

/// Now and then one that was made before, or none at all.
std::string link_of(const Side& side, int pick) {
  if (side.links.empty() || pick % 23 == 0) return "AAAAAAAAAAAAAAAAAAAAAAAA";
  return side.links[static_cast<std::size_t>(pick) % side.links.size()];
}

Act write_form(Random& random) {
  app::NewConversation input;
  const int person = random.below(8);
  input.request_id = fmt::format("form-{}", random.below(60));  // some of them twice, with other words
  input.name = random.one_in(25) ? "" : fmt::format("Person {}", person);
  input.email = random.one_in(10) ? "" : random.one_in(25) ? "nobody" : fmt::format("Person{}@Example.net", person);
  input.subject = fmt::format("Matter {}", random.below(5));
  input.message = fmt::format("It broke {} times.\nPlease help.", random.below(3));
  input.language = random.one_in(2) ? "fil" : "en";
  const int topic = random.below(8);
  return {"form", [=](Side& side) mutable {
            input.topic = topic == 0 ? "nonsense" : topic < 3 ? "" : topic < 5 ? "question" : side.topic();
            const auto made = side.write<app::Created>([&](Tx& tx) { return side.app().create_by_form(tx, input); });
            if (made.ok()) side.links.push_back(made->token);
            return say(made);
          }};
}

Act write_message(Random& random) {
  const int pick = random.below(10'000);
  const app::NewMessage input{fmt::format("m-{}", random.below(400)),
                              random.one_in(30) ? " " : fmt::format("And then {}.", random.below(4))};
  return {"customer message", [=](Side& side) {
            return write<app::PublicConversation>(
                side, [&](App& app, Tx& tx) { return app.public_message(tx, link_of(side, pick), input, "en"); });
          }};
}

Act read_as_customer(Random& random) {
  const int pick = random.below(10'000);
  return {"customer reads", [=](Side& side) {
            return read<app::PublicConversation>(
                side, [&](App& app, Tx& tx) { return app.public_conversation(tx, link_of(side, pick), "fil"); });
          }};
}

Act deliver_mail(Random& random) {
  const int person = random.below(6), number = random.below(1'000'000), pick = random.below(10'000);
  const int kind = random.below(10);
  return {"mail in", [=](Side& side) {
            std::string raw = fmt::format(
                "From: Person {0} <person{0}@example.org>\r\nTo: help@shop.example\r\nSubject: Mail {1}\r\nMessage-ID: "
                "<{2}@example.org>\r\n",
                person, number % 7, number);
            if (kind == 0) raw += "Auto-Submitted: auto-replied\r\n";
            if (kind < 5 && !side.mails.empty()) {
              const std::string& before = side.mails[static_cast<std::size_t>(pick) % side.mails.size()];
              const auto at = before.find("Message-ID: ") + 12;
              raw += "In-Reply-To: " + before.substr(at, before.find('\r', at) - at) + "\r\n";
            }
            raw += fmt::format("\r\nDo you repair radios of the kind {}?\r\n", number % 3);
            if (kind == 9) raw = "\x01 no mail at all \xff";
            if (kind == 8 && !side.mails.empty()) raw = side.mails[static_cast<std::size_t>(pick) % side.mails.size()];
            side.mails.push_back(raw);
            return write<App::Delivered>(side, [&](App& app, Tx& tx) { return app.deliver_mail(tx, raw); });
          }};
}

// ---- staff ---------------------------------------------------------------------------------------------------------

struct Aim {
  int agent, pick;
  explicit Aim(Random& random) : agent(random.below(Side::agents)), pick(random.below(10'000)) {}
  /// Most of the time one that is there.
  [[nodiscard]] ConversationId conversation(Side& side) const {
    const auto count = side.read<std::int64_t>([](Tx& tx) -> Result<std::int64_t> { return tx.tallies({}).all; });
    return ConversationId(1 + pick % (*count + 1));
  }
  [[nodiscard]] std::int64_t last_number(Side& side) const {
    const auto row =
        side.read<app::Row>([&](Tx& tx) { return side.app().row(tx, side.caller(agent), conversation(side)); });
    return row.ok() ? row->last_number : 0;
  }
};

Act reply(Random& random) {
  const Aim aim(random);
  const bool blind = random.one_in(8);
  app::Reply input{fmt::format("r-{}", random.below(300)), fmt::format("We look into it, {}.", random.below(3)), 0, {}};
  if (random.one_in(3)) input.then_state = random.of<std::string>({"pending", "resolved", "closed", "open", "on_hold"});
  return {"reply", [=](Side& side) mutable {
            const ConversationId id = aim.conversation(side);
            input.after = blind ? 0 : aim.last_number(side);
            return write<app::Conversation>(
                side, [&](App& app, Tx& tx) { return app.reply(tx, side.caller(aim.agent), id, input); });
          }};
}

Act note(Random& random) {
  const Aim aim(random);
  const app::Note input{fmt::format("n-{}", random.below(300)), fmt::format("He sounds {}.", random.below(3))};
  return {"note", [=](Side& side) {
            const ConversationId id = aim.conversation(side);
            return write<app::Conversation>(
                side, [&](App& app, Tx& tx) { return app.note(tx, side.caller(aim.agent), id, input); });
          }};
}

Act change(Random& random) {
  const Aim aim(random);
  app::Change input;
  if (random.one_in(2))
    input.state = random.of<std::string>({"open", "pending", "on_hold", "resolved", "closed", "mad"});
  if (input.state == "on_hold" && !random.one_in(4)) input.reason = "parts";
  const int topic = random.below(10);
  if (random.one_in(3)) input.priority = random.one_in(2) ? "urgent" : "normal";
  if (random.one_in(4)) input.team = random.one_in(2) ? "front" : "back";
  if (random.one_in(3)) input.assignee = random.one_in(4) ? "" : fmt::format("{}", 1 + random.below(Side::agents + 1));
  if (random.one_in(6)) input.segment = random.one_in(2) ? "vip" : "";
  return {"change", [=](Side& side) mutable {
            const ConversationId id = aim.conversation(side);
            if (topic < 3) input.topic = topic == 0 ? "question" : topic == 1 ? side.topic() : "nonsense";
            return write<app::Conversation>(
                side, [&](App& app, Tx& tx) { return app.change(tx, side.caller(aim.agent), id, input); });
          }};
}

Act look(Random& random) {
  const Aim aim(random);
  const std::string view =
      random.of<std::string>({"open", "mine", "unassigned", "waiting", "resolved", "closed", "all", "secret"});
  const int what = random.below(6), limit = 1 + random.below(30);
  const std::string target = random.of<std::string>({"first_reply", "next_reply", "update", "resolution"});
  return {"look", [=](Side& side) {
            const ConversationId id = aim.conversation(side);
            const app::Caller caller = side.caller(aim.agent);
            if (what < 3)
              return read<app::Inbox>(
                  side, [&](App& app, Tx& tx) -> Result<app::Inbox> { return app.inbox(tx, caller, view, "", limit); });
            if (what == 3)
              return read<app::ClockExplanation>(
                  side, [&](App& app, Tx& tx) { return app.explain(tx, caller, id, target, 1); });
            if (what == 4) return read<app::Site>(side, [&](App& app, Tx& tx) { return app.site(tx, "fil"); });
            return read<app::Conversation>(side, [&](App& app, Tx& tx) { return app.conversation(tx, caller, id); });
          }};
}

Act come_or_go(Random& random) {
  const int agent = random.below(Side::agents);
  const int what = random.below(4);
  return {"presence", [=](Side& side) -> std::string {
            std::string& token = side.sessions[static_cast<std::size_t>(agent)];
            if (token.empty()) {
              const auto made =
                  side.write<App::NewSession>([&](Tx& tx) { return side.app().start_session(tx, AgentId(agent + 1)); });
              if (made.ok()) token = made->token;
              return say(made);
            }
            if (what == 0) {
              const std::string gone = std::exchange(token, "");
              return say(side.write([&](Tx& tx) { return side.app().end_session(tx, gone); }));
            }
            const auto said = side.write<app::Session>([&](Tx& tx) {
              return side.app().set_preferences(tx, token, {{}, what != 1, {}});
            });
            if (!said.ok()) token.clear();  // over since long ago
            return say(said);
          }};
}

Act manage_accounts(Random& random) {
  const int what = random.below(4), agent = random.below(Side::agents), number = random.below(3);
  return {
      "accounts", [=](Side& side) -> std::string {
        const std::string login = fmt::format("agent{}", agent);
        if (what == 0) {
          App::NewAccount account;
          account.login = fmt::format("extra{}", number);
          account.name = "Extra";
          account.password_hash = "not used";
          account.teams = {"front"};
          return write<AgentId>(side, [&](App& app, Tx& tx) { return app.create_account(tx, account); });
        }
        if (what == 1)
          return say(side.write([&](Tx& tx) {
            return side.app().set_email(tx, login, number == 0 ? "help@shop.example" : login + "@other.example");
          }));
        if (what == 2)
          return say(side.write([&](Tx& tx) { return side.app().remove_account(tx, fmt::format("extra{}", number)); }));
        return say(side.write([&](Tx& tx) { return side.app().end_old_sessions(tx); }));
      }};
}

// ---- time, mails out, the plan -------------------------------------------------------------------------------------

/// One second to eight hours, by orders of magnitude.
Span some_time(Random& random) {
  const Span most = random.of<Span>({seconds(5), minutes(2), minutes(40), hours(8)});
  return seconds(1 + random.below(static_cast<int>(most.us / 1'000'000)));
}

Act pass_time(Random& random) {
  const Span span = some_time(random);
  const int limit = 1 + random.below(20);
  return {"time", [=](Side& side) {
            side.now = side.now + span;
            std::string said = read<Instant>(side, [](App& app, Tx& tx) { return app.next_wake(tx); });
            for (int round = 0; round < 20; ++round) {
              const std::string done = write<std::int64_t>(side, [&](App& app, Tx& tx) -> Result<std::int64_t> {
                SUKI_TRY(const int count, app.wake(tx, limit));
                return std::int64_t{count};
              });
              said += " " + done;
              if (done == "0") break;
            }
            return said;
          }};
}

Act send_mails(Random& random) {
  const int limit = 1 + random.below(6), outcome = random.below(5);
  const bool report = !random.one_in(4);
  return {
      "mails out", [=](Side& side) {
        const auto mails =
            side.write<std::vector<App::OutgoingMail>>([&](Tx& tx) { return side.app().claim_outgoing(tx, limit); });
        std::string said = say(mails);
        if (!mails.ok()) return said;
        for (const auto& mail : *mails)
          said += say(side.write<std::string>([&](Tx& tx) { return side.app().outgoing_bytes(tx, mail.outbox_id); }));
        if (!report) return said;
        for (const auto& mail : *mails)
          said += say(side.write([&](Tx& tx) -> Result<void> {
            if (outcome < 3) return side.app().mail_sent(tx, mail.outbox_id);
            return side.app().mail_failed(tx, mail.outbox_id, "451 try later", outcome == 4);
          }));
        return said;
      }};
}

Act adopt(Random& random) {
  const int kind = random.below(4);
  return {"adopt", [=](Side& side) {
            std::string text = plan_text(side.adoptions + 1);
            if (kind == 0) text = plan_text(side.adoptions + 2);  // renames what is not there
            if (kind == 1) text = plan_text(side.adoptions);      // the same again
            const auto adopted = side.write<PlanVersion>([&](Tx& tx) {
              return side.app().adopt(tx, {{"plan.yaml", text}}, "test", "a change");
            });
            if (adopted.ok() && kind != 1) side.adoptions += kind == 0 ? 2 : 1;
            return say(adopted);
          }};
}

/// What a use case did before it was refused is undone.
Act undo(Random& random) {
  const int number = random.below(5);
  return {"undone", [=](Side& side) {
            return say(side.write([&](Tx& tx) -> Result<void> {
              SUKI_TRY(const app::Created made,
                       side.app().create_by_form(tx, {fmt::format("undone-{}", number), "P", "p@example.net", "",
                                                      "Undone", "Nobody reads this.", "en"}));
              return fail(ErrorCode::refused, made.promise.reply_by.value_or("no promise"));
            }));
          }};
}

Act verify() {
  return {"verify", [](Side& side) {
            return read<App::VerifySlice>(side, [](App& app, Tx& tx) { return app.verify(tx, {}, 100'000); });
          }};
}

}  // namespace

Act next_act(Random& random, With with) {
  const int dice = random.below(200);
  if (dice < 34) return write_form(random);
  if (dice < 58) return write_message(random);
  if (dice < 64) return read_as_customer(random);
  if (dice < 78) return deliver_mail(random);
  if (dice < 100) return reply(random);
  if (dice < 106) return note(random);
  if (dice < 130) return change(random);
  if (dice < 144) return come_or_go(random);
  if (dice < 166) return pass_time(random);
  if (dice < 174) return send_mails(random);
  if (dice < 178) return undo(random);
  if (dice < 190) return look(random);
  if (with == With::daily_work) return pass_time(random);
  if (dice < 194) return manage_accounts(random);
  if (dice < 196) return adopt(random);
  if (dice < 197) return verify();
  if (dice < 198)
    return {"restart", [](Side& side) -> std::string {
              side.reopen();
              return "there again";
            }};
  return look(random);
}

}  // namespace suki::script
