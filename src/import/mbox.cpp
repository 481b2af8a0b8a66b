#include "import/mbox.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "mail/headers.h"

namespace suki::importing {
namespace {

constexpr std::string_view from = "From ";
constexpr std::size_t head_bytes_max = 64 * 1024;  // what a mail's time is looked for in
constexpr std::size_t line_seen_max = 1'000;       // a line that begins a mail is short

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// ">>From ", any number of them; how many.
std::size_t marks_before_from(std::string_view line) {
  const std::size_t marks = line.find_first_not_of('>');
  return marks != std::string_view::npos && line.substr(marks).starts_with(from) ? marks : std::string_view::npos;
}

template <class Use>
void each_line(std::string_view text, Use use) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    use(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
  }
}

bool is_known(Instant at) {
  return at != never && at.us > 0;
}

}  // namespace

bool begins_mail(std::string_view line) {
  if (!line.starts_with(from)) return false;
  // A time of day keeps a sentence that begins with "From" apart, where nobody has quoted it.
  for (std::size_t i = from.size(); i + 3 < line.size(); ++i)
    if (is_digit(line[i]) && line[i + 1] == ':' && is_digit(line[i + 2]) && is_digit(line[i + 3])) return true;
  return false;
}

void MboxIndex::take(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    if (line_.size() < line_seen_max) line_ += part.substr(0, line_seen_max - line_.size());
    if (in_head_ && head_.size() < head_bytes_max) head_ += part.substr(0, head_bytes_max - head_.size());
    offset_ += static_cast<std::int64_t>(part.size());
    if (end == std::string_view::npos) return;
    ++offset_;
    if (in_head_) head_ += '\n';
    end_line(line_);
    line_.clear();
    line_at_ = offset_;
    bytes.remove_prefix(end + 1);
  }
}

void MboxIndex::end_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (blank_ && begins_mail(line)) {
    end_mail();
    if (mails_.empty()) lost_ = line_at_;
    mails_.push_back({line_at_, 0, static_cast<std::int64_t>(mails_.size()) + 1, never});
    from_line_ = line;
    head_.clear();
    in_head_ = any_ = true;
  } else if (line.empty()) {
    in_head_ = false;
  }
  blank_ = line.empty();
}

void MboxIndex::end_mail() {
  if (!any_) return;
  MboxMail& mail = mails_.back();
  mail.size = line_at_ - mail.offset;
  mail.at = time_of_mail(from_line_, head_);
  if (mail.at == never && mails_.size() > 1) mail.at = mails_[mails_.size() - 2].at;
}

void MboxIndex::end() {
  if (!line_.empty()) {
    end_line(line_);
    line_.clear();
  }
  line_at_ = offset_;
  if (any_)
    end_mail();
  else
    lost_ = offset_;
  any_ = false;
}

std::string unquote(std::string_view mail) {
  std::string raw;
  raw.reserve(mail.size());
  bool first = true;
  each_line(mail, [&](std::string_view line) {
    if (std::exchange(first, false) && line.starts_with(from)) return;
    if (raw.empty() && line.starts_with(problem_field)) return;
    const std::size_t marks = marks_before_from(line);
    if (marks != std::string_view::npos && marks > 0) line.remove_prefix(1);
    raw += line;
  });
  // The empty line between two mails belongs to neither.
  if (raw.ends_with("\r\n\r\n"))
    raw.resize(raw.size() - 2);
  else if (raw.ends_with("\n\n"))
    raw.pop_back();
  return raw;
}

std::string quote(std::string_view raw) {
  std::string mail;
  mail.reserve(raw.size());
  each_line(raw, [&](std::string_view line) {
    if (marks_before_from(line) != std::string_view::npos) mail += '>';
    mail += line;
  });
  if (!mail.ends_with('\n')) mail += '\n';
  return mail + '\n';
}

Instant time_of_mail(std::string_view from_line, std::string_view header) {
  const mail::HeaderFields fields = mail::take_header(header);
  const std::string_view received = fields.raw("received");
  if (const auto semicolon = received.rfind(';'); semicolon != std::string_view::npos)
    if (const auto at = mail::parse_date(received.substr(semicolon + 1)); at && is_known(*at)) return *at;
  // "From somebody Thu Nov 26 08:10:18 2026": the date stands behind the second blank, as asctime() writes it.
  if (from_line.starts_with(from)) {
    std::string_view rest = trim(from_line.substr(from.size()));
    rest = trim(rest.substr(std::min(rest.find(' '), rest.size())));
    const auto words = split(rest, ' ');
    std::vector<std::string_view> parts;
    for (const std::string_view word : words)
      if (!word.empty()) parts.push_back(word);
    if (parts.size() >= 5) {
      std::string date(parts[2]);
      const std::string_view year = parts.back().size() == 4 && parts[4].size() != 4 ? parts.back() : parts[4];
      date.append(" ").append(parts[1]).append(" ").append(year).append(" ").append(parts[3]).append(" +0000");
      if (const auto at = mail::parse_date(date); at && is_known(*at)) return *at;
    }
  }
  if (const auto at = mail::parse_date(fields.raw("date")); at && is_known(*at)) return *at;
  return never;
}

}  // namespace suki::importing
