#include "app/letter.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/channels.h"
#include "app/files.h"
#include "app/remote_pictures.h"
#include "base/html.h"
#include "base/reason.h"
#include "base/text.h"
#include "mail/html_text.h"
#include "mail/sanitise.h"

namespace suki::app {
namespace {

/// The sanitiser lets pictures through that are data; what stands for a Content-ID goes as such and is put back.
constexpr std::string_view stand_in = "data:image/png;base64,sukiCID";

std::string hex(std::string_view text) {
  std::string out;
  for (const char c : text) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

/// `pictures`: what "cid:KEY" of the HTML becomes "cid:" of. Others are left out.
std::string sanitised(std::string_view html, const std::map<std::string, std::string>& pictures) {
  std::map<std::string, std::string> stand_ins;
  for (const auto& [key, id] : pictures) stand_ins[key] = std::string(stand_in) + hex(id) + "00";
  std::string safe = hide_pictures(mail::sanitise(html, stand_ins)).html;  // nothing of a letter asks another machine
  for (const auto& [key, id] : pictures) {
    const std::string from = stand_ins[key];
    for (auto at = safe.find(from); at != std::string::npos; at = safe.find(from, at + id.size() + 4))
      safe.replace(at, from.size(), "cid:" + id);
  }
  return safe;
}

/// The ids that "cid:" stands before.
std::vector<std::string> content_ids(std::string_view html) {
  std::vector<std::string> ids;
  constexpr std::string_view start = "\"cid:";
  for (auto at = html.find(start); at != std::string_view::npos; at = html.find(start, at + 1)) {
    const auto from = at + start.size(), end = html.find('"', from);
    if (end == std::string_view::npos) break;
    ids.emplace_back(html.substr(from, end - from));
  }
  return ids;
}

}  // namespace

std::string html_of_text(std::string_view text) {
  std::string out;
  const auto add = [&out](std::string_view part) {
    for (const char c : part)
      if (c == '\n')
        out += "<br>";
      else if (c != '\r')
        out += escape_html({&c, 1});
  };
  while (!text.empty()) {
    const std::size_t secure = text.find("https://"), plain = text.find("http://");
    const std::size_t at = std::min(secure, plain);
    add(text.substr(0, at));
    if (at == std::string_view::npos) break;
    text.remove_prefix(at);
    std::string_view address = text.substr(0, text.find_first_of(" \t\r\n<>\""));
    text.remove_prefix(address.size());
    std::string_view behind;  // what ends a sentence is no part of an address
    while (!address.empty() && std::string_view(".,;:!?)").find(address.back()) != std::string_view::npos) {
      behind = std::string_view(address.data() + address.size() - 1, behind.size() + 1);
      address.remove_suffix(1);
    }
    out += "<a href=\"";
    add(address);
    out += "\">";
    add(address);
    out += "</a>";
    add(behind);
  }
  return out;
}

std::string content_id_of(const std::string& digest) {
  return digest.substr(0, 32) + "@suki.inline";
}

Result<Letter> read_letter(store::Tx& tx, AgentId agent, const std::string& text, const Maybe<Text>& html,
                           const Maybe<List<Text>>& uploads) {
  Letter letter;
  if (html && html->size() > letter_html_max)
    return because(bad_input("html", fmt::format("must have at most {} bytes", letter_html_max)), "too_long",
                   {{"max", to_text(static_cast<std::int64_t>(letter_html_max))}});
  if (html && !is_utf8(*html)) return because(bad_input("html", "must be UTF-8 text"), "bad_characters");
  if (html && !html->empty()) {
    std::map<std::string, std::string> pictures;
    if (uploads)
      for (const std::string& token : *uploads)
        if (const auto file = tx.find_upload(token); file && file->agent == agent)
          pictures[token] = content_id_of(file->digest);
    letter.html = sanitised(*html, pictures);
  }
  // The words are those of the layout, whatever else was sent with it.
  letter.text = letter.html.empty() ? std::string(trim(text)) : std::string(trim(mail::text_from_html(letter.html)));
  SUKI_CHECK(check_message_text("text", letter.text, uploads));
  return letter;
}

Result<std::vector<store::Recipient>> read_recipients(const Work& work, const char* field,
                                                      const Maybe<List<Recipient>>& given,
                                                      const std::vector<std::string>& but) {
  std::vector<store::Recipient> all;
  if (!given) return all;
  if (given->size() > recipients_max)
    return bad_input(field, fmt::format("must be at most {} addresses", recipients_max));
  for (std::size_t i = 0; i < given->size(); ++i) {
    const std::string place = fmt::format("{}[{}]", field, i);
    SUKI_TRY(const std::string email, check_email(place.c_str(), (*given)[i].email));
    SUKI_CHECK(check_present(place.c_str(), email));
    SUKI_CHECK(check_text(place.c_str(), (*given)[i].name, name_max));
    const auto is_same = [&](const store::Recipient& one) { return one.email == email; };
    if (is_own_address(*work.plan, email) || std::find(but.begin(), but.end(), email) != but.end() ||
        std::any_of(all.begin(), all.end(), is_same))
      continue;
    all.push_back({std::string(trim((*given)[i].name)), email});
  }
  return all;
}

std::string made_safe(const store::MessageMailRecord& mail) {
  if (mail.html.empty() || mail.html_revision == mail::sanitiser_revision) return mail.html;
  std::map<std::string, std::string> pictures;
  for (const std::string& id : content_ids(mail.html)) pictures[id] = id;
  return sanitised(mail.html, pictures);
}

List<Recipient> to_recipients(const std::vector<store::Recipient>& all) {
  List<Recipient> shown;
  for (const store::Recipient& one : all) shown.push_back({one.name, one.email});
  return shown;
}

MessageMail show_mail(const store::MessageMailRecord& mail, const std::vector<store::AttachmentRecord>& files) {
  MessageMail shown{mail.forwarded,
                    mail.subject,
                    to_recipients(mail.to),
                    to_recipients(mail.cc),
                    to_recipients(mail.bcc),
                    made_safe(mail),
                    {}};
  if (shown.html.find("cid:") == std::string::npos) return shown;
  for (const store::AttachmentRecord& file : files)
    if (const std::string id = content_id_of(file.digest);
        file.message == mail.message && shown.html.find("\"cid:" + id + "\"") != std::string::npos)
      shown.pictures.push_back({id, to_text(file.id)});
  return shown;
}

}  // namespace suki::app
