#include "mail/compose_body.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "mail/html_text.h"
#include "mail/plain_text.h"

namespace suki::mail {
namespace {

void fill(GMimePart* part, std::string_view bytes, GMimeContentEncoding encoding) {
  g_mime_part_set_content_encoding(part, encoding);
  GMimeStream* stream = g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size());
  GMimeDataWrapper* content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
  g_mime_part_set_content(part, content);
  g_object_unref(content);
  g_object_unref(stream);
}

/// Whichever is shorter: Latin letters stay readable in the source, and Japanese ones do not triple.
GMimeContentEncoding encoding_for(std::string_view text) {
  std::size_t quoted = 0;
  for (const char c : text) quoted += (static_cast<unsigned char>(c) >= 0x80 || c == '=') ? 3 : 1;
  return quoted > text.size() / 3 * 4 + 4 ? GMIME_CONTENT_ENCODING_BASE64 : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
}

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

GMimeObject* new_text(const char* subtype, std::string_view given) {
  GMimePart* part = g_mime_part_new_with_type("text", subtype);
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
  const std::string text = unix_lines(given);
  const GMimeContentEncoding encoding = encoding_for(text);
  // In base64 the line ends are part of what is encoded (RFC 2045, 6.8); in quoted-printable they are those of the
  // mail.
  fill(part, encoding == GMIME_CONTENT_ENCODING_BASE64 ? with_crlf(text) : text, encoding);
  return GMIME_OBJECT(part);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f &&
           std::strchr("()<>@,;:\\\"/[]?=", c) == nullptr;
  });
}

/// "image/png" in two. What is no type, and what may not be base64 (RFC 2046, 5.1 and 5.2.1), is bytes of no kind
/// known.
std::pair<std::string, std::string> type_for(const std::string& type) {
  const auto slash = type.find('/');
  if (slash == std::string::npos) return {"application", "octet-stream"};
  const std::string major = to_lower_ascii(type.substr(0, slash)), minor = to_lower_ascii(type.substr(slash + 1));
  if (!is_token(major) || !is_token(minor) || major == "multipart" || major == "message")
    return {"application", "octet-stream"};
  return {major, minor};
}

GMimeObject* new_file(const Part& file, bool in_html) {
  const auto [major, minor] = type_for(file.type);
  GMimePart* part = g_mime_part_new_with_type(major.c_str(), minor.c_str());
  GMimeObject* object = GMIME_OBJECT(part);
  g_mime_object_set_disposition(object, in_html ? GMIME_DISPOSITION_INLINE : GMIME_DISPOSITION_ATTACHMENT);
  if (!file.name.empty()) g_mime_part_set_filename(part, single_line(file.name).c_str());
  if (in_html) g_mime_object_set_content_id(object, file.content_id.c_str());
  // Whatever the type, the bytes arrive as they are: no line end is touched.
  fill(part, file.bytes, GMIME_CONTENT_ENCODING_BASE64);
  return object;
}

/// Of the mail's own id, so that a mail sent again has the same bytes. "=_" stands in no text of the encodings used
/// here (RFC 2045, 6.7), and as ids lend only letters and digits, no boundary begins as another does.
std::string boundary_of(const std::string& message_id, char level) {
  std::string boundary = {'=', '_', level, '_'};
  for (const char c : message_id) {
    if (boundary.size() == 60) break;
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) boundary += c;
  }
  return boundary;
}

GMimeMultipart* new_multipart(const char* subtype, const std::string& boundary) {
  GMimeMultipart* multipart = g_mime_multipart_new_with_subtype(subtype);
  g_mime_multipart_set_boundary(multipart, boundary.c_str());
  return multipart;
}

void add(GMimeMultipart* to, GMimeObject* part) {
  g_mime_multipart_add(to, part);
  g_object_unref(part);
}

bool stands_in_html(const Outgoing& mail, const Part& file) {
  return !mail.html.empty() && !file.content_id.empty();
}

GMimeObject* new_html(const Outgoing& mail) {
  GMimeObject* html = new_text("html", mail.html);
  if (std::none_of(mail.attachments.begin(), mail.attachments.end(),
                   [&](const Part& file) { return stands_in_html(mail, file); }))
    return html;
  GMimeMultipart* related = new_multipart("related", boundary_of(mail.message_id, 'r'));
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(related), "type", "text/html");
  add(related, html);
  for (const Part& file : mail.attachments)
    if (stands_in_html(mail, file)) add(related, new_file(file, true));
  return GMIME_OBJECT(related);
}

GMimeObject* new_words(const Outgoing& mail) {
  if (mail.html.empty()) return new_text("plain", mail.text);
  GMimeMultipart* alternative = new_multipart("alternative", boundary_of(mail.message_id, 'a'));
  add(alternative, new_text("plain", mail.text.empty() ? text_from_html(mail.html) : mail.text));
  add(alternative, new_html(mail));
  return GMIME_OBJECT(alternative);
}

}  // namespace

std::string single_line(std::string_view text) {
  std::string s(text);
  for (char& c : s) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return s;
}

GMimeObject* new_body(const Outgoing& mail) {
  GMimeObject* words = new_words(mail);
  if (std::all_of(mail.attachments.begin(), mail.attachments.end(),
                  [&](const Part& file) { return stands_in_html(mail, file); }))
    return words;
  GMimeMultipart* mixed = new_multipart("mixed", boundary_of(mail.message_id, 'm'));
  add(mixed, words);
  for (const Part& file : mail.attachments)
    if (!stands_in_html(mail, file)) add(mixed, new_file(file, false));
  return GMIME_OBJECT(mixed);
}

}  // namespace suki::mail
