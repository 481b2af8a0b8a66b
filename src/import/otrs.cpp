/// OTRS, as its migration export writes: one JSON document, an object or list of records told apart by their fields.
/// Tickets with their articles, customer users; articles alone are put together by their ticket.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/text.h"
#include "import/foreign.h"
#include "import/form.h"
#include "import/readers.h"
#include "json/read.h"

namespace suki::importing {
namespace {

namespace bj = boost::json;

/// What a record is, by what it has.
enum class What : std::uint8_t { ticket, article, customer_user, user, queue, state, priority, other };
What what_is(const bj::object& o) {
  if (o.contains("ArticleID") && o.contains("Body")) return What::article;
  if (o.contains("TicketID") && o.contains("TicketNumber")) return What::ticket;
  if (o.contains("UserCustomerID") || (o.contains("UserLogin") && o.contains("CustomerID"))) return What::customer_user;
  if (o.contains("UserLogin")) return What::user;
  if (o.contains("QueueID") && o.contains("Name") && !o.contains("HistoryID")) return What::queue;
  if (o.contains("TypeName") && o.contains("ID")) return What::state;
  if (o.contains("ID") && o.contains("Name") && !o.contains("FieldType")) return What::priority;
  return What::other;
}

const char* state_of(std::string_view type) {
  if (type == "closed" || type == "removed" || type == "merged") return "closed";
  if (type == "pending auto") return "resolved";
  return type.starts_with("pending") ? "pending" : "open";
}

class OtrsReader final : public Reader {
 public:
  explicit OtrsReader(std::string source) : source_(std::move(source)) {}
  void take(std::string_view bytes, std::vector<Item>&) override {
    if (held_.size() + bytes.size() <= held_bytes_max)
      held_ += bytes;
    else
      too_large_ = true;
  }
  void end(std::vector<Item>& out) override {
    if (too_large_) return problem("the export is larger than 1 GiB: divide it by tickets", out);
    if (trim(held_).empty()) return;
    // Tickets hold articles, which hold attachments: deeper than requests of ours.
    bj::parse_options options;
    options.max_depth = 32;
    boost::system::error_code error;
    const bj::value document = bj::parse(is_utf8(held_) ? held_ : to_valid_utf8(held_), error, {}, options);
    held_ = {};
    if (error) return problem(fmt::format("is no JSON: {}", error.message()), out);
    walk(document, 0);
    give_all(out);
  }
  [[nodiscard]] const LeftOut& left_out() const override { return left_out_; }
  [[nodiscard]] bool keeps_raw() const override { return false; }

 private:
  struct Ticket {
    std::int64_t place = 0;  ///< which record of the export it is
    bj::object json;
    std::vector<bj::object> articles;
    std::set<std::string> known;
  };

  static void problem(std::string why, std::vector<Item>& out) {
    Item& item = out.emplace_back();
    item.line = 1;
    item.problem = std::move(why);
  }

  void walk(const bj::value& value, int depth) {
    constexpr int depth_max = 3;  // {"tickets": [ {...} ]}
    if (value.is_array()) {
      for (const bj::value& inner : value.get_array()) walk(inner, depth + 1);
      return;
    }
    if (!value.is_object()) return;
    const bj::object& object = value.get_object();
    const bool is_list = !object.empty() && std::all_of(object.begin(), object.end(), [](const auto& entry) {
      return entry.value().is_object() || entry.value().is_array();
    });
    if (is_list && depth < depth_max) {
      for (const auto& entry : object) walk(entry.value(), depth + 1);
      return;
    }
    ++place_;
    take_record(object);
  }

