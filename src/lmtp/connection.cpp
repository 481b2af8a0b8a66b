#include "lmtp/connection.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "app/mail_intake.h"
#include "lmtp/trace.h"
#include "log/log.h"

namespace suki::lmtp {
namespace asio = boost::asio;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

namespace {

Kept kept_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::storage_full:
      return Kept::full;
    default:
      return Kept::later;  // in doubt the mail stays with the mail server
  }
}

metrics::LmtpAnswer counted_as(Kept kept) {
  switch (kept) {
    case Kept::kept:
      return metrics::LmtpAnswer::kept;
    case Kept::full:
      return metrics::LmtpAnswer::full;
    case Kept::later:
    case Kept::too_large:
      break;
  }
  return metrics::LmtpAnswer::later;
}

}  // namespace

Connection::Connection(Shared& shared, Socket socket)
    : shared_(shared),
      metrics_(shared.options.metrics),
      socket_(std::move(socket)),
      session_(shared.options.session),
      buffer_(limits::read_bytes, '\0'),
      deadline_(socket_.get_executor()),
      write_deadline_(socket_.get_executor()),
      change_(socket_.get_executor()) {
  metrics_->lmtp_connections(1);
}

Connection::~Connection() {
  metrics_->lmtp_connections(-1);
}

asio::awaitable<void> Connection::run() {
  const auto self = shared_from_this();
  flush();
  while (!gone_) {
    co_await understand();
    if (session_.wants() == Session::Wants::nothing) break;
    // Neither more mails are taken than the store keeps up with, nor answers kept for somebody who does not read them.
    if (session_.wants() == Session::Wants::turn || out_.size() > limits::answer_bytes_max)
      co_await wait_for_change();
    else if (!co_await read())
      break;
  }
  co_await finish();
  shared_.remove(self);
}

asio::awaitable<void> Connection::understand() {
  for (;;) {
    unread_.erase(0, session_.take(unread_));
    account();
    for (Mail& mail : session_.mails()) {
      if (shared_.bytes_in_hand + mail.bytes.size() > shared_.options.bytes_in_hand_max) {
        metrics_->lmtp_answered(metrics::LmtpAnswer::full, mail.recipients.size());
        session_.answer(mail.number, Kept::full);
        continue;
      }
      shared_.bytes_in_hand += mail.bytes.size();
      // Not on the strand: while this one is read, more can come.
      asio::co_spawn(
          shared_.io,
          [self = shared_from_this(), whole = std::move(mail)]() mutable { return self->keep(std::move(whole)); },
          asio::detached);
    }
    if (session_.wants() != Session::Wants::known) break;
    const Known known = co_await shared_.know(session_.recipient());
    if (known == Known::unknown) metrics_->lmtp_answered(metrics::LmtpAnswer::unknown, 1);
    if (session_.wants() == Session::Wants::known) session_.answer(known);
  }
  flush();
}

/// Bytes that are coming in count for all connections together.
void Connection::account() {
  const std::size_t now = session_.bytes_coming();
  shared_.bytes_in_hand += now - accounted_;  // modulo 2^64, as it may be less
  accounted_ = now;
  if (now == 0 || shared_.bytes_in_hand <= shared_.options.bytes_in_hand_max) return;
  session_.give_up_mail();
  shared_.bytes_in_hand -= std::exchange(accounted_, 0);
}

std::chrono::milliseconds Connection::patience() {
  const Timeouts& timeouts = shared_.options.timeouts;
  if (!session_.is_within_mail()) {
    coming_ = -1;
    return timeouts.command;
  }
  const auto now = Clock::now();
  const auto number = static_cast<std::int64_t>(session_.mails_taken());
  if (std::exchange(coming_, number) != number) coming_since_ = now;
  const std::chrono::seconds more(session_.bytes_coming() / limits::read_bytes_per_second);
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(coming_since_ + timeouts.mail + more - now);
  return std::min(timeouts.data, left);
}

void Connection::start_deadline(std::chrono::milliseconds span) {
  late_ = false;
  deadline_.expires_after(span);
  deadline_.async_wait([self = shared_from_this(), turn = ++turn_](const error_code& error) {
    if (error || turn != self->turn_) return;
    self->late_ = true;
    error_code ignored;
    self->socket_.shutdown(Socket::shutdown_receive, ignored);
  });
}

void Connection::close_late() {
  session_.close("4.4.2 it takes too long; try again");
  flush();
}

/// False: nothing more comes.
asio::awaitable<bool> Connection::read() {
  const auto span = patience();
  if (span.count() <= 0) {
    close_late();
    co_return false;
  }
  start_deadline(span);
  error_code error;
  const std::size_t size =
      co_await socket_.async_read_some(asio::buffer(buffer_), asio::redirect_error(asio::use_awaitable, error));
  ++turn_;
  deadline_.cancel();
  if (session_.wants() == Session::Wants::nothing) co_return false;
  if (late_) {
    close_late();
    co_return false;
  }
  unread_.append(buffer_, 0, size);
  co_return !error;
}

