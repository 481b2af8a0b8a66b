#include "plan/validate.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "plan/values.h"

namespace suki::plan {
namespace {

std::string describe(const Node& node) {
  if (node.kind == NodeKind::boolean || node.kind == NodeKind::number) {
    return fmt::format("{} ({})", suki::plan::describe(node.kind), node.scalar);
  }
  return suki::plan::describe(node.kind);
}

std::vector<std::string> to_strings(std::span<const std::string_view> words) {
  return {words.begin(), words.end()};
}

std::string with_article(std::string_view noun) {
  const bool vowel = !noun.empty() && std::string_view("aeiou").find(noun[0]) != std::string_view::npos;
  return fmt::format("{} {}", vowel ? "an" : "a", noun);
}

/// Walks the tree beside the table, when all ids are known.
class Validator {
 public:
  explicit Validator(Context& context) : context_(context) {}

  void run() {
    const Node& root = context_.folder.root;
    if (root.kind != NodeKind::map) {
      context_.error(root.place, "wrong-type",
                     fmt::format("a plan is a map of chapters, but this is {}", describe(root)));
      return;
    }
    collect_ids(context_);
    object(root, plan_object());
  }

 private:
  void object(const Node& node, const Object& shape) {
    if (node.kind != NodeKind::map) return wrong_type(node, with_article(shape.name) + " is a map of keys");
    for (const auto& entry : node.entries) {
      const auto field =
          std::find_if(shape.fields.begin(), shape.fields.end(), [&](const Field& f) { return f.key == entry.key; });
      if (field == shape.fields.end()) {
        unknown_key(entry, shape);
        continue;
      }
      if (!field->only_with.empty() && node.find(field->only_with) == nullptr) {
        context_.error(entry.place, "misplaced-key",
                       fmt::format("\"{}\" has a meaning only beside \"{}\"", field->key, field->only_with));
      }
      value(entry.value, *field);
    }
    for (const auto& field : shape.fields) {
      if (field.need == Need::required && node.find(field.key) == nullptr) {
        context_.error(node.place, "missing-key",
                       fmt::format("{} needs the key \"{}\"", with_article(shape.name), field.key), meaning_of(field));
      }
    }
    check_exactly_one(node, shape);
  }

  /// The table's sentence as the end of a diagnostic: "who serves".
  static std::string meaning_of(const Field& field) {
    std::string text(field.meaning);
    if (text.ends_with('.')) text.pop_back();
    const bool abbreviation = text.size() > 1 && text[1] >= 'A' && text[1] <= 'Z';
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z' && !abbreviation)
      text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
  }

  void unknown_key(const Node::Entry& entry, const Object& shape) {
    std::vector<std::string> keys;
    for (const auto& field : shape.fields) keys.emplace_back(field.key);
    context_.error(entry.place, "unknown-key",
                   fmt::format("unknown key \"{}\" in {}", entry.key, with_article(shape.name)),
                   did_you_mean(entry.key, keys, fmt::format("the keys are {}", fmt::join(keys, ", "))));
  }

  void check_exactly_one(const Node& node, const Object& shape) {
    if (shape.exactly_one.empty()) return;
    const auto there = std::count_if(shape.exactly_one.begin(), shape.exactly_one.end(),
                                     [&](std::string_view key) { return node.find(key) != nullptr; });
    if (there == 1) return;
    context_.error(node.place, "exactly-one",
                   fmt::format("{} has exactly one of the keys {}; this one has {}", with_article(shape.name),
                               join(shape.exactly_one), there == 0 ? "none" : "several"));
  }

  void wrong_type(const Node& node, std::string expected, std::string help = {}) {
    if (help.empty() && !node.quoted && (node.kind == NodeKind::boolean || node.kind == NodeKind::number)) {
      help = fmt::format("if it is meant as text, put it in quotes: \"{}\"", node.scalar);
    }
    context_.error(node.place, "wrong-type", fmt::format("{}, but this is {}", expected, describe(node)),
                   std::move(help));
  }

  /// Text that is there and not empty; reports otherwise.
  bool is_text(const Node& node, std::string_view what) {
    if (node.kind != NodeKind::text) {
      wrong_type(node, fmt::format("{} is text", what));
      return false;
    }
    if (trim(node.scalar).empty()) {
      context_.error(node.place, "empty-text", fmt::format("{} is empty", what));
      return false;
    }
    if (node.scalar.size() > text_bytes_max) {
      context_.error(node.place, "too-large", fmt::format("{} has more than {} bytes", what, text_bytes_max));
      return false;
    }
    return true;
  }

