#include "app/mail_prepare.h"

#include <algorithm>
#include <cctype>
#include <ctime>
#include <exception>

#include <fmt/format.h>

#include "app/mail_html.h"
#include "app/sniff.h"
#include "app/work.h"
#include "base/text.h"
#include "store/hash.h"

namespace suki::app {
namespace {

using store::QuarantineReason;

/// Whether a field of this name stands in the header.
bool has_field(std::string_view raw, std::string_view name) {
  constexpr std::size_t looked_at_max = 64 * 1024;  // a server's own lines stand on top
  raw = raw.substr(0, looked_at_max);
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find('\n'), raw.size());
    const std::string_view line = raw.substr(0, end);
    if (line.empty() || line == "\r") return false;
    if (line.size() > name.size() && line[name.size()] == ':' && to_lower_ascii(line.substr(0, name.size())) == name)
      return true;
    raw.remove_prefix(std::min(end + 1, raw.size()));
  }
  return false;
}

std::int64_t thread_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000 + now.tv_nsec / 1'000'000;
}

bool has_problem(const mail::Parsed& mail, std::string_view code) {
  for (const std::string& problem : mail.problems)
    if (problem == code) return true;
  return false;
}

/// Nothing of what makes bytes a mail.
bool has_no_header(const mail::Parsed& mail) {
  return mail.from.email.empty() && mail.from.name.empty() && mail.to.empty() && mail.cc.empty() &&
         mail.subject.empty() && mail.message_id.empty() && !mail.date;
}

/// Something that a person could read: a letter or digit, or what stands for one in another script.
bool is_readable(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80 && std::isalnum(c) != 0) return true;
    if (c < 0xC2) continue;
    if (text.substr(i).starts_with("\xEF\xBF\xBD")) {  // what no character stood for
      i += 2;
      continue;
    }
    return true;
  }
  return false;
}

bool says_nothing(const mail::Parsed& mail) {
  return mail.from.email.empty() && !is_readable(mail.text) && !is_readable(mail.subject) && mail.attachments.empty();
}

std::optional<Apart> apart_of(const mail::Parsed& mail) {
  if (has_problem(mail, "not-a-mail") || has_no_header(mail)) return Apart{QuarantineReason::not_a_mail, {}};
  if (has_problem(mail, "too-many-parts")) return Apart{QuarantineReason::limits, "too-many-parts"};
  if (has_problem(mail, "too-large")) return Apart{QuarantineReason::limits, "too-large"};
  if (says_nothing(mail)) return Apart{QuarantineReason::nothing_readable, {}};
  return std::nullopt;
}

void read(PreparedMail& prepared) {
  const std::int64_t since = thread_ms();
  try {
    prepared.mail = mail::parse(prepared.raw);
    prepared.html = safe_html(prepared.mail);
    for (const mail::Part& part : prepared.mail.attachments) prepared.types.push_back(type_of(part.bytes, part.type));
  } catch (const std::exception& error) {
    prepared.mail = {};
    prepared.html.clear();
    prepared.types.clear();
    prepared.apart = Apart{QuarantineReason::failed, fmt::format("reading it: {}", error.what())};
    return;
  }
  prepared.is_read = true;
  prepared.is_stamped = has_field(prepared.raw, "received");
  const std::int64_t took = thread_ms() - since;
  if (took > reading_ms_max)
    prepared.apart = Apart{QuarantineReason::slow, fmt::format("{} ms", took)};
  else
    prepared.apart = apart_of(prepared.mail);
}

PreparedMail unread(std::string raw, std::size_t trace_bytes, std::vector<std::string> recipients) {
  PreparedMail prepared;
  prepared.digest = store::sha256_hex(raw);
  prepared.trace_bytes = trace_bytes;
  prepared.recipients = std::move(recipients);
  prepared.raw = std::move(raw);
  return prepared;
}

}  // namespace

PreparedMail prepare_mail(std::string raw, std::size_t trace_bytes, std::vector<std::string> recipients) {
  PreparedMail prepared = unread(std::move(raw), trace_bytes, std::move(recipients));
  read(prepared);
  return prepared;
}

PreparedMail prepare_mail(App& app, std::string raw, std::size_t trace_bytes, std::vector<std::string> recipients) {
  PreparedMail prepared = unread(std::move(raw), trace_bytes, std::move(recipients));
  const ReadingMarks::Mark mark(app.shared().reading, prepared.digest);
  if (mark.ends() >= ReadingMarks::ends_max)
    prepared.apart = Apart{QuarantineReason::crashed, fmt::format("the program ended {} times", mark.ends())};
  else
    read(prepared);
  return prepared;
}

Result<std::vector<std::string>> own_addresses(App& app, store::Tx& tx) {
  SUKI_TRY(const PlanPtr plan, app.shared().plans.in_force(tx));
  std::vector<std::string> all;
  for (const plan::ChannelDecl& channel : plan->plan.channels) {
    if (channel.kind != plan::ChannelKind::email) continue;
    if (channel.address.find('@') != std::string::npos) all.push_back(channel.address);
    all.insert(all.end(), channel.aliases.begin(), channel.aliases.end());
  }
  return all;
}

bool leads_to(std::string_view own, std::string_view address) {
  const std::string ours = to_lower_ascii(own), given = to_lower_ascii(address);
  if (ours == given) return true;
  const std::size_t at = given.rfind('@'), plus = given.find('+');
  if (at == std::string::npos || plus == 0 || plus >= at) return false;
  return ours == given.substr(0, plus) + given.substr(at);
}

}  // namespace suki::app