asio::awaitable<void> Connection::keep(Mail mail) {
  const std::size_t bytes = mail.bytes.size(), recipients = mail.recipients.size();
  const std::uint64_t number = mail.number;
  Outcome outcome;
  try {
    outcome = co_await store(std::move(mail));
  } catch (const std::exception& error) {  // no memory
    spdlog::error("lmtp: a mail of {} bytes was not kept: {}", bytes, error.what());
  }
  shared_.bytes_in_hand -= bytes;
  metrics_->lmtp_answered(counted_as(outcome.kept), recipients);
  asio::dispatch(socket_.get_executor(), [self = shared_from_this(), number, outcome = std::move(outcome)] {
    self->session_.answer(number, outcome.kept, outcome.words);
    self->flush();
    self->changed();
  });
}

asio::awaitable<Connection::Outcome> Connection::store(Mail mail) {
  const auto since = Clock::now();
  const std::size_t bytes = mail.bytes.size(), recipients = mail.recipients.size();
  std::string raw = trace_of(mail);
  const std::size_t trace = raw.size();
  raw += mail.bytes;
  mail.bytes = {};
  const app::PreparedMail prepared = app::prepare_mail(shared_.app, std::move(raw), trace, std::move(mail.recipients));
  app::App::Delivered done;
  store::Store::Work work = [&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(done, app::deliver_mail(shared_.app, tx, prepared));
    return {};
  };
  Result<void> stored = co_await in_store(shared_.store, server::Access::write, work);
  if (!stored.ok() && app::may_be_the_mails(stored.error())) {
    const Error error = stored.error();
    work = [&](store::Tx& tx) -> Result<void> {
      SUKI_TRY(done, app::keep_failed(shared_.app, tx, prepared, error));
      return {};
    };
    stored = co_await in_store(shared_.store, server::Access::write, work);
  }
  if (!stored.ok()) {
    metrics_->mail_in(metrics::MailIn::failed);
    spdlog::warn("lmtp: a mail of {} bytes was not kept, the mail server has it still: {}", bytes,
                 log::without_addresses(stored.error().detail));
    co_return Outcome{kept_of(stored.error()), {}};
  }
  metrics_->mail_in(done.duplicate         ? metrics::MailIn::duplicate
                    : done.quarantine != 0 ? metrics::MailIn::quarantined
                                           : metrics::MailIn::taken);
  const std::chrono::duration<double, std::milli> took = Clock::now() - since;
  Outcome outcome{Kept::kept, app::to_words(done)};
  spdlog::info("lmtp: {}B for {} {:.1f}ms {}", bytes, recipients, took.count(), outcome.words);
  co_return outcome;
}

void Connection::flush() {
  out_ += session_.answers();
  if (writing_ || gone_ || out_.empty()) return;
  writing_ = true;
  asio::co_spawn(
      socket_.get_executor(), [self = shared_from_this()] { return self->write(); }, asio::detached);
}

asio::awaitable<void> Connection::write() {
  while (!out_.empty() && !gone_) {
    on_its_way_ = std::exchange(out_, {});
    write_deadline_.expires_after(shared_.options.timeouts.write);
    write_deadline_.async_wait([self = shared_from_this()](const error_code& error) {
      error_code ignored;
      if (!error) self->socket_.close(ignored);
    });
    error_code error;
    co_await asio::async_write(socket_, asio::buffer(on_its_way_), asio::redirect_error(asio::use_awaitable, error));
    write_deadline_.cancel();
    if (error) gone_ = true;
  }
  writing_ = false;
  changed();
}

asio::awaitable<void> Connection::wait_for_change() {
  error_code ignored;
  change_.expires_at(Clock::time_point::max());
  co_await change_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> Connection::finish() {
  shared_.bytes_in_hand -= std::exchange(accounted_, 0);
  // Those that came whole are kept, and whoever still listens hears it.
  while (!gone_ && (writing_ || session_.mails_waiting() > 0)) co_await wait_for_change();
  error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  // To close over what is unread would take the last answers from the other side.
  deadline_.expires_after(limits::linger_timeout);
  deadline_.async_wait([self = shared_from_this(), turn = ++turn_](const error_code& over) {
    error_code ignored;
    if (!over && turn == self->turn_) self->socket_.close(ignored);
  });
  for (std::size_t bytes = 0; !error && !gone_ && bytes < limits::linger_bytes_max;)
    bytes += co_await socket_.async_read_some(asio::buffer(buffer_), asio::redirect_error(asio::use_awaitable, error));
  ++turn_;
  deadline_.cancel();
  socket_.close(error);
  gone_ = true;
}

asio::awaitable<void> Connection::turn_away() {
  const auto self = shared_from_this();
  (void)session_.answers();
  session_.close("4.3.2 too many connections; try again");
  flush();
  co_await finish();
}

void Connection::stop() {
  asio::dispatch(socket_.get_executor(), [self = shared_from_this()] {
    if (self->session_.wants() == Session::Wants::nothing) return;
    self->session_.close();
    self->flush();
    error_code ignored;
    self->socket_.shutdown(Socket::shutdown_receive, ignored);
    self->changed();
  });
}

void Connection::cut() {
  asio::dispatch(socket_.get_executor(), [self = shared_from_this()] {
    self->gone_ = true;
    error_code ignored;
    self->socket_.close(ignored);
    self->changed();
  });
}

}  // namespace suki::lmtp
