#include "planfile/yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>

#include "base/text.h"
#include "planfile/libfyaml.h"
#include "planfile/locator.h"

namespace suki::planfile {
namespace {

using plan::Node;
using plan::NodeKind;

/// libfyaml's words, where ours are plainer. The cure is what a shop owner can do.
struct Wording {
  std::string_view theirs, message, help;
};
constexpr std::array wordings{
    Wording{"tab character may not be used", "a tab indents this line", "indent with spaces"},
    Wording{"wrong indendation in sequence", "this list item is indented less than the one before it",
            "give all items of a list the same indentation"},
    Wording{"invalid nested block mapping on the same line", "a second \": \" on the same line",
            "put the text in quotes, or the inner key on a line of its own"},
    Wording{"invalid multiline plain key", "this line is indented deeper than its neighbour, which has a value already",
            "align the keys of one map"},
    Wording{"double-quoted scalar without closing quote", "this quote \" is never closed", "add the closing quote"},
    Wording{"single-quoted scalar without closing quote", "this quote ' is never closed", "add the closing quote"},
    Wording{"flow sequence without a closing bracket", "a bracket [ is never closed", "add the closing ]"},
    Wording{"flow mapping without a closing bracket", "a brace { is never closed", "add the closing }"},
    Wording{"wrongly indented double-quoted scalar",
            "this quote \" is not closed on its line, and what follows is indented too little",
            "add the closing quote"},
    Wording{"wrongly indented single-quoted scalar",
            "this quote ' is not closed on its line, and what follows is indented too little", "add the closing quote"},
    Wording{"wrongly indented sequence item", "this list item does not line up with the one before it",
            "give all items of a list the same indentation"},
    Wording{"invalid indentation in mapping", "this key does not line up with the keys around it",
            "align the keys of one map"},
    Wording{"did not find expected node content", "a value is missing here",
            "is a bracket [ or a brace { still open in a line above?"},
    Wording{"did not find expected key", "this line does not line up with the lines around it",
            "align the keys of one map"},
    Wording{"could not find expected ':'", "this line is no \"key: value\"",
            "add the colon, or indent it as part of the text above"},
    Wording{"missing comma in flow", "a comma is missing between two entries",
            "is a bracket [ or a brace { still open in a line above?"},
    Wording{"cannot use tab", "a tab indents this line", "indent with spaces"},
    Wording{"invalid tab", "a tab indents this line", "indent with spaces"},
    Wording{"invalid escape", "an unknown \\ escape in quoted text",
            "write \\\\ for a backslash, or use single quotes"},
    Wording{"plain scalar cannot start with", "this text begins with a character that has another meaning in YAML",
            "put the text in quotes"},
};

class Reader {
 public:
  Reader(std::string_view bytes, const std::string& file) : bytes_(bytes), locator_(bytes, file), yaml_(bytes) {}

  Yaml read() {
    Yaml out;
    if (yaml_.parser == nullptr) {
      error({locator_.file(), 0, 0}, "yaml-syntax", "the YAML parser could not start", "");
    } else {
      read_stream(out);
    }
    out.diagnostics = std::move(diagnostics_);
    return out;
  }

 private:
  Event next() { return next_event(yaml_); }

  void error(Place place, std::string code, std::string message, std::string help) {
    diagnostics_.add({Severity::error, std::move(place), std::move(code), std::move(message), std::move(help)});
  }

  void read_stream(Yaml& out) {
    int documents = 0;
    while (Event event = next()) {
      if (event->type == FYET_DOCUMENT_START) {
        if (++documents > 1) {
          const fy_mark* mark = fy_event_start_mark(event.get());
          stopped_ = true;  // which of the two is the plan, nobody knows
          out.root.reset();
          error(locator_.at(mark != nullptr ? mark->input_pos : bytes_.size()), "several-documents",
                "a second YAML document starts here", "a plan is one document: remove the line ---");
          return;
        }
        continue;
      }
      if (event->type == FYET_STREAM_START || event->type == FYET_DOCUMENT_END || event->type == FYET_STREAM_END)
        continue;
      Node root;
      if (!read_node(*event, root, 0)) break;
      if (!alias_seen_) out.root = std::move(root);
    }
    if (fy_parser_get_stream_error(yaml_.parser)) {
      out.root.reset();
      report_syntax();
    }
    if (stopped_) out.root.reset();
    if (!out.root && !diagnostics_.has_errors())
      error({locator_.file(), 0, 0}, "empty-plan", "there is no plan in this file", "start from one of the templates");
  }

