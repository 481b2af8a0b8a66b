/// Which mails belong together, whose addresses are one customer's, and which addresses take no mail: what the store
/// keeps of it. Addresses and Message-IDs are texts that go when their customer or conversation is erased; links and
/// reports are numbers and codes, and stay.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace suki::store {

class Tx;

// ---- the graph of Message-IDs

/// One end of a mail's references: a conversation with a message of this id, or with mails that name it though it is
/// no message here.
struct MailName {
  ConversationId conversation;
  MessageId message;  ///< none: it is only named there
};
/// Those that know this Message-ID: messages, then names, the newest first of each. At most 10 of each. One query.
[[nodiscard]] std::vector<MailName> find_named(Tx& tx, const std::string& mail_id);
/// Messages with this Message-ID; by id.
[[nodiscard]] std::vector<MessageId> messages_with(Tx& tx, const std::string& mail_id, int limit);
/// What the newest messages of a conversation say of who takes part in it.
struct MailHead {
  MessageId message;
  bool from_customer = false, has_raw = false;
  std::string email;  ///< of who wrote it, lower case
};
[[nodiscard]] std::vector<MailHead> newest_mails(Tx& tx, ConversationId id, int limit);  ///< the newest first
/// The first `bytes` of a mail as it came; "" where there is none.
[[nodiscard]] std::string raw_mail_start(Tx& tx, MessageId message, int bytes);
/// From now on `mail_id` leads to `conversation`; once for each pair. Cost: an index read.
void add_name(Tx& tx, const std::string& mail_id, ConversationId conversation);

// ---- conversations that a mail named and did not join

/// Numbers are never reused.
enum class LinkCause : std::uint8_t {
  stranger = 1,  ///< it answers a mail of the other one, from an address that does not belong there
  token = 2,     ///< likewise, and it has the other one's reply token
  forward = 3,   ///< it forwards a mail of the other one
};
/// Whether the sender is the other conversation's customer.
enum class Claim : std::uint8_t { none, open, confirmed, refused };
struct MailLinkRecord {
  ConversationId conversation;  ///< which the mail opened
  ConversationId other;         ///< which it named
  MessageId message;            ///< the mail
  LinkCause cause = LinkCause::stranger;
  Claim claim = Claim::none;
};
void add_mail_link(Tx& tx, const MailLinkRecord& link);
/// With this conversation on either side; by the opened one, at most `limit` of those that named it, the newest.
[[nodiscard]] std::vector<MailLinkRecord> mail_links(Tx& tx, ConversationId id, int limit);
[[nodiscard]] std::optional<MailLinkRecord> find_mail_link(Tx& tx, ConversationId opened);
void set_claim(Tx& tx, ConversationId opened, Claim claim);

// ---- further addresses of a customer

/// `was` is the customer that stood for this address before; their record stays, so that it can be taken back.
struct CustomerAddressRecord {
  std::string email;  ///< lower case; not the customer's own
  CustomerId customer, was;
  AgentId by;
  Instant at;
};
[[nodiscard]] std::vector<CustomerAddressRecord> customer_addresses(Tx& tx, CustomerId id);  ///< by at, then email
[[nodiscard]] std::optional<CustomerAddressRecord> find_customer_address(Tx& tx, const std::string& email);
/// All conversations of `address.was`, and their addresses, are `address.customer`'s from now on. The conversations
/// that moved, by id.
std::vector<ConversationId> join_customer(Tx& tx, const CustomerAddressRecord& address);
/// Takes it back; the conversations that went back, by id.
std::vector<ConversationId> part_customer(Tx& tx, const CustomerAddressRecord& address);
/// A conversation opened from a further address, so that it goes back with it.
void note_moved(Tx& tx, ConversationId id, CustomerId was);

// ---- delivery reports, and addresses that take no mail

/// A report about one of our mails. `report` is the note that it became.
struct MailReportRecord {
  MessageId report, message;
  bool hard = false;
  std::string status;  ///< RFC 3463 "5.1.1"
};
void add_mail_report(Tx& tx, const MailReportRecord& report);
[[nodiscard]] std::vector<MailReportRecord> mail_reports(Tx& tx, ConversationId id);  ///< by report

struct ParkedRecord {
  std::string address;  ///< lower case
  std::string status;   ///< RFC 3463
  MessageId report;     ///< the note by which it is known
  Instant at;
};
[[nodiscard]] std::optional<ParkedRecord> find_parked(Tx& tx, const std::string& address);
/// What waits to go there is held. Who is parked already stays as they are.
void park(Tx& tx, const ParkedRecord& parked);
/// It takes mail again, and what people wrote and was held goes out. False: it was not parked.
bool unpark(Tx& tx, const std::string& address, Instant now);
/// `last_error` of a mail that is held: no server was asked, and none will be before its address is opened.
inline constexpr const char* held_error = "held: the address is parked";
struct MessageToParked {
  MessageId message;
  bool whole = false;  ///< nobody gets it; else those whose addresses take mail
};
/// Messages of which a mail is held, unless another failed in earnest; by message.
[[nodiscard]] std::vector<MessageToParked> messages_to_parked(Tx& tx, ConversationId id);

/// The mails of the outbox that carry this message; by id.
[[nodiscard]] std::vector<std::int64_t> mails_of(Tx& tx, MessageId message);
/// Where the mail of a message went; lower case. None where there was no mail, or it was erased.
[[nodiscard]] std::vector<std::string> addresses_of_mail(Tx& tx, MessageId message);

// ---- how many automatic mails went out since then

/// Of this conversation, and of the newest conversations of the customer together. Cost: the messages of 30
/// conversations at most.
struct AutomaticMails {
  std::int64_t of_conversation = 0, of_customer = 0;
};
[[nodiscard]] AutomaticMails count_automatic_mails(Tx& tx, ConversationId id, CustomerId customer, Instant since);

// ---- erasing
void forget_names(Tx& tx, ConversationId id);
/// Before the customer's own address is taken. Other customers who stood for one of their addresses, to be erased too.
std::vector<CustomerId> forget_addresses(Tx& tx, CustomerId id);
/// The first conversation that was this customer's before any joined or left them: by it a backup from before knows
/// the same person.
[[nodiscard]] std::optional<ConversationId> own_first_conversation(Tx& tx, CustomerId id);

/// Sentences about rows that name what is not there, or what was erased; the first few of each kind.
[[nodiscard]] std::vector<std::string> wrong_mail_threads(Tx& tx);

}  // namespace suki::store
