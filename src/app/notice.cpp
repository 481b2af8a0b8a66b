#include "app/notice.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/channels.h"
#include "app/mail_queue.h"
#include "app/turn.h"
#include "app/view.h"
#include "catalogue/catalogue.h"

namespace suki::app {
namespace {

/// How the promise stands when the notice is written, which after downtime is later than the plan wanted.
enum class Phase : std::uint8_t { before, at, after };

Phase phase_of(const Occasion& occasion, Instant now) {
  if (now < occasion.effect.due) return Phase::before;
  const bool in_time = occasion.step.occurred_at == occasion.effect.due && !occasion.step.late;
  return in_time ? Phase::at : Phase::after;
}

std::string target_name(desk::Target target, const std::string& language) {
  return catalogue::message(language, std::string("app.target.") + desk::name_of(target));
}

std::string write_subject(Phase phase, const std::string& target, const std::string& subject,
                          const std::string& language) {
  const char* key = phase == Phase::before ? "app.notice.subject.before"
                    : phase == Phase::at   ? "app.notice.subject.at"
                                           : "app.notice.subject.after";
  return catalogue::message(language, key, {{"target", target}, {"subject", subject}});
}

/// How it stands, in one sentence or two.
std::string write_opening(Phase phase, Instant now, Instant due, const std::string& zone, const std::string& target,
                          const store::StaffRecord& to) {
  const std::string& language = to.language;
  std::vector<catalogue::Arg> args{
      {"name", to.name}, {"target", target}, {"due", catalogue::say_instant(language, due, zone)}};
  switch (phase) {
    case Phase::before:
      args.emplace_back("left", catalogue::say_span(language, due - now));
      return catalogue::message(language, "app.notice.before", args);
    case Phase::at:
      return catalogue::message(language, "app.notice.at", args);
    case Phase::after:
      args.emplace_back("ago", catalogue::say_span(language, now - due));
      return catalogue::message(language, "app.notice.after", args);
  }
  return "";
}

/// What it is about, a line each.
std::string write_facts(const LoadedPlan& plan, const Occasion& occasion, const std::string& target,
                        const std::string& language) {
  const auto say = [&](const char* key, const std::vector<catalogue::Arg>& args = {}) {
    return catalogue::message(language, key, args);
  };
  const Symbol policy = occasion.state.clocks[static_cast<std::size_t>(occasion.effect.target)].policy;
  return fmt::format(
      "{}\n{}\n{}\n{}\n{}",
      say("app.notice.conversation", {{"number", to_text(occasion.state.id.value)}, {"subject", occasion.subject}}),
      say("app.notice.customer",
          {{"customer", occasion.customer.empty() ? say("app.customer.unknown") : occasion.customer}}),
      say("app.notice.policy", {{"target", target}, {"policy", plan.name(policy, language)}}),
      say("app.notice.step", {{"step", plan.name(occasion.effect.symbol, language)}}),
      occasion.holder.empty() ? say("app.notice.no_holder") : say("app.notice.holder", {{"agent", occasion.holder}}));
}

}  // namespace

mail::Outgoing write_notice(const Work& work, const Occasion& occasion, const store::StaffRecord& to) {
  const std::string& language = to.language;
  const std::string& zone = work.plan->plan.business.time_zone;
  const desk::Effect& effect = occasion.effect;
  const Phase phase = phase_of(occasion, work.now);
  const std::string target = target_name(effect.target, language);
  const auto say = [&](const char* key, const std::vector<catalogue::Arg>& args = {}) {
    return catalogue::message(language, key, args);
  };
  std::vector<std::string> paragraphs{write_opening(phase, work.now, effect.due, zone, target, to)};
  if (occasion.step.late) {
    const std::string when = catalogue::say_instant(language, occasion.step.occurred_at, zone);
    paragraphs.push_back(say("app.notice.late", {{"when", when}}));
  }
  paragraphs.push_back(write_facts(*work.plan, occasion, target, language));
  const std::string link = fmt::format("{}/desk/inbox/all/{}", work.shared.host.site_url, occasion.state.id.value);
  paragraphs.push_back(say("app.notice.link", {{"link", link}}));
  const bool to_holder = effect.kind == desk::EffectKind::notify_agent;
  paragraphs.push_back((to_holder ? say("app.notice.why_agent")
                                  : say("app.notice.why_team", {{"team", work.plan->name(effect.team, language)}})) +
                       "\n" + say("app.notice.answer"));

  mail::Outgoing mail;
  mail.to = {to.name, to.email};
  mail.subject = write_subject(phase, target, occasion.subject, language);
  mail.text = fmt::format("{}\n", fmt::join(paragraphs, "\n\n"));
  mail.automatic = mail::Automatic::notice;
  mail.date = work.now;
  return mail;
}

std::vector<store::StaffRecord> Turn::who_is_told(const desk::Effect& effect) const {
  if (effect.kind == desk::EffectKind::notify_team) return work_->tx.team_members(effect.team, work_->now);
  const auto agent = work_->tx.find_account(effect.agent);
  if (!agent || agent->removed) return {};
  return {{agent->id, agent->name, agent->email, agent->language}};
}

// INVARIANT (told or said why): every effect leaves at least one notice in the store, so that the history shows who was
// told, or that nobody was.
void Turn::tell_staff(const desk::Effect& effect) {
  const auto step = std::find_if(events_.begin(), events_.end(),
                                 [&](const desk::Event& event) { return event.number == effect.event; });
  SUKI_ASSERT(step != events_.end());
  const Occasion occasion{state(),
                          effect,
                          *step,
                          subject_,
                          customer_.name.empty() ? customer_.email : customer_.name,
                          AgentNames(work_->tx).find(state().assignee)};
  store::NoticeRecord notice;
  notice.conversation = state().id;
  notice.event = effect.event;
  const std::vector<store::StaffRecord> told = who_is_told(effect);
  if (told.empty()) {
    notice.problem = store::NoticeProblem::no_member;
    rest_.push_back([notice](store::Tx& tx) { tx.add_notice(notice); });
  }
  for (const store::StaffRecord& to : told) {
    notice.agent = to.id;
    send_notice(notice, occasion, to);
  }
}

void Turn::send_notice(store::NoticeRecord notice, const Occasion& occasion, const store::StaffRecord& to) {
  const plan::ChannelDecl* sender = find_sender(*work_->plan);
  std::optional<store::OutboxRecord> out;
  if (to.email.empty()) {
    notice.problem = store::NoticeProblem::no_address;
  } else if (sender == nullptr) {
    notice.problem = store::NoticeProblem::no_sender;
  } else {
    mail::Outgoing mail = write_notice(*work_, occasion, to);
    mail.from = {work_->plan->plan.business.name, sender->address};
    mail.message_id =
        fmt::format("notice.{}.{}.{}.{}@{}", notice.conversation.value, notice.event, to.id.value,
                    work_->shared.host.random_token(12), sender->address.substr(sender->address.rfind('@') + 1));
    if (auto queued = queue_mail(mail, {}, work_->now); queued.ok()) {
      notice.mail_id = mail.message_id;
      out = std::move(*queued);
    } else {
      // The addresses of staff are checked when they are given: it is the plan's that no mail can have.
      notice.problem = store::NoticeProblem::no_sender;
    }
  }
  rest_.push_back([notice = std::move(notice), out = std::move(out)](store::Tx& tx) mutable {
    notice.outbox = out ? tx.add_outgoing(*out) : 0;
    tx.add_notice(notice);
  });
}

std::optional<store::NoticeRecord> find_notice(store::Tx& tx, const mail::Parsed& mail) {
  std::vector<std::string> ids{mail.message_id, mail.in_reply_to};
  ids.insert(ids.end(), mail.references.rbegin(), mail.references.rend());
  constexpr std::size_t looked_up_max = 50;  // a hostile mail may name thousands
  if (ids.size() > looked_up_max) ids.resize(looked_up_max);
  // A delivery report brings the mail back, or its header; not all name it anywhere else.
  constexpr std::size_t opened_max = 3;
  std::size_t opened = 0;
  if (mail.bounce) ids.push_back(mail.bounce->original_message_id);
  for (const mail::Part& part : mail.attachments) {
    if (mail.machine.empty() || opened == opened_max) break;
    if (part.type != "message/rfc822" && part.type != "text/rfc822-headers") continue;
    ids.push_back(mail::parse(part.bytes).message_id);
    ++opened;
  }
  for (const std::string& id : ids)
    if (auto notice = tx.find_notice(id)) return notice;
  return std::nullopt;
}

}  // namespace suki::app
