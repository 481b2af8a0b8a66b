#include "app/work.h"

#include <algorithm>

#include <fmt/format.h>
#include <sodium.h>

#include "base/reason.h"
#include "base/text.h"

namespace suki::app {

Result<Work> Work::begin(App::Shared& shared, store::Tx& tx) {
  const Instant now = shared.host.now();
  SUKI_TRY(PlanPtr plan, shared.plans.in_force(tx));
  return Work{shared, tx, now, std::move(plan)};
}

Maybe<Time> to_time(Instant at) {
  if (at == never) return std::nullopt;
  return format_instant(at);
}

std::string cut(std::string_view text, std::size_t code_points) {
  std::size_t count = 0, i = 0;
  for (; i < text.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (starts && ++count > code_points) break;
  }
  return std::string(text.substr(0, i));
}

std::string preview_of(std::string_view text) {
  std::string line;
  bool blank = true;  // white space at the beginning is left out, a run of it is one blank
  for (const char c : text.substr(0, std::min<std::size_t>(text.size(), 8 * preview_length))) {
    const bool space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!space)
      line += c;
    else if (!blank)
      line += ' ';
    blank = space;
  }
  return cut(to_valid_utf8(trim(line)), preview_length);
}

Error bad_input(const char* field, std::string_view what) {
  return fail(ErrorCode::bad_input, fmt::format("{}: {}", field, what));
}

Result<void> check_text(const char* field, std::string_view text, std::size_t code_points_max) {
  if (!is_utf8(text)) return because(bad_input(field, "must be UTF-8 text"), "bad_characters");
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t')
      return because(bad_input(field, "must not hold control characters"), "bad_characters");
  if (count_code_points(text) > code_points_max)
    return because(bad_input(field, fmt::format("must have at most {} characters", code_points_max)), "too_long",
                   {{"max", to_text(static_cast<std::int64_t>(code_points_max))}});
  return {};
}

Result<void> check_present(const char* field, std::string_view text) {
  if (trim(text).empty()) return because(bad_input(field, "must not be empty"), "empty");
  return {};
}

Result<void> check_request_id(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  if (text.empty() || text.size() > 64 || !std::all_of(text.begin(), text.end(), fits))
    return bad_input("request_id", "must be 1 to 64 of A-Z, a-z, 0-9 and -");
  return {};
}

Result<std::string> check_email(const char* field, std::string_view text) {
  text = trim(text);
  if (text.empty()) return std::string();
  const auto at = text.rfind('@');
  const auto forbidden = [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '<' || c == '>' || c == ',' || c == ';' ||
           c == '"';
  };
  const bool fits = text.size() <= email_max && is_utf8(text) && at != std::string_view::npos && at > 0 &&
                    at < text.size() - 1 && std::none_of(text.begin(), text.end(), forbidden) && text.find('@') == at &&
                    text.back() != '.' && text[at + 1] != '.' && text.substr(at).find("..") == std::string_view::npos;
  if (!fits) return because(bad_input(field, "must be an e-mail address"), "not_email");
  return to_lower_ascii(text);
}

Result<void> check_not_erased(const store::ConversationRecord& conversation) {
  if (conversation.erased_at.us == 0) return {};
  return fail(ErrorCode::refused, "erased");
}

Instant reply_due(const desk::Conversation& state) {
  for (const desk::Target target : {desk::Target::first_reply, desk::Target::next_reply}) {
    const desk::Clock& clock = state.clocks[static_cast<std::size_t>(target)];
    if (clock.cycle != 0 && clock.status == desk::ClockStatus::running) return clock.due_at;
  }
  return never;
}

std::string link_token(store::Tx& tx, ConversationId id) {
  const std::string key = tx.setting("link_key");
  const std::string message = fmt::format("link {}", id.value);
  unsigned char mac[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(message.data()), message.size());
  crypto_auth_hmacsha256_final(&state, mac);
  constexpr std::size_t bytes = 18;  // 144 bits: nobody guesses one
  char text[sodium_base64_ENCODED_LEN(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
  return sodium_bin2base64(text, sizeof text, mac, bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string link_url(const Work& work, ConversationId id) {
  return work.shared.host.site_url + "/c/" + link_token(work.tx, id);
}

}  // namespace suki::app
