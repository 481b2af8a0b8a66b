// Any bytes arrive by LMTP, cut anywhere: whole or in pieces they mean the same, limits hold, each mail is answered
// once for each recipient, and no line of a mail's trace is anybody else's.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "lmtp/session.h"
#include "lmtp/trace.h"

namespace {

using namespace suki::lmtp;

constexpr SessionLimits limits_here{.mail_bytes_max = 200, .recipients_max = 3, .mails_max = 8, .mails_waiting_max = 2};

struct Heard {
  std::string answers;
  std::vector<std::string> mails;
  bool operator==(const Heard&) const = default;
};

void look_at(const Mail& mail) {
  SUKI_ASSERT(mail.bytes.size() <= limits_here.mail_bytes_max);
  SUKI_ASSERT(!mail.recipients.empty() && mail.recipients.size() <= limits_here.recipients_max);
  const std::string trace = trace_of(mail);
  SUKI_ASSERT(trace.starts_with("Return-Path: <") && trace.ends_with("\r\n"));
  const auto lines = static_cast<std::size_t>(std::count(trace.begin(), trace.end(), '\n'));
  SUKI_ASSERT(lines <= 1 + mail.recipients.size());
  SUKI_ASSERT(static_cast<std::size_t>(std::count(trace.begin(), trace.end(), '\r')) == lines);
}

/// Each mail is answered as soon as nothing else can go on.
Heard play(std::string_view bytes, std::size_t piece) {
  Session session(limits_here);
  Heard heard;
  std::vector<std::uint64_t> waiting;
  while (session.wants() != Session::Wants::nothing) {
    const std::size_t taken = session.take(bytes.substr(0, piece));
    SUKI_ASSERT(taken <= std::min(piece, bytes.size()));
    bytes.remove_prefix(taken);
    SUKI_ASSERT(session.bytes_coming() <= limits_here.mail_bytes_max);
    for (const Mail& mail : session.mails()) {
      look_at(mail);
      waiting.push_back(mail.number);
      heard.mails.push_back(trace_of(mail) + mail.bytes);
    }
    SUKI_ASSERT(waiting.size() == session.mails_waiting());
    if (session.wants() == Session::Wants::known) {
      session.answer(session.recipient().size() % 3 == 0 ? Known::unknown : Known::ours);
    } else if (session.wants() == Session::Wants::turn) {
      session.answer(waiting.back(), Kept::kept, "kept");
      waiting.pop_back();
    } else if (bytes.empty()) {
      break;
    } else {
      SUKI_ASSERT(taken > 0 || session.wants() == Session::Wants::nothing);
    }
  }
  for (const std::uint64_t mail : waiting) session.answer(mail, Kept::later);
  heard.answers = session.answers();
  SUKI_ASSERT(session.mails_waiting() == 0 && session.answers().empty());
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Heard whole = play(bytes, SIZE_MAX);
  SUKI_ASSERT(play(bytes, 1).mails == whole.mails);
  SUKI_ASSERT(play(bytes, 7) == whole);
  return 0;
}
