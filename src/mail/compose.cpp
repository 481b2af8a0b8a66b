#include <gmime/gmime.h>

#include <algorithm>

#include "base/text.h"
#include "mail/compose_body.h"
#include "mail/headers.h"
#include "mail/mail.h"

namespace suki::mail {
namespace {

constexpr std::size_t written_id_bytes_max = 900;  // a header's line has 998
constexpr std::size_t address_bytes_max = 254;     // RFC 5321, 4.5.3.1.3 with erratum 1690

bool is_address(std::string_view email) {
  const auto at = email.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == email.size() || email.size() > address_bytes_max)
    return false;
  for (const char c : email) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == '<' || c == '>' || c == ',' || c == 0x7f) return false;
  }
  return is_utf8(email);
}

/// An id that a header line has room for, and that no program could misread.
bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= written_id_bytes_max && std::all_of(id.begin(), id.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f && c != '<' && c != '>';
  });
}

std::string angle(const std::string& id) {
  return "<" + single_line(id) + ">";
}

/// For a header field, where GMime writes it well. It leaves ASCII as it is, also what others would read as an encoded
/// word, and words that no line has room for; in the Q encoding it forgets "=". Those are encoded here (RFC 2047, 2).
bool needs_words(std::string_view text) {
  constexpr std::size_t word_bytes_max = 60;
  std::size_t longest = 0, run = 0;
  bool ascii = true;
  for (const char c : text) {
    longest = std::max(longest, run = c == ' ' ? 0 : run + 1);
    ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  }
  return longest > word_bytes_max || text.find("=?") != std::string_view::npos ||
         (!ascii && text.find_first_of("=?_") != std::string_view::npos);
}

std::string field_text(std::string_view given) {
  constexpr std::size_t chunk_bytes_max = 42;  // an encoded word has at most 75 bytes
  std::string text = single_line(given);
  if (!needs_words(text)) return text;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(at + chunk_bytes_max, text.size());
    while (end < text.size() && end > at + 1 && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80) --end;
    gchar* encoded = g_base64_encode(reinterpret_cast<const guchar*>(text.data() + at), end - at);
    out += (out.empty() ? "=?utf-8?b?" : " =?utf-8?b?") + std::string(encoded) + "?=";
    g_free(encoded);
    at = end;
  }
  return out;
}

void set_header(GMimeMessage* message, const char* name, const std::string& value) {
  if (!value.empty()) g_mime_object_set_header(GMIME_OBJECT(message), name, value.c_str(), "utf-8");
}

void add_address(GMimeMessage* message, GMimeAddressType type, const Address& address) {
  InternetAddress* mailbox = internet_address_mailbox_new(nullptr, address.email.c_str());
  internet_address_set_charset(mailbox, "utf-8");
  if (!address.name.empty()) internet_address_set_name(mailbox, field_text(address.name).c_str());
  internet_address_list_add(g_mime_message_get_addresses(message, type), mailbox);
  g_object_unref(mailbox);
}

void set_ids(GMimeMessage* message, const Outgoing& mail) {
  if (!mail.message_id.empty()) g_mime_message_set_message_id(message, single_line(mail.message_id).c_str());
  if (is_id(mail.in_reply_to)) set_header(message, "In-Reply-To", angle(mail.in_reply_to));
  // One that cannot be written joins nothing anywhere: left out, the others stay.
  std::string references;
  for (const auto& id : mail.references)
    if (is_id(id)) references += (references.empty() ? "" : " ") + angle(id);
  set_header(message, "References", references);
}

std::string bytes_of(GMimeMessage* message) {
  GMimeFormatOptions* format = g_mime_format_options_clone(g_mime_format_options_get_default());
  g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
  gchar* bytes = g_mime_object_to_string(GMIME_OBJECT(message), format);
  std::string out(bytes);
  g_free(bytes);
  g_mime_format_options_free(format);
  return out;
}

}  // namespace

std::vector<std::string> recipients_of(const Outgoing& mail) {
  std::vector<std::string> all, known;
  const auto add = [&](const std::string& email) {
    std::string lower = to_lower_ascii(email);
    if (std::find(known.begin(), known.end(), lower) != known.end()) return;
    known.push_back(std::move(lower));
    all.push_back(email);
  };
  add(mail.to.email);
  for (const Address& address : mail.cc) add(address.email);
  for (const std::string& email : mail.bcc) add(email);
  return all;
}

Result<void> check(const Outgoing& mail) {
  if (!is_address(mail.from.email)) return fail(ErrorCode::bad_input, "from: not an e-mail address");
  if (!is_address(mail.to.email)) return fail(ErrorCode::bad_input, "to: not an e-mail address");
  for (const Address& address : mail.cc)
    if (!is_address(address.email)) return fail(ErrorCode::bad_input, "cc: not an e-mail address: " + address.email);
  for (const std::string& email : mail.bcc)
    if (!is_address(email)) return fail(ErrorCode::bad_input, "bcc: not an e-mail address: " + email);
  if (1 + mail.cc.size() + mail.bcc.size() > mail_recipients_max)
    return fail(ErrorCode::bad_input, "to: more than " + std::to_string(mail_recipients_max) + " people");
  if (!is_utf8(mail.text) || !is_utf8(mail.subject)) return fail(ErrorCode::bad_text, "text: not UTF-8");
  if (!is_utf8(mail.html)) return fail(ErrorCode::bad_text, "html: not UTF-8");
  for (const Part& file : mail.attachments)
    if (!file.content_id.empty() && !is_id(file.content_id))
      return fail(ErrorCode::bad_input, "attachments: not a content id: " + file.content_id);
  return {};
}

Result<std::string> compose(const Outgoing& mail) {
  ensure_gmime();
  SUKI_CHECK(check(mail));
  GMimeMessage* message = g_mime_message_new(TRUE);
  add_address(message, GMIME_ADDRESS_TYPE_FROM, mail.from);
  add_address(message, GMIME_ADDRESS_TYPE_TO, mail.to);
  for (const Address& address : mail.cc) add_address(message, GMIME_ADDRESS_TYPE_CC, address);
  if (is_address(mail.reply_to)) add_address(message, GMIME_ADDRESS_TYPE_REPLY_TO, {"", mail.reply_to});
  g_mime_message_set_subject(message, field_text(mail.subject).c_str(), "utf-8");
  GDateTime* date = g_date_time_new_from_unix_utc(mail.date.us / 1'000'000);
  g_mime_message_set_date(message, date);
  g_date_time_unref(date);
  set_ids(message, mail);
  if (mail.automatic != Automatic::no) {
    set_header(message, "X-Suki-Loop", "1");
    set_header(message, "Auto-Submitted", mail.automatic == Automatic::reply ? "auto-replied" : "auto-generated");
    set_header(message, "X-Auto-Response-Suppress", "All");
  }
  GMimeObject* body = new_body(mail);
  g_mime_message_set_mime_part(message, body);
  g_object_unref(body);
  std::string out = bytes_of(message);
  g_object_unref(message);
  return out;
}

}  // namespace suki::mail
