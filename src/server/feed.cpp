#include "server/feed.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>

#include "app/presence.h"
#include "base/number.h"
#include "json/read.h"
#include "server/limits.h"
#include "server/shared.h"

namespace suki::server {
namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

Feed::Feed(Shared& shared, Stream socket, app::Caller caller, std::string session_token, std::string name,
           Hub::Seen seen)
    : shared_(shared),
      socket_(std::move(socket)),
      news_(socket_.get_executor()),
      caller_(std::move(caller)),
      session_token_(std::move(session_token)),
      name_(std::move(name)),
      seen_(std::move(seen)),
      words_({.burst = limits::feed_words_burst, .per_second = limits::feed_words_per_second}, 1) {
  websocket::stream_base::timeout timeout;
  timeout.handshake_timeout = limits::header_timeout;
  timeout.idle_timeout = limits::feed_idle_timeout;
  timeout.keep_alive_pings = false;  // sent by write_until_over, together with the look at the session
  socket_.set_option(timeout);
  socket_.read_message_max(limits::feed_frame_bytes_max);
  socket_.next_layer().limit_send_buffer(limits::feed_send_buffer_bytes);
}

asio::awaitable<void> Feed::run(boost::beast::http::request<boost::beast::http::string_body> request) {
  const std::shared_ptr<Feed> self = shared_from_this();
  error_code error;
  co_await socket_.async_accept(request, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return;
  const std::weak_ptr<Feed> weak = self;
  const auto executor = socket_.get_executor();
  Hub::Deliver deliver = [weak, executor](const Hub::Frames& frames) {
    asio::post(executor, [weak, frames] {
      if (const auto feed = weak.lock()) feed->take(frames);
    });
  };
  key_ = shared_.hub.subscribe(caller_, seen_, deliver);
  // A page that is open is the heartbeat of its person: it is there now, and with every answer to a ping.
  app::hear(shared_.app, caller_.agent, false);
  socket_.control_callback([weak](websocket::frame_type kind, boost::beast::string_view) {
    const auto feed = weak.lock();
    if (feed && kind == websocket::frame_type::pong) app::hear(feed->shared_.app, feed->caller_.agent, false);
  });
  if (key_ == 0) finish(websocket::close_code::try_again_later, FeedEnd::full);
  if (std::string there = shared_.watchers.all(); !there.empty())
    queue_.push_back(std::make_shared<const std::string>(std::move(there)));
  reading_ = true;
  asio::co_spawn(
      executor, [self]() { return self->read_until_over(); }, asio::detached);
  co_await write_until_over();
  shared_.hub.unsubscribe(key_);
  shared_.watchers.leave(key_);
  tell_watchers(shared_);
  shared_.metrics->feed_ended(how_);
  co_await end();
}

namespace {

/// All that a client may say: which conversation it shows ("" none), and whether something is being typed there.
struct Looking {
  std::string watch;
  bool typing = false;
};
BOOST_DESCRIBE_STRUCT(Looking, (), (watch, typing))

}  // namespace

/// What cannot be understood is not heard: it is about this moment, and the next word says it again.
void Feed::hear(const std::string& words) {
  if (over_ || key_ == 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (words_.take("", now) > 0) {
    if (++unheard_ > limits::feed_words_unheard_max) finish(websocket::close_code::policy_error, FeedEnd::talkative);
    return;
  }
  const Result<Looking> looking = json::read<Looking>(words);
  if (!looking.ok()) return;
  const auto id = looking->watch.empty() ? 0 : parse_positive(looking->watch);
  if (!id) return;
  app::hear(shared_.app, caller_.agent, looking->typing);
  shared_.watchers.look(key_, {caller_.agent, name_}, ConversationId(*id), looking->typing, now);
  tell_watchers(shared_);
}

/// Sees its pongs and its end, and hears what it looks at.
asio::awaitable<void> Feed::read_until_over() {
  const std::shared_ptr<Feed> self = shared_from_this();
  boost::beast::flat_buffer words(limits::feed_frame_bytes_max);
  error_code error;
  while (!error) {
    words.clear();
    co_await socket_.async_read(words, asio::redirect_error(asio::use_awaitable, error));
    if (!error && socket_.got_text()) hear(boost::beast::buffers_to_string(words.data()));
  }
  reading_ = false;
  finish(code_);
}

asio::awaitable<void> Feed::write_until_over() {
  bool fine = true;
  auto ping_at = std::chrono::steady_clock::now() + limits::feed_ping_every;
  while (fine && !over_) {
    if (!queue_.empty()) {
      Hub::Frame frame = std::move(queue_.front());
      queue_.pop_front();
      fine = co_await send(std::move(frame));
      continue;
    }
    error_code ignored;
    news_.expires_at(ping_at);
    co_await news_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (over_ || std::chrono::steady_clock::now() < ping_at) continue;
    ping_at = std::chrono::steady_clock::now() + limits::feed_ping_every;
    if (!co_await session_holds()) {
      finish(websocket::close_code::policy_error, FeedEnd::signed_out);
      break;
    }
    error_code failed;
    websocket::ping_data nothing;
    co_await socket_.async_ping(nothing, asio::redirect_error(asio::use_awaitable, failed));
    fine = !failed;
  }
  finish(code_);
}

asio::awaitable<bool> Feed::send(Hub::Frame frame) {
  error_code error;
  const asio::const_buffer bytes = asio::buffer(*frame);
  socket_.text(true);
  co_await socket_.async_write(bytes, asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

/// A session that ended meanwhile takes its feed with it, at the next ping.
asio::awaitable<bool> Feed::session_holds() {
  bool over = false;
  store::Store::Work read = [&](store::Tx& tx) -> Result<void> {
    const Result<app::App::ActiveSession> active = shared_.app.find_session(tx, session_token_);
    over = !active.ok() && active.error().code == ErrorCode::unauthorized;
    return {};
  };
  const Result<void> looked = co_await in_store(shared_.store, Access::read, read);
  co_return !looked.ok() || !over;
}

asio::awaitable<void> Feed::end() {
  error_code ignored;
  if (reading_ && socket_.is_open()) {
    const websocket::close_reason reason(code_);
    co_await socket_.async_close(reason, asio::redirect_error(asio::use_awaitable, ignored));
  }
  cut();
}

void Feed::take(const Hub::Frames& frames) {
  if (over_) return;
  // Only what waited before counts: a round's frames come at once, also to one who reads fast.
  if (queue_.size() > shared_.options.feed_queue_max) {
    // It reads too slowly to be live; it comes back and says what it heard last.
    finish(websocket::close_code::try_again_later, FeedEnd::slow);
    cut();
    return;
  }
  for (const Hub::Frame& frame : frames) {
    if (frame == nullptr) return finish(websocket::close_code::try_again_later, FeedEnd::sent_back);
    queue_.push_back(frame);
  }
  news_.cancel();
}

void Feed::finish(websocket::close_code code, FeedEnd how) {
  if (!over_) {
    code_ = code;
    how_ = how;
  }
  over_ = true;
  news_.cancel();
}

void Feed::stop() {
  finish(websocket::close_code::going_away, FeedEnd::stopped);
}

void Feed::cut() {
  socket_.next_layer().close();
}

}  // namespace suki::server