  void report_syntax() {
    void* iterator = nullptr;
    const fy_diag_error* first = fy_diag_errors_iterate(yaml_.diag, &iterator);
    if (first == nullptr) {
      error(locator_.at(bytes_.size()), "yaml-syntax", "this is not YAML", "");
      return;
    }
    const Place place{locator_.file(), static_cast<std::uint32_t>(std::max(first->line, 1)),
                      static_cast<std::uint32_t>(std::max(first->column, 1))};
    const std::string_view theirs = first->msg != nullptr ? first->msg : "this is not YAML";
    for (const auto& wording : wordings) {
      if (!theirs.starts_with(wording.theirs)) continue;
      error(place, wording.message == "a tab indents this line" ? "tab-indent" : "yaml-syntax",
            std::string(wording.message), std::string(wording.help));
      return;
    }
    error(place, "yaml-syntax", to_valid_utf8(theirs), "");
  }

  Place place_of(const fy_event& event) {
    auto* mutable_event = const_cast<fy_event*>(&event);  // libfyaml's readers are not const-correct
    const fy_mark* mark = fy_event_start_mark(mutable_event);
    if (mark == nullptr) return last_place_;
    std::size_t offset = mark->input_pos;
    if (event.type == FYET_SCALAR && offset > 0 && is_quoted_flow(event)) --offset;  // its mark stands behind the quote
    last_place_ = locator_.at(offset);
    return last_place_;
  }

  static bool is_quoted_flow(const fy_event& event) {
    const auto style = fy_token_scalar_style(event.scalar.value);
    return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
  }

  /// False: stop, no tree can be made.
  bool read_node(const fy_event& event, Node& node, std::size_t depth) {
    if (++nodes_ > yaml_nodes_max)
      return stop(event, "too-large", fmt::format("more than {} values in the file", yaml_nodes_max));
    if (depth > yaml_depth_max)
      return stop(event, "too-deep", fmt::format("more than {} levels of nesting", yaml_depth_max));
    node.place = place_of(event);
    refuse_decorations(event, node.place);
    switch (event.type) {
      case FYET_SCALAR:
        read_scalar(event, node);
        return true;
      case FYET_SEQUENCE_START:
        return read_list(node, depth);
      case FYET_MAPPING_START:
        return read_map(node, depth);
      case FYET_ALIAS:
        alias_seen_ = true;
        if (++decorations_ <= told_max)
          error(node.place, "yaml-alias", "aliases (*name) are not part of the plan's language", "write the value out");
        return true;
      default:
        return stop(event, "yaml-syntax", "this is not YAML");
    }
  }

  bool stop(const fy_event& event, std::string code, std::string message) {
    error(place_of(event), std::move(code), std::move(message), "");
    stopped_ = true;
    return false;
  }

  void refuse_decorations(const fy_event& event, const Place& place) {
    auto* mutable_event = const_cast<fy_event*>(&event);
    if (event.type != FYET_SCALAR && event.type != FYET_SEQUENCE_START && event.type != FYET_MAPPING_START) return;
    if (fy_event_get_anchor_token(mutable_event) != nullptr && ++decorations_ <= told_max) {
      error(place, "yaml-anchor", "anchors (&name) are not part of the plan's language",
            "remove it and write the value out where it is needed");
    }
    if (fy_event_get_tag_token(mutable_event) != nullptr && ++decorations_ <= told_max) {
      error(place, "yaml-tag", "tags (!name) are not part of the plan's language", "remove the tag");
    }
  }

  void read_scalar(const fy_event& event, Node& node) {
    std::size_t length = 0;
    const char* text = fy_token_get_text(event.scalar.value, &length);
    if (text != nullptr) node.scalar.assign(text, length);
    const auto style = fy_token_scalar_style(event.scalar.value);
    node.quoted = style != FYSS_PLAIN && style != FYSS_ANY;
    node.kind = node.quoted ? NodeKind::text : kind_of_plain(node.scalar);
  }

  bool read_list(Node& node, std::size_t depth) {
    node.kind = NodeKind::list;
    while (Event event = next()) {
      if (event->type == FYET_SEQUENCE_END) return true;
      node.items.emplace_back();
      if (!read_node(*event, node.items.back(), depth + 1)) return false;
    }
    return false;
  }

