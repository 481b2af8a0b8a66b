#include "fetcher/round.h"

#include <algorithm>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "app/mail_intake.h"
#include "app/mailboxes.h"
#include "log/log.h"
#include "store/tx.h"

namespace suki::fetcher {
namespace {

using store::FetchedState;
using store::MailboxRecord;
using store::Tx;

constexpr std::size_t sizes_at_once = 500;
constexpr int told_at_once = 500;

/// The store's own trouble, which says nothing about the mail.
bool is_of_the_store(const Error& error) {
  switch (error.code) {
    case ErrorCode::busy:
    case ErrorCode::unavailable:
    case ErrorCode::io:
    case ErrorCode::storage_full:
      return true;
    default:
      return false;
  }
}

class Round {
 public:
  Round(app::App& app, store::Store& store, MailboxId id, imap::Session& session, Attempts& attempts,
        const RoundOptions& options)
      : app_(app), store_(store), id_(id), session_(session), attempts_(attempts), options_(options) {}

  Result<RoundDone> run() {
    SUKI_CHECK(read());
    SUKI_CHECK(try_left_ones());
    for (const Stretch& stretch : stretches(mailbox_)) {
      SUKI_TRY(std::vector<std::uint32_t> uids, session_.search(criteria_of(stretch)));
      // "5:*" names the last mail even when its UID is 4.
      std::erase_if(uids,
                    [&](std::uint32_t uid) { return uid < stretch.from || (stretch.to > 0 && uid > stretch.to); });
      SUKI_CHECK(take_all(uids));
      if (stretch.to > 0 && !stopped()) {
        SUKI_CHECK(end_recheck(stretch.to));
      }
    }
    SUKI_CHECK(tell());
    if (tell_trouble_) return *tell_trouble_;
    return done_;
  }

 private:
  Result<void> read() {
    return store_.read_and_wait([this](Tx& tx) -> Result<void> {
      const auto found = store::find_mailbox(tx, id_);
      if (!found) return fail(ErrorCode::not_found, "there is no such mailbox");
      mailbox_ = *found;
      return {};
    });
  }

  [[nodiscard]] bool stopped() const { return options_.stopped && options_.stopped(); }

  Result<void> try_left_ones() {
    std::vector<std::uint32_t> uids;
    SUKI_CHECK(store_.read_and_wait([&](Tx& tx) -> Result<void> {
      uids.clear();
      for (const auto& mail :
           store::fetched_in_state(tx, id_, mailbox_.uidvalidity, FetchedState::again, static_cast<int>(sizes_at_once)))
        uids.push_back(mail.uid);
      return {};
    }));
    if (uids.empty()) return {};
    SUKI_TRY(const auto sizes, session_.sizes(uids));
    // Somebody took it out of the mailbox: there is nothing left to try.
    std::vector<std::uint32_t> gone;
    for (const std::uint32_t uid : uids)
      if (std::none_of(sizes.begin(), sizes.end(), [uid](const imap::MailSize& one) { return one.uid == uid; }))
        gone.push_back(uid);
    SUKI_CHECK(set_states(gone, FetchedState::told));
    return take_sized(sizes, false);
  }

  /// They are looked at in stretches, so that memory does not grow with what waits.
  Result<void> take_all(const std::vector<std::uint32_t>& uids) {
    total_ = static_cast<std::int64_t>(uids.size());
    seen_ = 0;
    for (std::size_t at = 0; at < uids.size() && !stopped(); at += sizes_at_once) {
      const auto from = uids.begin() + static_cast<std::ptrdiff_t>(at);
      const std::vector<std::uint32_t> part(
          from, from + static_cast<std::ptrdiff_t>(std::min(sizes_at_once, uids.size() - at)));
      SUKI_TRY(const auto sizes, session_.sizes(part));
      seen_ += static_cast<std::int64_t>(part.size() - sizes.size());  // gone meanwhile
      SUKI_CHECK(take_sized(sizes, true));
    }
    return {};
  }

