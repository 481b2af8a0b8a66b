#include "app/markdown.h"

#include <cmark-gfm.h>

#include <cstdlib>
#include <memory>

#include "base/text.h"

namespace suki::app {

std::string plain_text_of(std::string_view markdown) {
  using Document = std::unique_ptr<cmark_node, decltype(&cmark_node_free)>;
  const Document document(cmark_parse_document(markdown.data(), markdown.size(), CMARK_OPT_VALIDATE_UTF8),
                          &cmark_node_free);
  // A link's address would be lost: it is written behind the words, unless it is the words.
  const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> at(cmark_iter_new(document.get()), &cmark_iter_free);
  for (cmark_event_type event; (event = cmark_iter_next(at.get())) != CMARK_EVENT_DONE;) {
    cmark_node* node = cmark_iter_get_node(at.get());
    if (event != CMARK_EVENT_EXIT || cmark_node_get_type(node) != CMARK_NODE_LINK) continue;
    const std::string address = cmark_node_get_url(node);
    const cmark_node* words = cmark_node_first_child(node);
    const char* literal = words ? cmark_node_get_literal(const_cast<cmark_node*>(words)) : nullptr;
    if (literal && address == literal) continue;
    cmark_node* behind = cmark_node_new(CMARK_NODE_TEXT);
    cmark_node_set_literal(behind, (" <" + address + ">").c_str());
    cmark_node_append_child(node, behind);
  }
  const std::unique_ptr<char, decltype(&std::free)> text(cmark_render_plaintext(document.get(), CMARK_OPT_NOBREAKS, 0),
                                                         &std::free);
  // cmark writes U+FFFE and U+FFFF as the bytes FE and FF, which no mail could be made of.
  return to_valid_utf8(trim(text.get()));
}

std::string html_of(std::string_view markdown) {
  const std::unique_ptr<char, decltype(&std::free)> html(
      cmark_markdown_to_html(markdown.data(), markdown.size(), CMARK_OPT_VALIDATE_UTF8), &std::free);
  return to_valid_utf8(html.get());
}

}  // namespace suki::app
