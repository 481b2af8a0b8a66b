#include "lmtp/session.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/text.h"

namespace suki::lmtp {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool is_verb(std::string_view given, std::string_view verb) {
  return to_lower_ascii(given) == verb;
}

/// What a web page makes a browser send to a port of this machine. It is never a mail server.
bool is_of_a_browser(std::string_view verb) {
  for (const char* one : {"get", "post", "head", "put", "delete", "options", "patch", "connect", "trace"})
    if (is_verb(verb, one)) return true;
  return false;
}

/// "<address>", and what stands behind it.
struct Path {
  std::string address;
  std::string_view rest;
};

/// RFC 5321, 4.1.2, but for what a local part may hold: whoever delivers to us has looked at that. A source route is
/// passed over, as 4.1.1.3 wants. Nothing: it is no path.
std::optional<Path> read_path(std::string_view text) {
  if (text.empty() || text.front() != '<') return std::nullopt;
  bool quoted = false;
  std::size_t end = 1, start = 1;
  for (; end < text.size(); ++end) {
    const char c = text[end];
    if (is_control(c)) return std::nullopt;
    if (c == '\\' && quoted) {
      ++end;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted) {
      if (c == '>') break;
      if (c == '<' || c == ' ') return std::nullopt;
      if (c == ':' && text[1] == '@' && start == 1) start = end + 1;
    }
  }
  if (end >= text.size()) return std::nullopt;
  const std::string_view rest = text.substr(end + 1);
  if (!rest.empty() && rest.front() != ' ') return std::nullopt;
  return Path{std::string(text.substr(start, end - start)), trim(rest)};
}

/// The text behind "FROM:" or "TO:"; nothing when it does not begin so.
std::optional<std::string_view> behind(std::string_view argument, std::string_view word) {
  if (argument.size() < word.size() || !is_verb(argument.substr(0, word.size()), word)) return std::nullopt;
  return trim(argument.substr(word.size()));
}

/// A count of bytes; beyond any size, all of it. Nothing: it is none.
std::optional<std::size_t> read_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || end != text.data() + text.size() || wrong == std::errc::invalid_argument) return std::nullopt;
  if (wrong == std::errc::result_out_of_range) return SIZE_MAX;
  return number;
}

constexpr const char* too_large_words = "552 5.3.4 the mail is too large";
constexpr const char* full_words = "452 4.3.1 no room for the mail now";

std::string words_of(Kept kept, std::string_view words) {
  switch (kept) {
    case Kept::kept:
      return fmt::format("250 2.0.0 {}", words.empty() ? "kept" : words);
    case Kept::later:
      return "451 4.3.0 not kept; try again";
    case Kept::full:
      return full_words;
    case Kept::too_large:
      return too_large_words;
  }
  return "451 4.3.0 not kept; try again";
}

}  // namespace

Session::Session(SessionLimits given) : limits_(given) {
  say("220 suki LMTP");
}

Session::Wants Session::wants() const {
  if (state_ == State::closed) return Wants::nothing;
  if (asks_) return Wants::known;
  if (waiting_ >= limits_.mails_waiting_max) return Wants::turn;
  if (waiting_ > 0 && answer_bytes_ >= limits_.answer_bytes_max) return Wants::turn;
  return Wants::bytes;
}

std::size_t Session::take(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && wants() == Wants::bytes) {
    const std::string_view rest = bytes.substr(taken);
    switch (state_) {
      case State::command:
        taken += take_command(rest);
        break;
      case State::passing_over:
        taken += pass_over(rest);
        break;
      case State::data:
        taken += take_data(rest);
        break;
      case State::chunk:
        taken += take_chunk(rest);
        break;
      case State::closed:
        return taken;
    }
  }
  return taken;
}

void Session::say(std::string_view line) {
  if (answers_.empty() || answers_.back().mail != 0) answers_.emplace_back();
  answers_.back().text.append(line).append("\r\n");
  answer_bytes_ += line.size() + 2;
}