  bool read_map(Node& node, std::size_t depth) {
    node.kind = NodeKind::map;
    std::map<std::string, std::uint32_t> lines;
    while (Event key = next()) {
      if (key->type == FYET_MAPPING_END) return true;
      Node::Entry entry;
      const bool usable = read_key(*key, entry, depth);
      if (stopped_) return false;
      if (node.entries.empty() && usable) node.place = entry.place;  // in [a: b] the map's own mark stands at the colon
      key.reset();
      Event value = next();
      if (!value || !read_node(*value, entry.value, depth + 1)) return false;
      if (usable) keep(node, std::move(entry), lines);
    }
    return false;
  }

  bool read_key(const fy_event& event, Node::Entry& entry, std::size_t depth) {
    Node key;
    if (!read_node(event, key, depth + 1)) {
      stopped_ = true;
      return false;
    }
    entry.place = key.place;
    if (key.kind == NodeKind::list || key.kind == NodeKind::map) {
      error(key.place, "yaml-key", "a key must be a single word", "");
      return false;
    }
    if (!key.quoted && key.scalar == "<<") {
      error(key.place, "yaml-merge", "merge keys (<<) are not part of the plan's language", "write the keys out");
      return false;
    }
    // A bare on, no or 12 is a key like any other here: only values have kinds.
    entry.key = std::move(key.scalar);
    return event.type != FYET_ALIAS;
  }

  /// `lines`: where each key of this map stood first; an index, so that a map of thousands of keys is no trap either.
  void keep(Node& map, Node::Entry entry, std::map<std::string, std::uint32_t>& lines) {
    const auto [first, is_new] = lines.emplace(entry.key, entry.place.line);
    if (is_new) {
      map.entries.push_back(std::move(entry));
      return;
    }
    error(entry.place, "duplicate-key", fmt::format("the key \"{}\" is here twice", entry.key),
          fmt::format("the first one is in line {}", first->second));
  }

  std::string_view bytes_;
  Locator locator_;
  Parser yaml_;
  Diagnostics diagnostics_;
  Place last_place_;
  static constexpr int told_max = 10;  ///< a bomb of aliases needs no line of report for each
  int decorations_ = 0;
  std::size_t nodes_ = 0;
  bool alias_seen_ = false;
  bool stopped_ = false;
};

bool is_number(std::string_view s) {
  // YAML 1.2.2, 10.3.2 (core schema), and 1.1's underscores are not numbers to us.
  if (s == ".nan" || s == ".NaN" || s == ".NAN") return true;
  if (s.starts_with("0x") && s.size() > 2)
    return s.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
  if (s.starts_with("0o") && s.size() > 2) return s.find_first_not_of("01234567", 2) == std::string_view::npos;
  std::size_t i = !s.empty() && (s[0] == '-' || s[0] == '+') ? 1 : 0;
  if (s.substr(i) == ".inf" || s.substr(i) == ".Inf" || s.substr(i) == ".INF") return true;
  const auto digits = [&] {
    const auto from = i;
    while (i < s.size() && s[i] >= '0' && s[i] <= '9') ++i;
    return i - from;
  };
  std::size_t count = digits();
  if (i < s.size() && s[i] == '.') {
    ++i;
    count += digits();
  }
  if (count == 0) return false;
  if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
    ++i;
    if (i < s.size() && (s[i] == '-' || s[i] == '+')) ++i;
    if (digits() == 0) return false;
  }
  return i == s.size();
}

}  // namespace

NodeKind kind_of_plain(std::string_view scalar) {
  if (scalar.empty() || scalar == "~") return NodeKind::null;
  const std::string lower = to_lower_ascii(scalar);
  const bool one_case = scalar == lower || scalar.substr(1) == std::string_view(lower).substr(1) ||
                        std::all_of(scalar.begin(), scalar.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (one_case) {
    if (lower == "null") return NodeKind::null;
    for (const char* word : {"true", "false", "yes", "no", "on", "off", "y", "n"}) {
      if (lower == word) return NodeKind::boolean;
    }
  }
  return is_number(scalar) ? NodeKind::number : NodeKind::text;
}

Yaml read_yaml(std::string_view bytes, const std::string& file) {
  Yaml out;
  out.diagnostics = check_bytes(bytes, file);
  if (out.diagnostics.has_errors()) return out;
  return Reader(bytes, file).read();
}

}  // namespace suki::planfile
