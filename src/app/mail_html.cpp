#include "app/mail_html.h"

#include <sodium.h>

#include <algorithm>

#include "app/base64.h"
#include "app/remote_pictures.h"
#include "app/sniff.h"
#include "app/turn.h"
#include "catalogue/catalogue.h"
#include "mail/sanitise.h"

namespace suki::app {
namespace {

constexpr std::size_t pictures_bytes_max = 2u << 20;  ///< of a mail's own pictures in its HTML; the rest is attached

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the NUL
  return text;
}

std::string safe_html(const mail::Parsed& mail) {
  if (mail.html.empty()) return {};
  std::map<std::string, std::string> pictures;
  std::size_t bytes = 0;
  for (const mail::Part& part : mail.attachments) {
    if (part.content_id.empty()) continue;
    const std::string type = sniff(part.bytes);
    bytes += part.bytes.size();
    if (!is_picture(type) || bytes > pictures_bytes_max) continue;
    std::string id = part.content_id;
    if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
    pictures[id] = "data:" + type + ";base64," + base64(part.bytes);
  }
  return mail::sanitise(mail.html, pictures);
}

namespace {

store::MailHtmlRecord make_safe(const mail::Parsed& mail) {
  return {mail::sanitiser_revision, safe_html(mail)};
}

/// From the mail as it came. What was imported without one is made of what was made before: less can only go.
store::MailHtmlRecord make_again(store::Tx& tx, MessageId message, const store::MailHtmlRecord& before) {
  if (const auto raw = tx.raw_mail(message)) return make_safe(mail::parse(*raw));
  return {mail::sanitiser_revision, mail::sanitise(before.html)};
}

constexpr std::string_view page_start =
    "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light\">"
    "<meta name=\"viewport\" content=\"width=device-width\"><style>"
    "html{background:#fff;color:#1b2422}body{margin:12px;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}"
    "blockquote{margin:.5em 0;padding-left:1em;border-left:3px solid #e1dfd6}"
    "[data-blocked]{display:inline-block;min-width:1.5em;min-height:1.5em;padding:0 .4em;border:1px dashed #8a8a80;"
    "border-radius:4px;color:#57615e;font-size:12px}"
    ".suki-note{margin:0 0 12px;padding:6px 10px;border-radius:8px;background:#efeee8;color:#57615e;font-size:13px}"
    "</style></head><body>";

}  // namespace

void add_html(Turn& turn, MessageId message, const std::string& html) {
  turn.add_write([message, made = store::MailHtmlRecord{mail::sanitiser_revision, html}](store::Tx& tx) {
    tx.set_mail_html(message, made);
  });
}

std::string current_html(store::Tx& tx, MessageId message) {
  auto html = tx.mail_html(message);
  // What an earlier revision made is never shown.
  if (html && html->revision != mail::sanitiser_revision) {
    html = make_again(tx, message, *html);
  }
  return html ? html->html : "";
}

Result<SafeHtml> show_html(store::Tx& tx, const Caller& caller, ConversationId id, MessageId message, bool pictures) {
  const auto of = tx.find_message(message);
  if (!of || of->conversation != id) return fail(ErrorCode::not_found, "no such message");
  const std::string html = current_html(tx, message);
  if (html.empty()) return fail(ErrorCode::not_found, "this message has no HTML");
  SafeHtml shown{std::string(page_start)};
  const ShownPictures made = pictures ? put_pictures(tx, message, html) : hide_pictures(html);
  if (!pictures && (made.blocked > 0 || html.find("<span data-blocked=") != std::string::npos))
    shown.page += "<p class=\"suki-note\">" + catalogue::message(caller.language, "app.mail.pictures_blocked") + "</p>";
  shown.page += made.html;
  shown.page += "</body></html>";
  return shown;
}

int remake_html(store::Tx& tx) {
  const auto old = tx.mail_html_before(mail::sanitiser_revision, remake_max);
  for (const MessageId message : old) {
    tx.set_mail_html(message, make_again(tx, message, tx.mail_html(message).value_or(store::MailHtmlRecord{})));
  }
  return static_cast<int>(old.size());
}

}  // namespace suki::app
