/// Freshdesk, as its API (v2) answers: JSON Lines of {"method", "path", "status", "json"}, in any order. Tickets with
/// their conversations, contacts, agents and groups are taken; the rest is counted and left out.
#include <map>

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/number.h"
#include "base/text.h"
#include "import/foreign.h"
#include "import/form.h"
#include "import/lines.h"
#include "import/readers.h"
#include "json/read.h"

namespace suki::importing {
namespace {

namespace bj = boost::json;

const char* state_of(std::int64_t status) {
  switch (status) {
    case 3:
    case 6:  // waiting on customer
      return "pending";
    case 4:
      return "resolved";
    case 5:
      return "closed";
    case 7:  // waiting on third party
      return "on_hold";
    default:
      return "open";
  }
}
const char* priority_of(std::int64_t priority) {
  constexpr const char* names[] = {"", "low", "medium", "high", "urgent"};
  return priority > 0 && priority < 5 ? names[priority] : "";
}
const char* channel_of(std::int64_t source) {
  switch (source) {
    case 1:
    case 10:  // outbound
      return "email";
    case 2:
    case 9:  // portal, feedback widget
      return "form";
    case 3:
      return "phone";
    case 7:
      return "chat";
    default:
      return "";
  }
}

class FreshdeskReader final : public Reader {
 public:
  FreshdeskReader(std::string source) : source_(std::move(source)) {}
  void take(std::string_view bytes, std::vector<Item>& out) override {
    lines_.take(bytes, [&](const Lines::Line& line) { read(line, out); });
  }
  void end(std::vector<Item>& out) override {
    lines_.end([&](const Lines::Line& line) { read(line, out); });
    for (const auto& [id, contact] : contacts_) give(contact.line, contact.customer, out);
    for (auto& [id, ticket] : tickets_) give(ticket.line, to_conversation(id, ticket), out);
    for (const auto& [id, count] : entry_counts_)
      if (!tickets_.contains(id)) left_out_["entries of tickets that are not there"] += count;
  }
  [[nodiscard]] const LeftOut& left_out() const override { return left_out_; }
  [[nodiscard]] bool keeps_raw() const override { return false; }

 private:
  struct Contact {
    std::int64_t line = 0;
    Customer customer;
  };
  struct Ticket {
    std::int64_t line = 0;
    bool whole = false;  ///< its own answer, not a list's
    bj::object json;
  };

  static void give(std::int64_t line, Record record, std::vector<Item>& out) {
    Item& item = out.emplace_back();
    item.line = line;
    item.record = std::move(record);
  }

  void read(const Lines::Line& line, std::vector<Item>& out) {
    if (!line.too_long && (trim(line.text).empty() || line.text.starts_with('#'))) return;
    const auto problem = [&](std::string why) {
      Item& item = out.emplace_back();
      item.line = line.number;
      item.problem = std::move(why);
    };
    if (line.too_long) return problem(too_long());
    held_ += line.text.size();
    if (held_ > held_bytes_max) return problem("the export is larger than 1 GiB: divide it by tickets");
    auto document = json::parse(line.text);
    if (!document.ok()) return problem(document.error().detail);
    if (!document->is_object() || !document->get_object().contains("path"))
      return problem("is no answer of the API: an object with \"path\", \"status\" and \"json\"");
    take_answer(line.number, document->get_object());
  }

  void take_answer(std::int64_t line, const bj::object& answer) {
    std::string path = text_of(answer, "path");
    path = path.substr(0, path.find('?'));
    const std::int64_t status = number_of(answer, "status");
    if (status != 0 && (status < 200 || status > 299)) {
      ++left_out_["answers that were errors"];
      return;
    }
    const auto words = split(path, '/');  // "", "tickets", "8", "conversations"
    const std::string_view kind = words.size() > 1 ? words[1] : std::string_view();
    if (words.size() == 3 && kind == "tickets") {
      if (const bj::object* ticket = object_of(answer, "json")) take_ticket(line, *ticket, true);
      return;
    }
    const bj::array* list = list_of(answer, "json");
    if (list == nullptr) return;
    for (const bj::value& value : *list)
      if (value.is_object()) take_one(line, words, kind, value.get_object());
  }

  void take_one(std::int64_t line, const std::vector<std::string_view>& words, std::string_view kind,
                const bj::object& one) {
    if (words.size() == 4 && kind == "tickets" && words[3] == "conversations") {
      entries_[parse_whole(words[2]).value_or(0)].push_back(one);
      ++entry_counts_[parse_whole(words[2]).value_or(0)];
    } else if (words.size() == 2 && kind == "tickets") {
      take_ticket(line, one, false);
    } else if (words.size() == 2 && kind == "contacts") {
      take_contact(line, one);
    } else if (words.size() == 2 && kind == "agents") {
      if (const bj::object* contact = object_of(one, "contact"))
        agents_[number_of(one, "id")] = {text_of(*contact, "name"), text_of(*contact, "email")};
    } else if (words.size() == 2 && kind == "groups") {
      groups_[number_of(one, "id")] = text_of(one, "name");
    } else if (left_out_.size() < 100) {
      ++left_out_[std::string(words.back().substr(0, 60))];  // companies, time_entries, ticket_fields ...
    }
  }

