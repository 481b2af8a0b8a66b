#include <gmime/gmime.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "base/text.h"
#include "mail/charset.h"
#include "mail/html_text.h"
#include "mail/mail.h"

namespace suki::mail {
namespace {

// Chosen: real mails stay far below; what lies beyond is kept in the raw mail alone and named in problems.
constexpr int depth_max = 50;
constexpr std::size_t parts_max = 1'000;
constexpr std::size_t addresses_max = 1'000;
constexpr std::size_t references_max = 200;

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

GMimeParserOptions* parser_options() {
  static std::once_flag once;
  static GMimeParserOptions* options = nullptr;
  std::call_once(once, [] {
    g_mime_init();
    options = g_mime_parser_options_new();
    const char* charsets[] = {"utf-8", "windows-1252", nullptr};
    g_mime_parser_options_set_fallback_charsets(options, charsets);
  });
  return options;
}

std::string clean(const char* text) {
  if (text == nullptr) return {};
  return decode(text, "utf-8").text;
}

/// CRLF and lone CR to LF.
std::string unix_lines(std::string text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r')
      out += text[i];
    else if (i + 1 == text.size() || text[i + 1] != '\n')
      out += '\n';
  }
  return out;
}

std::string one_line(const char* text) {
  std::string s = clean(text);
  for (char& c : s) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return std::string(trim(s));
}

std::string normal_email(const char* address) {
  std::string email = one_line(address);
  const auto at = email.rfind('@');
  if (at == std::string::npos) return email;
  return email.substr(0, at) + to_lower_ascii(email.substr(at));
}

void add_addresses(InternetAddressList* list, std::vector<Address>& out, int depth = 0) {
  if (list == nullptr || depth > depth_max) return;
  for (int i = 0; i < internet_address_list_length(list) && out.size() < addresses_max; ++i) {
    InternetAddress* one = internet_address_list_get_address(list, i);
    if (INTERNET_ADDRESS_IS_MAILBOX(one)) {
      out.push_back({one_line(internet_address_get_name(one)),
                     normal_email(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one)))});
    } else if (INTERNET_ADDRESS_IS_GROUP(one)) {
      add_addresses(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(one)), out, depth + 1);
    }
  }
}

std::string bytes_of(GMimeDataWrapper* content) {
  if (content == nullptr) return {};
  Owned<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, stream.get());
  const GByteArray* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return {reinterpret_cast<const char*>(array->data), array->len};
}

std::string bytes_of(GMimeObject* object) {
  Owned<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_object_write_to_stream(object, nullptr, stream.get());
  const GByteArray* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return {reinterpret_cast<const char*>(array->data), array->len};
}

std::string type_of(GMimeObject* object) {
  GMimeContentType* type = g_mime_object_get_content_type(object);
  gchar* mime = type ? g_mime_content_type_get_mime_type(type) : nullptr;
  std::string name = to_lower_ascii(one_line(mime));
  g_free(mime);
  return name.empty() ? "application/octet-stream" : name;
}

/// Walks the parts in order and gathers text, HTML and attachments.
class Reader {
 public:
  explicit Reader(Parsed& out) : out_(out) {}

  void read(GMimeObject* object, int depth) {
    if (object == nullptr) return;
    if (depth > depth_max || ++parts_ > parts_max) return problem("too-many-parts");
    if (GMIME_IS_MULTIPART(object)) return read_multipart(GMIME_MULTIPART(object), depth);
    if (GMIME_IS_MESSAGE_PART(object)) return attach_message(object);
    if (GMIME_IS_PART(object)) return read_leaf(GMIME_PART(object));
    attach(object, bytes_of(object));
  }

  void problem(const char* code) {
    if (std::find(out_.problems.begin(), out_.problems.end(), code) == out_.problems.end())
      out_.problems.emplace_back(code);
  }

 private:
  void read_multipart(GMimeMultipart* multipart, int depth) {
    const bool alternative = type_of(GMIME_OBJECT(multipart)) == "multipart/alternative";
    const int count = g_mime_multipart_get_count(multipart);
    if (count == 0) problem("empty-multipart");
    const bool outer = in_alternative_;
    for (int i = 0; i < count; ++i) {
      in_alternative_ = outer || alternative;
      read(g_mime_multipart_get_part(multipart, i), depth + 1);
    }
    in_alternative_ = outer;
  }

