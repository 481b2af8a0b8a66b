#include "app/mail_intake.h"

#include <cctype>
#include <ctime>
#include <exception>
#include <optional>

#include <fmt/format.h>

#include "app/mail_html.h"
#include "app/mail_read.h"
#include "app/mail_rules.h"
#include "app/work.h"
#include "base/text.h"
#include "mail/mail.h"
#include "mail/raw_view.h"
#include "store/hash.h"
#include "store/sql.h"

namespace suki::app {
namespace {

using store::QuarantineReason;
using store::QuarantineRecord;

constexpr std::size_t detail_max = 1'000;  // code points

std::int64_t thread_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000 + now.tv_nsec / 1'000'000;
}

bool has_problem(const mail::Parsed& mail, std::string_view code) {
  for (const std::string& problem : mail.problems)
    if (problem == code) return true;
  return false;
}

/// Nothing of what makes bytes a mail.
bool has_no_header(const mail::Parsed& mail) {
  return mail.from.email.empty() && mail.from.name.empty() && mail.to.empty() && mail.cc.empty() &&
         mail.subject.empty() && mail.message_id.empty() && !mail.date;
}

/// Something that a person could read: a letter or digit, or what stands for one in another script.
bool is_readable(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80 && std::isalnum(c) != 0) return true;
    if (c < 0xC2) continue;
    if (text.substr(i).starts_with("\xEF\xBF\xBD")) {  // what no character stood for
      i += 2;
      continue;
    }
    return true;
  }
  return false;
}

bool says_nothing(const mail::Parsed& mail) {
  return mail.from.email.empty() && !is_readable(mail.text) && !is_readable(mail.subject) && mail.attachments.empty();
}

std::optional<Hold> hold_of(const mail::Parsed& mail, bool spam_held) {
  if (has_problem(mail, "not-a-mail") || has_no_header(mail)) return Hold{QuarantineReason::not_a_mail, {}};
  if (has_problem(mail, "too-many-parts")) return Hold{QuarantineReason::limits, "too-many-parts"};
  if (has_problem(mail, "too-large")) return Hold{QuarantineReason::limits, "too-large"};
  if (says_nothing(mail)) return Hold{QuarantineReason::nothing_readable, {}};
  if (mail.spam && spam_held) return Hold{QuarantineReason::spam, {}};
  return std::nullopt;
}

/// What the store or the plan lacks is no fault of the mail: it comes again when they are well.
bool is_ours(ErrorCode code) {
  return code == ErrorCode::busy || code == ErrorCode::unavailable || code == ErrorCode::storage_full ||
         code == ErrorCode::bad_plan;
}

App::Delivered keep(store::Tx& tx, Instant now, const std::string& raw, const std::string& digest, const Hold& hold,
                    const mail::Parsed* mail) {
  QuarantineRecord record;
  record.digest = digest;
  record.received_at = now;
  record.tried_at = now;
  record.reason = hold.reason;
  record.detail = cut(to_valid_utf8(hold.detail), detail_max);
  const mail::Peeked seen = mail == nullptr ? mail::peek(raw) : mail::Peeked();
  record.email = cut(to_lower_ascii(mail != nullptr ? mail->from.email : seen.email), email_max);
  record.name = cut(mail != nullptr ? mail->from.name : seen.name, name_max);
  record.subject = cut(trim(mail != nullptr ? mail->subject : seen.subject), subject_max);
  App::Delivered kept;
  kept.quarantine = store::add_quarantined(tx, std::move(record), raw);
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

Read read_mail(const std::string& raw, const MailRules& rules) {
  Read read;
  const std::int64_t since = thread_ms();
  try {
    read.mail = mail::parse(raw);
    read.html = safe_html(read.mail);
    read.origin = mail::judge_origin(raw, read.mail.from.email, rules.trusted_servers);
  } catch (const std::exception& error) {
    read.hold = Hold{QuarantineReason::failed, fmt::format("reading it: {}", error.what())};
    return read;
  }
  read.is_read = true;
  const std::int64_t took = thread_ms() - since;
  if (took > reading_ms_max)
    read.hold = Hold{QuarantineReason::slow, fmt::format("{} ms", took)};
  else
    read.hold = hold_of(read.mail, rules.spam_held);
  return read;
}

Result<App::Delivered> App::deliver_mail(store::Tx& tx, const std::string& raw) {
  SUKI_TRY(Work work, Work::begin(*shared_, tx));
  const std::string digest = store::sha256_hex(raw);
  if (auto kept = find_kept(tx, work.now, digest)) return *kept;
  const ReadingMarks::Mark mark(shared_->reading, digest);
  if (mark.ends() >= ReadingMarks::ends_max)
    return keep(tx, work.now, raw, digest,
                {QuarantineReason::crashed, fmt::format("the program ended {} times", mark.ends())}, nullptr);
  if (const std::string why = shared_->reading.take_failure(digest); !why.empty())
    return keep(tx, work.now, raw, digest, {QuarantineReason::failed, why}, nullptr);
  const Read read = read_mail(raw, mail_rules(tx));
  if (read.hold) {
    // Somebody has let it through already.
    if (const auto seen = tx.find_raw_mail(digest))
      if (const auto message = tx.find_message(*seen)) return Delivered{message->conversation, message->id, true};
    return keep(tx, work.now, raw, digest, *read.hold, read.is_read ? &read.mail : nullptr);
  }
  // What was written until the error is undone with the transaction; when the mail comes again it is kept.
  try {
    Result<Delivered> delivered = deliver_read(work, read, raw, digest, {});
    if (!delivered.ok() && !is_ours(delivered.error().code))
      shared_->reading.failed(digest, fmt::format("{}: {}", name_of(delivered.error().code), delivered.error().detail));
    return delivered;
  } catch (const store::StorageFull&) {
    throw;
  } catch (const store::SqlError& error) {
    // A database that breaks off says the same as one that does not like this mail.
    shared_->reading.failed(digest, fmt::format("storing it: {}", error.what()), ReadingMarks::doubts_max);
    throw;
  } catch (const std::exception& error) {
    shared_->reading.failed(digest, fmt::format("storing it: {}", error.what()));
    throw;
  }
}

Result<App::Delivered> keep_failed(App& app, store::Tx& tx, const std::string& raw, const Error& error) {
  if (is_ours(error.code)) return error;
  const std::string digest = store::sha256_hex(raw);
  const Instant now = app.shared().host.now();
  app.shared().reading.forgive(digest);
  if (auto kept = find_kept(tx, now, digest)) return *kept;
  const auto reason = error.code == ErrorCode::refused ? QuarantineReason::refused : QuarantineReason::failed;
  return keep(tx, now, raw, digest, {reason, fmt::format("{}: {}", name_of(error.code), error.detail)}, nullptr);
}

Result<App::Delivered> take_mail(App& app, store::Store& store, const std::string& raw) {
  Result<App::Delivered> taken = fail(ErrorCode::internal, "not run");
  const Result<void> first = store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    taken = app.deliver_mail(tx, raw);
    if (!taken.ok()) return taken.error();
    return {};
  });
  if (first.ok()) return taken;
  if (is_ours(first.error().code)) return first.error();
  const Result<void> second = store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    taken = keep_failed(app, tx, raw, first.error());
    if (!taken.ok()) return taken.error();
    return {};
  });
  if (!second.ok()) return second.error();
  return taken;
}

}  // namespace suki::app
