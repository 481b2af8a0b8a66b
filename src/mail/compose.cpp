#include <gmime/gmime.h>

#include <cctype>
#include <memory>

#include "base/text.h"
#include "mail/mail.h"

namespace suki::mail {
namespace {

std::string single_line(std::string_view text) {
  std::string s(text);
  for (char& c : s) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return s;
}

bool is_address(std::string_view email) {
  const auto at = email.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == email.size()) return false;
  for (const char c : email) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == '<' || c == '>' || c == ',' || c == 0x7f) return false;
  }
  return true;
}

std::string angle(const std::string& id) {
  return "<" + single_line(id) + ">";
}

void set_header(GMimeMessage* message, const char* name, const std::string& value) {
  if (!value.empty()) g_mime_object_set_header(GMIME_OBJECT(message), name, value.c_str(), "utf-8");
}

GMimePart* attachment_of(const Part& file) {
  const auto slash = file.type.find('/');
  const bool known = slash != std::string::npos && slash > 0 && slash + 1 < file.type.size();
  const std::string major = known ? single_line(file.type.substr(0, slash)) : "application";
  const std::string minor = known ? single_line(file.type.substr(slash + 1)) : "octet-stream";
  GMimePart* part = g_mime_part_new_with_type(major.c_str(), minor.c_str());
  g_mime_object_set_disposition(GMIME_OBJECT(part), GMIME_DISPOSITION_ATTACHMENT);
  g_mime_part_set_filename(part, single_line(file.name).c_str());
  // Whatever the type, the bytes arrive as they are: no line end is touched.
  g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
  GMimeStream* bytes = g_mime_stream_mem_new_with_buffer(file.bytes.data(), file.bytes.size());
  GMimeDataWrapper* content = g_mime_data_wrapper_new_with_stream(bytes, GMIME_CONTENT_ENCODING_DEFAULT);
  g_mime_part_set_content(part, content);
  g_object_unref(content);
  g_object_unref(bytes);
  return part;
}

/// Of the mail's own id, so that a mail sent again has the same bytes. "=_" stands in no text of the encodings used
/// here (RFC 2045, 6.7).
std::string boundary_of(const std::string& message_id) {
  std::string boundary = "=_";
  for (const char c : message_id) {
    if (boundary.size() == 60) break;
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) boundary += c;
  }
  return boundary;
}

void set_body(GMimeMessage* message, const std::string& text, const std::vector<Part>& files,
              const std::string& boundary) {
  GMimeTextPart* body = g_mime_text_part_new_with_subtype("plain");
  g_mime_text_part_set_charset(body, "utf-8");
  g_mime_text_part_set_text(body, text.c_str());
  g_mime_part_set_content_encoding(GMIME_PART(body), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  if (files.empty()) {
    g_mime_message_set_mime_part(message, GMIME_OBJECT(body));
  } else {
    GMimeMultipart* mixed = g_mime_multipart_new_with_subtype("mixed");
    g_mime_multipart_set_boundary(mixed, boundary.c_str());
    g_mime_multipart_add(mixed, GMIME_OBJECT(body));
    for (const Part& file : files) {
      GMimePart* part = attachment_of(file);
      g_mime_multipart_add(mixed, GMIME_OBJECT(part));
      g_object_unref(part);
    }
    g_mime_message_set_mime_part(message, GMIME_OBJECT(mixed));
    g_object_unref(mixed);
  }
  g_object_unref(body);
}

}  // namespace

Result<void> check(const Outgoing& mail) {
  if (!is_address(mail.from.email)) return fail(ErrorCode::bad_input, "from: not an e-mail address");
  if (!is_address(mail.to.email)) return fail(ErrorCode::bad_input, "to: not an e-mail address");
  if (!is_utf8(mail.text) || !is_utf8(mail.subject)) return fail(ErrorCode::bad_text, "text: not UTF-8");
  return {};
}

Result<std::string> compose(const Outgoing& mail) {
  static const bool started = (g_mime_init(), true);
  SUKI_ASSERT(started);
  SUKI_CHECK(check(mail));
  GMimeMessage* message = g_mime_message_new(TRUE);
  g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, single_line(mail.from.name).c_str(),
                             mail.from.email.c_str());
  g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, single_line(mail.to.name).c_str(), mail.to.email.c_str());
  if (is_address(mail.reply_to))
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_REPLY_TO, nullptr, mail.reply_to.c_str());
  g_mime_message_set_subject(message, single_line(mail.subject).c_str(), "utf-8");
  GDateTime* date = g_date_time_new_from_unix_utc(mail.date.us / 1'000'000);
  g_mime_message_set_date(message, date);
  g_date_time_unref(date);
  if (!mail.message_id.empty()) g_mime_message_set_message_id(message, single_line(mail.message_id).c_str());
  if (!mail.in_reply_to.empty()) set_header(message, "In-Reply-To", angle(mail.in_reply_to));
  std::string references;
  for (const auto& id : mail.references) references += (references.empty() ? "" : " ") + angle(id);
  set_header(message, "References", references);
  if (mail.automatic != Automatic::no) {
    set_header(message, "X-Suki-Loop", "1");
    set_header(message, "Auto-Submitted", mail.automatic == Automatic::reply ? "auto-replied" : "auto-generated");
    set_header(message, "X-Auto-Response-Suppress", "All");
  }
  set_body(message, mail.text, mail.attachments, boundary_of(mail.message_id));

  GMimeFormatOptions* format = g_mime_format_options_clone(g_mime_format_options_get_default());
  g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
  gchar* bytes = g_mime_object_to_string(GMIME_OBJECT(message), format);
  std::string out(bytes);
  g_free(bytes);
  g_mime_format_options_free(format);
  g_object_unref(message);
  return out;
}

}  // namespace suki::mail
