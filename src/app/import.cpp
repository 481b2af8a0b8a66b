#include "app/import.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/import_mail.h"
#include "app/import_words.h"
#include "app/sniff.h"
#include "app/turn.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "import/form.h"
#include "mail/html_text.h"
#include "mail/sanitise.h"
#include "store/hash.h"

namespace suki::app {
namespace {

using desk::Command;
using desk::CommandKind;
using importing::MessageKind;
using plan::FactKey;
using store::ImportedKind;

constexpr const char* whole_text_name = "whole-text.txt";

Error rejected(std::string why) {
  return fail(ErrorCode::bad_input, std::move(why));
}

/// From now on the plan serves it.
Result<void> take_up(Turn& turn, bool hand_out) {
  turn.happened_at(never);
  if (turn.state().state == desk::State::closed || turn.state().merged) return {};
  Command command;
  command.kind = CommandKind::take_up;
  SUKI_CHECK(turn.run(command));
  if (hand_out) turn.want_agent();
  return {};
}

struct States {
  desk::State state;
  Symbol reason;
};

}  // namespace

/// A record on its way in.
struct Importer::Inside {
  App& app;
  Work work;
  ImportOptions options;
  ImportWords words{work};
  importing::LeftOut left_out;  // counted where the file was read
  ImportAnswer answer;

  Inside(App& a, Work w, const ImportOptions& o) : app(a), work(w), options(o) {}

  // ---- customers
  Result<void> take_customer(const importing::Customer& customer) {
    if (find(ImportedKind::customer, customer.origin)) {
      answer.outcome = ImportOutcome::known;
      return {};
    }
    SUKI_TRY([[maybe_unused]] const auto made, ensure_customer(customer, "", ""));
    return {};
  }

  [[nodiscard]] std::optional<store::ImportedRecord> find(ImportedKind kind, const importing::Origin& origin) {
    if (origin.id.empty()) return std::nullopt;
    return store::find_imported(work.tx, kind, origin.source, origin.id);
  }

  /// `language`: of the conversation, "" not known; `of_whom`: names one of whom nothing is known. In a dry run the
  /// customer may have no id.
  Result<store::CustomerRecord> ensure_customer(const importing::Customer& given, const std::string& language,
                                                const std::string& of_whom) {
    if (const auto known = find(ImportedKind::customer, given.origin)) {
      auto record = work.tx.find_customer(known->customer);
      if (!record || record->erased_at.us != 0) return rejected("its customer was erased here");
      return *std::move(record);
    }
    const std::string email = words.email(given.email), name = cut(trim(given.name), name_max);
    if (!given.origin.id.empty() && email.empty() && name.empty())
      return rejected(
          fmt::format("customer: \"{}\" is not known here and has neither name nor address; "
                      "its own line must come first",
                      given.origin.id));
    if (auto known = work.tx.find_customer_by_email(email)) {
      remember(given.origin, known->id);
      return *std::move(known);
    }
    const Symbol spoken = words.language(given.language.empty() ? language : given.language);
    store::CustomerRecord record{{}, name, email, spoken, {}};
    answer.customer = !email.empty()            ? email
                      : given.origin.id.empty() ? of_whom
                                                : fmt::format("{}\n{}", given.origin.source, given.origin.id);
    if (options.dry_run) return record;
    record.id = work.tx.add_customer(record);
    remember(given.origin, record.id);
    return record;
  }

  void remember(const importing::Origin& origin, CustomerId id) {
    if (origin.id.empty() || options.dry_run) return;
    store::ImportedRecord record;
    record.kind = ImportedKind::customer;
    record.source = origin.source;
    record.external_id = origin.id;
    record.customer = id;
    record.at = work.now;
    store::add_imported(work.tx, record);
  }

