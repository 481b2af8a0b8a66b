#include "planfile/layout.h"

#include <algorithm>

#include "planfile/libfyaml.h"

namespace suki::planfile {
namespace {

class Finder {
 public:
  Finder(std::string_view bytes, const std::vector<std::string_view>& lines) : lines_(lines), yaml_(bytes) {
    layout_.lines.assign(lines.size(), Layout::Inside::structure);
  }

  std::optional<Layout> find() {
    if (yaml_.parser == nullptr) return std::nullopt;
    while (const Event event = next_event(yaml_)) take(*event);
    if (fy_parser_get_stream_error(yaml_.parser)) return std::nullopt;
    claim_blank_lines_before_blocks();
    return std::move(layout_);
  }

 private:
  /// One open list or map. In a map, keys and values take turns.
  struct Open {
    bool is_map;
    bool key_next;
    std::size_t line;
    bool is_flow;
  };

  void take(fy_event& event) {
    const fy_mark* start = fy_event_start_mark(&event);
    const fy_mark* end = fy_event_end_mark(&event);
    const auto line = start != nullptr ? static_cast<std::size_t>(std::max(start->line, 0)) : 0;
    const bool is_key = !open_.empty() && open_.back().is_map && open_.back().key_next;
    switch (event.type) {
      case FYET_SCALAR:
        if (is_key && start != nullptr) layout_.keys.emplace(line, column_of(event, *start));
        if (start != nullptr && end != nullptr) take_scalar(event, line, *end);
        turn();
        break;
      case FYET_ALIAS:
        turn();
        break;
      case FYET_SEQUENCE_START:
      case FYET_MAPPING_START:
        turn();
        open_.push_back({event.type == FYET_MAPPING_START, true, line, fy_event_get_node_style(&event) == FYNS_FLOW});
        break;
      case FYET_SEQUENCE_END:
      case FYET_MAPPING_END:
        if (open_.empty()) break;
        if (open_.back().is_flow) mark(open_.back().line + 1, line, Layout::Inside::flow);
        open_.pop_back();
        break;
      default:
        break;
    }
  }

  void turn() {
    if (!open_.empty() && open_.back().is_map) open_.back().key_next = !open_.back().key_next;
  }

  static std::size_t column_of(fy_event& event, const fy_mark& start) {
    const auto style = fy_token_scalar_style(event.scalar.value);
    const auto column = static_cast<std::size_t>(std::max(start.column, 0));
    const bool quoted = style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
    return quoted && column > 0 ? column - 1 : column;  // its mark stands behind the quote
  }

  void take_scalar(fy_event& event, std::size_t line, const fy_mark& end) {
    const auto style = fy_token_scalar_style(event.scalar.value);
    const auto end_line = static_cast<std::size_t>(std::max(end.line, 0));
    if (style != FYSS_LITERAL && style != FYSS_FOLDED) return mark(line + 1, end_line, Layout::Inside::flow);
    std::size_t size = 0;
    fy_token_get_text(event.scalar.value, &size);
    // The end stands at the next token or comment: its line belongs to the text only when text stands before it.
    bool last_belongs = false;
    if (end_line < lines_.size()) {
      const auto before = lines_[end_line].substr(0, static_cast<std::size_t>(std::max(end.column, 0)));
      last_belongs = before.find_first_not_of(' ') != std::string_view::npos;
    }
    if (end_line > line || last_belongs) mark(line, last_belongs ? end_line : end_line - 1, Layout::Inside::block);
  }

  void mark(std::size_t first, std::size_t last, Layout::Inside inside) {
    for (std::size_t i = first; i <= last && i < layout_.lines.size(); ++i) layout_.lines[i] = inside;
  }

  /// Empty lines between the | and the first line of its text are part of the text.
  void claim_blank_lines_before_blocks() {
    for (std::size_t i = layout_.lines.size(); i-- > 1;) {
      const bool blank = lines_[i - 1].find_first_not_of(' ') == std::string_view::npos;
      if (layout_.lines[i] == Layout::Inside::block && layout_.lines[i - 1] == Layout::Inside::structure && blank) {
        layout_.lines[i - 1] = Layout::Inside::block;
      }
    }
  }

  const std::vector<std::string_view>& lines_;
  Parser yaml_;
  Layout layout_;
  std::vector<Open> open_;
};

}  // namespace

std::optional<Layout> find_layout(std::string_view bytes, const std::vector<std::string_view>& lines) {
  return Finder(bytes, lines).find();
}

}  // namespace suki::planfile
