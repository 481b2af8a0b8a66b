#include "app/link_mail.h"

#include <fmt/format.h>

#include "app/channels.h"
#include "app/mail_queue.h"
#include "catalogue/catalogue.h"

namespace suki::app {

bool send_link(const Work& work, const LinkMail& link) {
  std::vector<catalogue::Arg> args;
  for (const auto& [name, value] : link.words) args.emplace_back(name, value);
  return send_about_access(work, {link.name, link.email}, catalogue::message(link.language, link.subject, args),
                           catalogue::message(link.language, link.body, args) + "\n");
}

bool send_about_access(const Work& work, const mail::Address& to, const std::string& subject, const std::string& text) {
  const plan::ChannelDecl* sender = find_sender(*work.plan);
  if (to.email.empty() || sender == nullptr) return false;
  mail::Outgoing mail;
  mail.from = {work.plan->plan.business.name, sender->address};
  mail.to = to;
  mail.subject = subject;
  mail.text = text;
  mail.automatic = mail::Automatic::notice;
  mail.date = work.now;
  mail.message_id = fmt::format("access.{}@{}", work.shared.host.random_token(12),
                                sender->address.substr(sender->address.rfind('@') + 1));
  auto out = queue_mail(mail, {}, work.now);
  if (!out.ok()) return false;
  out->secret = true;
  work.tx.add_outgoing(*out);
  return true;
}

}  // namespace suki::app