  void take_record(const bj::object& o) {
    switch (what_is(o)) {
      case What::ticket:
        return take_ticket(o);
      case What::article:
        return loose_.push_back({place_, o});
      case What::customer_user:
        customers_.try_emplace(text_of(o, "UserLogin"), place_, o);
        return;
      case What::user:
        users_.try_emplace(text_of(o, "UserLogin"), o);
        return;
      case What::queue:
        ++left_out_["queues: they are named by their tickets"];
        return;
      case What::state:
        ++left_out_["states: they are named by their tickets"];
        return;
      case What::priority:
        ++left_out_["priorities: they are named by their tickets"];
        return;
      case What::other:
        ++left_out_[o.contains("HistoryID")             ? "history"
                    : o.contains("FieldType")           ? "dynamic fields"
                    : o.contains("CustomerCompanyName") ? "companies"
                                                        : "records of no known kind"];
    }
  }

  void take_ticket(const bj::object& o) {
    Ticket ticket{place_, o, {}, {}};
    if (const bj::array* articles = list_of(o, "Articles"))
      for (const bj::value& article : *articles)
        if (article.is_object()) add_article(ticket, article.get_object());
    ticket.json.erase("Articles");
    ticket.json.erase("History");
    tickets_.push_back(std::move(ticket));
  }

  void add_article(Ticket& ticket, const bj::object& article) {
    if (ticket.known.insert(text_of(article, "ArticleID")).second)
      ticket.articles.push_back(article);
    else
      ++left_out_["articles that came before"];
  }

  void give_all(std::vector<Item>& out) {
    for (const auto& [place, article] : loose_) {
      const std::string id = text_of(article, "TicketID");
      auto ticket = std::find_if(tickets_.begin(), tickets_.end(),
                                 [&](const Ticket& t) { return text_of(t.json, "TicketID") == id; });
      // An article says of its ticket what a ticket would.
      if (ticket == tickets_.end()) ticket = tickets_.insert(tickets_.end(), Ticket{place, article, {}, {}});
      add_article(*ticket, article);
    }
    for (const auto& [login, found] : customers_) {
      Item& item = out.emplace_back();
      item.line = found.first;
      item.record = customer_of(login, nullptr);
    }
    for (const Ticket& ticket : tickets_) {
      Item& item = out.emplace_back();
      item.line = ticket.place;
      item.record = to_conversation(ticket);
    }
  }

  [[nodiscard]] Customer customer_of(const std::string& login, const bj::object* article) const {
    Customer customer{{source_, login}, "", "", ""};
    if (const auto found = customers_.find(login); found != customers_.end()) {
      const bj::object& o = found->second.second;
      customer.name = std::string(trim(text_of(o, "UserFirstname") + " " + text_of(o, "UserLastname")));
      customer.email = text_of(o, "UserEmail");
      return customer;
    }
    if (article != nullptr) {
      const Person from = person_of(text_of(*article, "From"));
      customer.name = from.name;
      customer.email = from.email;
    }
    if (customer.name.empty() && customer.email.empty()) customer.name = login;
    return customer;
  }

  Conversation to_conversation(const Ticket& ticket) {
    const bj::object& o = ticket.json;
    Conversation c;
    c.origin = {source_, text_of(o, "TicketID")};
    const bj::object* asked = nullptr;
    for (const bj::object& article : ticket.articles)
      if (asked == nullptr && text_of(article, "SenderType") == "customer") asked = &article;
    c.customer = customer_of(text_of(o, "CustomerUserID"), asked);
    if (!ticket.articles.empty()) c.channel = channel_word(ticket.articles.front());
    c.subject = text_of(o, "Title");
    c.state = state_of(text_of(o, "StateType"));
    c.topic = text_of(o, "Service").empty() ? text_of(o, "Type") : text_of(o, "Service");
    c.team = text_of(o, "Queue");
    c.priority = text_of(o, "Priority");
    if (const std::string owner = text_of(o, "Owner"); owner != "root@localhost") c.assignee = owner;
    if (!text_of(o, "TicketNumber").empty()) c.tags.push_back("Ticket#" + text_of(o, "TicketNumber").substr(0, 60));
    // Times without a zone are those of the server; what it gives as seconds says which zone that is.
    const Instant created = epoch_of(number_of(o, "CreateTimeUnix"));
    const std::string local = !text_of(o, "Created").empty() ? text_of(o, "Created") : text_of(o, "CreateTime");
    Span offset;
    if (const Instant told = time_of(local, {}); told != never && created != never) {
      constexpr std::int64_t quarter = 900'000'000;  // zones are whole quarters of an hour
      offset = Span{((told - created).us + quarter / 2) / quarter * quarter};
    }
    c.opened_at = created;
    const std::string closed = text_of(o, "Closed"), changed = text_of(o, "Changed");
    c.state_at = time_of(c.state == "closed" && !closed.empty() ? closed : changed, offset);
    for (const bj::object& article : ticket.articles) c.messages.push_back(to_message(article, offset));
    return c;
  }

