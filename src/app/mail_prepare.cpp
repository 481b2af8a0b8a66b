#include <algorithm>

#include "app/mail_html.h"
#include "app/mail_in.h"
#include "app/sniff.h"
#include "app/work.h"
#include "base/text.h"
#include "store/hash.h"

namespace suki::app {
namespace {

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

}  // namespace

PreparedMail prepare_mail(std::string raw, std::size_t trace_bytes, std::vector<std::string> recipients) {
  PreparedMail prepared;
  prepared.digest = store::sha256_hex(raw);
  prepared.trace_bytes = trace_bytes;
  prepared.recipients = std::move(recipients);
  prepared.mail = mail::parse(raw);
  prepared.html = safe_html(prepared.mail);
  for (const mail::Part& part : prepared.mail.attachments) prepared.types.push_back(type_of(part.bytes, part.type));
  prepared.is_stamped = has_field(raw, "received");
  prepared.raw = std::move(raw);
  return prepared;
}

Result<std::vector<std::string>> mailboxes(App& app, store::Tx& tx) {
  SUKI_TRY(const PlanPtr plan, app.shared().plans.in_force(tx));
  std::vector<std::string> all;
  for (const plan::ChannelDecl& channel : plan->plan.channels) {
    if (channel.kind != plan::ChannelKind::email) continue;
    if (channel.address.find('@') != std::string::npos) all.push_back(channel.address);
    all.insert(all.end(), channel.aliases.begin(), channel.aliases.end());
  }
  return all;
}

bool is_mailbox(std::string_view mailbox, std::string_view address) {
  const std::string ours = to_lower_ascii(mailbox), given = to_lower_ascii(address);
  if (ours == given) return true;
  const std::size_t at = given.rfind('@'), plus = given.find('+');
  if (at == std::string::npos || plus == 0 || plus >= at) return false;
  return ours == given.substr(0, plus) + given.substr(at);
}

}  // namespace suki::app
