#include "app/compose.h"

#include <algorithm>
#include <set>

#include "app/channels.h"
#include "app/files.h"
#include "app/forward.h"
#include "app/held.h"
#include "app/markdown.h"
#include "app/reply.h"
#include "app/sniff.h"
#include "app/view.h"
#include "base/reason.h"
#include "base/text.h"
#include "mail/sanitise.h"

namespace suki::app {
namespace {

using plan::FactKey;
using store::MessageKind;

/// `text` of a template with the names of this conversation; in one pass, so that nothing filled in is read again.
std::string fill(const Turn& turn, std::string_view text, const std::string& agent, bool is_html) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('{'), close = text.find('}', open);
    if (close == std::string_view::npos) break;
    const std::string_view word = text.substr(open + 1, close - open - 1);
    const std::string value = word == "agent" ? agent : turn.value_of(word, turn.language());
    out += text.substr(0, open);
    out += is_html ? html_of_text(value) : value;
    text.remove_prefix(close + 1);
  }
  return out.append(text);
}

/// Those that are for this conversation first, in the plan's order.
List<Template> templates_for(const Work& work, const Turn& turn, const std::string& agent) {
  const LoadedPlan& plan = *work.plan;
  const std::string language = turn.language();
  List<Template> all;
  for (const plan::AutoReply& reply : plan.compiled->auto_replies) {
    if (reply.on != plan::ReplyOn::by_hand) continue;
    const std::string id = plan.slug(reply.id);
    const auto& declared = plan.plan.auto_replies;
    const auto found = std::find_if(declared.begin(), declared.end(), [&](const auto& one) { return one.id == id; });
    if (found == declared.end()) continue;
    const std::string body = plan.text(found->body, language), name = plan.text(found->name, language);
    const auto plain = plan.plain_replies.find({id, language});
    all.push_back({id, name.empty() ? id : name,
                   fill(turn, plain != plan.plain_replies.end() ? plain->second : plain_text_of(body), agent, false),
                   fill(turn, mail::sanitise(html_of(body)), agent, true),
                   plan::matches(reply.when, turn.state().facts)});
  }
  std::stable_sort(all.begin(), all.end(), [](const Template& a, const Template& b) { return a.fits && !b.fits; });
  return all;
}

/// When the conversation's channel opens: next, on the next day that has hours, on the Monday after.
List<SendTime> times_for(const Work& work, const Turn& turn) {
  const plan::CompiledPlan& plan = *work.plan->compiled;
  const plan::Channel* channel = plan.find_channel(turn.state().facts.get(FactKey::channel));
  const calendar::Calendar& hours = plan.calendars[channel != nullptr ? channel->hours : 0];
  List<SendTime> times;
  if (hours.is_always()) return times;
  const auto offer = [&times](const char* kind, Instant at) {
    const std::string said = format_instant(at);
    if (std::none_of(times.begin(), times.end(), [&](const SendTime& one) { return one.at == said; }))
      times.push_back({kind, said});
  };
  const auto lines = hours.explain(work.now, work.now + days(15));
  if (lines.empty()) return times;
  const Date today = lines.front().date;
  bool tomorrow = false;
  for (const calendar::LedgerLine& line : lines) {
    if (!calendar::counts(line.why) || line.from <= work.now) continue;
    if (times.empty() && !hours.is_open(work.now)) offer("next_open", line.from);
    if (line.date <= today) continue;
    if (!tomorrow) offer("tomorrow", line.from);
    tomorrow = true;
    if (weekday_of(line.date) != Weekday::mon) continue;
    offer("monday", line.from);
    break;
  }
  return times;
}

