#include "app/mail_queue.h"

#include "json/read.h"

namespace suki::app {
namespace {

struct Person {
  std::string name, email;
};
BOOST_DESCRIBE_STRUCT(Person, (), (name, email))
struct File {
  std::string name, type, digest;
};
BOOST_DESCRIBE_STRUCT(File, (), (name, type, digest))
/// As it lies in the outbox. A field that is added later is an optional one: earlier rows lack it.
struct Described {
  Person from, to;
  std::string reply_to, subject, text, message_id, in_reply_to;
  std::vector<std::string> references;
  std::int64_t automatic = 0, date = 0;
  std::vector<File> files;
};
BOOST_DESCRIBE_STRUCT(Described, (),
                      (from, to, reply_to, subject, text, message_id, in_reply_to, references, automatic, date, files))

}  // namespace

Result<store::OutboxRecord> queue_mail(const mail::Outgoing& mail, const std::vector<store::UploadRecord>& files,
                                       Instant now) {
  SUKI_ASSERT(mail.attachments.empty());
  SUKI_CHECK(mail::check(mail));
  Described described{.from = {mail.from.name, mail.from.email},
                      .to = {mail.to.name, mail.to.email},
                      .reply_to = mail.reply_to,
                      .subject = mail.subject,
                      .text = mail.text,
                      .message_id = mail.message_id,
                      .in_reply_to = mail.in_reply_to,
                      .references = mail.references,
                      .automatic = static_cast<std::int64_t>(mail.automatic),
                      .date = mail.date.us,
                      .files = {}};
  for (const store::UploadRecord& file : files) described.files.push_back({file.name, file.type, file.digest});
  store::OutboxRecord out;
  out.from = mail.from.email;
  out.to = mail.to.email;
  out.data = json::write(described);
  out.described = true;
  out.next_at = now;
  return out;
}

Result<std::string> mail_bytes(store::Tx& tx, std::int64_t outbox_id) {
  auto stored = tx.outgoing_data(outbox_id);
  if (!stored || stored->data.empty()) return fail(ErrorCode::not_found, "nothing is left of this mail");
  if (!stored->described) return std::move(stored->data);
  SUKI_TRY(Described described, json::read<Described>(stored->data));
  mail::Outgoing mail{.from = {std::move(described.from.name), std::move(described.from.email)},
                      .to = {std::move(described.to.name), std::move(described.to.email)},
                      .reply_to = std::move(described.reply_to),
                      .subject = std::move(described.subject),
                      .text = std::move(described.text),
                      .message_id = std::move(described.message_id),
                      .in_reply_to = std::move(described.in_reply_to),
                      .references = std::move(described.references),
                      .automatic = static_cast<mail::Automatic>(described.automatic),
                      .date = Instant{described.date},
                      .attachments = {}};
  for (File& file : described.files) {
    auto bytes = tx.content(file.digest);
    if (!bytes) return fail(ErrorCode::not_found, "a file of this mail is gone: " + file.name);
    mail.attachments.push_back({.name = std::move(file.name),
                                .type = std::move(file.type),
                                .content_id = {},
                                .is_inline = false,
                                .bytes = std::move(*bytes)});
  }
  return mail::compose(mail);
}

}  // namespace suki::app