  // ---- conversations
  Result<void> take_conversation(importing::Conversation& c, const std::string& digest) {
    if (const auto known = find(ImportedKind::conversation, c.origin)) {
      answer.conversation = known->conversation;
      answer.outcome = ImportOutcome::known;
      if (known->digest.empty() || known->digest == digest) return {};
      return fail(ErrorCode::conflict,
                  fmt::format("it came before, as conversation {}, and said something else then; what is there stays",
                              known->conversation.value));
    }
    SUKI_CHECK(put_in_order(c));
    SUKI_TRY(const States end, state_of(c));
    plan::Facts facts;
    facts.set(FactKey::channel, words.channel(c.channel));
    facts.set(FactKey::topic, words.topic(c.topic));
    facts.set(FactKey::team, words.team(c.team));
    facts.set(FactKey::priority, words.priority(c.priority));
    const store::AccountRecord* const assignee = words.agent("assignee", c.assignee, true);
    SUKI_TRY(const store::CustomerRecord customer,
             ensure_customer(c.customer, c.language, c.origin.source + "\nof " + c.origin.id));
    facts.set(FactKey::language, c.language.empty() ? customer.language : words.language(c.language));
    answer.conversations = 1;
    answer.messages = static_cast<std::int64_t>(c.messages.size());
    for (const importing::Message& message : c.messages) {
      if (options.dry_run) (void)words.agent("agent", message.agent, false);  // else when it is said
      answer.files += static_cast<std::int64_t>(message.files.size());
    }
    if (options.dry_run) return {};
    Turn turn = Turn::start(work, customer, subject_of(c));
    SUKI_CHECK(tell(turn, c, facts));
    SUKI_CHECK(end_as(turn, c, end, assignee));
    store::ImportedRecord record;
    record.source = c.origin.source;
    record.external_id = c.origin.id;
    for (const std::string& tag : c.tags) record.tags += cut(preview_of(tag), importing::tag_max) + "\n";
    record.digest = digest;
    record.conversation = answer.conversation = turn.state().id;
    record.at = work.now;
    SUKI_CHECK(take_up(turn, options.hand_out));
    record.held = !options.hand_out && turn.state().state == desk::State::open && !turn.state().assignee;
    store::add_imported(work.tx, record);
    return turn.finish();
  }

  /// History is told in its order, and never from the future.
  Result<void> put_in_order(importing::Conversation& c) const {
    std::size_t place = 0;
    for (const importing::Message& message : c.messages) {
      if (message.at > work.now)
        return rejected(fmt::format("messages[{}].at: {} is in the future", place, format_instant(message.at)));
      ++place;
    }
    std::stable_sort(c.messages.begin(), c.messages.end(),
                     [](const importing::Message& a, const importing::Message& b) { return a.at < b.at; });
    if (!c.messages.empty()) c.opened_at = std::min(c.opened_at, c.messages.front().at);
    if (c.opened_at > work.now) return rejected("opened_at: is in the future");
    const Instant last = c.messages.empty() ? c.opened_at : c.messages.back().at;
    if (c.state_at == never) c.state_at = last;
    if (c.state_at > work.now) return rejected("state_at: is in the future");
    c.state_at = std::max(c.state_at, last);
    return {};
  }

  Result<States> state_of(const importing::Conversation& c) {
    const auto state = desk::find_state(c.state);
    if (!state) return rejected("state: must be open, pending, on_hold, resolved or closed");
    return States{*state, *state == desk::State::on_hold ? words.hold_reason(c.hold_reason) : Symbol{}};
  }

  [[nodiscard]] std::string subject_of(const importing::Conversation& c) const {
    std::string subject = preview_of(trim(c.subject));
    for (const importing::Message& message : c.messages)
      if (subject.empty()) subject = preview_of(text_of(message));
    if (!subject.empty()) return cut(subject, subject_max);
    return catalogue::message(work.plan->plan.business.languages.front(), "app.mail.no_subject");
  }

  [[nodiscard]] static std::string text_of(const importing::Message& message) {
    if (!trim(message.text).empty() || message.html.empty()) return message.text;
    return mail::text_from_html(message.html);
  }

  /// Opens it and says everything that was said.
  Result<void> tell(Turn& turn, const importing::Conversation& c, const plan::Facts& facts) {
    const auto first_said = std::find_if(c.messages.begin(), c.messages.end(), [](const importing::Message& message) {
      return message.kind == MessageKind::customer || message.kind == MessageKind::reply;
    });
    const bool by_staff = c.by_staff || (first_said != c.messages.end() && first_said->kind == MessageKind::reply);
    Command open;
    open.kind = CommandKind::open_imported;
    open.actor.kind = by_staff ? desk::ActorKind::agent : desk::ActorKind::customer;
    turn.happened_at(c.opened_at);
    SUKI_CHECK(turn.run(open, facts));
    for (const importing::Message& message : c.messages) SUKI_CHECK(say(turn, message));
    return {};
  }

