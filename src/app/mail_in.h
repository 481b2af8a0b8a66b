/// Mail in, in two steps: what needs no store is made ready before, on any thread, because the store's one writer is
/// what everybody waits for; the rest is done in a transaction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/app.h"
#include "mail/mail.h"

namespace suki::app {

/// A mail as it came, and all that is derived from it alone.
struct PreparedMail {
  std::string raw, digest;              ///< digest: SHA-256 of raw
  std::size_t trace_bytes = 0;          ///< of raw: put on top by the delivery, Return-Path and Delivered-To
  std::vector<std::string> recipients;  ///< whom it was delivered for, where that is known
  mail::Parsed mail;
  std::string html;                ///< safe to show; "" none
  std::vector<std::string> types;  ///< of mail.attachments, told by their bytes
  bool is_stamped = false;         ///< a mail server wrote Received: no other mail has the same bytes
};
/// Never fails; what cannot be understood is in mail.problems. O(bytes), 0.2 ms for a usual mail: nobody should wait
/// for it in a transaction.
[[nodiscard]] PreparedMail prepare_mail(std::string raw, std::size_t trace_bytes = 0,
                                        std::vector<std::string> recipients = {});

/// Into the conversation that it belongs to, or a new one. The same mail twice is one message; so are two deliveries
/// that differ in their trace alone. `fetched_for`: the channel of a mail whose addresses name none of ours. Errors are
/// the store's: whoever sent it should try again.
[[nodiscard]] Result<App::Delivered> deliver_mail(App& app, store::Tx& tx, const PreparedMail& mail,
                                                  Symbol fetched_for = {});

/// Where mail is for us: the addresses and aliases of the plan's e-mail channels. Errors: not_found (no plan is in force), io.
[[nodiscard]] Result<std::vector<std::string>> mailboxes(App& app, store::Tx& tx);
/// Whether `address` leads there: the same whatever case its letters have, with or without "+something" before the @.
[[nodiscard]] bool is_mailbox(std::string_view mailbox, std::string_view address);

}  // namespace suki::app
