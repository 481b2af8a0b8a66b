/// Mail in, before its turn in the store: what needs no store is made ready on any thread, because the store's one
/// writer is what everybody waits for. What comes then: mail_intake.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/app.h"
#include "mail/mail.h"
#include "store/quarantine.h"

namespace suki::app {

inline constexpr int reading_ms_max = 1'000;  ///< of the processor's time, for reading one mail

/// Why a mail is to be kept apart.
struct Apart {
  store::QuarantineReason reason{};
  std::string detail{};  ///< English; "" the reason says all
};

/// A mail as it came, and all that is derived from it alone.
struct PreparedMail {
  std::string raw{}, digest{};            ///< digest: SHA-256 of raw
  std::size_t trace_bytes = 0;            ///< of raw: put on top by the delivery, Return-Path and Delivered-To
  std::vector<std::string> recipients{};  ///< whom it was delivered for, where that is known
  bool is_read = false;                   ///< false: reading it failed, and what follows is empty
  mail::Parsed mail{};
  std::string html{};                ///< safe to show; "" none
  std::vector<std::string> types{};  ///< of mail.attachments, told by their bytes
  bool is_stamped = false;           ///< a mail server wrote Received: no other mail has the same bytes
  std::optional<Apart> apart{};      ///< none: it can be delivered
};
/// Never throws; what cannot be understood is in mail.problems, and in `apart` where nothing is left to deliver.
/// O(bytes), 0.2 ms for a usual mail: nobody should wait for it in a transaction.
[[nodiscard]] PreparedMail prepare_mail(std::string raw, std::size_t trace_bytes = 0,
                                        std::vector<std::string> recipients = {});
/// The same with the mail marked as in hand (reading_marks.h), so that one that ends the program is known by it.
[[nodiscard]] PreparedMail prepare_mail(App& app, std::string raw, std::size_t trace_bytes = 0,
                                        std::vector<std::string> recipients = {});

/// Where mail is for us: the addresses and aliases of the plan's e-mail channels. Errors: not_found (no plan is in
/// force), io.
[[nodiscard]] Result<std::vector<std::string>> own_addresses(App& app, store::Tx& tx);
/// Whether `address` leads to `own`: the same whatever case its letters have, with or without "+something" before the
/// @.
[[nodiscard]] bool leads_to(std::string_view own, std::string_view address);

}  // namespace suki::app