  Result<void> say(Turn& turn, const importing::Message& message) {
    turn.happened_at(message.at);
    Command command;
    store::MessageRecord record;
    record.author = cut(trim(message.author), name_max);
    if (message.kind == MessageKind::customer) {
      command.kind = CommandKind::customer_message;
      command.actor.kind = desk::ActorKind::customer;
      if (record.author.empty())
        record.author = turn.customer().name.empty() ? turn.customer().email : turn.customer().name;
    } else if (message.kind == MessageKind::automatic) {
      command.kind = CommandKind::automatic_reply;
      record.kind = store::MessageKind::automatic;
      record.author.clear();  // nobody wrote it
    } else {
      const bool note = message.kind == MessageKind::note;
      command.kind = note ? CommandKind::note : CommandKind::agent_reply;
      record.kind = note ? store::MessageKind::note : store::MessageKind::reply;
      command.actor.kind = desk::ActorKind::agent;
      if (const store::AccountRecord* const agent = words.agent("agent", message.agent, false)) {
        command.actor.agent = record.agent = agent->id;
        if (record.author.empty()) record.author = agent->name;
      }
      if (record.author.empty()) record.author = cut(message.agent, name_max);
      if (record.author.empty()) record.author = work.plan->plan.business.name;
    }
    const std::string text = text_of(message);
    record.text = text;
    if (text.size() > mail_text_max)
      record.text =
          to_valid_utf8(text.substr(0, mail_text_max)) + "\n\n" +
          catalogue::message(work.plan->plan.business.languages.front(), "app.import.cut", {{"file", whole_text_name}});
    const MessageId id = turn.add_message(std::move(record));
    if (text.size() > mail_text_max) turn.add_attachment({0, id, whole_text_name, "text/plain", text, 0});
    for (const importing::File& file : message.files)
      turn.add_attachment({0, id, cut(preview_of(file.name), name_max), type_of(file.bytes, file.type), file.bytes, 0});
    if (!message.html.empty()) {
      store::MailHtmlRecord html{mail::sanitiser_revision, mail::sanitise(message.html)};
      turn.add_write([id, html = std::move(html)](store::Tx& tx) { tx.set_mail_html(id, html); });
    }
    command.message = id;
    return turn.run(command);
  }

  Result<void> end_as(Turn& turn, const importing::Conversation& c, const States& end,
                      const store::AccountRecord* assignee) {
    turn.happened_at(c.state_at);
    if (assignee != nullptr) {
      Command assign;
      assign.kind = CommandKind::assign_agent;
      assign.agent = assignee->id;
      SUKI_CHECK(turn.run(assign));
    }
    if (end.state == desk::State::open) return {};
    Command command;
    command.kind = CommandKind::set_state;
    command.state = end.state;
    command.symbol = end.reason;
    return turn.run(command);
  }
};

Importer::Importer(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Importer::Importer(Importer&&) noexcept = default;
Importer::~Importer() = default;

Result<Importer> Importer::begin(App& app, store::Tx& tx, const ImportOptions& options) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  return Importer(std::make_unique<Inside>(app, work, options));
}

Result<ImportAnswer> Importer::take(std::string_view line) {
  inside_->answer = {};
  SUKI_TRY(importing::Record record, importing::read_record(line, "", inside_->left_out));
  Result<void> done;
  if (auto* const conversation = std::get_if<importing::Conversation>(&record))
    done = inside_->take_conversation(*conversation, store::sha256_hex(line));
  else if (const auto* const customer = std::get_if<importing::Customer>(&record))
    done = inside_->take_customer(*customer);
  std::vector<ImportMapping> mapped = inside_->words.take_mapped();
  if (!done.ok()) return std::move(done).error();
  inside_->answer.mapped = std::move(mapped);
  return std::move(inside_->answer);
}

Result<ImportAnswer> Importer::take(const importing::Mail& mail) {
  inside_->answer = {};
  SUKI_CHECK(import_mail(inside_->work, inside_->options, mail, inside_->answer));
  return std::move(inside_->answer);
}

bool is_rejection(const Error& error) {
  switch (error.code) {
    case ErrorCode::bad_input:
    case ErrorCode::bad_text:
    case ErrorCode::conflict:
    case ErrorCode::refused:
    case ErrorCode::too_large:
      return true;
    default:
      return false;
  }
}

Result<int> take_up_imported(App& app, store::Tx& tx, int limit, const ImportOptions& options) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  int done = 0;
  for (const ConversationId id : store::waiting_imported(tx, limit)) {
    SUKI_TRY(Turn turn, Turn::load(work, id));
    SUKI_CHECK(end_mail_thread(turn, work.now, options.open_for));
    SUKI_CHECK(take_up(turn, options.hand_out));
    SUKI_CHECK(turn.finish());
    store::set_taken_up(tx, id);
    ++done;
  }
  return done;
}

Maybe<Imported> show_imported(store::Tx& tx, ConversationId id) {
  const auto record = store::imported_of(tx, id);
  if (!record) return std::nullopt;
  Imported shown{record->source, record->external_id, {}};
  for (const std::string_view tag : split(record->tags, '\n'))
    if (!tag.empty()) shown.tags.emplace_back(tag);
  return shown;
}

}  // namespace suki::app
