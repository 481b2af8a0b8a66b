#include "app/mail_intake.h"

#include <exception>
#include <optional>

#include <fmt/format.h>

#include "app/mail_in.h"
#include "app/mail_rules.h"
#include "app/work.h"
#include "base/text.h"
#include "mail/mail.h"
#include "mail/raw_view.h"
#include "store/sql.h"

namespace suki::app {
namespace {

using store::QuarantineReason;
using store::QuarantineRecord;

constexpr std::size_t detail_max = 1'000;  // code points

App::Delivered keep(store::Tx& tx, Instant now, const PreparedMail& mail, const Apart& why) {
  QuarantineRecord record;
  record.digest = mail.digest;
  record.received_at = now;
  record.tried_at = now;
  record.reason = why.reason;
  record.detail = cut(to_valid_utf8(why.detail), detail_max);
  const mail::Peeked seen = mail.is_read ? mail::Peeked() : mail::peek(mail.raw);
  record.email = cut(to_lower_ascii(mail.is_read ? mail.mail.from.email : seen.email), email_max);
  record.name = cut(mail.is_read ? mail.mail.from.name : seen.name, name_max);
  record.subject = cut(trim(mail.is_read ? mail.mail.subject : seen.subject), subject_max);
  App::Delivered kept;
  kept.quarantine = store::add_quarantined(tx, std::move(record), mail.raw);
  return kept;
}

/// It is there already: the sender was not sure, or tries again and again.
std::optional<App::Delivered> find_kept(store::Tx& tx, Instant now, const std::string& digest) {
  auto known = store::find_quarantined(tx, digest);
  if (!known) return std::nullopt;
  ++known->attempts;
  known->tried_at = now;
  store::update_quarantined(tx, *known);
  App::Delivered kept;
  kept.duplicate = true;
  kept.quarantine = known->id;
  return kept;
}

}  // namespace

Result<void> watch_reading(App& app, const std::string& data_dir) {
  return app.shared().reading.open(data_dir + "/mails-in-hand");
}

bool may_be_the_mails(const Error& error) {
  return error.code != ErrorCode::busy && error.code != ErrorCode::unavailable &&
         error.code != ErrorCode::storage_full && error.code != ErrorCode::bad_plan;
}

Result<App::Delivered> App::deliver_mail(store::Tx& tx, const std::string& raw) {
  return app::deliver_mail(*this, tx, prepare_mail(*this, raw));
}

Result<App::Delivered> deliver_mail(App& app, store::Tx& tx, const PreparedMail& mail, Symbol fetched_for) {
  using Delivered = App::Delivered;
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  if (auto kept = find_kept(tx, work.now, mail.digest)) return *kept;
  ReadingMarks& reading = app.shared().reading;
  const ReadingMarks::Mark mark(reading, mail.digest);
  if (mark.ends() >= ReadingMarks::ends_max)
    return keep(tx, work.now, mail,
                {QuarantineReason::crashed, fmt::format("the program ended {} times", mark.ends())});
  if (const std::string why = reading.take_failure(mail.digest); !why.empty())
    return keep(tx, work.now, mail, {QuarantineReason::failed, why});
  const MailRules rules = mail_rules(tx);
  std::optional<Apart> apart = mail.apart;
  if (!apart && mail.mail.spam && rules.spam_held) apart = Apart{QuarantineReason::spam, {}};
  if (apart) {
    // Somebody has let it through already.
    if (const auto seen = tx.find_raw_mail(mail.digest))
      if (const auto message = tx.find_message(*seen)) return Delivered{message->conversation, message->id, true};
    return keep(tx, work.now, mail, *apart);
  }
  // What was written until the error is undone with the transaction; when the mail comes again it is kept.
  try {
    const Delivery how{.fetched_for = fetched_for,
                       .origin = mail::judge_origin(mail.raw, mail.mail.from.email, rules.trusted_servers)};
    Result<Delivered> delivered = deliver_prepared(work, mail, how);
    if (!delivered.ok() && may_be_the_mails(delivered.error()))
      reading.failed(mail.digest, fmt::format("{}: {}", name_of(delivered.error().code), delivered.error().detail));
    return delivered;
  } catch (const store::StorageFull&) {
    throw;
  } catch (const store::SqlError& error) {
    // A database that breaks off says the same as one that does not like this mail.
    reading.failed(mail.digest, fmt::format("storing it: {}", error.what()), ReadingMarks::doubts_max);
    throw;
  } catch (const std::exception& error) {
    reading.failed(mail.digest, fmt::format("storing it: {}", error.what()));
    throw;
  }
}

Result<App::Delivered> keep_failed(App& app, store::Tx& tx, const PreparedMail& mail, const Error& error) {
  if (!may_be_the_mails(error)) return error;
  const Instant now = app.shared().host.now();
  app.shared().reading.forgive(mail.digest);
  if (auto kept = find_kept(tx, now, mail.digest)) return *kept;
  const auto reason = error.code == ErrorCode::refused ? QuarantineReason::refused : QuarantineReason::failed;
  return keep(tx, now, mail, {reason, fmt::format("{}: {}", name_of(error.code), error.detail)});
}

std::string to_words(const App::Delivered& delivered) {
  const char* again = delivered.duplicate ? " duplicate" : "";
  if (delivered.quarantine != 0) return fmt::format("quarantine {}{}", delivered.quarantine, again);
  return fmt::format("conversation {} message {}{}", delivered.conversation.value, delivered.message.value, again);
}

Result<App::Delivered> take_mail(App& app, store::Store& store, const std::string& raw) {
  const PreparedMail mail = prepare_mail(app, raw);
  Result<App::Delivered> taken = fail(ErrorCode::internal, "not run");
  const Result<void> first = store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    taken = deliver_mail(app, tx, mail);
    if (!taken.ok()) return taken.error();
    return {};
  });
  if (first.ok()) return taken;
  if (!may_be_the_mails(first.error())) return first.error();
  const Result<void> second = store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    taken = keep_failed(app, tx, mail, first.error());
    if (!taken.ok()) return taken.error();
    return {};
  });
  if (!second.ok()) return second.error();
  return taken;
}

}  // namespace suki::app
