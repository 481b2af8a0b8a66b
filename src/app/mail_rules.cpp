#include "app/mail_rules.h"

#include <algorithm>

#include "base/text.h"
#include "store/tx.h"

namespace suki::app {
namespace {

constexpr const char* spam = "mail.spam";          // "deliver", or ""
constexpr const char* pictures = "mail.pictures";  // "off", or ""
constexpr const char* servers = "mail.trusted";    // names with blanks between

bool is_server_name(std::string_view text) {
  constexpr std::size_t name_max = 253;  // RFC 1035
  return !text.empty() && text.size() <= name_max && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c > 0x20 && c < 0x7F && std::string_view(";\"\\(),").find(static_cast<char>(c)) == std::string_view::npos;
  });
}

void keep(store::Tx& tx, const char* name, const std::string& value) {
  if (tx.setting(name) != value) tx.set_setting(name, value);
}

}  // namespace

MailRules mail_rules(store::Tx& tx) {
  MailRules rules;
  rules.spam_held = tx.setting(spam).empty();
  rules.remote_pictures = tx.setting(pictures).empty();
  const std::string names = tx.setting(servers);
  for (const std::string_view name : split(names, ' '))
    if (!name.empty()) rules.trusted_servers.emplace_back(name);
  return rules;
}

Result<void> keep_mail_rules(store::Tx& tx, const MailRules& rules) {
  std::string names;
  for (const std::string& name : rules.trusted_servers) {
    if (!is_server_name(name))
      return fail(ErrorCode::bad_input, "--trust-authserv-id: \"" + name + "\" is no name of a mail server");
    names.append(names.empty() ? "" : " ").append(to_lower_ascii(name));
  }
  keep(tx, spam, rules.spam_held ? "" : "deliver");
  keep(tx, pictures, rules.remote_pictures ? "" : "off");
  keep(tx, servers, names);
  return {};
}

}  // namespace suki::app
