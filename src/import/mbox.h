/// Mailboxes in one file (mboxo, mboxrd): where each mail lies, when it came, and its bytes as they were before they
/// were put there. Content-Length is not believed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace suki::importing {

/// A mail's place, in bytes of the unpacked file, with its line "From ...".
struct MboxMail {
  std::int64_t offset = 0, size = 0;
  std::int64_t number = 0;  ///< in its file, from 1 on
  Instant at = never;       ///< when it came; see time_of_mail()
};

/// Finds them in one pass, in memory that grows by the number of mails alone.
class MboxIndex {
 public:
  void take(std::string_view bytes);
  void end();
  /// Whose time is not known came when the one before it did.
  [[nodiscard]] const std::vector<MboxMail>& mails() const { return mails_; }
  /// Bytes before the first mail: the file is no mailbox, or its beginning is lost.
  [[nodiscard]] std::int64_t lost() const { return lost_; }

 private:
  void end_line(std::string_view line);
  void end_mail();
  std::vector<MboxMail> mails_;
  std::string line_, head_, from_line_;
  std::int64_t offset_ = 0, line_at_ = 0, lost_ = 0;
  bool blank_ = true, in_head_ = false, any_ = false;
};

/// The line that begins a mail: "From somebody Thu Nov 26 08:10:18 2026", behind an empty line.
[[nodiscard]] bool begins_mail(std::string_view line);
/// What a file of rejected mails says of each, in front of its header; it goes when the file is imported.
inline constexpr std::string_view problem_field = "X-Suki-Import-Problem:";
/// A mail's bytes without its first line, each ">From " one less ">".
[[nodiscard]] std::string unquote(std::string_view mail);
/// The other way, for a file of mails that could not be taken.
[[nodiscard]] std::string quote(std::string_view raw);
/// By the first Received field, else the line that begins it (read as UTC), else its Date; never.
[[nodiscard]] Instant time_of_mail(std::string_view from_line, std::string_view header);

}  // namespace suki::importing