void Session::mistake(std::string_view line) {
  say(line);
  if (++mistakes_ >= limits::mistakes_max) close("4.7.0 too many mistakes");
}

void Session::close(std::string_view why) {
  if (state_ == State::closed) return;
  say(fmt::format("421 {}", why));
  state_ = State::closed;
  asks_ = false;
  reset();
}

std::string Session::answers() {
  std::string out;
  while (!answers_.empty() && answers_.front().mail == 0) {
    out += answers_.front().text;
    answers_.pop_front();
  }
  answer_bytes_ -= out.size();
  return out;
}

std::vector<Mail> Session::mails() {
  return std::exchange(ready_, {});
}

void Session::answer(std::uint64_t mail, Kept kept, std::string_view words) {
  const auto place =
      std::find_if(answers_.begin(), answers_.end(), [mail](const Answer& one) { return one.mail == mail; });
  SUKI_ASSERT(mail != 0 && place != answers_.end());
  const std::string line = words_of(kept, words) + "\r\n";
  for (std::size_t i = 0; i < place->recipients; ++i) place->text += line;
  answer_bytes_ += place->text.size();
  place->mail = 0;
  --waiting_;
}

std::size_t Session::bytes_coming() const {
  if (refusal() != nullptr) return 0;
  return std::max(coming_.mail.bytes.size(), coming_.size_said);
}

void Session::give_up_mail() {
  coming_.given_up = true;
  coming_.mail.bytes = {};
}

const char* Session::refusal() const {
  if (coming_.too_large) return too_large_words;
  return coming_.given_up ? full_words : nullptr;
}

void Session::reset() {
  coming_ = {};
}

// ---- commands

std::size_t Session::take_command(std::string_view bytes) {
  const std::size_t feed = bytes.find('\n');
  const std::size_t size = feed == std::string_view::npos ? bytes.size() : feed + 1;
  if (line_.size() + size > limits::command_bytes_max) {
    passed_over_ = line_.size();
    line_.clear();
    state_ = State::passing_over;
    return 0;
  }
  line_.append(bytes.substr(0, size));
  if (feed == std::string_view::npos) return size;
  const std::string line = std::exchange(line_, {});
  if (!line.ends_with("\r\n")) {
    say("500 5.5.2 a line ends with CR LF");
    close("4.7.0 this is no mail server");
    return size;
  }
  const std::string_view text = std::string_view(line).substr(0, line.size() - 2);
  if (std::any_of(text.begin(), text.end(), [](char c) { return is_control(c) && c != '\t'; }))
    mistake("500 5.5.2 control characters in a command");
  else
    run(text);
  return size;
}

std::size_t Session::pass_over(std::string_view bytes) {
  const std::size_t feed = bytes.find('\n');
  const std::size_t size = feed == std::string_view::npos ? bytes.size() : feed + 1;
  passed_over_ += size;
  if (feed != std::string_view::npos) {
    state_ = State::command;
    mistake("500 5.5.2 the line is too long");
  } else if (passed_over_ > limits::line_passed_over_max) {
    say("500 5.5.2 the line is too long");
    close("4.7.0 this is no mail server");
  }
  return size;
}

void Session::run(std::string_view line) {
  line = trim(line);
  const std::size_t blank = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view verb = line.substr(0, blank), argument = trim(line.substr(blank));
  if (is_verb(verb, "lhlo")) return lhlo(argument);
  if (is_verb(verb, "mail")) return mail(argument);
  if (is_verb(verb, "rcpt")) return rcpt(argument);
  if (is_verb(verb, "data")) return data(argument);
  if (is_verb(verb, "bdat")) return bdat(argument);
  if (is_verb(verb, "noop")) return say("250 2.0.0 ok");
  if (is_verb(verb, "vrfy")) return say("252 2.5.2 send it a mail");
  if (is_verb(verb, "rset")) {
    reset();
    return say("250 2.0.0 ok");
  }
  if (is_verb(verb, "quit")) {
    say("221 2.0.0 bye");
    state_ = State::closed;
    return reset();
  }
  if (is_of_a_browser(verb)) return close("4.7.0 this is no web server");
  if (is_verb(verb, "helo") || is_verb(verb, "ehlo")) return mistake("500 5.5.1 this is LMTP: say LHLO");
  mistake("500 5.5.1 no such command");
}