  void read_leaf(GMimePart* part) {
    GMimeObject* object = GMIME_OBJECT(part);
    const std::string type = type_of(object);
    const bool attached = g_mime_part_is_attachment(part) || g_mime_part_get_filename(part) != nullptr;
    const bool text = type == "text/plain" || type == "text/html" || type == "text/enriched" || type == "text";
    std::string bytes = bytes_of(g_mime_part_get_content(part));
    if (attached || !text) return attach(object, std::move(bytes));
    Decoded decoded = decode(bytes, one_line(g_mime_object_get_content_type_parameter(object, "charset")));
    if (!decoded.as_declared) problem("bad-charset");
    decoded.text = unix_lines(std::move(decoded.text));
    if (type == "text/html") {
      append(out_.html, decoded.text);
      if (!in_alternative_ || out_.text.empty()) append(html_only_, text_from_html(decoded.text));
      if (!in_alternative_) flush_html();
    } else {
      append(out_.text, decoded.text);
    }
  }

  static void append(std::string& to, std::string_view text) {
    if (trim(text).empty()) return;
    if (!to.empty() && to.back() != '\n') to += '\n';
    to += text;
  }

 public:
  /// HTML that has no plain twin becomes text in its place.
  void flush_html() {
    append(out_.text, html_only_);
    html_only_.clear();
  }
  void finish() {
    if (out_.text.empty()) flush_html();
  }

 private:
  void attach_message(GMimeObject* object) {
    GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    std::string bytes = inner ? bytes_of(GMIME_OBJECT(inner)) : std::string();
    Part part = describe(object);
    if (part.name.empty()) part.name = (inner ? one_line(g_mime_message_get_subject(inner)) : "") + ".eml";
    part.bytes = std::move(bytes);
    out_.attachments.push_back(std::move(part));
  }

  void attach(GMimeObject* object, std::string bytes) {
    Part part = describe(object);
    part.bytes = std::move(bytes);
    out_.attachments.push_back(std::move(part));
  }

  static Part describe(GMimeObject* object) {
    Part part;
    part.type = type_of(object);
    if (GMIME_IS_PART(object)) part.name = one_line(g_mime_part_get_filename(GMIME_PART(object)));
    part.content_id = one_line(g_mime_object_get_content_id(object));
    const std::string disposition = to_lower_ascii(one_line(g_mime_object_get_disposition(object)));
    part.is_inline = disposition == "inline" || (disposition.empty() && !part.content_id.empty());
    return part;
  }

  Parsed& out_;
  std::string html_only_;
  std::size_t parts_ = 0;
  bool in_alternative_ = false;
};

std::string header_of(GMimeMessage* message, const char* name) {
  return one_line(g_mime_object_get_header(GMIME_OBJECT(message), name));
}

/// RFC 3834, section 2, and the common signs of lists, bounces and our own replies. "" for a person.
std::string machine_reason(GMimeMessage* message) {
  const std::string automatic = to_lower_ascii(header_of(message, "Auto-Submitted"));
  if (!header_of(message, "X-Suki-Loop").empty()) return "own-loop";
  const std::string type = g_mime_message_get_mime_part(message) ? type_of(g_mime_message_get_mime_part(message)) : "";
  if (type == "multipart/report") return "bounce";
  if (header_of(message, "Return-Path") == "<>") return "null-sender";
  if (!automatic.empty() && !automatic.starts_with("no")) return "auto-submitted";
  if (!header_of(message, "List-Id").empty() || !header_of(message, "List-Unsubscribe").empty()) return "list";
  const std::string precedence = to_lower_ascii(header_of(message, "Precedence"));
  if (precedence == "bulk" || precedence == "list" || precedence == "junk" || precedence == "auto_reply") return "list";
  if (!header_of(message, "X-Autoreply").empty() || !header_of(message, "X-Autorespond").empty())
    return "auto-submitted";
  std::vector<Address> from;
  add_addresses(g_mime_message_get_from(message), from);
  if (!from.empty()) {
    const std::string local = to_lower_ascii(from[0].email.substr(0, from[0].email.find('@')));
    if (local == "mailer-daemon" || local == "postmaster") return "bounce";
  }
  return "";
}

/// "Big Bug bb@bug.com" names an address though it is no mailbox of RFC 5322: the last word with an @ in it.
Address rescue_address(const std::string& header) {
  for (std::string_view words = header; !words.empty();) {
    const auto at = words.find_last_of(" \t<>,;\"");
    const std::string_view word = at == std::string_view::npos ? words : words.substr(at + 1);
    const auto sign = word.find('@');
    if (sign != std::string_view::npos && sign > 0 && sign + 1 < word.size())
      return {"", normal_email(std::string(word).c_str())};
    words = at == std::string_view::npos ? std::string_view() : words.substr(0, at);
  }
  return {};
}

