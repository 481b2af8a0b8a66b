/// What customers do by web form and private link.
#include "app/channels.h"
#include "app/customers.h"
#include "app/files.h"
#include "app/turn.h"
#include "base/text.h"
#include "desk/reachability.h"
#include "store/hash.h"

namespace suki::app {
namespace {

using plan::FactKey;
using store::MessageKind;

Promise promise_of(const Work& work, const desk::Conversation& state) {
  const desk::Reachability reach =
      desk::reach(*work.plan->compiled, state.facts.get(FactKey::channel), state.facts, work.now);
  return {reach.open, to_time(reach.opens_at), to_time(reply_due(state))};
}

Created created(Work& work, const desk::Conversation& state) {
  const std::string token = link_token(work.tx, state.id);
  return {token, "/c/" + token, promise_of(work, state)};
}

/// The same request again is known by all it holds, so that no request_id, guessed or reused, opens a stranger's words.
std::string request_key(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text.append(std::to_string(part.size())).append(":").append(part);
  return store::sha256_hex(text);
}

struct FormInput {
  std::string name, email, subject, text;
};
Result<FormInput> check_form(const NewConversation& input) {
  SUKI_CHECK(check_request_id(input.request_id));
  SUKI_CHECK(check_present("name", input.name));
  SUKI_CHECK(check_text("name", input.name, name_max));
  SUKI_TRY(std::string email, check_email("email", input.email));
  SUKI_CHECK(check_text("subject", input.subject, subject_max));
  SUKI_CHECK(check_present("message", input.message));
  SUKI_CHECK(check_text("message", input.message, message_max));
  std::string subject = preview_of(trim(input.subject).empty() ? input.message : input.subject);
  return FormInput{std::string(trim(input.name)), std::move(email), std::move(subject),
                   std::string(trim(input.message))};
}

store::CustomerRecord ensure_customer(Work& work, const std::string& name, const std::string& email, Symbol language) {
  if (auto known = work.tx.find_customer_by_email(email)) {
    if (known->name.empty() && !name.empty()) name_customer(work, *known, name);
    return *known;
  }
  store::CustomerRecord customer{{}, name, email, language, {}};
  customer.id = work.tx.add_customer(customer);
  return customer;
}

const char* from_of(MessageKind kind) {
  return kind == MessageKind::customer ? "customer" : kind == MessageKind::automatic ? "automatic" : "staff";
}

Result<PublicConversation> show(Work& work, ConversationId id, const std::string& asked_language) {
  const auto row = work.tx.list_row(id);
  if (!row) return fail(ErrorCode::not_found, "no such conversation");
  const desk::Conversation& state = row->record.state;
  const std::string language = work.plan->language(asked_language);
  PublicConversation shown;
  shown.subject = row->subject;
  shown.state = desk::name_of(state.state);
  shown.topic = work.plan->name(state.facts.get(FactKey::topic), language);
  shown.customer = row->customer_name;
  shown.now = format_instant(work.now);
  shown.can_reply = !state.merged;
  shown.promise = promise_of(work, state);
  const auto attachments = work.tx.attachments(id);
  for (const store::MessageRecord& message : work.tx.messages(id)) {
    if (message.kind == MessageKind::note) continue;  // notes are among staff
    const std::string author = message.kind == MessageKind::customer    ? message.author
                               : message.kind == MessageKind::automatic ? work.plan->plan.business.name
                                                                        : message.author;
    PublicMessage& one = shown.messages.emplace_back();
    one = {to_text(message.id.value), from_of(message.kind), author, message.text, format_instant(message.at), {}};
    for (const store::AttachmentRecord& file : attachments)
      if (file.message == message.id) one.attachments.push_back(show_file(file));
  }
  if (const auto next = work.tx.find_continuation(id)) shown.continued = "/c/" + link_token(work.tx, *next);
  return shown;
}

}  // namespace

Result<Site> App::site(store::Tx& tx, const std::string& asked_language) {
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  const LoadedPlan& plan = *work.plan;
  const std::string language = plan.language(asked_language);
  Site site;
  site.business = plan.plan.business.name;
  site.time_zone = plan.plan.business.time_zone;
  site.default_language = plan.plan.business.languages.front();
  site.now = format_instant(work.now);
  site.languages = plan.plan.business.languages;
  site.topics = name_topics(plan, language);
  site.channels = channel_states(work, language);
  return site;
}

Result<Promise> App::promise(store::Tx& tx, const std::string& channel, const std::string& topic,
                             const std::string& language) {
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  const LoadedPlan& plan = *work.plan;
  const Symbol channel_symbol = plan.symbol(channel);
  if (!plan.compiled->find_channel(channel_symbol)) return bad_input("channel", "is not in the plan");
  plan::Facts facts;
  if (!topic.empty()) {
    facts.set(FactKey::topic, plan.symbol(topic));
    if (!plan.compiled->find_topic(plan.symbol(topic))) return bad_input("topic", "is not in the plan");
  }
  facts.set(FactKey::language, plan.symbol(plan.language(language)));
  return promise_for(work, channel_symbol, facts);
}

Result<Created> App::create_by_form(store::Tx& tx, const NewConversation& input, const std::string& source) {
  tx.beside_others();  // it reads nothing that another could change but under a lock: the address, the request, the
                       // floor
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  SUKI_TRY(FormInput form, check_form(input));
  const LoadedPlan& plan = *work.plan;
  plan::Facts facts;
  facts.set(FactKey::channel, find_channel(plan, plan::ChannelKind::form));
  if (!facts.get(FactKey::channel)) return bad_input("channel", "this business has no form");
  if (!input.topic.empty()) {
    facts.set(FactKey::topic, plan.symbol(input.topic));
    if (!plan.compiled->find_topic(facts.get(FactKey::topic))) return bad_input("topic", "is not in the plan");
  }
  const std::string key =
      request_key({"new", input.request_id, input.name, input.email, input.topic, input.subject, input.message});
  if (const auto seen = tx.find_request(key)) {
    const auto record = tx.find_conversation(seen->conversation);
    if (!record) return fail(ErrorCode::not_found, "no such conversation");
    return created(work, record->state);
  }
  facts.set(FactKey::language, plan.symbol(plan.language(input.language)));
  const store::CustomerRecord customer = ensure_customer(work, form.name, form.email, facts.get(FactKey::language));
  facts.set(FactKey::segment, customer.segment);
  store::CustomerRecord addressed = customer;
  addressed.name = form.name;  // as this person signs, who may share the address with somebody
  Turn turn = Turn::start(work, addressed, form.subject);
  turn.came_by_form(source);
  store::MessageRecord message;
  message.author = form.name;
  message.text = form.text;
  desk::Command open;
  open.kind = desk::CommandKind::open;
  open.actor.kind = desk::ActorKind::customer;
  SUKI_TRY(const TakenFiles files, take_uploads(work, {}, input.uploads));
  open.message = add_message_with(turn, std::move(message), files);
  SUKI_CHECK(turn.run(open, facts));
  tx.add_request(key, {turn.state().id, open.message}, work.now);
  SUKI_CHECK(turn.finish());
  return created(work, turn.state());
}

Result<PublicConversation> App::public_conversation(store::Tx& tx, const std::string& token,
                                                    const std::string& language) {
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  const auto id = tx.find_link(token);
  if (!id) return fail(ErrorCode::not_found, "no such conversation");
  return show(work, *id, language);
}

Result<PublicConversation> App::public_message(store::Tx& tx, const std::string& token, const NewMessage& input,
                                               const std::string& language) {
  tx.beside_others();
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  const auto id = tx.find_link(token);
  if (!id) return fail(ErrorCode::not_found, "no such conversation");
  SUKI_CHECK(check_request_id(input.request_id));
  SUKI_CHECK(check_message_text("text", input.text, input.uploads));
  const std::string key = request_key({"message", token, input.request_id, input.text});
  if (tx.find_request(key)) return show(work, *id, language);
  SUKI_TRY(Turn turn, Turn::load(work, *id));
  if (turn.state().state == desk::State::closed) {
    // It goes on in a new conversation: the newest that already does, if that one is not closed too.
    const auto next = tx.find_continuation(*id);
    std::optional<store::ConversationRecord> record;
    if (next) record = tx.find_conversation(*next);
    if (record && record->state.state != desk::State::closed) {
      SUKI_TRY(turn, Turn::load(work, *next));
    } else {
      turn = Turn::start(work, turn.customer(), turn.subject(), *id);
    }
  }
  turn.came_by_form("");
  store::MessageRecord message;
  message.author = turn.customer().name;
  message.text = std::string(trim(input.text));
  SUKI_TRY(const TakenFiles files, take_uploads(work, {}, input.uploads));
  SUKI_CHECK(turn.run_customer_message(add_message_with(turn, std::move(message), files),
                                       find_channel(*work.plan, plan::ChannelKind::form)));
  tx.add_request(key, {turn.state().id, {}}, work.now);
  SUKI_CHECK(turn.finish());
  return show(work, *id, language);
}

}  // namespace suki::app