  Result<void> take_sized(const std::vector<imap::MailSize>& sizes, bool is_counted) {
    for (std::size_t at = 0; at < sizes.size() && !stopped();) {
      const std::size_t begin = at;
      const bool here_before = attempts_.uid == sizes[at].uid && attempts_.count > 0;
      const std::size_t end = end_of_batch(sizes, at, options_.mail_max, here_before);
      if (end == at) {
        SUKI_CHECK(leave(sizes[at].uid, sizes[at].bytes, FetchedState::large));
        ++at;
      } else if (here_before && attempts_.count >= attempts_at_one_max) {
        SUKI_CHECK(leave(sizes[at].uid, sizes[at].bytes, FetchedState::bad));
        attempts_ = {};
        ++at;
      } else {
        SUKI_CHECK(take_batch(
            {sizes.begin() + static_cast<std::ptrdiff_t>(at), sizes.begin() + static_cast<std::ptrdiff_t>(end)}));
        at = end;
      }
      if (is_counted) seen_ += static_cast<std::int64_t>(at - begin);
      SUKI_CHECK(tell());
    }
    return {};
  }

  Result<void> take_batch(const std::vector<imap::MailSize>& batch) {
    attempts_ = {batch.front().uid, attempts_.uid == batch.front().uid ? attempts_.count + 1 : 1};
    std::vector<std::uint32_t> uids;
    for (const imap::MailSize& one : batch) uids.push_back(one.uid);
    SUKI_TRY(const std::vector<imap::FetchedMail> mails, session_.fetch(uids));
    std::int64_t through = 0;
    for (const imap::MailSize& one : batch) {
      const auto mail = std::find_if(mails.begin(), mails.end(), [&](const auto& m) { return m.uid == one.uid; });
      if (mail == mails.end()) {
        SUKI_CHECK(take_missing(one));
      } else if (mail->raw.size() > options_.mail_max) {
        SUKI_CHECK(leave(one.uid, mail->raw.size(), FetchedState::large));
      } else {
        SUKI_CHECK(take(*mail));
      }
      if (options_.progress) options_.progress(std::min(total_, seen_ + ++through), total_);
      attempts_ = {};  // the next one in the batch has not failed yet
    }
    return {};
  }

  Result<void> take(const imap::FetchedMail& mail) {
    app::FetchedIn done;
    const app::PreparedMail prepared = app::prepare_mail(app_, mail.raw);  // nobody waits for it in the transaction
    const auto keep = [&](const Error* failed) {
      return store_.write_and_wait([&](Tx& tx) -> Result<void> {
        SUKI_TRY(done, app::deliver_fetched(app_, tx, id_, mailbox_.uidvalidity, mail.uid, prepared, failed));
        return {};
      });
    };
    Result<void> kept = keep(nullptr);
    if (!kept.ok() && !is_of_the_store(kept.error()) && app::may_be_the_mails(kept.error())) {
      const Error first = kept.error();
      kept = keep(&first);
    }
    if (!kept.ok() && is_of_the_store(kept.error())) {
      attempts_ = {};  // not the mail's fault
      return kept.error();
    }
    if (!kept.ok()) {
      spdlog::error("mailbox {}: mail {} cannot be kept: {}", id_.value, mail.uid,
                    log::without_addresses(kept.error().detail));
      return leave(mail.uid, mail.raw.size(), FetchedState::bad);
    }
    ++(done.duplicate ? done_.duplicates : done_.taken);
    if (options_.on_mail)
      options_.on_mail(done.duplicate ? Came::duplicate : done.apart ? Came::quarantined : Came::taken);
    return {};
  }

  /// Named, and not given: it is gone since, or the server cannot read it itself.
  Result<void> take_missing(const imap::MailSize& mail) {
    SUKI_TRY(const auto still, session_.sizes({mail.uid}));
    if (!still.empty()) return leave(mail.uid, mail.bytes, FetchedState::bad);
    return {};
  }

