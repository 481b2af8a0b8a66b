/// What the plan puts around a mail to a customer: the name it is from, the signature, what it quotes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/plans.h"
#include "mail/mail.h"
#include "store/records.h"

namespace suki::app {

// Chosen: more than anybody reads below an answer, and no more than a fifth of what a mail's text may have.
inline constexpr std::size_t quoted_message_max = 10'000;   ///< code points of one message; the rest is cut
inline constexpr std::size_t quoted_bytes_max = 48 * 1024;  ///< of all that a mail quotes; older ones are left out
inline constexpr std::size_t quoted_messages_max = 50;

struct Dress {
  const LoadedPlan& plan;
  const plan::ChannelDecl& channel;
  std::string language;  ///< the customer's
  std::string customer;  ///< by name, else by address
  std::string agent;     ///< who wrote it; "" for an automatic mail
  /// Placeholders of the plan's texts.
  std::function<std::string(std::string_view text)> fill;
};
/// The name beside the address that the mail is from.
[[nodiscard]] std::string from_name(const Dress& dress);
/// Signature, then quotes, below the words that the mail has. `earlier`: the conversation's messages, oldest first;
/// `about` is the one that the mail carries.
void dress_mail(mail::Outgoing& mail, const Dress& dress, const std::vector<store::MessageRecord>& earlier,
                MessageId about);

}  // namespace suki::app