  static const char* channel_word(const bj::object& article) {
    const std::string type = text_of(article, "ArticleType");
    if (type == "phone") return "phone";
    if (type.starts_with("email")) return "email";
    return type == "webrequest" ? "form" : "";
  }

  Message to_message(const bj::object& article, Span offset) {
    Message message;
    message.id = text_of(article, "ArticleID");
    const std::string type = text_of(article, "ArticleType"), sender = text_of(article, "SenderType");
    const bool hidden = type.find("internal") != std::string::npos || type == "note-report" ||
                        text_of(article, "IsVisibleForCustomer") == "0";
    if (hidden)
      message.kind = MessageKind::note;
    else if (sender == "system")
      message.kind = MessageKind::automatic;
    else
      message.kind = sender == "agent" ? MessageKind::reply : MessageKind::customer;
    const Person from = person_of(text_of(article, "From"));
    message.author = from.name.empty() ? from.email : from.name;
    if (message.kind == MessageKind::reply || (hidden && sender == "agent")) message.agent = from.email;
    message.at = epoch_of(number_of(article, "IncomingTime"));
    if (message.at == never) message.at = time_of(text_of(article, "CreateTime"), offset);
    if (message.at == never) message.at = epoch_of(number_of(article, "CreateTimeUnix"));
    message.text = text_of(article, "Body");
    if (const bj::array* files = list_of(article, "Attachments"))
      for (const bj::value& file : *files)
        if (file.is_object() && message.files.size() < files_max)
          add_file(message, file.get_object(), !text_of(article, "AttachmentIDOfHTMLBody").empty());
    return message;
  }

  void add_file(Message& message, const bj::object& o, bool may_be_body) {
    auto bytes = from_base64(text_of(o, "Content"));
    if (!bytes.ok()) {
      ++left_out_["attachments that cannot be read"];
      return;
    }
    const std::string type = text_of(o, "ContentType");
    if (may_be_body && message.html.empty() && type.starts_with("text/html") && text_of(o, "Disposition") == "inline") {
      message.html = to_valid_utf8(*bytes);
      return;
    }
    std::string name = text_of(o, "Filename");
    // This export writes names as base64, too, and ends each with a line.
    if (name.ends_with('\n'))
      if (const auto decoded = from_base64(name); decoded.ok() && is_utf8(*decoded)) name = *decoded;
    message.files.push_back({name, type.substr(0, type.find(';')), *std::move(bytes), ""});
  }

  std::string source_, held_;
  bool too_large_ = false;
  LeftOut left_out_;
  std::int64_t place_ = 0;
  std::vector<Ticket> tickets_;
  std::vector<std::pair<std::int64_t, bj::object>> loose_;
  std::map<std::string, std::pair<std::int64_t, bj::object>> customers_;
  std::map<std::string, bj::object> users_;
};

}  // namespace

std::unique_ptr<Reader> make_otrs_reader(std::string source) {
  return std::make_unique<OtrsReader>(std::move(source));
}

}  // namespace suki::importing
