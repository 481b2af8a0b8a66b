#include "app/mail_dress.h"

#include "app/work.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "mail/quote.h"
#include "mail/reply.h"

namespace suki::app {
namespace {

using plan::QuoteHistory;
using store::MessageKind;

constexpr std::string_view agent_word = "{agent}";

/// Nobody wrote an automatic mail: what names the agent is left out of it, line by line.
std::string without_agent(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    if (line.find(agent_word) != std::string_view::npos) continue;
    out += line;
    out += '\n';
  }
  return out;
}

std::string signature_of(const Dress& dress) {
  const std::string text = dress.plan.text(dress.channel.signature, dress.language);
  return dress.fill(dress.agent.empty() ? without_agent(text) : text);
}

mail::Quoted quoted(const store::MessageRecord& message, const Dress& dress) {
  const bool by_customer = message.kind == MessageKind::customer;
  std::string name = preview_of(message.author.empty() && by_customer ? dress.customer : message.author);
  if (name.empty()) name = dress.plan.plan.business.name;
  const std::string when = catalogue::say_instant(dress.language, message.at, dress.plan.plan.business.time_zone);
  // What they themselves quoted is in the mail before.
  std::string text = by_customer ? mail::split_reply(message.text, "").reply : message.text;
  if (trim(text).empty()) text = message.text;
  std::string shown = cut(text, quoted_message_max);
  if (shown.size() < text.size()) shown += "\n[…]";
  return {catalogue::message(dress.language, "app.mail.wrote", {{"when", when}, {"name", name}}), std::move(shown)};
}

/// The newest first, as far as they fit.
std::vector<mail::Quoted> quotes_for(const Dress& dress, const std::vector<store::MessageRecord>& earlier,
                                     MessageId about) {
  std::vector<mail::Quoted> quotes;
  if (dress.agent.empty() || dress.channel.quote_history == QuoteHistory::none) return quotes;
  const bool all = dress.channel.quote_history == QuoteHistory::all;
  std::size_t bytes = 0;
  for (auto m = earlier.rbegin(); m != earlier.rend() && quotes.size() < quoted_messages_max; ++m) {
    const bool wanted = m->kind == MessageKind::customer || (all && m->kind == MessageKind::reply);
    if (!wanted || m->id == about || trim(m->text).empty()) continue;
    quotes.push_back(quoted(*m, dress));
    bytes += quotes.back().text.size();
    if (bytes > quoted_bytes_max) {
      quotes.pop_back();
      break;
    }
    if (!all) break;
  }
  return quotes;
}

}  // namespace

std::string from_name(const Dress& dress) {
  const std::string text = dress.plan.text(dress.channel.from_name, dress.language);
  const bool nobody = dress.agent.empty() && text.find(agent_word) != std::string::npos;
  const std::string name = nobody ? std::string() : preview_of(dress.fill(text));
  return name.empty() ? dress.plan.plan.business.name : name;
}

void dress_mail(mail::Outgoing& mail, const Dress& dress, const std::vector<store::MessageRecord>& earlier,
                MessageId about) {
  if (!dress.agent.empty() || dress.channel.sign_automatic) mail::add_signature(mail, signature_of(dress));
  mail::add_quotes(mail, quotes_for(dress, earlier, about));
}

}  // namespace suki::app
