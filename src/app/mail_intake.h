/// The door for mails: each becomes a message, is known already, or is kept in quarantine, and none is lost. See
/// docs/decisions/0032-quarantine.md.
#pragma once

#include <string>

#include "app/mail_prepare.h"

namespace suki::app {

/// Marks are kept in this data folder from now on. Errors: io.
[[nodiscard]] Result<void> watch_reading(App& app, const std::string& data_dir);

/// Into the conversation that it belongs to, a new one, or quarantine. The same mail twice is one message; so are two
/// deliveries that differ in their trace alone. `fetched_for`: the channel of a mail whose addresses name none of ours.
/// Errors mean that nothing was stored and that the sender should try again; one that the mail itself causes is not met
/// twice.
[[nodiscard]] Result<App::Delivered> deliver_mail(App& app, store::Tx& tx, const PreparedMail& mail,
                                                  Symbol fetched_for = {});
/// The second step where the first has failed: that the store takes the mail into quarantine tells that the fault was
/// the mail's. `error`: what the first gave; it comes back when the mail is not at fault.
[[nodiscard]] Result<App::Delivered> keep_failed(App& app, store::Tx& tx, const PreparedMail& mail, const Error& error);
/// Whether the second step may help: what the store or the plan lacks is no fault of the mail.
[[nodiscard]] bool may_be_the_mails(const Error& error);

/// For logs and mail servers: "conversation 12 message 34", "quarantine 5", each with " duplicate" where it was known.
[[nodiscard]] std::string to_words(const App::Delivered& delivered);

/// Both steps, in transactions of their own. Waits.
[[nodiscard]] Result<App::Delivered> take_mail(App& app, store::Store& store, const std::string& raw);

}  // namespace suki::app
