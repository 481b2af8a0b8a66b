#include "catalogue/catalogue.h"

#include <algorithm>
#include <map>
#include <memory>
#include <span>

#include <fmt/format.h>
#include <unicode/calendar.h>
#include <unicode/dtptngen.h>
#include <unicode/msgfmt.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>
#include <boost/json.hpp>

#include "base/assert.h"
#include "pages/pages.h"

namespace suki::pages {
std::span<const Page> embedded_catalogue();  // made by suki_embed
}

namespace suki::catalogue {
namespace {

using Messages = std::map<std::string, std::string, std::less<>>;
using Languages = std::map<std::string, Messages, std::less<>>;

Languages read_all() {
  Languages all;
  for (const pages::Page& page : pages::embedded_catalogue()) {
    std::string_view name = page.path;
    if (!name.starts_with("/app.") || !name.ends_with(".json")) continue;
    name = name.substr(5, name.size() - 10);
    const boost::json::value document = boost::json::parse(page.body);
    Messages& messages = all[std::string(name)];
    for (const auto& [key, value] : document.as_object()) messages[std::string(key)] = std::string(value.as_string());
  }
  SUKI_ASSERT(all.contains("en"));
  return all;
}

const Languages& all_languages() {
  static const Languages all = read_all();
  return all;
}

const std::string& known(std::string_view language) {
  const auto found = all_languages().find(language);
  return found != all_languages().end() ? found->first : all_languages().find("en")->first;
}

icu::UnicodeString to_icu(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}
std::string from_icu(const icu::UnicodeString& text) {
  std::string result;
  text.toUTF8String(result);
  return result;
}
icu::Locale locale_of(std::string_view language) {
  return icu::Locale(std::string(language).c_str());
}

/// ICU's formats are dear to make and not to be shared between threads: each thread keeps its own.
template <class T, class Make>
T& kept(std::map<std::string, std::unique_ptr<T>>& cache, const std::string& key, Make make) {
  auto& entry = cache[key];
  if (!entry) entry = make();
  return *entry;
}

icu::MessageFormat& format_of(const std::string& language, std::string_view key) {
  thread_local std::map<std::string, std::unique_ptr<icu::MessageFormat>> cache;
  return kept(cache, fmt::format("{}/{}", language, key), [&] {
    const Messages& messages = all_languages().at(language);
    const auto found = messages.find(key);
    SUKI_ASSERT(found != messages.end());
    UErrorCode status = U_ZERO_ERROR;
    auto format = std::make_unique<icu::MessageFormat>(to_icu(found->second), locale_of(language), status);
    SUKI_ASSERT(U_SUCCESS(status));
    return format;
  });
}

/// `skeleton` names the fields; the language says their order.
icu::SimpleDateFormat& date_format(const std::string& language, const std::string& zone, const char* skeleton) {
  thread_local std::map<std::string, std::unique_ptr<icu::SimpleDateFormat>> cache;
  return kept(cache, fmt::format("{}/{}/{}", language, zone, skeleton), [&] {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Locale locale = locale_of(language);
    const std::unique_ptr<icu::DateTimePatternGenerator> patterns(
        icu::DateTimePatternGenerator::createInstance(locale, status));
    SUKI_ASSERT(U_SUCCESS(status));
    auto format =
        std::make_unique<icu::SimpleDateFormat>(patterns->getBestPattern(to_icu(skeleton), status), locale, status);
    SUKI_ASSERT(U_SUCCESS(status));
    format->adoptTimeZone(icu::TimeZone::createTimeZone(to_icu(zone)));
    return format;
  });
}

std::string format_date_time(const std::string& language, Instant at, const std::string& zone, const char* skeleton) {
  icu::UnicodeString text;
  date_format(language, zone, skeleton).format(static_cast<UDate>(at.us) / 1000.0, text);
  return from_icu(text);
}

/// The city of the zone, which people on both sides understand: "Manila".
const std::string& city_of(const std::string& language, const std::string& zone) {
  thread_local std::map<std::string, std::unique_ptr<std::string>> cache;
  return kept(cache, fmt::format("{}/{}", language, zone), [&] {
    UErrorCode status = U_ZERO_ERROR;
    icu::SimpleDateFormat format(to_icu("VVV"), locale_of(language), status);
    SUKI_ASSERT(U_SUCCESS(status));
    format.adoptTimeZone(icu::TimeZone::createTimeZone(to_icu(zone)));
    icu::UnicodeString city;
    format.format(0.0, city);
    return std::make_unique<std::string>(from_icu(city));
  });
}

}  // namespace

std::string message(std::string_view language, std::string_view key, const std::vector<Arg>& args) {
  std::vector<icu::UnicodeString> names;
  std::vector<icu::Formattable> values;
  for (const auto& [name, value] : args) {
    names.push_back(to_icu(name));
    if (const auto* number = std::get_if<std::int64_t>(&value))
      values.emplace_back(*number);
    else
      values.emplace_back(to_icu(std::get<std::string>(value)));
  }
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString result;
  format_of(known(language), key)
      .format(names.data(), values.data(), static_cast<std::int32_t>(args.size()), result, status);
  SUKI_ASSERT(U_SUCCESS(status));
  return from_icu(result);
}

bool has(std::string_view key) {
  return all_languages().at("en").contains(key);
}

std::vector<std::string> languages() {
  std::vector<std::string> result;
  for (const auto& [language, messages] : all_languages()) result.push_back(language);
  return result;
}

std::vector<std::string> keys(std::string_view language) {
  std::vector<std::string> result;
  for (const auto& [key, text] : all_languages().at(std::string(language))) result.push_back(key);
  return result;
}

std::string say_instant(std::string_view language, Instant at, const std::string& zone) {
  const std::string& known_language = known(language);
  return message(
      known_language, "app.time.in_zone",
      {{"when", format_date_time(known_language, at, zone, "EEEEMMMMdjm")}, {"city", city_of(known_language, zone)}});
}

std::string say_span(std::string_view language, Span span) {
  const std::int64_t all_minutes = span.us / minutes(1).us;
  const std::int64_t hours_whole = all_minutes / 60, minutes_rest = all_minutes % 60;
  if (hours_whole == 0) return message(language, "app.span.minutes", {{"n", minutes_rest}});
  if (minutes_rest == 0) return message(language, "app.span.hours", {{"n", hours_whole}});
  return message(language, "app.span.hours", {{"n", hours_whole}}) + " " +
         message(language, "app.span.minutes", {{"n", minutes_rest}});
}

std::string say_date(std::string_view language, Date date) {
  return format_date_time(known(language), Instant{date.days * days(1).us}, "UTC", "yMMMMEEEEd");
}

}  // namespace suki::catalogue