/// GMime joins neighbouring encoded words before it decodes, which is right for characters cut in two and loses text
/// where each word is padded on its own. Decoded one by one they win when that is whole and longer.
std::string subject_of(GMimeMessage* message) {
  std::string joined = one_line(g_mime_message_get_subject(message));
  GMimeHeader* header = g_mime_header_list_get_header(g_mime_object_get_header_list(GMIME_OBJECT(message)), "Subject");
  const char* raw = header ? g_mime_header_get_raw_value(header) : nullptr;
  if (raw == nullptr || std::string_view(raw).find("=?=") == std::string_view::npos) return joined;
  std::string apart;
  std::string_view rest = raw;
  for (;;) {
    const auto start = rest.find("=?");
    const auto charset_end = start == std::string_view::npos ? start : rest.find('?', start + 2);
    const auto encoding_end = charset_end == std::string_view::npos ? charset_end : rest.find('?', charset_end + 1);
    const auto end = encoding_end == std::string_view::npos ? encoding_end : rest.find("?=", encoding_end + 1);
    if (end == std::string_view::npos) break;
    if (!trim(rest.substr(0, start)).empty()) apart += rest.substr(0, start);
    gchar* word =
        g_mime_utils_header_decode_text(parser_options(), std::string(rest.substr(start, end + 2 - start)).c_str());
    apart += clean(word);
    g_free(word);
    rest.remove_prefix(end + 2);
  }
  apart += rest;
  apart = one_line(apart.c_str());
  return apart.size() > joined.size() && apart.find("\xEF\xBF\xBD") == std::string::npos ? apart : joined;
}

void read_references(const std::string& header, std::vector<std::string>& out) {
  GMimeReferences* references = g_mime_references_parse(nullptr, header.c_str());
  for (int i = 0; i < g_mime_references_length(references) && out.size() < references_max; ++i) {
    out.push_back(one_line(g_mime_references_get_message_id(references, i)));
  }
  g_mime_references_free(references);
}

void read_headers(GMimeMessage* message, Parsed& out) {
  std::vector<Address> from;
  add_addresses(g_mime_message_get_from(message), from);
  if (from.empty()) add_addresses(g_mime_message_get_sender(message), from);
  out.from = !from.empty() && !from.front().email.empty() ? from.front() : rescue_address(header_of(message, "From"));
  add_addresses(g_mime_message_get_to(message), out.to);
  add_addresses(g_mime_message_get_cc(message), out.cc);
  add_addresses(g_mime_message_get_reply_to(message), out.reply_to);
  out.subject = subject_of(message);
  out.message_id = one_line(g_mime_message_get_message_id(message));
  std::vector<std::string> parents;
  read_references(header_of(message, "In-Reply-To"), parents);
  if (!parents.empty()) out.in_reply_to = parents.front();
  read_references(header_of(message, "References"), out.references);
  if (GDateTime* date = g_mime_message_get_date(message)) {
    const Instant at{g_date_time_to_unix(date) * 1'000'000};
    if (at >= instant_min && at <= instant_max) out.date = at;
  }
  out.machine = machine_reason(message);
}

void note_missing(Parsed& out) {
  if (out.from.email.empty()) out.problems.emplace_back("no-from");
  if (!out.date) out.problems.emplace_back("no-date");
  if (out.message_id.empty()) out.problems.emplace_back("no-message-id");
}

}  // namespace

Parsed parse(std::string_view raw) {
  GMimeParserOptions* options = parser_options();
  Parsed out;
  if (raw.size() > mail_bytes_max) {
    raw = raw.substr(0, mail_bytes_max);
    out.problems.emplace_back("too-large");
  }
  Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(raw.data(), raw.size()));
  Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  g_mime_parser_set_format(parser.get(), GMIME_FORMAT_MESSAGE);
  Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), options));
  if (!message) {
    out.problems.emplace_back("not-a-mail");
    out.text = unix_lines(decode(raw, "").text);
    note_missing(out);
    return out;
  }
  read_headers(message.get(), out);
  Reader reader(out);
  reader.read(g_mime_message_get_mime_part(message.get()), 0);
  reader.finish();
  note_missing(out);
  return out;
}

}  // namespace suki::mail
