#include "rehearsal/line.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "json/read.h"

namespace suki::rehearsal {

namespace {

using plan::FactKey;

constexpr std::pair<std::string_view, What> events[] = {{"customer_message", What::customer_message},
                                                        {"agent_reply", What::agent_reply},
                                                        {"automatic_reply", What::automatic_reply},
                                                        {"note", What::note},
                                                        {"state", What::state},
                                                        {"topic", What::topic},
                                                        {"priority", What::priority},
                                                        {"assign", What::assign}};

// "text" is for the reader of the lines: no rule looks at words.
constexpr std::string_view keys[] = {"at",    "event",  "channel", "topic", "priority", "segment", "language",
                                     "state", "reason", "agent",   "team",  "explain",  "text"};

Error wrong(std::string text) {
  return fail(ErrorCode::bad_input, std::move(text));
}

Error unknown(std::string_view key, std::string_view word, std::vector<std::string> candidates) {
  const std::string_view near = find_nearest(word, candidates);
  if (!near.empty()) return wrong(fmt::format("{}: unknown \"{}\"; did you mean \"{}\"?", key, word, near));
  return wrong(fmt::format("{}: unknown \"{}\"; the plan has {}", key, word, fmt::join(candidates, ", ")));
}

class Reader {
 public:
  Reader(const boost::json::object& object, const plan::CompiledPlan& plan, const plan::Symbols& symbols)
      : object_(object), plan_(plan), symbols_(symbols) {}

  Result<Line> read();

 private:
  Result<std::optional<std::string>> text(std::string_view key) const;
  Result<void> read_keys() const;
  Result<void> read_event(Line& line) const;
  Result<void> read_agent(Line& line) const;
  /// The symbol of `key`'s slug among `allowed`; none when the line does not name it.
  Result<Symbol> symbol(std::string_view key, const std::vector<Symbol>& allowed) const;
  template <class Things>
  Result<Symbol> symbol_of(std::string_view key, const Things& things) const {
    std::vector<Symbol> ids;
    for (const auto& thing : things) ids.push_back(thing.id);
    return symbol(key, ids);
  }

  const boost::json::object& object_;
  const plan::CompiledPlan& plan_;
  const plan::Symbols& symbols_;
};

Result<std::optional<std::string>> Reader::text(std::string_view key) const {
  const boost::json::value* value = object_.if_contains(boost::json::string_view(key.data(), key.size()));
  if (!value || value->is_null()) return std::optional<std::string>();
  if (!value->is_string()) return wrong(fmt::format("{}: must be a string", key));
  return std::optional<std::string>(std::string(value->get_string()));
}

Result<Symbol> Reader::symbol(std::string_view key, const std::vector<Symbol>& allowed) const {
  SUKI_TRY(const std::optional<std::string> slug, text(key));
  if (!slug) return Symbol{};
  const Symbol found = symbols_.find(*slug);
  if (found && std::find(allowed.begin(), allowed.end(), found) != allowed.end()) return found;
  std::vector<std::string> words;
  for (Symbol symbol : allowed) words.emplace_back(symbols_.text(symbol));
  return unknown(key, *slug, words);
}

Result<void> Reader::read_keys() const {
  for (const auto& entry : object_) {
    const std::string_view key(entry.key().data(), entry.key().size());
    if (std::find(std::begin(keys), std::end(keys), key) != std::end(keys)) continue;
    const std::vector<std::string> known(std::begin(keys), std::end(keys));  // `near` is one of these
    const std::string_view near = find_nearest(key, known);
    return wrong(
        fmt::format("unknown key \"{}\"{}", key, near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
  }
  return {};
}

Result<void> Reader::read_event(Line& line) const {
  SUKI_TRY(const std::optional<std::string> name, text("event"));
  if (!name) return wrong("event: is required");
  std::vector<std::string> names;
  for (const auto& [word, what] : events) {
    names.emplace_back(word);
    if (word != *name) continue;
    line.what = what;
    return {};
  }
  const std::string_view near = find_nearest(*name, names);
  if (!near.empty()) return wrong(fmt::format("event: unknown \"{}\"; did you mean \"{}\"?", *name, near));
  return wrong(fmt::format("event: unknown \"{}\"; it is one of {}", *name, fmt::join(names, ", ")));
}

Result<void> Reader::read_agent(Line& line) const {
  SUKI_TRY(std::optional<std::string> agent, text("agent"));
  line.sets_agent = object_.if_contains("agent") != nullptr;
  if (agent) line.agent = std::move(*agent);
  return {};
}

Result<Line> Reader::read() {
  Line line;
  SUKI_CHECK(read_keys());
  SUKI_TRY(const std::optional<std::string> at, text("at"));
  if (!at) return wrong("at: is required");
  auto instant = parse_instant(*at);
  if (!instant.ok()) return wrong("at: " + instant.error().detail);
  line.at = *instant;
  SUKI_CHECK(read_event(line));
  SUKI_TRY(const Symbol channel, symbol_of("channel", plan_.channels));
  SUKI_TRY(const Symbol topic, symbol_of("topic", plan_.topics));
  SUKI_TRY(const Symbol priority, symbol_of("priority", plan_.priorities));
  SUKI_TRY(const Symbol segment, symbol("segment", plan_.segments));
  SUKI_TRY(const Symbol language, symbol("language", plan_.languages));
  line.facts.set(FactKey::channel, channel);
  line.facts.set(FactKey::topic, topic);
  line.facts.set(FactKey::priority, priority);
  line.facts.set(FactKey::segment, segment);
  line.facts.set(FactKey::language, language);
  SUKI_TRY(line.team, symbol_of("team", plan_.teams));
  SUKI_TRY(line.reason, symbol("reason", plan_.hold_reasons));
  SUKI_CHECK(read_agent(line));
  if (const boost::json::value* explain = object_.if_contains("explain")) {
    if (!explain->is_bool()) return wrong("explain: must be true or false");
    line.explain = explain->get_bool();
  }
  SUKI_TRY(const std::optional<std::string> state, text("state"));
  if (state) {
    const auto found = desk::find_state(*state);
    if (!found) return unknown("state", *state, {"open", "pending", "on_hold", "resolved", "closed"});
    line.state = *found;
  }
  if (line.what == What::state && !state) return wrong("state: is required");
  if (line.what == What::topic && !topic) return wrong("topic: is required");
  if (line.what == What::priority && !priority) return wrong("priority: is required");
  if (line.what == What::assign && !line.team && !line.sets_agent) return wrong("assign: needs agent or team");
  return line;
}

}  // namespace

Result<Line> read_line(std::string_view text, const plan::CompiledPlan& plan, const plan::Symbols& symbols) {
  SUKI_TRY(const boost::json::value document, json::parse(text));
  if (!document.is_object()) return wrong("a line must be a JSON object");
  return Reader(document.get_object(), plan, symbols).read();
}

}  // namespace suki::rehearsal
