#include "app/quarantine.h"

#include <algorithm>
#include <exception>
#include <optional>

#include <fmt/format.h>

#include "app/mail_in.h"
#include "app/mail_rules.h"
#include "app/work.h"
#include "base/number.h"
#include "base/reason.h"
#include "base/text.h"
#include "mail/mail.h"
#include "mail/raw_view.h"
#include "store/sql.h"

namespace suki::app {
namespace {

using store::QuarantineReason;
using store::QuarantineRecord;
using store::QuarantineState;

struct ReasonName {
  QuarantineReason reason;
  const char* name;
  bool was_read;  ///< it can be read once more without danger
};
constexpr ReasonName reasons[] = {
    {QuarantineReason::crashed, "crashed", false},
    {QuarantineReason::slow, "slow", false},
    {QuarantineReason::failed, "failed", false},
    {QuarantineReason::refused, "refused", true},
    {QuarantineReason::limits, "limits", true},
    {QuarantineReason::not_a_mail, "not_a_mail", true},
    {QuarantineReason::nothing_readable, "nothing_readable", true},
    {QuarantineReason::spam, "spam", true},
};

bool was_read(QuarantineReason reason) {
  for (const ReasonName& known : reasons)
    if (known.reason == reason) return known.was_read;
  return false;
}

QuarantinedMail to_view(const QuarantineRecord& record) {
  QuarantinedMail mail;
  mail.id = to_text(record.id);
  mail.reason = name_of(record.reason);
  mail.detail = record.detail;
  mail.email = record.email;
  mail.name = record.name;
  mail.subject = record.subject;
  mail.size = record.size;
  mail.attempts = record.attempts;
  mail.received_at = format_instant(record.received_at);
  mail.tried_at = format_instant(record.tried_at);
  if (record.state == QuarantineState::deleted) mail.gone_at = format_instant(record.deleted_at + quarantine_undo);
  return mail;
}

Result<QuarantineRecord> find(store::Tx& tx, std::int64_t id) {
  auto record = store::find_quarantined(tx, id);
  if (!record) return because(fail(ErrorCode::not_found, "no such mail in quarantine"), "quarantine_gone");
  return *std::move(record);
}

Result<std::string> bytes_of(store::Tx& tx, const QuarantineRecord& record) {
  auto bytes = tx.content(record.digest);
  if (!bytes) return fail(ErrorCode::not_found, "the bytes of this mail are not there");
  return *std::move(bytes);
}

/// Of one that nothing is to read: who and what by letters alone, and the mail as a file.
PreparedMail unread(const QuarantineRecord& record, const std::string& raw) {
  PreparedMail prepared;
  prepared.raw = raw;
  prepared.digest = record.digest;
  prepared.is_read = true;
  prepared.mail.from = {record.name, record.email};
  prepared.mail.subject = record.subject;
  const mail::RawView view = mail::view_raw(raw, header_shown_max, body_shown_max);
  prepared.mail.text = view.headers + "\n" + view.body;
  mail::Part file;
  file.name = "mail.eml";
  file.type = "message/rfc822";
  file.bytes = raw;
  prepared.types.push_back(file.type);
  prepared.mail.attachments.push_back(std::move(file));
  return prepared;
}

QuarantineReplayed kept(store::Tx& tx, Instant now, QuarantineRecord record, const Apart& why) {
  record.reason = why.reason;
  record.detail = why.detail;
  record.tried_at = now;
  ++record.attempts;
  store::update_quarantined(tx, record);
  return {"kept", std::nullopt, to_view(record)};
}

Error still(const std::string& why) {
  return because(fail(ErrorCode::conflict, "it still cannot be delivered: " + why), "quarantine_still");
}

}  // namespace

const char* name_of(QuarantineReason reason) {
  for (const ReasonName& known : reasons)
    if (known.reason == reason) return known.name;
  return "failed";
}

Result<QuarantinePage> quarantine_page(store::Tx& tx, const QuarantineAsk& ask) {
  if (ask.limit < 1 || ask.limit > page_max) return bad_input("limit", "must be 1 to 200");
  if (!ask.state.empty() && ask.state != "waiting" && ask.state != "deleted")
    return bad_input("state", "must be waiting or deleted");
  std::optional<store::QuarantineKey> before;
  if (!ask.cursor.empty()) {
    const auto dot = ask.cursor.find('.');
    const auto at = parse_whole(ask.cursor.substr(0, dot));
    const auto id = dot == std::string::npos ? std::nullopt : parse_positive(ask.cursor.substr(dot + 1));
    if (!at || !id) return bad_input("cursor", "is not one that a page gave");
    before = store::QuarantineKey{*at, *id};
  }
  const auto state = ask.state == "deleted" ? QuarantineState::deleted : QuarantineState::waiting;
  auto records = store::quarantined(tx, state, before ? &*before : nullptr, ask.limit + 1);
  QuarantinePage page;
  if (records.size() > static_cast<std::size_t>(ask.limit)) {
    records.pop_back();
    page.next = fmt::format("{}.{}", records.back().received_at.us, records.back().id);
  }
  for (const QuarantineRecord& record : records) page.items.push_back(to_view(record));
  page.waiting = store::count_quarantined(tx, QuarantineState::waiting, quarantine_counted);
  page.deleted = store::count_quarantined(tx, QuarantineState::deleted, quarantine_counted);
  return page;
}

Result<QuarantinedView> show_quarantined(store::Tx& tx, std::int64_t id) {
  SUKI_TRY(const QuarantineRecord record, find(tx, id));
  SUKI_TRY(const std::string raw, bytes_of(tx, record));
  QuarantinedView shown;
  shown.mail = to_view(record);
  mail::RawView view = mail::view_raw(raw, header_shown_max, body_shown_max);
  shown.headers = std::move(view.headers);
  shown.cut = view.cut;
  if (was_read(record.reason)) {
    const PreparedMail read = prepare_mail(raw);
    if (read.is_read) {
      shown.decoded = true;
      shown.cut = read.mail.text.size() > body_shown_max;
      shown.text = mail::printable(std::string_view(read.mail.text).substr(0, body_shown_max));
      for (const mail::Part& part : read.mail.attachments)
        shown.files.push_back({mail::printable(cut(part.name, name_max)), mail::printable(cut(part.type, name_max)),
                               static_cast<std::int64_t>(part.bytes.size())});
    }
  }
  if (!shown.decoded) shown.text = std::move(view.body);
  return shown;
}

Result<App::Blob> quarantined_raw(store::Tx& tx, std::int64_t id) {
  SUKI_TRY(const QuarantineRecord record, find(tx, id));
  SUKI_TRY(std::string raw, bytes_of(tx, record));
  return App::Blob{std::move(raw), "message/rfc822", fmt::format("quarantine-{}.eml", id)};
}

Result<QuarantineReplayed> replay_quarantined(App& app, store::Tx& tx, std::int64_t id, const QuarantineReplay& input,
                                              bool tried) {
  if (input.how != "again" && input.how != "new") return bad_input("how", "must be again or new");
  SUKI_TRY(Work work, Work::begin(app.shared(), tx));
  SUKI_TRY(const QuarantineRecord record, find(tx, id));
  if (record.state != QuarantineState::waiting)
    return because(fail(ErrorCode::not_found, "it was deleted; take that back first"), "quarantine_gone");
  SUKI_TRY(const std::string raw, bytes_of(tx, record));
  const bool as_new = input.how == "new";
  const bool as_file = as_new && !was_read(record.reason);
  if (record.reason == QuarantineReason::crashed && !as_new && !tried)
    return because(fail(ErrorCode::conflict,
                        "reading it has ended the program; after an update, try it where it can "
                        "harm nobody: suki quarantine replay " +
                            to_text(id)),
                   "quarantine_crashed");
  ReadingMarks& reading = app.shared().reading;
  reading.forgive(record.digest);
  const ReadingMarks::Mark mark(reading, record.digest);
  const PreparedMail read = as_file ? unread(record, raw) : prepare_mail(raw);  // spam, too: somebody has decided
  if (read.apart && (!as_new || !read.is_read)) return kept(tx, work.now, record, *read.apart);
  try {
    const Delivery how{.as_new = as_new,
                       .as_file = as_file,
                       .origin = mail::judge_origin(raw, read.mail.from.email, mail_rules(tx).trusted_servers)};
    const Result<App::Delivered> delivered = deliver_prepared(work, read, how);
    if (!delivered.ok()) return still(delivered.error().detail);
    store::remove_quarantined(tx, record);
    return QuarantineReplayed{delivered->duplicate ? "known" : "delivered", to_text(delivered->conversation.value),
                              std::nullopt};
  } catch (const store::SqlError&) {
    throw;
  } catch (const std::exception& error) {
    return still(error.what());
  }
}

Result<QuarantinedMail> delete_quarantined(App& app, store::Tx& tx, std::int64_t id) {
  SUKI_TRY(QuarantineRecord record, find(tx, id));
  if (record.state != QuarantineState::deleted) {
    record.state = QuarantineState::deleted;
    record.deleted_at = app.shared().host.now();
    store::update_quarantined(tx, record);
  }
  return to_view(record);
}

Result<QuarantinedMail> restore_quarantined(store::Tx& tx, std::int64_t id) {
  SUKI_TRY(QuarantineRecord record, find(tx, id));
  record.state = QuarantineState::waiting;
  record.deleted_at = Instant{};
  store::update_quarantined(tx, record);
  return to_view(record);
}

int sweep_quarantine(App& app, store::Tx& tx) {
  const Instant now = app.shared().host.now();
  const int removed = store::remove_deleted_quarantined(tx, Instant{(now - quarantine_undo).us}, quarantine_sweep);
  if (removed > 0) tx.want_scrub();
  return removed;
}

}  // namespace suki::app