void Session::lhlo(std::string_view argument) {
  if (argument.empty()) return mistake("501 5.5.4 LHLO NAME");
  greeted_ = true;
  reset();
  say("250-suki");
  say("250-PIPELINING");
  say("250-8BITMIME");
  say("250-SMTPUTF8");
  say(fmt::format("250-SIZE {}", limits_.mail_bytes_max));
  say("250-ENHANCEDSTATUSCODES");
  say("250 CHUNKING");
}

void Session::mail(std::string_view argument) {
  if (!greeted_) return mistake("503 5.5.1 LHLO comes first");
  if (coming_.has_sender) return mistake("503 5.5.1 one mail after the other");
  if (mails_taken_ >= limits_.mails_max) return close("4.3.2 enough mails for one connection");
  const auto text = behind(argument, "from:");
  const auto path = text ? read_path(*text) : std::nullopt;
  if (!path) return mistake("501 5.5.4 MAIL FROM:<address>");
  if (!take_parameters(path->rest)) return reset();
  coming_.has_sender = true;
  coming_.mail.sender = path->address;
  say("250 2.1.0 ok");
}

/// Of MAIL. False: it was answered.
bool Session::take_parameters(std::string_view text) {
  for (const std::string_view one : split(text, ' ')) {
    if (one.empty()) continue;
    const std::size_t sign = one.find('=');
    const std::string name = to_lower_ascii(one.substr(0, sign));
    const std::string value = sign == std::string_view::npos ? "" : to_lower_ascii(one.substr(sign + 1));
    if (name == "size") {
      const auto size = read_size(value);
      if (!size) return mistake("501 5.5.4 SIZE=bytes"), false;
      if (*size > limits_.mail_bytes_max) return say(too_large_words), false;
      coming_.size_said = *size;
    } else if (name == "body") {
      if (value != "7bit" && value != "8bitmime") return mistake("501 5.5.4 BODY=7BIT or 8BITMIME"), false;
    } else if (name != "smtputf8" || sign != std::string_view::npos) {
      return mistake("555 5.5.4 no such parameter"), false;
    }
  }
  return true;
}

void Session::rcpt(std::string_view argument) {
  if (!coming_.has_sender) return mistake("503 5.5.1 MAIL comes first");
  if (coming_.chunked) return mistake("503 5.5.1 recipients come before the mail");
  const auto text = behind(argument, "to:");
  const auto path = text ? read_path(*text) : std::nullopt;
  if (!path || path->address.empty()) return mistake("501 5.1.3 RCPT TO:<address>");
  if (!path->rest.empty()) return mistake("555 5.5.4 no such parameter");
  if (coming_.mail.recipients.size() >= limits_.recipients_max) return say("452 4.5.3 too many recipients");
  asked_ = path->address;
  asks_ = true;
}

void Session::answer(Known known) {
  SUKI_ASSERT(asks_);
  asks_ = false;
  if (known == Known::unknown) return say("550 5.1.1 no such mailbox");
  if (known == Known::later) return say("451 4.3.0 nobody can tell now; try again");
  coming_.mail.recipients.push_back(std::move(asked_));
  say("250 2.1.5 ok");
}

// ---- the mail itself

void Session::data(std::string_view argument) {
  if (!argument.empty()) return mistake("501 5.5.4 DATA alone");
  if (coming_.chunked) return mistake("503 5.5.1 the mail comes by BDAT");
  // RFC 2033, 4.2: also when every recipient was refused.
  if (coming_.mail.recipients.empty()) return mistake("503 5.5.1 no recipient");
  if (const char* const why = refusal()) {
    say(why);
    return reset();
  }
  say("354 the mail, then a dot alone");
  state_ = State::data;
  data_state_ = DataState::line_start;
}

