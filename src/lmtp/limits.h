/// Every limit of the LMTP server by name. What the server does when one is reached stands beside it.
/// The numbers are chosen, not measured, unless said.
#pragma once

#include <chrono>
#include <cstddef>

#include "mail/mail.h"

namespace suki::lmtp::limits {

using namespace std::chrono_literals;

/// A command with its line end: 500, and the line is passed over. RFC 5321, 4.5.3.1 wants 512 and what the extensions
/// add, which is less than as much again; an address in UTF-8 may be longer.
inline constexpr std::size_t command_bytes_max = 2'048;
inline constexpr std::size_t line_passed_over_max = 64 * 1024;  ///< of a command that does not end: 500 and closed
/// Put on top of a mail: Return-Path, and a Delivered-To for each recipient. Both come out of commands.
inline constexpr std::size_t trace_bytes_max = 256 * 1024;
/// What MAIL FROM's SIZE may say and DATA may bring: 552 5.3.4. With what is put on top it is what the reader takes.
inline constexpr std::size_t mail_bytes_max = mail::mail_bytes_max - trace_bytes_max;
inline constexpr std::size_t recipients_max = 100;  ///< of one mail: 452 4.5.3; RFC 5321, 4.5.3.1.8 wants so many
inline constexpr std::size_t mistakes_max = 20;     ///< commands of one connection that are none: 421 and closed
inline constexpr std::size_t mails_per_connection_max = 10'000;  ///< 421 at the next one, and closed
/// Mails of one connection that wait for the store at once: what comes behind them is not read before one is answered.
inline constexpr std::size_t mails_waiting_max = 32;
/// Answers to what came behind such a mail, which wait for it: likewise.
inline constexpr std::size_t answer_bytes_max = 64 * 1024;

/// 421 and closed. A mail server has one for each mail that it delivers at once, Postfix 20.
inline constexpr std::size_t connections_max = 100;
/// Of all mails that are coming in or wait for the store: 452 4.3.1, the mail server tries again.
inline constexpr std::size_t bytes_in_hand_max = 512u << 20;
inline constexpr std::size_t read_bytes = 64 * 1024;  ///< taken from a socket at once

/// Without a byte between two commands: 421 and closed. RFC 5321, 4.5.3.2.7.
inline constexpr auto command_timeout = 5min;
inline constexpr auto data_timeout = 3min;  ///< likewise within a mail; RFC 5321, 4.5.3.2.5
/// From a mail's first byte to its last, and a second more for every read_bytes_per_second: 421 and closed.
inline constexpr auto mail_timeout = 10min;
inline constexpr std::size_t read_bytes_per_second = 32 * 1024;
inline constexpr auto write_timeout = 1min;  ///< for somebody who does not read the answers: cut
inline constexpr auto linger_timeout = 2s;   ///< how long what still comes in is thrown away before the end
inline constexpr std::size_t linger_bytes_max = 1024 * 1024;
inline constexpr auto mailboxes_for = 10s;  ///< then the plan is asked again which addresses are ours
inline constexpr auto stop_timeout = 10s;   ///< mails that wait for the store when the server stops: then cut

}  // namespace suki::lmtp::limits
