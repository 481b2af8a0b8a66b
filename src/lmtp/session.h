/// One LMTP connection as it is understood: bytes in, answers and whole mails out. No socket, no clock, no store: what
/// it needs to know it asks for, and waits. RFC 2033 with RFC 5321's grammar; PIPELINING, 8BITMIME, SMTPUTF8, SIZE,
/// ENHANCEDSTATUSCODES, CHUNKING.
///
/// Lines end with CR LF and with nothing else, and only CR LF . CR LF ends a mail, so that nobody's bare LF makes two
/// mails of one or a command of a text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "lmtp/limits.h"

namespace suki::lmtp {

/// Those of limits.h; smaller in tests.
struct SessionLimits {
  std::size_t mail_bytes_max = limits::mail_bytes_max;
  std::size_t recipients_max = limits::recipients_max;
  std::size_t mails_max = limits::mails_per_connection_max;
  std::size_t mails_waiting_max = limits::mails_waiting_max;
  std::size_t answer_bytes_max = limits::answer_bytes_max;
};

/// A mail that came whole.
struct Mail {
  std::uint64_t number = 0;             ///< within its connection
  std::string sender;                   ///< of MAIL FROM; "": nobody (a report)
  std::vector<std::string> recipients;  ///< of RCPT TO, in their order; at least one
  std::string bytes;                    ///< as it came, without the dots that were doubled
};

/// What is known of an address.
enum class Known : std::uint8_t {
  ours,
  unknown,  ///< 550: the mail server tells the sender
  later     ///< nobody can tell now: 451
};
/// What became of a mail.
enum class Kept : std::uint8_t {
  kept,       ///< it is durable
  later,      ///< it is not, or not surely: 451
  full,       ///< there is no room for it: 452
  too_large,  ///< 552
};

class Session {
 public:
  explicit Session(SessionLimits given = {});

  /// What it waits for now.
  enum class Wants : std::uint8_t {
    bytes,
    known,   ///< whether recipient() is ours: answer it
    turn,    ///< for a mail to be answered: too much waits behind those that are not
    nothing  ///< the connection is over when answers() are out
  };
  [[nodiscard]] Wants wants() const;
  /// Takes what came, from the beginning on, as far as it is understood without an answer from outside; how many bytes
  /// it took: all, unless wants() is no longer `bytes`. O(bytes).
  std::size_t take(std::string_view bytes);

  [[nodiscard]] const std::string& recipient() const { return asked_; }  ///< while it wants `known`
  void answer(Known known);

  /// The mails that have come whole since it was asked last.
  std::vector<Mail> mails();
  /// In any order; the answers go out in the order of the mails. `words` for the other side's log: no line break.
  void answer(std::uint64_t mail, Kept kept, std::string_view words = {});

  /// What may be written now. It comes once.
  std::string answers();
  [[nodiscard]] std::size_t mails_waiting() const { return waiting_; }
  [[nodiscard]] std::uint64_t mails_taken() const { return mails_taken_; }
  /// Bytes of the mail that is coming in; what it said it would have, where that is more.
  [[nodiscard]] std::size_t bytes_coming() const;
  [[nodiscard]] bool is_within_mail() const { return state_ == State::data || state_ == State::chunk; }
  /// No more bytes of the mail that is coming in are kept; it is answered so: for what it has no room for.
  void give_up_mail();
  /// Says 421 behind what still has to be answered, and reads no more.
  void close(std::string_view why = "4.3.2 suki stops; try again");

 private:
  enum class State : std::uint8_t { command, passing_over, data, chunk, closed };
  enum class DataState : std::uint8_t { line_start, dot, dot_cr, text, cr };
  /// An answer, or the place of those of a mail that waits.
  struct Answer {
    std::string text;
    std::uint64_t mail = 0;  ///< 0: none
    std::size_t recipients = 0;
  };

  void say(std::string_view line);      ///< without its end
  void mistake(std::string_view line);  ///< the same, and counts it
  std::size_t take_command(std::string_view bytes);
  std::size_t pass_over(std::string_view bytes);
  std::size_t take_data(std::string_view bytes);
  std::size_t take_chunk(std::string_view bytes);
  void keep(std::string_view bytes);
  void run(std::string_view line);
  void lhlo(std::string_view argument);
  void mail(std::string_view argument);
  bool take_parameters(std::string_view text);
  void rcpt(std::string_view argument);
  void data(std::string_view argument);
  void bdat(std::string_view argument);
  void end_of_chunk();
  void end_of_mail();
  void reset();
  [[nodiscard]] const char* refusal() const;  ///< of the mail that is coming in; null: none

  SessionLimits limits_;
  State state_ = State::command;
  std::string line_;  ///< of a command, as far as it came
  std::size_t passed_over_ = 0, mistakes_ = 0;
  bool greeted_ = false, asks_ = false;
  std::string asked_;

  /// Of the mail that is coming in.
  struct Coming {
    Mail mail;
    bool has_sender = false;
    std::size_t size_said = 0;
    bool chunked = false, broken = false;  ///< broken: a chunk was refused, and nothing but RSET mends it
    bool given_up = false, too_large = false;
  };
  Coming coming_;
  struct Chunk {
    std::size_t size = 0, left = 0;
    bool counts = false, last = false;
  };
  Chunk chunk_;
  DataState data_state_ = DataState::line_start;

  std::uint64_t mails_taken_ = 0;
  std::size_t waiting_ = 0;
  std::vector<Mail> ready_;
  std::deque<Answer> answers_;
  std::size_t answer_bytes_ = 0;
};

}  // namespace suki::lmtp
