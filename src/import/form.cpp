#include "import/form.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/text.h"
#include "json/read.h"

namespace suki::importing {
namespace {

namespace bj = boost::json;

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Error wrong(const std::string& field, std::string_view what) {
  return fail(ErrorCode::bad_input, field.empty() ? std::string(what) : fmt::format("{}: {}", field, what));
}

/// One object of the form, under the eye: every field is asked for by name, the rest is left out and counted.
class Fields {
 public:
  Fields(const bj::object& object, std::string path, LeftOut& left_out)
      : object_(object), path_(std::move(path)), left_out_(left_out) {}

  [[nodiscard]] std::string path(std::string_view name) const {
    return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
  }
  [[nodiscard]] const bj::value* find(std::string_view name) {
    asked_.push_back(name);
    const bj::value* value = object_.if_contains(name);
    return value != nullptr && value->is_null() ? nullptr : value;
  }
  /// Numbers are read as ids, too: many systems count.
  [[nodiscard]] Result<void> text(std::string_view name, std::string& to, std::size_t bytes_max = line_bytes_max) {
    const bj::value* value = find(name);
    if (value == nullptr) return {};
    if (value->is_int64() || value->is_uint64())
      to = bj::serialize(*value);
    else if (value->is_string())
      to.assign(value->get_string().data(), value->get_string().size());
    else
      return wrong(path(name), "must be a string");
    if (to.size() > bytes_max) return wrong(path(name), fmt::format("is longer than {} bytes", bytes_max));
    if (to.find('\0') != std::string::npos) return wrong(path(name), "holds a NUL character");
    return {};
  }
  [[nodiscard]] Result<void> instant(std::string_view name, Instant& to) {
    std::string given;
    SUKI_CHECK(text(name, given));
    if (given.empty()) return {};
    const auto at = parse_instant(given);
    if (!at.ok())
      return wrong(path(name), fmt::format("\"{}\" is no time with an offset, such as 2026-11-23T08:00:00Z", given));
    to = *at;
    return {};
  }
  [[nodiscard]] Result<const bj::array*> list(std::string_view name, std::size_t items_max) {
    const bj::value* value = find(name);
    if (value == nullptr) return nullptr;
    if (!value->is_array()) return wrong(path(name), "must be a list");
    if (value->get_array().size() > items_max)
      return wrong(path(name), fmt::format("has more than {} items", items_max));
    return &value->get_array();
  }
  /// What nobody asked for.
  void end() {
    for (const auto& [name, value] : object_) {
      if (std::find(asked_.begin(), asked_.end(), std::string_view(name)) != asked_.end()) continue;
      // A hostile file may call every field another name.
      constexpr std::size_t names_max = 200;
      std::string field = path_.substr(0, path_.find('['));
      field += (field.empty() ? "" : ".") + std::string(name.substr(0, 60));
      if (left_out_.contains(field) || left_out_.size() < names_max) ++left_out_[field];
    }
  }