  template <class Each>
  void list(const Node& node, const Field& field, Each each) {
    if (node.kind != NodeKind::list) {
      const bool scalar = node.kind != NodeKind::map && node.kind != NodeKind::null;
      return wrong_type(node, fmt::format("{} is a list", field.key),
                        scalar ? fmt::format("write [{}]", node.scalar) : "");
    }
    for (const auto& item : node.items) each(item);
  }

  void value(const Node& node, const Field& field) {
    switch (field.type) {
      case Type::version:
        return version(node);
      case Type::id:
      case Type::was:
        return slug(node, field);
      case Type::plain:
        is_text(node, field.key);
        return;
      case Type::plains:
        return list_once(node, field, [&](const Node& item) { is_text(item, field.key); });
      case Type::localized:
        return localized(node, field.key);
      case Type::zone:
        return zone(node, field);
      case Type::languages:
        return languages(node, field);
      case Type::reference:
        return reference(node, field.kind);
      case Type::references:
        return list_once(node, field, [&](const Node& item) { reference(item, field.kind); });
      case Type::hours_of:
        if (node.kind != NodeKind::text || node.scalar != "always") reference(node, Kind::calendar);
        return;
      case Type::choice:
        return choice(node, field);
      case Type::choices:
        return list_once(node, field, [&](const Node& item) { choice(item, field); });
      case Type::duration:
        return parsed(node, field.key, "bad-duration", read_budget, "write it like 90min, 4h or 2d 4h");
      case Type::offset:
        return parsed(node, field.key, "bad-offset", read_offset, "write it like 30min before, due or 1h after");
      case Type::count:
        return count(node, field);
      case Type::boolean:
        return boolean(node, field);
      case Type::date:
        return parsed(node, field.key, "bad-date", parse_date, "write it like 2026-12-25");
      case Type::dates:
        return list_once(node, field, [&](const Node& item) {
          parsed(item, "a date", "bad-date", parse_date, "write it like 2026-12-25");
        });
      case Type::week:
        return week(node);
      case Type::intervals:
        return intervals(node, field.key);
      case Type::exceptions:
        return exceptions(node);
      case Type::holiday_set:
        is_text(node, field.key);
        return;  // looked up when the calendar is made
      case Type::ical_file:
        if (is_text(node, field.key)) file(node);
        return;
      case Type::condition:
        return condition(node);
      case Type::object:
        return object(node, *field.object);
      case Type::objects:
        return objects(node, field);
    }
  }

  void objects(const Node& node, const Field& field) {
    list(node, field, [&](const Node& item) { object(item, *field.object); });
    const auto limit = field.max > 0 ? static_cast<std::size_t>(field.max) : objects_max;
    if (node.items.size() > limit) {
      context_.error(node.place, "too-large",
                     fmt::format("{} has {} entries; the limit is {}", field.key, node.items.size(), limit));
    }
    if (node.kind == NodeKind::list && node.items.empty() && field.need == Need::required) {
      context_.error(node.place, "empty-list", fmt::format("{} is empty; at least one is needed", field.key));
    }
  }

  template <class Each>
  void list_once(const Node& node, const Field& field, Each each) {
    std::set<std::string_view> seen;
    list(node, field, [&](const Node& item) {
      each(item);
      if (item.kind == NodeKind::text && !seen.insert(item.scalar).second) {
        context_.error(item.place, "listed-twice", fmt::format("\"{}\" is listed twice", item.scalar), "remove one");
      }
    });
  }

  void version(const Node& node) {
    if (node.kind == NodeKind::number && node.scalar == "1") return;
    context_.error(node.place, "unknown-version",
                   fmt::format("this program reads version 1 of the plan's language, not \"{}\"", node.scalar),
                   "write suki: 1");
  }

  void slug(const Node& node, const Field& field) {
    if (!is_text(node, fmt::format("\"{}\"", field.key))) return;
    if (is_slug(node.scalar)) return;
    context_.error(node.place, "bad-id", fmt::format("\"{}\" is not a slug", node.scalar),
                   "a slug starts with a letter a-z and goes on with a-z, 0-9, - or _, at most 64 in all");
  }

  void zone(const Node& node, const Field& field) {
    if (!is_text(node, field.key) || !context_.sources.zone) return;
    auto table = context_.sources.zone(node.scalar);
    if (table) return;
    if (table.error().code == ErrorCode::unknown_zone || table.error().code == ErrorCode::not_found) {
      context_.error(node.place, "unknown-zone", fmt::format("unknown time zone \"{}\"", node.scalar),
                     did_you_mean(node.scalar, context_.sources.zones, "zones are named like Asia/Manila"));
    } else {
      context_.error(node.place, "unknown-zone", fmt::format("the time zone \"{}\" cannot be read", node.scalar),
                     table.error().detail);
    }
  }

