/// What the API says of mails in threads: how a mail's text is folded, what came back, which conversation a mail named
/// and did not join, which addresses take no mail.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

namespace suki::app {

/// Of a mail: `reply` is what its sender wrote now; what is left out of it is a quote, a signature or both. The whole
/// text stands beside it. There is none when nothing, or everything, would be left out.
struct Folded {
  std::string reply;
  bool quote = false, signature = false;
};
BOOST_DESCRIBE_STRUCT(Folded, (), (reply, quote, signature))

/// What the last delivery report said of a mail of ours. hard: the address is dead. status: RFC 3463, "5.1.1".
/// report: the message that the report became.
struct Returned {
  bool hard = false;
  std::string status, report;
};
BOOST_DESCRIBE_STRUCT(Returned, (), (hard, status, report))

/// A conversation was opened by a mail that names another one and did not join it. conversation, subject: of the other
/// side. opened: this side was opened so; else the other one was. cause: stranger (the sender does not belong to the
/// conversation that the mail answers), token (likewise, but the mail has that one's reply token, which only those have
/// who were written to), forward (it passes a mail of that one on). email: the sender's, "" when erased. claim: whether
/// the sender is the other conversation's customer: none (not asked), open, confirmed, refused.
struct LinkedConversation {
  std::string conversation, subject, cause, email, claim;
  bool opened = false;
};
BOOST_DESCRIBE_STRUCT(LinkedConversation, (), (conversation, subject, cause, email, claim, opened))
/// same: the sender of the mail that opened this conversation is the customer of the one that it named. Their
/// conversations become one customer's.
struct AnswerClaim {
  bool same = false;
};
BOOST_DESCRIBE_STRUCT(AnswerClaim, (), (same))

/// An address of the customer to which no mail is sent, since when, and the status of the report that said why.
struct ParkedAddress {
  std::string address, status, since;
};
BOOST_DESCRIBE_STRUCT(ParkedAddress, (), (address, status, since))
struct OpenAddress {
  std::string address;
};
BOOST_DESCRIBE_STRUCT(OpenAddress, (), (address))

/// A further address of a customer, since when, and who said that it is theirs ("" when they are gone).
struct CustomerAddress {
  std::string email, since, by;
};
BOOST_DESCRIBE_STRUCT(CustomerAddress, (), (email, since, by))
struct PartAddress {
  std::string email;
};
BOOST_DESCRIBE_STRUCT(PartAddress, (), (email))

}  // namespace suki::app
