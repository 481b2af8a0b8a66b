#include "app/mail_budget.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace suki::app {
namespace {

constexpr std::size_t keys_max = 50'000;  ///< of each kind: then who is new is held back until a window ends

bool is_this_machine(std::string_view source) {
  return source.empty() || source.starts_with("127.") || source == "::1" || source == "::/64";
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80u) != 0;
}

/// "example.net" and not "J.R. Cruz": two letters at least on either side of a dot.
bool has_host_name(std::string_view text) {
  for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1))
    if (dot >= 2 && dot + 2 < text.size() && is_letter(text[dot - 1]) && is_letter(text[dot - 2]) &&
        is_letter(text[dot + 1]) && is_letter(text[dot + 2]))
      return true;
  return false;
}

}  // namespace

bool MailBudget::has_room(Count& count, Instant now, int hour_max, int day_max) {
  // A clock that was set back begins anew, too.
  if (now < count.hour || now - count.hour >= hours(1)) {
    count.hour = now;
    count.in_hour = 0;
  }
  if (now < count.day || now - count.day >= hours(24)) {
    count.day = now;
    count.in_day = 0;
  }
  return count.in_hour < hour_max && count.in_day < day_max;
}

void MailBudget::forget_old(Instant now) {
  const auto is_over = [now](const auto& one) { return now < one.second.day || now - one.second.day >= hours(24); };
  if (recipients_.size() >= keys_max) std::erase_if(recipients_, is_over);
  if (sources_.size() >= keys_max) std::erase_if(sources_, is_over);
}

bool MailBudget::take(const std::string& recipient, bool is_form, const std::string& source, Instant now) {
  const std::scoped_lock lock(mutex_);
  const auto refuse = [this] {
    ++held_back_;
    return false;
  };
  if (is_form && !has_room(forms_, now, mails_of_forms_hour, mails_of_forms_day)) return refuse();
  forget_old(now);
  const std::string to = to_lower_ascii(recipient);
  const bool has_source = is_form && !is_this_machine(source);
  if ((recipients_.size() >= keys_max && !recipients_.contains(to)) ||
      (has_source && sources_.size() >= keys_max && !sources_.contains(source)))
    return refuse();
  Count& by_recipient = recipients_[to];
  if (!has_room(by_recipient, now, mails_per_recipient_hour, mails_per_recipient_day)) return refuse();
  Count* const by_source = has_source ? &sources_[source] : nullptr;
  if (by_source != nullptr && !has_room(*by_source, now, mails_per_source_hour, mails_per_source_day)) return refuse();
  for (Count* const one : {&by_recipient, by_source, is_form ? &forms_ : nullptr}) {
    if (one == nullptr) continue;
    ++one->in_hour;
    ++one->in_day;
  }
  return true;
}

std::int64_t MailBudget::held_back() const {
  const std::scoped_lock lock(mutex_);
  return held_back_;
}

std::string mailable_name(const std::string& name) {
  constexpr std::size_t length_max = 60;  ///< code points; chosen: longer ones are sentences
  const bool fits = count_code_points(name) <= length_max && name.find_first_of("@/\\:<>\n") == std::string::npos &&
                    !has_host_name(name);
  return fits ? name : "";
}

}  // namespace suki::app
