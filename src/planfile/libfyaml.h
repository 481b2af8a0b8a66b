/// libfyaml's parser with nothing printed and nothing resolved. For this room's .cpp files only.
#pragma once

#include <libfyaml.h>

#include <memory>
#include <string_view>

namespace suki::planfile {

struct Parser {
  explicit Parser(std::string_view bytes) {
    fy_diag_cfg settings;
    fy_diag_cfg_default(&settings);
    settings.fp = nullptr;
    settings.output_fn = [](fy_diag*, void*, const char*, size_t) {};  // nothing may reach the terminal
    diag = fy_diag_create(&settings);
    fy_diag_set_collect_errors(diag, true);
    fy_parse_cfg cfg{};
    cfg.flags =
        static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE);
    cfg.diag = diag;
    parser = fy_parser_create(&cfg);
    if (parser != nullptr) fy_parser_set_string(parser, bytes.data(), bytes.size());
  }
  ~Parser() {
    if (parser != nullptr) fy_parser_destroy(parser);
    if (diag != nullptr) fy_diag_destroy(diag);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  fy_diag* diag = nullptr;
  fy_parser* parser = nullptr;
};

struct FreeEvent {
  fy_parser* parser;
  void operator()(fy_event* event) const { fy_parser_event_free(parser, event); }
};
using Event = std::unique_ptr<fy_event, FreeEvent>;

/// Null at the end of the stream and after an error.
inline Event next_event(Parser& parser) {
  return Event(fy_parser_parse(parser.parser), FreeEvent{parser.parser});
}

}  // namespace suki::planfile
