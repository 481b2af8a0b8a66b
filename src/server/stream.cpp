#include "server/stream.h"

#include <optional>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace suki::server {
namespace asio = boost::asio;
using boost::system::error_code;

struct Stream::Parts {
  explicit Parts(asio::ip::tcp::socket its) : socket(std::move(its)) {}
  asio::ip::tcp::socket socket;
  std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls;
  std::array<char, 4096> thrown_away;
};

Stream::Stream(asio::ip::tcp::socket socket)
    : parts_(std::make_unique<Parts>(std::move(socket))), executor_(parts_->socket.get_executor()) {}
Stream::~Stream() = default;
// The executor stays known there too: whoever let the stream go may still be told to stop.
// NOLINTNEXTLINE(performance-move-constructor-init)
Stream::Stream(Stream&& from) noexcept : parts_(std::move(from.parts_)), executor_(from.executor_) {}

std::string Stream::start() {
  error_code ignored;
  parts_->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  return parts_->socket.remote_endpoint(ignored).address().to_string();
}

void Stream::try_to_write(std::string_view text) {
  error_code ignored;
  parts_->socket.non_blocking(true, ignored);
  parts_->socket.write_some(asio::buffer(text), ignored);
}

asio::awaitable<bool> Stream::shake_hands(TlsContext context) {
  parts_->tls.emplace(parts_->socket, *context);  // OpenSSL counts its own references of the context
  error_code error;
  co_await parts_->tls->async_handshake(asio::ssl::stream_base::server,
                                        asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

bool Stream::is_encrypted() const {
  return parts_ && parts_->tls;
}

asio::awaitable<void> Stream::say_goodbye() {
  if (!is_encrypted()) co_return;
  error_code ignored;
  co_await parts_->tls->async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
}

void Stream::limit_send_buffer(int bytes) {
  error_code ignored;
  if (parts_) parts_->socket.set_option(asio::socket_base::send_buffer_size(bytes), ignored);
}

void Stream::finish_sending() {
  error_code ignored;
  if (parts_) parts_->socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

asio::awaitable<std::size_t> Stream::drain_some() {
  if (!parts_) co_return 0;
  error_code error;
  const auto space = asio::buffer(parts_->thrown_away);
  const std::size_t bytes =
      co_await parts_->socket.async_read_some(space, asio::redirect_error(asio::use_awaitable, error));
  co_return error ? 0 : bytes;
}

void Stream::cancel() {
  error_code ignored;
  if (parts_) parts_->socket.cancel(ignored);
}

void Stream::close() {
  error_code ignored;
  if (parts_) parts_->socket.close(ignored);
}

bool Stream::is_open() const {
  return parts_ && parts_->socket.is_open();
}

void Stream::read(asio::mutable_buffer into, Moved moved) {
  if (parts_->tls)
    parts_->tls->async_read_some(into, std::move(moved));
  else
    parts_->socket.async_read_some(into, std::move(moved));
}

void Stream::write(const Pieces& from, Moved moved) {
  if (parts_->tls)
    parts_->tls->async_write_some(from, std::move(moved));
  else
    parts_->socket.async_write_some(from, std::move(moved));
}

void teardown(boost::beast::role_type, Stream& stream, error_code& error) {
  stream.finish_sending();
  stream.close();
  error = {};
}

void beast_close_socket(Stream& stream) {
  stream.close();
}

}  // namespace suki::server
