/// Delivery reports in words alone, and which mails are delivery reports at all.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "mail/bounce.h"
#include "mail/machine.h"
#include "mail/words.h"

namespace suki::mail {
namespace {

constexpr std::size_t notice_bytes_max = 64u << 10;  // the report itself; what lies beyond is a copy of the mail
constexpr std::size_t recipients_max = 100;

bool holds_any(std::string_view text, const auto& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

/// Lines behind which a report has the mail that came back.
constexpr auto copy_marks = std::to_array<std::string_view>({
    "--- below this line is a copy of the message",
    "this is a copy of the message",
    "a copy of your message",
    "----- original message -----",
    "-----original message-----",
    "--- original message follows ---",
    "----- message header follows -----",
    "----- unsent message follows -----",
    "--- undelivered message follows",
    "message headers follow",
    "the headers of the message",
    "original message headers",
    "----- original header",
    "--- the header of the original message is following",
    "return-path: <",
});
/// What only reports of failure and delay say.
constexpr auto failure_words = std::to_array<std::string_view>({
    "could not be delivered",
    "couldn't be delivered",
    "cannot be delivered",
    "can't be delivered",
    "was not delivered",
    "wasn't delivered",
    "were not delivered",
    "not be delivered",
    "unable to deliver",
    "undeliverable",
    "undelivered",
    "delivery failed",
    "delivery has failed",
    "delivery failure",
    "delivery to the",
    "delivery status notification",
    "failure notice",
    "returned mail",
    "mail delivery failed",
    "did not reach",
    "permanent fatal errors",
    "permanent error",
    "failed permanently",
    "cannot be reached",
    "could not be reached",
    "not yet been delivered",
    "delayed mail",
    "delivery delayed",
    "delivery is delayed",
    "still undelivered",
    "has been delayed",
    "mail system error",
    "message blocked",
    "nicht zugestellt",
    "unzustellbar",
    "konnte nicht",
    "non remis",
    "n'a pas pu être remis",
    "n'a pas été remis",
    "échec de la remise",
    "no se pudo entregar",
    "no se ha podido entregar",
    "no entregado",
    "配信できません",
    "配信不能",
    "配信エラー",
    "配信に失敗",
    "hindi naihatid",
    "hindi maihatid",
    "mancata consegna",
    "não foi entregue",
    "niet bezorgd",
    "退信",
    "投递失败",
});
constexpr auto waiting_words = std::to_array<std::string_view>({
    "not yet been delivered",
    "warning message only",
    "will be retried",
    "will continue to try",
    "keep trying",
    "delivery is delayed",
    "delivery delayed",
    "has been delayed",
    "delayed mail",
    "still undelivered",
    "no action is required",
    "you do not need to resend",
    "gmail will retry",
    "delivery incomplete",
    "temporary problem",
    "(delay)",
});
constexpr auto own_names =
    std::to_array<std::string_view>({"mailer-daemon", "postmaster", "mail-daemon", "abuse", "helpdesk", "mdaemon"});

/// The address in a line that is one and nothing else but marks around it; "" otherwise.
std::string lone_address(std::string_view line) {
  line = trim(line);
  static constexpr std::string_view marks = "<>'`\"*:;,. -()\t";
  const std::size_t start = line.find_first_not_of(marks);
  if (start == std::string_view::npos) return {};
  const std::string_view word = line.substr(start, line.find_last_not_of(marks) + 1 - start);
  if (word.starts_with("mailto:")) return lone_address(word.substr(7));
  if (word.find_first_of(" \t<>()") != std::string_view::npos) return {};
  const std::size_t at = word.find('@');
  return at != std::string_view::npos && at > 0 && word.find('.', at) != std::string_view::npos ? std::string(word)
                                                                                                : std::string();
}

/// "<ana@example.com>: host said ...", "<ana@example.com>... Deferred", "ana@example.com on Mon, 23 Nov": the address.
std::string led_address(std::string_view line) {
  line = trim(line);
  if (line.starts_with('<')) {
    const std::size_t end = line.find('>');
    return end == std::string_view::npos ? std::string() : lone_address(line.substr(0, end + 1));
  }
  const std::size_t end = line.find(" on ");
  return end == std::string_view::npos ? std::string() : lone_address(line.substr(0, end));
}

/// Any address within the line.
std::string any_address(std::string_view line) {
  return line.find('@') == std::string_view::npos ? std::string() : lone_address(rescue_address(line).email);
}

std::vector<std::string> addresses_by(std::string_view text, std::string (*find)(std::string_view),
                                      const std::vector<std::string>& leave_out) {
  std::vector<std::string> out;
  while (!text.empty() && out.size() < recipients_max) {
    const std::size_t end = text.find('\n');
    std::string address = find(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::string lower = to_lower_ascii(address);
    const std::string local = lower.substr(0, lower.find('@'));
    const auto is = [&](std::string_view other) { return to_lower_ascii(other) == lower; };
    if (address.empty() || std::find(own_names.begin(), own_names.end(), local) != own_names.end() ||
        std::any_of(leave_out.begin(), leave_out.end(), is) || std::any_of(out.begin(), out.end(), is))
      continue;
    out.push_back(address.substr(0, address.find('@')) + lower.substr(lower.find('@')));
  }
  return out;
}

/// Where the copy of the mail begins; the end where there is none.
std::size_t find_copy(std::string_view lower) {
  std::size_t at = lower.size();
  for (const std::string_view mark : copy_marks) at = std::min(at, lower.find(mark));
  return at;
}

bool is_copy(const Part& part) {
  return part.type == "message/rfc822" || part.type == "text/rfc822-headers" || part.type == "message/rfc822-headers" ||
         part.type == "message/global" || part.type == "message/global-headers";
}

std::string first_id(std::string_view raw) {
  const auto ids = parse_ids(raw);
  return ids.empty() ? std::string() : ids.front();
}

/// The Message-ID of the mail that came back: in the copy, in the text behind it, else what the report answers.
std::string original_id(const HeaderFields& header, const Parsed& mail) {
  for (const Part& part : mail.attachments) {
    if (!is_copy(part)) continue;
    std::string_view bytes = part.bytes;
    if (std::string id = first_id(take_header(bytes).raw("message-id")); !id.empty()) return id;
  }
  const std::string lower = to_lower_ascii(mail.text);
  for (const std::string_view name : {"\nmessage-id:", "\n> message-id:", "\n message-id:"}) {
    const std::size_t at = lower.find(name);
    if (at == std::string::npos) continue;
    const std::size_t value = at + name.size();
    if (std::string id = first_id(std::string_view(mail.text).substr(value, mail.text.find('\n', value) - value));
        !id.empty())
      return id;
  }
  if (!mail.in_reply_to.empty()) return mail.in_reply_to;
  if (std::string id = first_id(header.raw("x-original-message-id")); !id.empty()) return id;
  return mail.references.empty() ? std::string() : mail.references.back();
}

/// By its sender: a mail server, or nobody.
bool is_from_server(const HeaderFields& header, const Parsed& mail) {
  const std::string local = to_lower_ascii(mail.from.email.substr(0, mail.from.email.find('@')));
  const std::string name = to_lower_ascii(mail.from.name);
  return std::find(own_names.begin(), own_names.end(), local) != own_names.end() ||
         trim(header.raw("return-path")) == "<>" || name.find("mail delivery") != std::string::npos ||
         name.find("mail administrator") != std::string::npos || name.find("microsoft outlook") != std::string::npos ||
         local.starts_with("microsoftexchange");
}

}  // namespace

std::optional<Bounce> read_notice(std::string_view text, const std::vector<std::string>& leave_out) {
  text = text.substr(0, notice_bytes_max);
  const std::string lower = to_lower_ascii(text);
  const std::size_t copy = find_copy(lower);
  const std::string_view said = text.substr(0, copy);
  Bounce bounce;
  for (const auto find : {led_address, lone_address, any_address})
    if (bounce.recipients.empty()) bounce.recipients = addresses_by(said, find, leave_out);
  if (bounce.recipients.empty()) return std::nullopt;
  const std::string_view words = std::string_view(lower).substr(0, copy);
  const bool waits = holds_any(words, waiting_words);
  bounce.status = status_in(said);
  if (bounce.status.empty() || bounce.status.starts_with('2'))
    bounce.status = waits || !holds_any(words, std::to_array<std::string_view>({"permanent", "fatal", "failed"}))
                        ? "4.0.0"
                        : "5.0.0";
  bounce.class_ = waits ? BounceClass::soft : class_of(bounce.status, words);
  // "The address could not be found" without any code is as final as a code.
  if (!waits && bounce.status == "4.0.0" && status_in(said).empty()) {
    bounce.class_ = class_of("5.0.0", words);
    if (bounce.class_ == BounceClass::hard) bounce.status = "5.0.0";
  }
  return bounce;
}

std::optional<Bounce> find_bounce(const HeaderFields& header, const Parsed& mail) {
  std::optional<Bounce> bounce;
  bool has_report = false;
  for (const Part& part : mail.attachments) {
    if (part.type != "message/delivery-status" && part.type != "message/global-delivery-status") continue;
    has_report =
        has_report || to_lower_ascii(part.bytes.substr(0, notice_bytes_max)).find("action:") != std::string::npos;
    if (!bounce) bounce = read_report(part.bytes);
  }
  if (!bounce && has_report) return std::nullopt;  // it tells of a success
  const bool named = header.has("x-failed-recipients");
  if (!bounce) {
    if (!named && !is_from_server(header, mail)) return std::nullopt;
    if (!named && is_vacation(mail.subject, mail.text, true)) return std::nullopt;
    const std::string subject = to_lower_ascii(mail.subject);
    const std::string text = to_lower_ascii(std::string_view(mail.text).substr(0, notice_bytes_max));
    if (!named && !holds_any(subject, failure_words) && !holds_any(text, failure_words)) return std::nullopt;
    std::vector<std::string> own{mail.from.email};
    for (const auto* list : {&mail.to, &mail.cc, &mail.reply_to})
      for (const Address& address : *list) own.push_back(address.email);
    bounce = read_notice(mail.text, own);
    if (named) {
      if (!bounce) bounce.emplace(Bounce{{}, class_of("", text), "5.0.0", ""});
      bounce->recipients.clear();
      for (Address& address : parse_addresses(header.raw("x-failed-recipients")))
        if (bounce->recipients.size() < recipients_max) bounce->recipients.push_back(std::move(address.email));
    }
    if (!bounce || bounce->recipients.empty()) return std::nullopt;
    if (subject.find("(delay)") != std::string::npos) bounce->class_ = BounceClass::soft;
  }
  bounce->original_message_id = original_id(header, mail);
  return bounce;
}

}  // namespace suki::mail