  void languages(const Node& node, const Field& field) {
    list_once(node, field, [&](const Node& item) {
      if (!is_text(item, "a language")) return;
      if (!is_language(item.scalar)) {
        context_.error(item.place, "bad-language", fmt::format("\"{}\" is not a language code", item.scalar),
                       "write it like fil, en or pt-BR");
      }
    });
    if (node.kind == NodeKind::list && node.items.empty())
      context_.error(node.place, "empty-list", "a plan needs at least one language");
  }

  void reference(const Node& node, Kind kind) {
    if (!is_text(node, with_article(name_of(kind)))) return;
    const auto found = context_.ids.find(node.scalar);
    if (found != context_.ids.end() && (found->second.kind == kind || context_.duplicated.contains(node.scalar)))
      return;
    const std::string code = fmt::format("unknown-{}", kind_code(kind));
    if (found != context_.ids.end()) {
      context_.error(node.place, code,
                     fmt::format("\"{}\" is {}, not {}", node.scalar, with_article(name_of(found->second.kind)),
                                 with_article(name_of(kind))));
      return;
    }
    if (const auto renamed = context_.renamed.find(node.scalar); renamed != context_.renamed.end()) {
      context_.error(node.place, code, fmt::format("unknown {} \"{}\"", name_of(kind), node.scalar),
                     fmt::format("it was renamed to \"{}\"", renamed->second));
      return;
    }
    context_.error(node.place, code, fmt::format("unknown {} \"{}\"", name_of(kind), node.scalar),
                   did_you_mean(node.scalar, context_.ids_of(kind)));
  }

  static std::string kind_code(Kind kind) {
    std::string code(name_of(kind));
    std::replace(code.begin(), code.end(), ' ', '-');
    return code;
  }

  void choice(const Node& node, const Field& field) {
    if (!is_text(node, fmt::format("\"{}\"", field.key))) return;
    if (std::find(field.words.begin(), field.words.end(), node.scalar) != field.words.end()) return;
    if (is_later_word(field.key, node.scalar)) {
      context_.error(node.place, "not-yet",
                     fmt::format("{} \"{}\" is not available in this version", field.key, node.scalar),
                     fmt::format("available are {}", join(field.words)));
      return;
    }
    context_.error(
        node.place, "unknown-word", fmt::format("unknown {} \"{}\"", field.key, node.scalar),
        did_you_mean(node.scalar, to_strings(field.words), fmt::format("it is one of {}", join(field.words))));
  }

  /// A scalar read by one of the functions of values.h. Numbers come here too, so that "4" is told to lack its unit.
  template <class Read>
  void parsed(const Node& node, std::string_view what, std::string code, Read read, std::string help) {
    if (node.kind != NodeKind::text && node.kind != NodeKind::number)
      return wrong_type(node, fmt::format("{} is text", what), help);
    auto got = read(node.scalar);
    if (!got) context_.error(node.place, std::move(code), got.error().detail, std::move(help));
  }

  void count(const Node& node, const Field& field) {
    std::int64_t number = 0;
    const auto* end = node.scalar.data() + node.scalar.size();
    const auto [stop, failure] = std::from_chars(node.scalar.data(), end, number);
    if (node.kind != NodeKind::number || failure == std::errc::invalid_argument || stop != end) {
      return wrong_type(node, fmt::format("{} is a whole number", field.key), "write a number without quotes");
    }
    if (failure != std::errc{} || number < field.min || number > field.max) {
      context_.error(node.place, "out-of-range",
                     fmt::format("{} is {}; it goes from {} to {}", field.key, node.scalar, field.min, field.max));
    }
  }

  void boolean(const Node& node, const Field& field) {
    if (node.kind == NodeKind::boolean && (node.scalar == "true" || node.scalar == "false")) return;
    wrong_type(node, fmt::format("{} is true or false", field.key), "write true or false, without quotes");
  }

  // ---- hours -----------------------------------------------------------------------------------------------------