  void take_ticket(std::int64_t line, const bj::object& one, bool whole) {
    Ticket& ticket = tickets_[number_of(one, "id")];
    if (ticket.whole && !whole) return;
    ticket = {line, whole, one};
  }

  void take_contact(std::int64_t line, const bj::object& one) {
    Contact& contact = contacts_[number_of(one, "id")];
    contact.line = line;
    contact.customer = {
        {source_, text_of(one, "id")}, text_of(one, "name"), text_of(one, "email"), text_of(one, "language")};
    if (contact.customer.name.empty()) contact.customer.name = text_of(one, "phone");
  }

  [[nodiscard]] Customer customer_of(std::int64_t id) const {
    if (const auto contact = contacts_.find(id); contact != contacts_.end()) return contact->second.customer;
    Customer customer{{source_, std::to_string(id)}, "", "", ""};
    // Staff may ask, too.
    if (const auto agent = agents_.find(id); agent != agents_.end()) {
      customer.name = agent->second.name;
      customer.email = agent->second.email;
    }
    if (customer.name.empty() && customer.email.empty()) customer.name = fmt::format("{} {}", source_, id);
    return customer;
  }

  [[nodiscard]] Message message_of(const bj::object& one, const char* html, const char* text) {
    Message message;
    message.id = text_of(one, "id");
    message.at = time_of(text_of(one, "created_at"), {});
    message.html = text_of(one, html);
    message.text = text_of(one, text);
    // The export has their addresses alone, which open to nobody who is not logged in there.
    if (const bj::array* files = list_of(one, "attachments"))
      for (const bj::value& file : *files) {
        if (!file.is_object()) continue;
        message.text += fmt::format("\n[not in the export: {}]", text_of(file.get_object(), "name"));
        ++left_out_["attachments: the export has their addresses alone"];
      }
    return message;
  }

  Conversation to_conversation(std::int64_t id, const Ticket& ticket) {
    const bj::object& one = ticket.json;
    Conversation c;
    c.origin = {source_, std::to_string(id)};
    c.customer = customer_of(number_of(one, "requester_id"));
    c.by_staff = number_of(one, "source") == 10;
    c.channel = channel_of(number_of(one, "source"));
    c.subject = text_of(one, "subject");
    c.state = state_of(number_of(one, "status"));
    c.topic = text_of(one, "type");
    if (const auto group = groups_.find(number_of(one, "group_id")); group != groups_.end()) c.team = group->second;
    c.priority = priority_of(number_of(one, "priority"));
    c.assignee = agent_of(number_of(one, "responder_id"));
    if (const bj::array* tags = list_of(one, "tags"))
      for (const bj::value& tag : *tags)
        if (tag.is_string() && c.tags.size() < tags_max) c.tags.emplace_back(tag.get_string().subview(0, tag_max));
    c.opened_at = time_of(text_of(one, "created_at"), {});
    c.state_at = time_of(text_of(one, "updated_at"), {});
    Message first = message_of(one, "description", "description_text");
    first.id.clear();
    first.kind = c.by_staff ? MessageKind::reply : MessageKind::customer;
    if (!first.text.empty() || !first.html.empty()) c.messages.push_back(std::move(first));
    if (const auto entries = entries_.find(id); entries != entries_.end())
      for (const bj::object& entry : entries->second) c.messages.push_back(to_message(entry));
    if (c.opened_at == never && c.messages.empty()) c.opened_at = Instant{};
    return c;
  }

  [[nodiscard]] std::string agent_of(std::int64_t id) const {
    const auto agent = agents_.find(id);
    return agent == agents_.end() ? "" : agent->second.email.empty() ? agent->second.name : agent->second.email;
  }

  Message to_message(const bj::object& entry) {
    Message message = message_of(entry, "body", "body_text");
    const std::int64_t user = number_of(entry, "user_id");
    if (flag_of(entry, "private"))
      message.kind = MessageKind::note;
    else if (flag_of(entry, "auto_response"))
      message.kind = MessageKind::automatic;
    else
      message.kind = flag_of(entry, "incoming") ? MessageKind::customer : MessageKind::reply;
    if (const auto agent = agents_.find(user); agent != agents_.end()) message.author = agent->second.name;
    if (const auto contact = contacts_.find(user); contact != contacts_.end())
      message.author = contact->second.customer.name;
    if (message.kind != MessageKind::customer) message.agent = agent_of(user);
    return message;
  }

  std::string source_;
  LeftOut left_out_;
  Lines lines_{line_bytes_max};
  std::size_t held_ = 0;
  std::map<std::int64_t, Contact> contacts_;
  std::map<std::int64_t, Person> agents_;
  std::map<std::int64_t, std::string> groups_;
  std::map<std::int64_t, Ticket> tickets_;
  std::map<std::int64_t, std::vector<bj::object>> entries_;
  std::map<std::int64_t, std::int64_t> entry_counts_;
};

}  // namespace

std::unique_ptr<Reader> make_freshdesk_reader(std::string source) {
  return std::make_unique<FreshdeskReader>(std::move(source));
}

}  // namespace suki::importing
