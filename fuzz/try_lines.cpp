// Lines of `suki plan try` against a shipped plan: each is answered with one line of JSON, whatever it holds, and the
// same lines give the same answers. An input that starts with a zero byte is a script instead: each further pair of
// bytes says which event comes and after how long, so that whole conversations are reached and not only the reader.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/text.h"
#include "base/time.h"
#include "json/read.h"
#include "planfile/planfile.h"
#include "planfile/sources.h"
#include "rehearsal/rehearsal.h"

namespace {

constexpr std::size_t lines_max =
    40;  ///< of one input: every answer tells all clocks, and the fuzzer wants many inputs

struct Shop {
  Shop() {
    loaded = suki::planfile::load_folder(SUKI_SOURCE_DIR "/plans/appliance-shop",
                                         suki::planfile::system_sources(suki::make_date(2026, 11, 22)), symbols);
    SUKI_ASSERT(loaded.checked.compiled != nullptr);
  }
  suki::plan::Symbols symbols;
  suki::planfile::Loaded loaded;
};

/// What a script can do. The words are those of the shop's plan.
constexpr std::string_view deeds[] = {
    R"("event":"customer_message","channel":"email","topic":"repair-cooling","language":"en")",
    R"("event":"customer_message","channel":"form","segment":"suki","language":"fil")",
    R"("event":"customer_message")",
    R"("event":"agent_reply","agent":"Nena","explain":true)",
    R"("event":"automatic_reply")",
    R"("event":"note","agent":"Ben")",
    R"("event":"state","state":"open")",
    R"("event":"state","state":"pending")",
    R"("event":"state","state":"on_hold","reason":"waiting-for-parts")",
    R"("event":"state","state":"resolved","explain":true)",
    R"("event":"state","state":"closed")",
    R"("event":"topic","topic":"delivery","explain":true)",
    R"("event":"topic","topic":"warranty")",
    R"("event":"priority","priority":"urgent","explain":true)",
    R"("event":"priority","priority":"normal")",
    R"("event":"assign","agent":"Ben")",
    R"("event":"assign","agent":null)",
    R"("event":"assign","team":"workshop")",
};
constexpr std::int64_t seconds_after[] = {0, 1, 59, 600, 3600, 14400, 43200, 86400, 259200, 604800, 2592000, 31536000};

std::vector<std::string> play(std::string_view script) {
  std::vector<std::string> lines;
  suki::Instant at = suki::parse_instant("2026-11-20T08:59:59+08:00").value();
  for (std::size_t i = 0; i + 1 < script.size(); i += 2) {
    const auto deed = static_cast<unsigned char>(script[i]) % std::size(deeds);
    const auto pause = seconds_after[static_cast<unsigned char>(script[i + 1]) % std::size(seconds_after)];
    at = at + suki::Span{pause * 1'000'000};
    lines.push_back(fmt::format("{{\"at\":\"{}\",{}}}", suki::format_instant(at), deeds[deed]));
  }
  return lines;
}

std::vector<std::string> answers_to(const std::vector<std::string>& lines, const Shop& shop) {
  suki::rehearsal::Rehearsal rehearsal(*shop.loaded.checked.compiled, shop.symbols);
  std::vector<std::string> answers;
  for (const std::string& line : lines) answers.push_back(rehearsal.answer(line));
  return answers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Shop shop;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> lines;
  if (!bytes.empty() && bytes.front() == '\0') {
    lines = play(bytes.substr(1));
  } else {
    for (const auto line : suki::split(bytes, '\n')) lines.emplace_back(line);
  }
  if (lines.size() > lines_max) lines.resize(lines_max);

  const auto answers = answers_to(lines, shop);
  for (const std::string& answer : answers) {
    SUKI_ASSERT(suki::json::parse(answer).ok() && answer.find('\n') == std::string::npos);
    SUKI_ASSERT(answer.rfind("{\"at\":", 0) == 0 || answer.rfind("{\"line\":", 0) == 0);
  }
  SUKI_ASSERT(answers_to(lines, shop) == answers);
  return 0;
}
