/// What an IMAP server says (RFC 3501, RFC 9051), read from bytes. Pure: no socket, no clock. The server is not
/// trusted: every size has a limit, nothing is read recursively, and what is not understood is an error or passed over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace suki::imap {

/// One thing that a FETCH tells of a mail: "UID" "17", "RFC822.SIZE" "4096", "BODY[]" the mail.
struct Item {
  std::string key;    ///< upper case
  std::string value;  ///< "" for NIL and for lists, which nothing here asks for
};

struct Response {
  std::string tag;                     ///< "*", "+", or that of the command that it ends
  std::string kind;                    ///< upper case: OK NO BAD BYE PREAUTH EXISTS FETCH SEARCH ...; "" for "+"
  std::uint32_t number = 0;            ///< of "* 12 EXISTS"
  std::string code;                    ///< "UIDNEXT 5" of "* OK [UIDNEXT 5] ..."; "" none
  std::string text;                    ///< what OK, NO, BAD, BYE and + say to people; the words of any other kind
  std::vector<std::uint32_t> numbers;  ///< of SEARCH
  std::vector<Item> items;             ///< of FETCH
};

/// What one response may hold. Over it: bad answer, before memory is taken.
struct Limits {
  std::size_t line_max = 16 * 1024 * 1024;      ///< bytes outside literals; ids of over a million mails in one SEARCH
  std::size_t literal_max = 65 * 1024 * 1024;   ///< one literal
  std::size_t response_max = 66 * 1024 * 1024;  ///< all literals of one response
};
inline constexpr int lists_deep_max = 32;
inline constexpr std::size_t items_max = 100;  ///< things that one FETCH may tell

class Reader {
 public:
  explicit Reader(Limits limits = {}) : limits_(limits) {}
  /// Takes bytes as they come. Errors: bad_input (a limit; what nobody could read on from); then it takes no more.
  [[nodiscard]] Result<void> feed(std::string_view bytes);
  /// The next whole response, in order.
  [[nodiscard]] std::optional<Response> next();

 private:
  Result<void> end_line();

  Limits limits_;
  std::vector<std::string> lines_;     ///< parts of the present response, with a literal between each two
  std::vector<std::string> literals_;  ///< as many as `lines_`, or one less
  std::string line_;
  std::size_t literal_left_ = 0;
  std::size_t line_bytes_ = 0, literal_bytes_ = 0;
  std::deque<Response> ready_;
};

/// One response out of its lines and the literals between them. Errors: bad_input.
[[nodiscard]] Result<Response> read_response(const std::vector<std::string>& lines,
                                             const std::vector<std::string>& literals);

}  // namespace suki::imap