 private:
  const bj::object& object_;
  std::string path_;
  LeftOut& left_out_;
  std::vector<std::string_view> asked_;
};

Result<void> check_origin(const Fields& fields, const Origin& origin) {
  if (origin.id.empty()) return wrong(fields.path("id"), "is required");
  if (origin.source.empty()) return wrong(fields.path("source"), "is required, here or by --source");
  return {};
}

Result<void> read_origin(Fields& fields, const std::string& source, Origin& origin) {
  origin.source = source;
  SUKI_CHECK(fields.text("source", origin.source, id_max));
  return fields.text("id", origin.id, id_max);
}

Result<Customer> read_customer(Fields& fields, const std::string& source) {
  Customer customer;
  SUKI_CHECK(read_origin(fields, source, customer.origin));
  SUKI_CHECK(fields.text("name", customer.name));
  SUKI_CHECK(fields.text("email", customer.email));
  SUKI_CHECK(fields.text("language", customer.language, id_max));
  fields.end();
  return customer;
}

Result<File> read_file(const bj::value& value, const std::string& path, LeftOut& left_out) {
  if (!value.is_object()) return wrong(path, "must be an object");
  Fields fields(value.get_object(), path, left_out);
  File file;
  SUKI_CHECK(fields.text("name", file.name));
  SUKI_CHECK(fields.text("type", file.type, id_max));
  SUKI_CHECK(fields.text("path", file.path, 4'000));
  std::string encoded;
  const bool has_bytes = value.get_object().contains("base64");
  SUKI_CHECK(fields.text("base64", encoded));
  if (has_bytes == !file.path.empty()) return wrong(path, "needs either \"base64\" or \"path\"");
  auto bytes = from_base64(encoded);
  if (!bytes.ok()) return wrong(fields.path("base64"), "is no base64");
  file.bytes = *std::move(bytes);
  fields.end();
  return file;
}

Result<Message> read_message(const bj::value& value, const std::string& path, LeftOut& left_out) {
  if (!value.is_object()) return wrong(path, "must be an object");
  Fields fields(value.get_object(), path, left_out);
  Message message;
  std::string kind;
  SUKI_CHECK(fields.text("id", message.id, id_max));
  SUKI_CHECK(fields.text("kind", kind, id_max));
  if (kind == "reply")
    message.kind = MessageKind::reply;
  else if (kind == "note")
    message.kind = MessageKind::note;
  else if (kind == "automatic")
    message.kind = MessageKind::automatic;
  else if (kind != "customer")
    return wrong(fields.path("kind"), "must be customer, reply, note or automatic");
  SUKI_CHECK(fields.text("author", message.author));
  SUKI_CHECK(fields.text("agent", message.agent));
  SUKI_CHECK(fields.instant("at", message.at));
  if (message.at == never) return wrong(fields.path("at"), "is required");
  SUKI_CHECK(fields.text("text", message.text));
  SUKI_CHECK(fields.text("html", message.html));
  SUKI_TRY(const bj::array* const files, fields.list("attachments", files_max));
  if (files != nullptr)
    for (const bj::value& file : *files) {
      SUKI_TRY(File read,
               read_file(file, fmt::format("{}[{}]", fields.path("attachments"), message.files.size()), left_out));
      message.files.push_back(std::move(read));
    }
  fields.end();
  return message;
}

Result<void> read_tags(Fields& fields, Conversation& conversation) {
  SUKI_TRY(const bj::array* const tags, fields.list("tags", tags_max));
  if (tags == nullptr) return {};
  for (const bj::value& tag : *tags) {
    if (!tag.is_string() || tag.get_string().size() > tag_max)
      return wrong(fields.path("tags"), fmt::format("must be strings of at most {} bytes", tag_max));
    conversation.tags.emplace_back(tag.get_string().data(), tag.get_string().size());
  }
  return {};
}

Result<void> read_customer_of(Fields& fields, LeftOut& left_out, Conversation& conversation) {
  const bj::value* value = fields.find("customer");
  const std::string& source = conversation.origin.source;
  if (value == nullptr) return {};
  if (value->is_object()) {
    Fields inner(value->get_object(), fields.path("customer"), left_out);
    SUKI_TRY(conversation.customer, read_customer(inner, source));
    return {};
  }
  conversation.customer.origin.source = source;
  return fields.text("customer", conversation.customer.origin.id, id_max);
}

Result<Conversation> read_conversation(Fields& fields, const std::string& source, LeftOut& left_out) {
  Conversation c;
  SUKI_CHECK(read_origin(fields, source, c.origin));
  SUKI_CHECK(check_origin(fields, c.origin));
  SUKI_CHECK(read_customer_of(fields, left_out, c));
  std::string by;
  SUKI_CHECK(fields.text("begun_by", by));
  if (!by.empty() && by != "customer" && by != "staff")
    return wrong(fields.path("begun_by"), "must be customer or staff");
  c.by_staff = by == "staff";
  for (const auto& [name, to] :
       std::initializer_list<std::pair<const char*, std::string*>>{{"channel", &c.channel},
                                                                   {"subject", &c.subject},
                                                                   {"state", &c.state},
                                                                   {"hold_reason", &c.hold_reason},
                                                                   {"topic", &c.topic},
                                                                   {"team", &c.team},
                                                                   {"priority", &c.priority},
                                                                   {"language", &c.language},
                                                                   {"assignee", &c.assignee}})
    SUKI_CHECK(fields.text(name, *to));
  SUKI_CHECK(read_tags(fields, c));
  SUKI_CHECK(fields.instant("opened_at", c.opened_at));
  SUKI_CHECK(fields.instant("state_at", c.state_at));
  SUKI_TRY(const bj::array* const messages, fields.list("messages", messages_max));
  if (messages != nullptr)
    for (const bj::value& message : *messages) {
      SUKI_TRY(Message read, read_message(message, fmt::format("messages[{}]", c.messages.size()), left_out));
      c.messages.push_back(std::move(read));
    }
  if (c.opened_at == never && c.messages.empty()) return wrong("opened_at", "is required where there is no message");
  fields.end();
  return c;
}

// ---- writing -------------------------------------------------------------------------------------------------------

void put(bj::object& to, const char* name, const std::string& text) {
  if (!text.empty()) to.emplace(name, text);
}

bj::object to_json(const Customer& customer) {
  bj::object to;
  put(to, "source", customer.origin.source);
  put(to, "id", customer.origin.id);
  put(to, "name", customer.name);
  put(to, "email", customer.email);
  put(to, "language", customer.language);
  return to;
}

bj::object to_json(const Message& message) {
  constexpr std::array kinds{"customer", "reply", "note", "automatic"};
  bj::object to;
  put(to, "id", message.id);
  to.emplace("kind", kinds[static_cast<std::size_t>(message.kind)]);
  put(to, "author", message.author);
  put(to, "agent", message.agent);
  to.emplace("at", format_instant(message.at));
  put(to, "text", message.text);
  put(to, "html", message.html);
  if (message.files.empty()) return to;
  bj::array files;
  for (const File& file : message.files) {
    bj::object one;
    put(one, "name", file.name);
    put(one, "type", file.type);
    if (file.path.empty())
      one.emplace("base64", base64(file.bytes));
    else
      put(one, "path", file.path);
    files.push_back(std::move(one));
  }
  to.emplace("attachments", std::move(files));
  return to;
}

bj::object to_json(const Conversation& c) {
  bj::object to;
  to.emplace("type", "conversation");
  put(to, "source", c.origin.source);
  put(to, "id", c.origin.id);
  if (!(c.customer == Customer{})) to.emplace("customer", to_json(c.customer));
  if (c.by_staff) to.emplace("begun_by", "staff");
  for (const auto& [name, text] :
       std::initializer_list<std::pair<const char*, const std::string*>>{{"channel", &c.channel},
                                                                         {"subject", &c.subject},
                                                                         {"state", &c.state},
                                                                         {"hold_reason", &c.hold_reason},
                                                                         {"topic", &c.topic},
                                                                         {"team", &c.team},
                                                                         {"priority", &c.priority},
                                                                         {"language", &c.language},
                                                                         {"assignee", &c.assignee}})
    put(to, name, *text);
  if (!c.tags.empty()) {
    bj::array tags;
    for (const std::string& tag : c.tags) tags.emplace_back(tag);
    to.emplace("tags", std::move(tags));
  }
  if (c.opened_at != never) to.emplace("opened_at", format_instant(c.opened_at));
  if (c.state_at != never) to.emplace("state_at", format_instant(c.state_at));
  bj::array messages;
  for (const Message& message : c.messages) messages.push_back(to_json(message));
  to.emplace("messages", std::move(messages));
  return to;
}

}  // namespace

Result<Record> read_record(std::string_view line, const std::string& source, LeftOut& left_out) {
  if (!is_utf8(line)) return wrong("", "the line is not in UTF-8");
  SUKI_TRY(const bj::value document, json::parse(line));
  if (!document.is_object()) return wrong("", "the line must be a JSON object");
  Fields fields(document.get_object(), "", left_out);
  std::string type;
  SUKI_CHECK(fields.text("type", type));
  if (type == "customer") {
    SUKI_TRY(Customer customer, read_customer(fields, source));
    SUKI_CHECK(check_origin(fields, customer.origin));
    return Record(std::move(customer));
  }
  if (type == "message") return wrong("type", "a message stands in the \"messages\" of its conversation");
  if (!type.empty() && type != "conversation") return wrong("type", "must be conversation or customer");
  SUKI_TRY(Conversation conversation, read_conversation(fields, source, left_out));
  return Record(std::move(conversation));
}

std::string write_record(const Record& record) {
  if (const auto* conversation = std::get_if<Conversation>(&record)) return bj::serialize(to_json(*conversation));
  if (const auto* customer = std::get_if<Customer>(&record)) {
    bj::object to = to_json(*customer);
    to.emplace("type", "customer");
    return bj::serialize(to);
  }
  return {};
}

std::string base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) three = three << 8 | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += k <= n ? letters[three >> (18 - 6 * k) & 63U] : '=';
  }
  return text;
}

Result<std::string> from_base64(std::string_view text) {
  static const std::array<std::int8_t, 256> values = [] {
    std::array<std::int8_t, 256> all{};
    all.fill(-1);
    for (std::size_t i = 0; i < letters.size(); ++i)
      all[static_cast<unsigned char>(letters[i])] = static_cast<std::int8_t>(i);
    return all;
  }();
  const Error none = fail(ErrorCode::bad_input, "this is no base64");
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t held = 0;
  int count = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    if (c == '=') {
      if (++padding > 2) return none;
      continue;
    }
    const std::int8_t value = values[static_cast<unsigned char>(c)];
    if (value < 0 || padding > 0) return none;
    held = held << 6 | static_cast<std::uint32_t>(value);
    if (++count < 4) continue;
    for (const int shift : {16, 8, 0}) bytes += static_cast<char>(held >> shift & 255U);
    held = 0;
    count = 0;
  }
  if (count == 1) return none;
  if (count == 2) bytes += static_cast<char>(held >> 4 & 255U);
  if (count == 3) {
    bytes += static_cast<char>(held >> 10 & 255U);
    bytes += static_cast<char>(held >> 2 & 255U);
  }
  return bytes;
}

}  // namespace suki::importing