  void intervals(const Node& node, std::string_view what) {
    if (node.kind != NodeKind::list) {
      return wrong_type(node, fmt::format("the hours of {} are a list", what),
                        "write them like [\"09:00-12:00\", \"13:00-17:00\"], or [] for closed");
    }
    std::vector<calendar::Interval> seen;
    for (const auto& item : node.items) {
      const auto before = context_.diagnostics.list().size();
      parsed(item, "a stretch of hours", "impossible-hours", read_interval,
             "write it like 09:00-18:00, or 00:00-24:00 for the whole day");
      if (context_.diagnostics.list().size() != before) continue;
      const auto interval = *read_interval(item.scalar);
      const auto end = [](const calendar::Interval& i) {
        return i.close <= i.open ? i.close.seconds + 86'400 : i.close.seconds;
      };
      for (const auto& other : seen) {
        if (interval.open.seconds < end(other) && other.open.seconds < end(interval)) {
          context_.warning(item.place, "overlapping-hours",
                           fmt::format("\"{}\" overlaps with other hours of {}", item.scalar, what));
          break;
        }
      }
      seen.push_back(interval);
    }
  }

  void week(const Node& node) {
    if (node.kind != NodeKind::map)
      return wrong_type(node, "weekly hours are a map of days", "write them like {mon-fri: [\"09:00-18:00\"]}");
    std::map<Weekday, std::uint32_t> lines;
    for (const auto& entry : node.entries) {
      if (const auto days = read_days(entry.key); !days) {
        context_.error(entry.place, "unknown-day", days.error().detail,
                       "days are mon, tue, wed, thu, fri, sat, sun; also mon-fri and \"mon,wed\"");
      } else {
        for (const auto day : *days) {
          const auto [first, is_new] = lines.emplace(day, entry.place.line);
          if (is_new) continue;
          context_.error(entry.place, "duplicate-day",
                         fmt::format("\"{}\" names a day that has hours already", entry.key),
                         fmt::format("see line {}; list all hours of a day in one place", first->second));
          break;
        }
      }
      intervals(entry.value, fmt::format("\"{}\"", entry.key));
    }
  }

  void exceptions(const Node& node) {
    if (node.kind != NodeKind::map)
      return wrong_type(node, "exceptions are a map of dates", "write them like {2026-12-31: []}");
    for (const auto& entry : node.entries) {
      if (const auto date = parse_date(entry.key); !date) {
        context_.error(entry.place, "bad-date", date.error().detail, "write it like 2026-12-25");
      }
      intervals(entry.value, fmt::format("\"{}\"", entry.key));
    }
  }

  // ---- texts -----------------------------------------------------------------------------------------------------

  void localized(const Node& node, std::string_view what) {
    if (node.kind == NodeKind::map && node.find("file") == nullptr) return by_language(node, what);
    if (!one_text(node, what)) return;
    if (context_.languages_sure && context_.languages.size() > 1) {
      context_.error(
          node.place, "missing-translation",
          fmt::format("{} is in one language, but the plan has {}", what, fmt::join(context_.languages, " and ")),
          fmt::format("write {{{}: ...}}", fmt::join(context_.languages, ": ..., ")));
    }
  }

  void by_language(const Node& node, std::string_view what) {
    for (const auto& entry : node.entries) {
      const bool known =
          std::find(context_.languages.begin(), context_.languages.end(), entry.key) != context_.languages.end();
      if (!known && context_.languages_sure) {
        context_.error(entry.place, "unknown-language", fmt::format("the plan has no language \"{}\"", entry.key),
                       did_you_mean(entry.key, context_.languages,
                                    fmt::format("its languages are {}", fmt::join(context_.languages, ", "))));
      }
      one_text(entry.value, what);
    }
    std::vector<std::string> missing;
    for (const auto& language : context_.languages) {
      if (node.find(language) == nullptr) missing.push_back(language);
    }
    if (missing.empty() || !context_.languages_sure) return;
    if (missing.size() == context_.languages.size()) {
      if (node.entries.empty()) context_.error(node.place, "missing-translation", fmt::format("{} has no text", what));
      return;  // else each key was reported
    }
    context_.warning(node.place, "missing-translation",
                     fmt::format("{} has no text in {}", what, fmt::join(missing, ", ")),
                     fmt::format("customers read it in {} instead", first_present(node)));
  }

  std::string first_present(const Node& node) const {
    for (const auto& language : context_.languages) {
      if (node.find(language) != nullptr) return language;
    }
    return {};
  }