void Session::keep(std::string_view bytes) {
  if (refusal() != nullptr) return;
  std::string& kept = coming_.mail.bytes;
  if (kept.size() + bytes.size() > limits_.mail_bytes_max) {
    coming_.too_large = true;
    kept = {};
    return;
  }
  // What is announced is not believed beyond what costs nothing.
  constexpr std::size_t reserved_max = 256 * 1024;
  if (kept.empty()) kept.reserve(std::min(coming_.size_said, reserved_max));
  kept.append(bytes);
}

/// RFC 5321, 4.5.2. What is held back at the end of a piece (a dot, a dot and a CR) is no text yet.
std::size_t Session::take_data(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const char c = bytes[i];
    switch (data_state_) {
      case DataState::text: {
        const std::size_t end = std::min(bytes.find('\r', i), bytes.size());
        const std::size_t next = std::min(end + 1, bytes.size());
        keep(bytes.substr(i, next - i));
        if (end < bytes.size()) data_state_ = DataState::cr;
        i = next;
        continue;
      }
      case DataState::line_start:
        data_state_ = c == '.' ? DataState::dot : DataState::text;
        if (c == '.') ++i;
        continue;
      case DataState::dot:
        data_state_ = c == '\r' ? DataState::dot_cr : DataState::text;
        if (c == '\r') ++i;
        continue;
      case DataState::dot_cr:
        if (c == '\n') {
          end_of_mail();
          return i + 1;
        }
        keep("\r");
        data_state_ = DataState::cr;
        continue;
      case DataState::cr:
        keep(bytes.substr(i, 1));
        data_state_ = c == '\n' ? DataState::line_start : c == '\r' ? DataState::cr : DataState::text;
        ++i;
        continue;
    }
  }
  return bytes.size();
}

void Session::bdat(std::string_view argument) {
  const std::size_t blank = std::min(argument.find(' '), argument.size());
  const auto size = read_size(argument.substr(0, blank));
  const std::string_view last = trim(argument.substr(blank));
  if (!size || !(last.empty() || is_verb(last, "last"))) {
    // How much of what comes is the mail, nobody knows.
    say("501 5.5.4 BDAT bytes, or BDAT bytes LAST");
    return close("4.7.0 this is no mail server");
  }
  coming_.chunked = true;
  chunk_ = {.size = *size,
            .left = *size,
            .counts = !coming_.mail.recipients.empty() && !coming_.broken,
            .last = !last.empty()};
  state_ = State::chunk;
  if (chunk_.left == 0) end_of_chunk();
}

std::size_t Session::take_chunk(std::string_view bytes) {
  const std::size_t size = std::min(bytes.size(), chunk_.left);
  if (chunk_.counts) keep(bytes.substr(0, size));
  chunk_.left -= size;
  if (chunk_.left == 0) end_of_chunk();
  return size;
}

void Session::end_of_chunk() {
  state_ = State::command;
  if (!chunk_.counts) {
    coming_.broken = true;
    // Without a sender there is no mail that it could be of.
    if (!coming_.has_sender) reset();
    return mistake("503 5.5.1 no mail that this could be of");
  }
  if (chunk_.last) return end_of_mail();
  if (const char* const why = refusal()) {
    coming_.broken = true;
    return say(why);
  }
  say(fmt::format("250 2.0.0 {} bytes", chunk_.size));
}

void Session::end_of_mail() {
  state_ = State::command;
  const std::size_t recipients = coming_.mail.recipients.size();
  if (const char* const why = refusal()) {
    for (std::size_t i = 0; i < recipients; ++i) say(why);
    return reset();
  }
  coming_.mail.number = ++mails_taken_;
  answers_.push_back({"", coming_.mail.number, recipients});
  ++waiting_;
  ready_.push_back(std::move(coming_.mail));
  reset();
}

}  // namespace suki::lmtp