/// Who else had the customer's last mail, and everybody who was named here.
void add_people(const Work& work, const Turn& turn, ComposeView& view) {
  const std::string& customer = turn.customer().email;
  const auto messages = work.tx.messages(turn.state().id);
  const auto mails = store::message_mails(work.tx, turn.state().id);
  std::set<std::string> seen;
  const auto add = [&](List<Recipient>& to, std::set<std::string>& once, const store::Recipient& one) {
    if (one.email.empty() || one.email == customer || is_own_address(*work.plan, one.email)) return;
    if (check_email("cc", one.email).ok() && once.insert(one.email).second) to.push_back({one.name, one.email});
  };
  const auto last = std::find_if(messages.rbegin(), messages.rend(),
                                 [](const auto& m) { return m.kind == MessageKind::customer && m.has_raw; });
  for (auto mail = mails.rbegin(); mail != mails.rend(); ++mail) {
    if (last != messages.rend() && mail->message == last->id) {
      std::set<std::string> once;
      for (const auto* list : {&mail->to, &mail->cc})
        for (const store::Recipient& one : *list) add(view.reply_all, once, one);
    }
    for (const auto* list : {&mail->to, &mail->cc, &mail->bcc})
      for (const store::Recipient& one : *list) add(view.known, seen, one);
  }
  for (const store::MessageRecord& message : messages)
    if (message.has_raw) add(view.known, seen, {message.author, to_lower_ascii(message.email)});
  if (view.reply_all.size() > recipients_max) view.reply_all.resize(recipients_max);
}

MailPreview shown(const mail::Outgoing& mail) {
  MailPreview preview{{mail.from.name, mail.from.email},
                      {mail.to.name, mail.to.email},
                      {},
                      mail.bcc,
                      mail.subject,
                      mail.text,
                      mail.html,
                      {}};
  for (const mail::Address& one : mail.cc) preview.cc.push_back({one.name, one.email});
  return preview;
}

}  // namespace

Result<ComposeView> show_compose(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id) {
  SUKI_TRY(Work work, Work::begin(shared, tx));
  SUKI_TRY(const Turn turn, Turn::load(work, id));
  SUKI_CHECK(check_not_erased(turn.record()));
  ComposeView view;
  if (!turn.customer().email.empty() && find_sender(*work.plan) != nullptr)
    view.to = Recipient{turn.customer().name, turn.customer().email};
  add_people(work, turn, view);
  view.templates = templates_for(work, turn, AgentNames(tx).find(caller.agent));
  view.times = times_for(work, turn);
  view.time_zone = work.plan->plan.business.time_zone;
  view.undo_seconds = compose_rules(tx).undo_seconds;
  return view;
}

Result<MailPreview> preview(App::Shared& shared, store::Tx& tx, const Caller& caller, ConversationId id,
                            const PreviewAsk& input) {
  if (input.reply.has_value() == input.forward.has_value())
    return bad_input("reply", "or forward must be given, not both");
  SUKI_TRY(Work work, Work::begin(shared, tx));
  SUKI_TRY(const Turn turn, Turn::load(work, id));
  SUKI_CHECK(check_not_erased(turn.record()));
  MailPreview preview;
  if (input.reply) {
    SUKI_TRY(const Letter letter, read_reply(work, turn, caller, *input.reply));
    const auto mail =
        turn.make_mail({}, subject_of_reply(work, turn), letter.text, AgentNames(tx).find(caller.agent), &letter);
    if (!mail) return because(bad_input("to", "no mail goes to this customer: they read it on their page"), "no_mail");
    preview = shown(*mail);
  } else {
    SUKI_TRY(const ForwardMail forward, make_forward(work, turn, caller, *input.forward));
    preview = shown(forward.mail);
  }
  const Maybe<List<Text>>& uploads = input.reply ? input.reply->uploads : input.forward->uploads;
  if (uploads)
    for (const std::string& token : *uploads)
      if (const auto file = tx.find_upload(token))
        if (const std::string cid = content_id_of(file->digest);
            preview.html.find("\"cid:" + cid + "\"") != std::string::npos)
          preview.pictures.push_back({cid, token});
  return preview;
}

Result<Picture> show_upload(store::Tx& tx, const Caller& caller, const std::string& token) {
  const auto upload = tx.find_upload(token);
  if (!upload || upload->agent != caller.agent) return fail(ErrorCode::not_found, "no such file");
  store::AttachmentRecord file;
  file.name = upload->name;
  file.bytes = tx.content(upload->digest).value_or("");
  return show_picture(std::move(file));
}

}  // namespace suki::app
