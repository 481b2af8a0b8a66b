// Whatever HTML comes, what the sanitiser leaves is on its list: the output is parsed again by another walk than its
// own and every element, attribute and address in it is looked at. What was sanitised once stays safe when it is again.
#include <gumbo.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "base/text.h"
#include "mail/sanitise.h"

namespace {

template <std::size_t n>
bool is_in(const std::array<std::string_view, n>& list, std::string_view word) {
  for (const std::string_view one : list)
    if (one == word) return true;
  return false;
}

constexpr auto elements = std::to_array<std::string_view>(
    {"html",  "head", "body",  "a",  "abbr",     "address", "b",    "big",    "blockquote", "br",  "caption", "center",
     "cite",  "code", "col",   "dd", "colgroup", "del",     "div",  "dl",     "dt",         "em",  "font",    "h1",
     "h2",    "h3",   "h4",    "h5", "h6",       "hr",      "i",    "img",    "ins",        "kbd", "li",      "ol",
     "p",     "pre",  "q",     "s",  "samp",     "small",   "span", "strike", "strong",     "sub", "sup",     "table",
     "tbody", "td",   "tfoot", "th", "thead",    "tr",      "tt",   "u",      "ul"});
constexpr auto attributes = std::to_array<std::string_view>(
    {"title",   "dir",    "lang",        "align",       "colspan", "rowspan", "width",        "height",  "valign",
     "bgcolor", "border", "cellpadding", "cellspacing", "alt",     "color",   "face",         "size",    "start",
     "type",    "href",   "target",      "rel",         "style",   "src",     "data-blocked", "data-url"});

void check_attribute(const GumboAttribute& attribute) {
  const std::string_view name = attribute.name, value = attribute.value;
  SUKI_ASSERT(is_in(attributes, name));
  if (name == "href")
    SUKI_ASSERT(suki::to_lower_ascii(value).starts_with("http") || suki::to_lower_ascii(value).starts_with("mailto:") ||
                suki::to_lower_ascii(value).starts_with("tel:"));
  if (name == "src") SUKI_ASSERT(value.starts_with("data:image/") && value.find("svg") == std::string_view::npos);
  if (name == "data-url") SUKI_ASSERT(suki::to_lower_ascii(value).starts_with("http"));
  if (name == "data-blocked") SUKI_ASSERT(value == "1");
  if (name == "style")
    for (const std::string_view word : {"url", "expression", "\\", "/*", "@", "<", "behavior", "binding", "position"})
      SUKI_ASSERT(value.find(word) == std::string_view::npos);
}

void check(const std::string& html) {
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  GumboOutput* output = gumbo_parse_with_options(&options, html.data(), html.size());
  std::vector<const GumboNode*> waiting{output->root};
  while (!waiting.empty()) {
    const GumboNode* node = waiting.back();
    waiting.pop_back();
    SUKI_ASSERT(node->type != GUMBO_NODE_COMMENT && node->type != GUMBO_NODE_CDATA &&
                node->type != GUMBO_NODE_TEMPLATE);
    if (node->type != GUMBO_NODE_ELEMENT) continue;
    const GumboElement& element = node->v.element;
    SUKI_ASSERT(element.tag_namespace == GUMBO_NAMESPACE_HTML && element.tag != GUMBO_TAG_UNKNOWN);
    SUKI_ASSERT(is_in(elements, gumbo_normalized_tagname(element.tag)));
    for (unsigned i = 0; i < element.attributes.length; ++i)
      check_attribute(*static_cast<const GumboAttribute*>(element.attributes.data[i]));
    for (unsigned i = 0; i < element.children.length; ++i)
      waiting.push_back(static_cast<const GumboNode*>(element.children.data[i]));
  }
  gumbo_destroy_output(&options, output);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view html(reinterpret_cast<const char*>(data), size);
  const std::string once = suki::mail::sanitise(html, {{"a", "data:image/png;base64,AAAA"}});
  SUKI_ASSERT(suki::is_utf8(once));
  check(once);
  check(suki::mail::sanitise(once));
  return 0;
}
