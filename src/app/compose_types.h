/// Writing to customers over the API: recipients, rich text, replies that wait, forwards, templates, previews.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

namespace suki::app {

/// name: "" not known.
struct Recipient {
  std::string name, email;
};
BOOST_DESCRIBE_STRUCT(Recipient, (), (name, email))

/// What a message has beside its words when it came or went as a mail. html: of ours, made safe; a picture is
/// "cid:ID", and `pictures` names the attachment of each. subject: of a forwarded one.
struct InlinePicture {
  std::string cid, attachment;
};
BOOST_DESCRIBE_STRUCT(InlinePicture, (), (cid, attachment))
struct MessageMail {
  bool forwarded = false;
  std::string subject;
  std::vector<Recipient> to, cc, bcc;
  std::string html;
  std::vector<InlinePicture> pictures;
};
BOOST_DESCRIBE_STRUCT(MessageMail, (), (forwarded, subject, to, cc, bcc, html, pictures))

/// What a draft keeps beside its words. Of a reply: html ("" plain text), cc, bcc. Of a forward: all of it; messages
/// and attachments are ids of this conversation's.
struct DraftMail {
  std::string html, subject;
  std::vector<Recipient> to, cc, bcc;
  std::vector<std::string> messages, attachments;
};
BOOST_DESCRIBE_STRUCT(DraftMail, (), (html, subject, to, cc, bcc, messages, attachments))

}  // namespace suki::app
