#include "app/mail_queue.h"

#include <optional>

#include "json/read.h"

namespace suki::app {
namespace {

struct Person {
  std::string name, email;
};
BOOST_DESCRIBE_STRUCT(Person, (), (name, email))
struct File {
  std::string name, type, digest;
  std::optional<std::string> content_id;
};
BOOST_DESCRIBE_STRUCT(File, (), (name, type, digest, content_id))
/// As it lies in the outbox. A field that is added later is an optional one: earlier rows lack it.
struct Described {
  Person from, to;
  std::string reply_to, subject, text, message_id, in_reply_to;
  std::vector<std::string> references;
  std::int64_t automatic = 0, date = 0;
  std::vector<File> files;
  std::optional<std::vector<Person>> cc;
  std::optional<std::string> html;
};
BOOST_DESCRIBE_STRUCT(Described, (),
                      (from, to, reply_to, subject, text, message_id, in_reply_to, references, automatic, date, files,
                       cc, html))

Described describe(const mail::Outgoing& mail, const std::vector<MailFile>& files) {
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
                      .files = {},
                      .cc = {},
                      .html = {}};
  for (const MailFile& file : files) {
    described.files.push_back({file.name, file.type, file.digest, {}});
    if (!file.content_id.empty()) described.files.back().content_id = file.content_id;
  }
  for (const mail::Address& person : mail.cc) {
    if (!described.cc) described.cc.emplace();
    described.cc->push_back({person.name, person.email});
  }
  if (!mail.html.empty()) described.html = mail.html;
  return described;
}

}  // namespace

std::vector<MailFile> mail_files(const std::vector<store::UploadRecord>& files) {
  std::vector<MailFile> out;
  for (const store::UploadRecord& file : files) out.push_back({file.name, file.type, file.digest});
  return out;
}

Result<std::vector<store::OutboxRecord>> queue_mails(const mail::Outgoing& mail, const std::vector<MailFile>& files,
                                                     Instant now) {
  SUKI_ASSERT(mail.attachments.empty());
  SUKI_CHECK(mail::check(mail));
  store::OutboxRecord row;
  row.from = mail.from.email;
  row.data = json::write(describe(mail, files));
  row.described = true;
  row.next_at = now;
  std::vector<store::OutboxRecord> rows;
  for (std::string& recipient : mail::recipients_of(mail)) {
    row.to = std::move(recipient);
    rows.push_back(row);
  }
  return rows;
}

Result<store::OutboxRecord> queue_mail(const mail::Outgoing& mail, const std::vector<store::UploadRecord>& files,
                                       Instant now) {
  SUKI_ASSERT(mail.cc.empty() && mail.bcc.empty());
  SUKI_TRY(auto rows, queue_mails(mail, mail_files(files), now));
  return std::move(rows.front());
}

Result<std::string> mail_bytes(store::Tx& tx, std::int64_t outbox_id) {
  auto stored = tx.outgoing_data(outbox_id);
  if (!stored || stored->data.empty()) return fail(ErrorCode::not_found, "nothing is left of this mail");
  if (!stored->described) return std::move(stored->data);
  SUKI_TRY(Described described, json::read<Described>(stored->data));
  mail::Outgoing mail{.from = {std::move(described.from.name), std::move(described.from.email)},
                      .to = {std::move(described.to.name), std::move(described.to.email)},
                      .cc = {},
                      .bcc = {},
                      .reply_to = std::move(described.reply_to),
                      .subject = std::move(described.subject),
                      .text = std::move(described.text),
                      .message_id = std::move(described.message_id),
                      .in_reply_to = std::move(described.in_reply_to),
                      .html = described.html.value_or(""),
                      .references = std::move(described.references),
                      .automatic = static_cast<mail::Automatic>(described.automatic),
                      .date = Instant{described.date},
                      .attachments = {}};
  if (described.cc)
    for (Person& person : *described.cc) mail.cc.push_back({std::move(person.name), std::move(person.email)});
  for (File& file : described.files) {
    auto bytes = tx.content(file.digest);
    if (!bytes) return fail(ErrorCode::not_found, "a file of this mail is gone: " + file.name);
    mail.attachments.push_back({.name = std::move(file.name),
                                .type = std::move(file.type),
                                .content_id = file.content_id.value_or(""),
                                .is_inline = false,
                                .bytes = std::move(*bytes)});
  }
  return mail::compose(mail);
}

}  // namespace suki::app
