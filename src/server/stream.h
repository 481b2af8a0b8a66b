/// A client's bytes: a TCP socket, with TLS over it or without, as one type. So what reads HTTP and WebSocket is
/// compiled once, and TLS stays in stream.cpp. Meets Beast's AsyncStream.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>

#include "server/tls.h"

namespace suki::server {

/// What is called when bytes have moved, of whatever type: one allocation, against a second copy of all above it.
class Moved {
 public:
  // NOLINTNEXTLINE(readability-identifier-naming): the name that Asio asks for
  using executor_type = boost::asio::any_io_executor;

  template <class Handler>
  Moved(Handler handler, const executor_type& otherwise)
      : base_(std::make_unique<Of<Handler>>(std::move(handler), otherwise)) {}

  [[nodiscard]] executor_type get_executor() const noexcept { return base_->executor; }
  void operator()(boost::system::error_code error, std::size_t bytes) { std::exchange(base_, {})->call(error, bytes); }

 private:
  struct Base {
    executor_type executor;
    virtual ~Base() = default;
    virtual void call(boost::system::error_code error, std::size_t bytes) = 0;
  };
  template <class Handler>
  struct Of final : Base {
    Handler handler;
    Of(Handler its, const executor_type& otherwise) : handler(std::move(its)) {
      this->executor = boost::asio::get_associated_executor(handler, otherwise);
    }
    void call(boost::system::error_code error, std::size_t bytes) override { std::move(handler)(error, bytes); }
  };
  std::unique_ptr<Base> base_;
};

class Stream {
 public:
  // NOLINTNEXTLINE(readability-identifier-naming): the name that Asio asks for
  using executor_type = boost::asio::any_io_executor;
  explicit Stream(boost::asio::ip::tcp::socket socket);
  ~Stream();
  /// What was moved from is closed, and stays so.
  Stream(Stream&& from) noexcept;
  Stream& operator=(Stream&&) = delete;

  /// Sets what the socket needs; the client's address.
  std::string start();
  void limit_send_buffer(int bytes);         ///< what the system keeps for a client that does not read
  void try_to_write(std::string_view text);  ///< as much as goes at once, below TLS

  [[nodiscard]] executor_type get_executor() const { return executor_; }
  /// From here on all goes through TLS. False: the client and we did not come to terms.
  boost::asio::awaitable<bool> shake_hands(TlsContext context);
  [[nodiscard]] bool is_encrypted() const;
  /// TLS: says that nothing more comes, and waits for the client to say so too. Nothing to do without TLS.
  boost::asio::awaitable<void> say_goodbye();
  void finish_sending();  ///< below TLS
  /// Reads below TLS, to throw away.
  boost::asio::awaitable<std::size_t> drain_some();
  void cancel();
  void close();
  [[nodiscard]] bool is_open() const;

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    boost::asio::mutable_buffer first;
    for (auto at = boost::asio::buffer_sequence_begin(buffers); at != boost::asio::buffer_sequence_end(buffers); ++at) {
      first = *at;
      if (first.size() > 0) break;
    }
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, boost::asio::mutable_buffer into) { read(into, Moved(std::move(handler), executor_)); },
        token, first);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    Pieces pieces;
    std::size_t count = 0;
    for (auto at = boost::asio::buffer_sequence_begin(buffers);
         at != boost::asio::buffer_sequence_end(buffers) && count < pieces.size(); ++at) {
      const boost::asio::const_buffer piece = *at;
      if (piece.size() > 0) pieces[count++] = piece;
    }
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Pieces& from) { write(from, Moved(std::move(handler), executor_)); }, token, pieces);
  }

 private:
  using Pieces = std::array<boost::asio::const_buffer, 4>;  ///< of one write; what is left comes with the next
  void read(boost::asio::mutable_buffer into, Moved moved);
  void write(const Pieces& from, Moved moved);

  struct Parts;
  std::unique_ptr<Parts> parts_;
  executor_type executor_;
};

// What Beast's WebSocket asks of a stream of one's own. It has closed politely above TLS: here the socket ends.
void teardown(boost::beast::role_type, Stream& stream, boost::system::error_code& error);
template <class Handler>
void async_teardown(boost::beast::role_type, Stream& stream, Handler&& handler) {
  stream.finish_sending();
  stream.close();
  boost::asio::post(stream.get_executor(),
                    [handler = std::forward<Handler>(handler)]() mutable { handler(boost::system::error_code()); });
}
void beast_close_socket(Stream& stream);

}  // namespace suki::server
