#include <gmime/gmime.h>

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "mail/bounce.h"
#include "mail/charset.h"
#include "mail/headers.h"
#include "mail/machine.h"
#include "mail/mail.h"
#include "mail/parts.h"
#include "mail/plain_text.h"
#include "mail/reply.h"
#include "mail/words.h"

namespace suki::mail {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

/// What GMime noticed on the way, as our codes; what harms nobody (repeated Received, 8-bit headers) is left out.
void note_warning(gint64, GMimeParserWarning code, const gchar*, gpointer to) {
  Parsed& out = *static_cast<Parsed*>(to);
  switch (code) {
    case GMIME_WARN_TRUNCATED_MESSAGE:
    case GMIME_WARN_MALFORMED_MULTIPART:
      return add_problem(out, "truncated");
    case GMIME_CRIT_MULTIPART_WITHOUT_BOUNDARY:
      return add_problem(out, "no-boundary");
    case GMIME_CRIT_INVALID_HEADER_NAME:
    case GMIME_WARN_MALFORMED_MESSAGE:
      return add_problem(out, "bad-header");
    case GMIME_WARN_INVALID_CONTENT_TYPE:
      return add_problem(out, "bad-content-type");
    case GMIME_CRIT_NESTING_OVERFLOW:
      return add_problem(out, "too-many-parts");
    default:
      return;
  }
}

struct FreeOptions {
  void operator()(GMimeParserOptions* options) const { g_mime_parser_options_free(options); }
};

std::unique_ptr<GMimeParserOptions, FreeOptions> options_for(Parsed& out) {
  std::unique_ptr<GMimeParserOptions, FreeOptions> options(g_mime_parser_options_new());
  const char* charsets[] = {"utf-8", "windows-1252", nullptr};
  g_mime_parser_options_set_fallback_charsets(options.get(), charsets);
  g_mime_parser_options_set_warning_callback(options.get(), &note_warning, &out);
  return options;
}

HeaderFields fields_of(GMimeMessage* message) {
  HeaderFields out;
  GMimeHeaderList* list = g_mime_object_get_header_list(GMIME_OBJECT(message));
  const int count = g_mime_header_list_get_count(list);
  for (int i = 0; i < count; ++i) {
    GMimeHeader* header = g_mime_header_list_get_header_at(list, i);
    const char* value = g_mime_header_get_raw_value(header);
    out.add(g_mime_header_get_name(header), value ? value : "");
  }
  return out;
}

Address sender_of(const HeaderFields& header, std::string_view charset) {
  for (const std::string_view name : {"from", "sender"}) {
    auto list = parse_addresses(header.raw(name), charset);
    if (!list.empty()) return list.front();
    // Not a mailbox, or all of it in one encoded word.
    if (Address rescued = rescue_address(decode_words(header.raw(name))); !rescued.email.empty()) return rescued;
  }
  return {};
}

constexpr std::size_t delivered_to_max = 20;  ///< each hop may add one

void read_delivered_to(const HeaderFields& header, Parsed& out) {
  for (const auto& [name, value] : header.all()) {
    if (name != "delivered-to" && name != "x-original-to" && name != "envelope-to" && name != "x-envelope-to" &&
        name != "x-delivered-to")
      continue;
    for (Address& address : parse_addresses(value)) {
      if (out.delivered_to.size() == delivered_to_max) return;
      if (std::find(out.delivered_to.begin(), out.delivered_to.end(), address.email) == out.delivered_to.end())
        out.delivered_to.push_back(std::move(address.email));
    }
  }
}

void read_headers(const HeaderFields& header, std::string_view charset, Parsed& out) {
  out.from = sender_of(header, charset);
  out.to = parse_addresses(header.raw("to"), charset);
  out.cc = parse_addresses(header.raw("cc"), charset);
  out.reply_to = parse_addresses(header.raw("reply-to"), charset);
  read_delivered_to(header, out);
  out.subject = decode_words(header.raw("subject"), charset);
  if (auto ids = parse_ids(header.raw("message-id")); !ids.empty()) out.message_id = std::move(ids.front());
  out.references = parse_ids(header.raw("references"));
  auto parents = parse_ids(header.raw("in-reply-to"));
  for (std::size_t i = 1; i < parents.size() && out.references.size() < references_max; ++i)
    if (std::find(out.references.begin(), out.references.end(), parents[i]) == out.references.end())
      out.references.push_back(parents[i]);
  if (!parents.empty()) out.in_reply_to = std::move(parents.front());
  out.date = parse_date(header.raw("date"));
  for (const std::string_view once : {"from", "subject", "date", "message-id", "content-type"})
    if (header.count(once) > 1) add_problem(out, "duplicate-header");
}

void note_missing(Parsed& out, bool has_date) {
  if (out.from.email.empty()) add_problem(out, "no-from");
  if (!out.date) add_problem(out, has_date ? "bad-date" : "no-date");
  if (out.message_id.empty()) add_problem(out, "no-message-id");
}

/// Fields that are found in others, once.
void derive(const HeaderFields& header, GMimeObject* root, Parsed& out) {
  Split split = split_reply(out.text, out.subject);
  out.reply_text = std::move(split.reply);
  out.quote = std::move(split.quote);
  out.signature = std::move(split.signature);
  out.forward = is_forward(out.text, out.subject);
  out.bounce = find_bounce(header, out);
  const char* report = root ? g_mime_object_get_content_type_parameter(root, "report-type") : nullptr;
  out.machine = machine_reason(header, out, root ? type_of(root) : "", to_lower_ascii(report ? report : ""));
  out.spam = is_spam(header);
}

}  // namespace

Parsed parse(std::string_view raw) {
  ensure_gmime();
  Parsed out;
  if (raw.size() > mail_bytes_max) {
    raw = raw.substr(0, mail_bytes_max);
    out.problems.emplace_back("too-large");
  }
  const auto options = options_for(out);
  Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(raw.data(), raw.size()));
  Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  g_mime_parser_set_format(parser.get(), GMIME_FORMAT_MESSAGE);
  Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), options.get()));
  if (!message) {
    out.problems.emplace_back("not-a-mail");
    out.text = unix_lines(decode(raw, "").text);
    out.reply_text = out.text;
    note_missing(out, false);
    return out;
  }
  const HeaderFields header = fields_of(message.get());
  GMimeObject* root = g_mime_message_get_mime_part(message.get());
  // Bytes that no charset is named for in the header are most likely in that of the text.
  const char* charset = root ? g_mime_object_get_content_type_parameter(root, "charset") : nullptr;
  read_headers(header, charset ? charset : "", out);
  read_parts(root, out);
  derive(header, root, out);
  note_missing(out, header.has("date"));
  return out;
}

}  // namespace suki::mail
