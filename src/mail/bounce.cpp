#include "mail/bounce.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "mail/words.h"

namespace suki::mail {
namespace {

constexpr std::size_t recipients_max = 100;
constexpr std::size_t report_bytes_max = 256u << 10;

bool holds_any(std::string_view text, const auto& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// "rfc822; <ana@example.com>": the address.
std::string address_of(std::string_view value) {
  const std::string line = one_line(value);
  std::string_view rest = line;
  if (const std::size_t type = rest.find(';'); type != std::string_view::npos) rest.remove_prefix(type + 1);
  return rescue_address(rest).email;
}

void add_recipient(Bounce& bounce, std::string address) {
  if (address.empty() || bounce.recipients.size() >= recipients_max) return;
  if (std::find(bounce.recipients.begin(), bounce.recipients.end(), address) == bounce.recipients.end())
    bounce.recipients.push_back(std::move(address));
}

constexpr auto dead_words = std::to_array<std::string_view>({
    "user unknown",
    "unknown user",
    "unknown recipient",
    "recipient unknown",
    "no such user",
    "no such recipient",
    "no mailbox here",
    "no such mailbox",
    "no such person",
    "no such address",
    "does not exist",
    "doesn't exist",
    "not exist",
    "user not found",
    "recipient not found",
    "address not found",
    "wasn't found",
    "couldn't be found",
    "could not be found",
    "was not found",
    "not found in",
    "not listed in",
    "not recognized",
    "invalid user",
    "invalid recipient",
    "invalid mailbox",
    "invalid address",
    "bad destination mailbox",
    "mailbox unavailable",
    "mailbox not available",
    "unrouteable address",
    "unroutable address",
    "unknown address",
    "address rejected",
    "recipient rejected",
    "account disabled",
    "account has been disabled",
    "account is disabled",
    "account inactive",
    "no longer",
    "host or domain name not found",
    "domain not found",
    "unknown host",
    "host unknown",
    "nxdomain",
    "isn't a valid",
    "is not a valid",
    "not our customer",
    "unbekannter empfänger",
    "existiert nicht",
    "n'existe pas",
    "no existe",
    "存在しません",
    "見つかりません",
    "宛先不明",
});
constexpr auto passing_words = std::to_array<std::string_view>({
    "mailbox full",   "mailbox is full", "full mailbox",  "over quota",      "overquota",
    "quota exceeded", "exceeded quota",  "exceeds quota", "out of storage",  "insufficient storage",
    "too large",      "size limit",      "message size",  "too big",         "spam",
    "blocked",        "blacklist",       "block list",    "blocklist",       "policy",
    "greylist",       "graylist",        "try again",     "temporar",        "rate limit",
    "too many",       "timed out",       "timeout",       "expired",         "delayed",
    "retry",          "retried",         "dmarc",         " spf ",           "dkim",
    "virus",          "reputation",      "deferred",      "throttl",         "postfach voll",
    "speicherplatz",  "buzón lleno",     "boîte pleine",  "will be retried",
});

}  // namespace

std::string status_in(std::string_view words) {
  std::string by_code;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const char c = words[i];
    if (c != '2' && c != '4' && c != '5') continue;
    const char before = i > 0 ? words[i - 1] : ' ';
    if (is_digit(before) || before == '.' || std::isalpha(static_cast<unsigned char>(before)) != 0) continue;
    const auto digits_from = [&](std::size_t at) {
      std::size_t n = 0;
      while (at + n < words.size() && n < 4 && is_digit(words[at + n])) ++n;
      return n;
    };
    if (i + 1 < words.size() && words[i + 1] == '.') {
      const std::size_t second = digits_from(i + 2);
      const std::size_t dot = i + 2 + second;
      const std::size_t third = second > 0 && dot < words.size() && words[dot] == '.' ? digits_from(dot + 1) : 0;
      const std::size_t end = dot + 1 + third;
      // Four numbers are an address of a host.
      const bool more = end + 1 < words.size() && words[end] == '.' && is_digit(words[end + 1]);
      if (second >= 1 && second <= 3 && third >= 1 && third <= 3 && !more) return std::string(words.substr(i, end - i));
      continue;
    }
    // A reply code: three digits, then a blank, a "-", a stop or the end.
    if (!by_code.empty() || c == '2' || before == '-' || digits_from(i) != 3 || words[i + 1] > '7') continue;
    const char after = i + 3 < words.size() ? words[i + 3] : ' ';
    if (after == ' ' || after == '-' || after == '\n' || after == ',' || after == ';' || after == ':')
      by_code = std::string(1, c) + ".0.0";
  }
  return by_code;
}

BounceClass class_of(std::string_view status, std::string_view words) {
  const std::string text = to_lower_ascii(words);
  if (status.starts_with('4')) return BounceClass::soft;
  static constexpr std::string_view soft[] = {"5.2.2", "5.2.3", "5.3.1", "5.3.2", "5.3.4", "5.4.3",
                                              "5.4.5", "5.4.6", "5.4.7", "5.4.9", "5.5.3"};
  for (const std::string_view code : soft)
    if (status == code) return BounceClass::soft;
  static constexpr std::string_view hard[] = {"5.1.", "5.2.1", "5.4.1", "5.4.4", "5.4.310"};
  for (const std::string_view code : hard)
    if (status.starts_with(code) && status != "5.1.7" && status != "5.1.8" && status != "5.1.9")
      return holds_any(text, std::to_array<std::string_view>({"mailbox full", "over quota", "quota exceeded"}))
                 ? BounceClass::soft
                 : BounceClass::hard;
  // 5.0.0, 5.3.0, 5.5.0, 5.7.1 and the like, which servers say for everything: their words decide.
  if (holds_any(text, dead_words)) return BounceClass::hard;
  if (holds_any(text, passing_words)) return BounceClass::soft;
  const bool for_good = status.starts_with("5.0") || status.starts_with("5.3") || status.starts_with("5.5");
  return for_good ? BounceClass::hard : BounceClass::soft;
}

std::optional<Bounce> read_report(std::string_view report) {
  report = report.substr(0, report_bytes_max);
  Bounce bounce;
  bool all_hard = true;
  while (!report.empty()) {
    const std::size_t before = report.size();
    const HeaderFields block = take_header(report);
    if (report.size() == before) {
      // A line that is no field: some write words where fields belong.
      report.remove_prefix(std::min(report.find('\n'), report.size() - 1) + 1);
      continue;
    }
    std::string address = address_of(block.raw("original-recipient"));
    if (address.empty()) address = address_of(block.raw("final-recipient"));
    if (address.empty()) address = address_of(block.raw("x-actual-recipient"));
    if (address.empty()) continue;
    const std::string action = block.word("action");
    const std::string diagnostic = block.line("diagnostic-code");
    std::string status = status_in(block.line("status"));
    const bool failed = action.starts_with("failed") || (action.empty() && status.starts_with('5'));
    const bool waits = action.starts_with("delayed") || (action.empty() && status.starts_with('4'));
    if (!failed && !waits) continue;
    // What the other server said is more exact than "other".
    if (const std::string said = status_in(diagnostic);
        status.empty() || (status.ends_with(".0.0") && said.starts_with(status[0])))
      status = said.empty() ? status : said;
    if (status.empty()) status = waits ? "4.0.0" : "5.0.0";
    add_recipient(bounce, std::move(address));
    all_hard = all_hard && failed && class_of(status, diagnostic) == BounceClass::hard;
    if (bounce.status.empty()) bounce.status = status;
  }
  if (bounce.recipients.empty()) return std::nullopt;
  bounce.class_ = all_hard ? BounceClass::hard : BounceClass::soft;
  return bounce;
}

}  // namespace suki::mail