  /// A bare text or {file: name.md}.
  bool one_text(const Node& node, std::string_view what) {
    if (node.kind != NodeKind::map) return is_text(node, what);
    const Node* name = node.find("file");
    for (const auto& entry : node.entries) {
      if (entry.key != "file")
        context_.error(entry.place, "unknown-key", fmt::format("unknown key \"{}\" in a text", entry.key),
                       "a text is a string, or a map of languages, or {file: name.md}");
    }
    if (name == nullptr || !is_text(*name, "file")) return false;
    const std::string* bytes = file(*name);
    if (bytes == nullptr) return false;
    if (!is_utf8(*bytes)) {
      context_.error(name->place, "not-utf8", fmt::format("the file \"{}\" is not UTF-8", name->scalar),
                     "save it as UTF-8");
    } else if (trim(*bytes).empty()) {
      context_.error(name->place, "empty-text", fmt::format("the file \"{}\" is empty", name->scalar));
    } else if (bytes->size() > text_bytes_max) {
      context_.error(name->place, "too-large",
                     fmt::format("the file \"{}\" has more than {} bytes", name->scalar, text_bytes_max));
    }
    return true;
  }

  const std::string* file(const Node& name) {
    if (const auto* bytes = context_.folder.find_file(name.scalar)) return bytes;
    for (const auto& missing : context_.folder.missing) {
      if (missing.name != name.scalar) continue;
      context_.error(name.place, missing.code, missing.message);
      return nullptr;
    }
    std::vector<std::string> names;
    for (const auto& other : context_.folder.files) names.push_back(other.name);
    context_.error(name.place, "unknown-file", fmt::format("there is no file \"{}\" in the plan folder", name.scalar),
                   did_you_mean(name.scalar, names));
    return nullptr;
  }

  // ---- conditions ------------------------------------------------------------------------------------------------

  void condition(const Node& node) {
    if (node.kind != NodeKind::map)
      return wrong_type(node, "when is a map of conditions", "write it like {topic: [refund], segment: vip}");
    if (node.entries.empty()) {
      context_.error(node.place, "empty-condition", "this when has no condition",
                     "a rule that always applies has no when");
    }
    for (const auto& entry : node.entries) {
      if (entry.key != "not") {
        fact(entry);
      } else if (entry.value.kind != NodeKind::map || entry.value.entries.empty()) {
        wrong_type(entry.value, "not is a map of conditions that must not hold",
                   "write it like {not: {channel: phone}}");
      } else {
        for (const auto& inner : entry.value.entries) fact(inner);
      }
    }
  }

  void fact(const Node::Entry& entry) {
    const auto keys = condition_keys();
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const ConditionKey& k) { return k.key == entry.key; });
    if (key == keys.end()) {
      std::vector<std::string> names{"not"};
      for (const auto& k : keys) names.emplace_back(k.key);
      context_.error(entry.place, "unknown-key", fmt::format("unknown key \"{}\" in a condition", entry.key),
                     did_you_mean(entry.key, names, fmt::format("the keys are {}", fmt::join(names, ", "))));
      return;
    }
    if (entry.value.kind != NodeKind::list) return fact_value(entry.value, *key);
    if (entry.value.items.empty())
      context_.error(entry.value.place, "empty-list", fmt::format("no {} would ever do", entry.key));
    const Field as_field{.key = entry.key, .type = Type::references, .meaning = {}};
    list_once(entry.value, as_field, [&](const Node& item) { fact_value(item, *key); });
  }

  void fact_value(const Node& node, const ConditionKey& key) {
    if (key.kind) return reference(node, *key.kind);
    if (!is_text(node, "a language")) return;
    if (!context_.languages_sure ||
        std::find(context_.languages.begin(), context_.languages.end(), node.scalar) != context_.languages.end())
      return;
    context_.error(node.place, "unknown-language", fmt::format("the plan has no language \"{}\"", node.scalar),
                   did_you_mean(node.scalar, context_.languages));
  }

  Context& context_;
};

std::string text_of(const Context& context, const Node& node) {
  if (node.kind != NodeKind::map) return node.scalar;
  const Node* name = node.find("file");
  const std::string* bytes = name != nullptr ? context.folder.find_file(name->scalar) : nullptr;
  return bytes != nullptr ? *bytes : std::string();
}

}  // namespace

void validate(Context& context) {
  Validator(context).run();
}

Text read_text(const Context& context, const Node* node) {
  Text text;
  if (node == nullptr) return text;
  if (node->kind != NodeKind::map || node->find("file") != nullptr) {
    for (const auto& language : context.languages) text.by_language[language] = text_of(context, *node);
    return text;
  }
  for (const auto& entry : node->entries) text.by_language[entry.key] = text_of(context, entry.value);
  return text;
}

}  // namespace suki::plan
