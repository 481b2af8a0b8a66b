#include "cli/mail_parse.h"

#include <boost/json.hpp>

#include "app/mail_html.h"
#include "app/remote_pictures.h"
#include "mail/mail.h"
#include "store/hash.h"

namespace suki::cli {
namespace {

namespace json = boost::json;

json::object value_of(const mail::Address& address) {
  return {{"name", address.name}, {"email", address.email}};
}

json::array value_of(const std::vector<mail::Address>& addresses) {
  json::array out;
  for (const mail::Address& address : addresses) out.push_back(value_of(address));
  return out;
}

json::array value_of(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return out;
}

json::object value_of(const mail::Part& part) {
  return {{"name", part.name},         {"type", part.type},
          {"size", part.bytes.size()}, {"sha256", store::sha256_hex(part.bytes)},
          {"inline", part.is_inline},  {"content_id", part.content_id}};
}

json::value value_of(const std::optional<mail::Bounce>& bounce) {
  if (!bounce) return nullptr;
  return json::object{{"recipients", value_of(bounce->recipients)},
                      {"class", bounce->class_ == mail::BounceClass::hard ? "hard" : "soft"},
                      {"status", bounce->status},
                      {"original_message_id", bounce->original_message_id}};
}

}  // namespace

std::string describe_mail(std::string_view raw) {
  const mail::Parsed mail = mail::parse(raw);
  json::array attachments;
  for (const mail::Part& part : mail.attachments) attachments.push_back(value_of(part));
  const json::object out{{"from", value_of(mail.from)},
                         {"to", value_of(mail.to)},
                         {"cc", value_of(mail.cc)},
                         {"reply_to", value_of(mail.reply_to)},
                         {"subject", mail.subject},
                         {"date", mail.date ? json::value(format_instant(*mail.date)) : json::value(nullptr)},
                         {"message_id", mail.message_id},
                         {"in_reply_to", mail.in_reply_to},
                         {"references", value_of(mail.references)},
                         {"text", mail.text},
                         {"reply_text", mail.reply_text},
                         {"quote", mail.quote},
                         {"signature", mail.signature},
                         {"html", app::hide_pictures(app::safe_html(mail)).html},
                         {"attachments", std::move(attachments)},
                         {"machine", mail.machine.empty() ? json::value(false) : json::value(mail.machine)},
                         {"bounce", value_of(mail.bounce)},
                         {"spam", mail.spam},
                         {"problems", value_of(mail.problems)}};
  return json::serialize(out);
}

}  // namespace suki::cli
