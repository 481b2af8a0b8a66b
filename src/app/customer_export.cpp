#include "app/customer_export.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "app/customer_addresses.h"
#include "app/customers_types.h"
#include "app/drafts.h"
#include "app/held.h"
#include "app/import.h"
#include "app/letter.h"
#include "app/mail_queue.h"
#include "app/mail_reports.h"
#include "app/view.h"
#include "base/html.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "json/write.h"
#include "store/quarantine.h"

namespace suki::app {

// What the JSON files hold. Times are RFC 3339, ids are texts.
struct ExportedCustomer {
  Text format, exported_at, business, time_zone;  ///< format: "suki customer export 1"
  Text id, name, email, language;
  Maybe<Named> segment;
  std::int64_t conversations = 0;
  List<CustomerAddress> addresses;  ///< further ones
  List<ParkedAddress> parked;       ///< which of all of them take no mail
};
BOOST_DESCRIBE_STRUCT(ExportedCustomer, (),
                      (format, exported_at, business, time_zone, id, name, email, language, segment, conversations,
                       addresses, parked))
struct ExportedMessage {
  Text id, kind, at, author, email, text;
  List<Text> files;   ///< paths in the archive
  List<Text> copies;  ///< who else it went to, or came to, as everybody who got it could see: "Cc: ana@example.com"
};
BOOST_DESCRIBE_STRUCT(ExportedMessage, (), (id, kind, at, author, email, text, files, copies))
struct ExportedConversation {
  Text id, subject, state, opened_at, last_at, private_link;
  Maybe<Text> continues;
  Named channel, topic, priority, team;
  Maybe<Named> segment;
  Text language;
  bool erased = false;
  Maybe<Imported> imported;
  List<ExportedMessage> messages;
};
BOOST_DESCRIBE_STRUCT(ExportedConversation, (),
                      (id, subject, state, opened_at, last_at, private_link, continues, channel, topic, priority, team,
                       segment, language, erased, imported, messages))
struct ExportedDraft {
  Text agent, kind, at, text;
};
BOOST_DESCRIBE_STRUCT(ExportedDraft, (), (agent, kind, at, text))
/// Who got a message and was seen by nobody else who did.
struct ExportedBlindCopy {
  Text message;
  List<Text> to;
};
BOOST_DESCRIBE_STRUCT(ExportedBlindCopy, (), (message, to))
struct ExportedInside {
  Text id;
  List<ExportedMessage> notes;
  List<ExportedDraft> drafts;
  List<ExportedBlindCopy> blind_copies;
  List<TimelineEvent> history;
};
BOOST_DESCRIBE_STRUCT(ExportedInside, (), (id, notes, drafts, blind_copies, history))

namespace {

using catalogue::message;
using plan::FactKey;
using store::MessageKind;

/// Where a reader stands: in a conversation's papers, its files, the mails that came, the mails that went out; behind
/// all of them in what is kept apart.
enum class Stage : std::uint8_t { start, papers, files, came, sent, apart, contents };
struct Cursor {
  Stage stage = Stage::start;
  ConversationId conversation;
  std::int64_t item = 0;  ///< the last one that was given
};

std::string to_cursor(const Cursor& c) {
  return fmt::format("{}.{}.{}", static_cast<int>(c.stage), c.conversation.value, c.item);
}

Result<Cursor> read_cursor(const std::string& text) {
  if (text.empty()) return Cursor{};
  std::int64_t parts[3] = {};
  const char *at = text.data(), *const end = text.data() + text.size();
  for (std::int64_t& part : parts) {
    const auto [next, error] = std::from_chars(at, end, part);
    if (error != std::errc() || part < 0 || (next != end && *next != '.')) return bad_input("cursor", "is not ours");
    at = next == end ? end : next + 1;
  }
  if (at != end || parts[0] > static_cast<int>(Stage::contents)) return bad_input("cursor", "is not ours");
  return Cursor{static_cast<Stage>(parts[0]), ConversationId(parts[1]), parts[2]};
}

/// One name in a folder, whatever it was called outside.
std::string file_name(const store::AttachmentRecord& file) {
  std::string plain;
  for (const char c : file.name) {
    const auto byte = static_cast<unsigned char>(c);
    plain += byte < 0x20 || byte == 0x7F || std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos ? '_' : c;
  }
  plain = cut(to_valid_utf8(plain), 120);
  return fmt::format("{}-{}", file.id, plain.empty() ? "file" : plain);
}

std::string file_path(ConversationId conversation, const store::AttachmentRecord& file) {
  return fmt::format("files/{}/{}", conversation.value, file_name(file));
}

std::string page(const std::string& language, const std::string& title, const std::string& body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>{}</title><style>body{{max-width:44rem;margin:2rem auto;padding:0 "
      "1rem;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}}table{{border-collapse:collapse;width:100%}}td,"
      "th{{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid "
      "#ccc;vertical-align:top}}article{{margin:1rem 0;padding:.6rem 1rem;border:1px solid "
      "#ccc;border-radius:8px}}article p{{white-space:pre-wrap}}small{{color:#555}}</style></head><body>\n{}</body>"
      "</html>\n",
      language, escape_html(title), body);
}

class Exporter {
 public:
  Exporter(Work& work, store::CustomerRecord customer, std::string language, ExportStep& step)
      : work_(work), tx_(work.tx), customer_(std::move(customer)), language_(std::move(language)), step_(step) {}

  /// Goes on until the step is full, and says where.
  Result<void> run(Cursor at) {
    while (!full()) {
      switch (at.stage) {
        case Stage::start:
          start();
          at = {Stage::papers, {}, 0};
          break;
        case Stage::papers:
          if (const auto next = tx_.next_conversation_of(customer_.id, at.conversation)) {
            SUKI_CHECK(papers(*next));
            at = {Stage::files, *next, 0};
          } else {
            at = {Stage::apart, {}, 0};
          }
          break;
        case Stage::files:
          if (!give_file(at)) at = {Stage::came, at.conversation, 0};
          break;
        case Stage::came:
          if (!give_mail(at)) at = {Stage::sent, at.conversation, 0};
          break;
        case Stage::sent:
          if (!give_sent(at)) at = {Stage::papers, at.conversation, 0};
          break;
        case Stage::apart:
          if (!give_apart(at)) at = {Stage::contents, {}, 0};
          break;
        case Stage::contents:
          give("index.html", index());
          return {};
      }
    }
    step_.next = to_cursor(at);
    return {};
  }

 private:
  [[nodiscard]] std::string say(const char* key, const std::vector<catalogue::Arg>& args = {}) const {
    return message(language_, key, args);
  }
  [[nodiscard]] std::string when(Instant at) const {
    return catalogue::say_instant(language_, at, work_.plan->plan.business.time_zone);
  }
  [[nodiscard]] bool full() const { return held_ >= export_bytes; }
  void give(std::string name, std::string bytes) {
    held_ += bytes.size() + 1'000;  // a thousand empty files are a step, too
    step_.files.push_back({std::move(name), std::move(bytes)});
  }
  [[nodiscard]] Named named(const desk::Conversation& state, FactKey key) const {
    const Symbol symbol = state.facts.get(key);
    return {work_.plan->slug(symbol), work_.plan->name(symbol, language_)};
  }

  void start() {
    const LoadedPlan& plan = *work_.plan;
    ExportedCustomer facts;
    facts.format = "suki customer export 1";
    facts.exported_at = format_instant(work_.now);
    facts.business = plan.plan.business.name;
    facts.time_zone = plan.plan.business.time_zone;
    facts.id = to_text(customer_.id.value);
    facts.name = customer_.name;
    facts.email = customer_.email;
    facts.language = plan.slug(customer_.language);
    if (customer_.segment) facts.segment = Named{plan.slug(customer_.segment), plan.name(customer_.segment, language_)};
    facts.conversations = tx_.holdings(customer_.id).conversations;
    facts.addresses = show_addresses(tx_, customer_.id);
    facts.parked = show_parked(tx_, customer_);
    std::string text;
    for (const char* part : {"app.export.about.what", "app.export.about.files", "app.export.about.inside",
                             "app.export.about.gone", "app.export.about.times"})
      text += say(part, {{"business", facts.business},
                         {"when", when(work_.now)},
                         {"zone", facts.time_zone},
                         {"number", facts.id}}) +
              "\n\n";
    give("README.txt", std::move(text));
    give("customer.json", json::write(facts) + "\n");
  }

  [[nodiscard]] ExportedMessage exported(const store::MessageRecord& from,
                                         const std::vector<store::AttachmentRecord>& files) const {
    ExportedMessage to;
    to.id = to_text(from.id.value);
    to.kind = name_of(from.kind);
    to.at = format_instant(from.at);
    to.author = author_of(from, language_);
    to.email = from.email;
    to.text = from.text;
    for (const store::AttachmentRecord& file : files)
      if (file.message == from.id) to.files.push_back(file_path(from.conversation, file));
    if (const auto mail = store::find_message_mail(tx_, from.id)) {
      const std::pair<const char*, const std::vector<store::Recipient>*> lists[] = {{"To", &mail->to},
                                                                                    {"Cc", &mail->cc}};
      for (const auto& [field, list] : lists)
        for (const store::Recipient& one : *list)
          to.copies.push_back(one.name.empty() ? fmt::format("{}: {}", field, one.email)
                                               : fmt::format("{}: {} <{}>", field, one.name, one.email));
    }
    if (from.has_raw) to.files.push_back(fmt::format("mails/{}/{}-received.eml", from.conversation.value, to.id));
    return to;
  }

  Result<void> papers(ConversationId id) {
    const auto row = tx_.list_row(id);
    if (!row) return {};
    const desk::Conversation& state = row->record.state;
    ExportedConversation c;
    c.id = to_text(id.value);
    c.erased = row->record.erased_at.us != 0;
    c.subject = c.erased ? say("app.conversation.erased") : row->subject;
    c.state = desk::name_of(state.state);
    c.opened_at = format_instant(state.opened_at);
    c.last_at = format_instant(row->record.last_at);
    if (!c.erased) c.private_link = link_url(work_, id);
    if (row->record.continues) c.continues = to_text(row->record.continues.value);
    c.channel = named(state, FactKey::channel);
    c.topic = named(state, FactKey::topic);
    c.priority = named(state, FactKey::priority);
    c.team = named(state, FactKey::team);
    if (state.facts.get(FactKey::segment)) c.segment = named(state, FactKey::segment);
    c.language = work_.plan->slug(state.facts.get(FactKey::language));
    c.imported = show_imported(tx_, id);
    const AgentNames agents(tx_);
    ExportedInside inside;
    inside.id = c.id;
    const auto files = tx_.attachments(id);
    for (const store::MessageRecord& from : tx_.messages(id)) {
      step_.bytes += message_bytes;
      (from.kind == MessageKind::note ? inside.notes : c.messages).push_back(exported(from, files));
      if (const auto mail = store::find_message_mail(tx_, from.id); mail && !mail->bcc.empty()) {
        ExportedBlindCopy& copy = inside.blind_copies.emplace_back();
        copy.message = to_text(from.id.value);
        for (const store::Recipient& one : mail->bcc) copy.to.push_back(one.email);
      }
    }
    for (const store::DraftRecord& draft : tx_.drafts_about(id))
      inside.drafts.push_back(
          {agents.find(draft.agent), name_of_draft(draft.kind), format_instant(draft.at), draft.text});
    for (const Held& held : show_held(work_, {}, id))
      inside.drafts.push_back({held.author, "held", held.send_at, held.text});
    const std::string customer = customer_.name.empty() ? customer_.email : customer_.name;
    for (const desk::Event& event : tx_.events(id))
      inside.history.push_back(to_timeline(work_, agents, event, customer, language_));
    give(fmt::format("conversations/{}.html", c.id), readable(c, c.messages));
    give(fmt::format("conversations/{}.json", c.id), json::write(c) + "\n");
    if (!inside.notes.empty()) give(fmt::format("inside/{}.html", c.id), readable(c, inside.notes));
    give(fmt::format("inside/{}.json", c.id), json::write(inside) + "\n");
    return {};
  }

  [[nodiscard]] std::string readable(const ExportedConversation& c, const List<ExportedMessage>& messages) const {
    std::string body =
        fmt::format("<p><a href=\"../index.html\">{}</a></p>\n<h1>{}</h1>\n<p><small>{} · {} · {}</small></p>\n",
                    escape_html(say("app.export.contents")), escape_html(c.subject),
                    escape_html(say("app.export.number", {{"number", c.id}})), escape_html(c.topic.name),
                    escape_html(c.channel.name));
    for (const ExportedMessage& m : messages) {
      const auto at = parse_instant(m.at);
      body += fmt::format("<article><small><b>{}</b> {} · {}</small>\n<p>{}</p>\n",
                          escape_html(m.author.empty() ? say("app.customer.unknown") : m.author), escape_html(m.email),
                          escape_html(at.ok() ? when(*at) : m.at), escape_html(m.text));
      for (const Text& path : m.files)
        body += fmt::format("<div><a href=\"../{}\">{}</a></div>\n", escape_html(encoded(path)),
                            escape_html(path.substr(path.rfind('/') + 1)));
      body += "</article>\n";
    }
    return page(language_, c.subject, body);
  }

  /// A path as an address: names may hold anything.
  static std::string encoded(std::string_view path) {
    std::string out;
    for (const char c : path) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                         c == '.' || c == '-' || c == '_';
      out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
  }

  bool give_file(Cursor& at) {
    const auto files = tx_.attachments(at.conversation);
    for (const store::AttachmentRecord& file : files) {
      if (file.id <= at.item) continue;
      if (full()) return true;
      give(file_path(at.conversation, file), tx_.content(file.digest).value_or(""));
      step_.bytes += file.size;
      at.item = file.id;
    }
    return false;
  }

  bool give_mail(Cursor& at) {
    for (const auto& [message, size] : tx_.raw_mail_sizes(at.conversation)) {
      if (message.value <= at.item) continue;
      if (full()) return true;
      give(fmt::format("mails/{}/{}-received.eml", at.conversation.value, message.value),
           tx_.raw_mail(message).value_or(""));
      step_.bytes += size;
      at.item = message.value;
    }
    return false;
  }

  bool give_sent(Cursor& at) {
    for (const store::SentMail& mail : tx_.sent_mails(at.conversation)) {
      if (mail.outbox <= at.item) continue;
      if (full()) return true;
      // What is left of it: a mail whose conversation was erased, or that could not be made, has no bytes.
      if (const Result<std::string> bytes = mail_bytes(tx_, mail.outbox); bytes.ok())
        give(fmt::format("mails/{}/{}-sent-{}.eml", at.conversation.value, mail.message.value, mail.outbox), *bytes);
      at.item = mail.outbox;
    }
    return false;
  }

  /// Nobody has looked at whether they are from them, so they are not with what may be handed over unseen.
  bool give_apart(Cursor& at) {
    std::vector<std::string> from{to_lower_ascii(customer_.email)};
    for (const CustomerAddress& further : show_addresses(tx_, customer_.id)) from.push_back(further.email);
    while (true) {
      std::optional<store::QuarantineRecord> next;
      for (const std::string& email : from)
        if (auto mail = store::next_quarantined_from(tx_, email, at.item); mail && (!next || mail->id < next->id))
          next = std::move(mail);
      if (!next) return false;
      if (full()) return true;
      give(fmt::format("inside/quarantine/{}.eml", next->id), tx_.content(next->digest).value_or(""));
      at.item = next->id;
    }
  }

  [[nodiscard]] std::string index() const {
    std::string rows;
    ConversationId before;
    constexpr int at_once = 200;
    for (bool more = true; more;) {
      const auto some = tx_.conversations_of(customer_.id, before, at_once);
      for (const store::ListRow& row : some) {
        const std::string id = to_text(row.record.state.id.value);
        const std::string subject = row.record.erased_at.us != 0 ? say("app.conversation.erased") : row.subject;
        rows += fmt::format("<tr><td>{}</td><td><a href=\"conversations/{}.html\">{}</a></td><td>{}</td></tr>\n", id,
                            id, escape_html(subject), escape_html(when(row.record.state.opened_at)));
        before = row.record.state.id;
      }
      more = static_cast<int>(some.size()) == at_once;
    }
    const std::string name = customer_.erased_at.us != 0 ? say("app.customer.erased")
                             : customer_.name.empty()    ? customer_.email
                                                         : customer_.name;
    const std::string title = say("app.export.title", {{"customer", name}});
    return page(language_, title,
                fmt::format("<h1>{}</h1>\n<p>{}</p>\n<p>{}</p>\n<table><tr><th>{}</th><th>{}</th><th>{}</th></"
                            "tr>\n{}</table>\n",
                            escape_html(title), escape_html(customer_.email),
                            escape_html(say("app.export.about.what",
                                            {{"business", work_.plan->plan.business.name}, {"when", when(work_.now)}})),
                            escape_html(say("app.export.column.number")), escape_html(say("app.export.column.subject")),
                            escape_html(say("app.export.column.opened")), rows));
  }

 public:
  static constexpr std::int64_t message_bytes = 2'000;  ///< of a message's words, for the figure of progress

 private:
  Work& work_;
  store::Tx& tx_;
  store::CustomerRecord customer_;
  std::string language_;
  ExportStep& step_;
  std::size_t held_ = 0;
};

}  // namespace

Result<ExportStep> export_step(App& app, store::Tx& tx, CustomerId id, const std::string& language,
                               const std::string& cursor) {
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  SUKI_TRY(const Cursor at, read_cursor(cursor));
  auto customer = tx.find_customer(id);
  if (!customer) return fail(ErrorCode::not_found, "no such customer");
  ExportStep step;
  SUKI_CHECK(Exporter(work, std::move(*customer), language, step).run(at));
  return step;
}

std::int64_t export_size(store::Tx& tx, CustomerId id) {
  const store::CustomerHoldings h = tx.holdings(id);
  return h.file_bytes + h.mail_bytes + (h.messages + h.notes) * Exporter::message_bytes;
}

Result<void> CustomerExport::read(store::Tx& tx) {
  SUKI_TRY(step_, export_step(app_, tx, id_, language_, cursor_));
  return {};
}

std::string CustomerExport::take() {
  const Instant now = app_.shared().host.now();
  std::string bytes;
  for (const ExportFile& file : step_.files) bytes += zip_.add(file.name, file.bytes, now);
  cursor_ = step_.next;
  done_ = cursor_.empty();
  if (done_) bytes += zip_.end();
  step_ = {};
  return bytes;
}

}  // namespace suki::app