  /// It stays in the mailbox, with a flag for whoever looks there, and is listed.
  Result<void> leave(std::uint32_t uid, std::uint64_t bytes, FetchedState why) {
    SUKI_CHECK(store_.write_and_wait([&](Tx& tx) -> Result<void> {
      auto m = store::find_mailbox(tx, id_);
      if (!m) return fail(ErrorCode::not_found, "there is no such mailbox");
      store::save_fetched(
          tx, {id_, mailbox_.uidvalidity, uid, "", static_cast<std::int64_t>(bytes), why, app::now_of(app_)});
      m->last_uid = std::max(m->last_uid, uid);
      store::save_mailbox_progress(tx, *m);
      return {};
    }));
    spdlog::warn("mailbox {}: mail {} of {} bytes is left there: {}", id_.value, uid, bytes,
                 why == FetchedState::large ? "too large" : "it cannot be fetched or kept");
    ++done_.left;
    if (options_.on_mail) options_.on_mail(Came::left);
    if (auto marked = session_.add_flag({uid}, "\\Flagged"); !marked.ok()) note_trouble(marked.error());
    return {};
  }

  Result<void> end_recheck(std::uint32_t until) {
    return store_.write_and_wait([&](Tx& tx) -> Result<void> {
      auto m = store::find_mailbox(tx, id_);
      if (!m) return fail(ErrorCode::not_found, "there is no such mailbox");
      m->last_uid = std::max(m->last_uid, until);
      store::save_mailbox_progress(tx, *m);
      store::forget_fetched_before(tx, id_, m->uidvalidity);
      return {};
    });
  }

  Result<void> set_states(const std::vector<std::uint32_t>& uids, FetchedState state) {
    return store_.write_and_wait([&](Tx& tx) -> Result<void> {
      for (const std::uint32_t uid : uids) store::set_fetched_state(tx, id_, mailbox_.uidvalidity, uid, state);
      return {};
    });
  }

  /// What is here is marked, moved or removed there; also what an earlier process kept and did not come to tell. A
  /// server that says no to it does not keep new mail from coming.
  Result<void> tell() {
    while (!tell_trouble_) {
      std::vector<std::uint32_t> uids;
      SUKI_CHECK(store_.read_and_wait([&](Tx& tx) -> Result<void> {
        uids.clear();
        for (const auto& mail :
             store::fetched_in_state(tx, id_, mailbox_.uidvalidity, FetchedState::kept, told_at_once))
          uids.push_back(mail.uid);
        return {};
      }));
      if (uids.empty()) return {};
      if (const Result<void> said = say(uids); !said.ok()) {
        note_trouble(said.error());
        return {};
      }
      SUKI_CHECK(set_states(uids, FetchedState::told));
    }
    return {};
  }

  Result<void> say(const std::vector<std::uint32_t>& uids) {
    switch (mailbox_.then) {
      case store::MailboxThen::mark_seen:
        return session_.add_flag(uids, "\\Seen");
      case store::MailboxThen::move:
        return session_.move(uids, mailbox_.move_to);
      case store::MailboxThen::remove:
        return session_.remove(uids);
    }
    return {};
  }

  void note_trouble(const Error& error) {
    if (!tell_trouble_) tell_trouble_ = error;
  }

  app::App& app_;
  store::Store& store_;
  MailboxId id_;
  imap::Session& session_;
  Attempts& attempts_;
  const RoundOptions& options_;
  MailboxRecord mailbox_;
  std::int64_t total_ = 0, seen_ = 0;
  RoundDone done_;
  std::optional<Error> tell_trouble_;
};

}  // namespace

Result<void> begin_rounds(app::App& app, store::Store& store, MailboxId id, imap::Session& session) {
  std::string folder;
  SUKI_CHECK(store.read_and_wait([&](Tx& tx) -> Result<void> {
    const auto found = store::find_mailbox(tx, id);
    if (!found) return fail(ErrorCode::not_found, "there is no such mailbox");
    folder = found->folder;
    return {};
  }));
  SUKI_TRY(const imap::Folder opened, session.open(folder, false));
  return store.write_and_wait([&](Tx& tx) -> Result<void> {
    auto m = store::find_mailbox(tx, id);
    if (!m) return fail(ErrorCode::not_found, "there is no such mailbox");
    take_bearings(*m, opened, app::now_of(app));
    store::save_mailbox_progress(tx, *m);
    return {};
  });
}

Result<RoundDone> run_round(app::App& app, store::Store& store, MailboxId id, imap::Session& session,
                            Attempts& attempts, const RoundOptions& options) {
  return Round(app, store, id, session, attempts, options).run();
}

}  // namespace suki::fetcher
