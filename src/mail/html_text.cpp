#include "mail/html_text.h"

#include <gumbo.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/text.h"

namespace suki::mail {
namespace {

/// Collects words and line breaks: white space folds to one blank, blank lines to one.
class Writer {
 public:
  void word_text(std::string_view text, bool keep_space) {
    for (const char c : text) {
      const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
      if (keep_space && c == '\n') {
        line_break();
      } else if (space && !keep_space) {
        pending_space_ = !at_line_start_;
      } else if (c != '\r') {
        put(c);
      }
    }
  }
  void line_break() {
    out_ += '\n';
    at_line_start_ = true;
    pending_space_ = false;
  }
  void block(int blank_lines) {
    pending_space_ = false;
    if (out_.empty()) return;
    int have = 0;
    for (auto it = out_.rbegin(); it != out_.rend() && *it == '\n'; ++it) ++have;
    for (; have < blank_lines + 1; ++have) out_ += '\n';
    at_line_start_ = true;
  }
  void quote(int by) { quote_ += by; }
  std::string take() {
    while (!out_.empty() && (out_.back() == '\n' || out_.back() == ' ')) out_.pop_back();
    return std::move(out_);
  }

 private:
  void put(char c) {
    if (at_line_start_) {
      for (int i = 0; i < quote_; ++i) out_ += "> ";
      at_line_start_ = false;
      pending_space_ = false;
    }
    if (pending_space_) out_ += ' ';
    pending_space_ = false;
    out_ += c;
  }
  std::string out_;
  bool at_line_start_ = true;
  bool pending_space_ = false;
  int quote_ = 0;
};

bool is_block(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_P:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
      return true;
    default:
      return false;
  }
}

bool is_paragraph(GumboTag tag) {
  return tag == GUMBO_TAG_P || tag == GUMBO_TAG_BLOCKQUOTE || tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL ||
         tag == GUMBO_TAG_PRE || (tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6);
}

bool is_hidden(GumboTag tag) {
  return tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE || tag == GUMBO_TAG_HEAD || tag == GUMBO_TAG_TITLE ||
         tag == GUMBO_TAG_TEMPLATE || tag == GUMBO_TAG_NOSCRIPT;
}

/// An explicit stack, because hostile mail nests deeper than ours may grow.
struct Visit {
  const GumboNode* node;
  unsigned next_child;
  bool keep_space;
};

std::string_view attribute(const GumboNode* node, const char* name) {
  const GumboAttribute* a = gumbo_get_attribute(&node->v.element.attributes, name);
  return a ? std::string_view(a->value) : std::string_view();
}

void enter(const GumboNode* node, Writer& out, bool keep_space) {
  const GumboTag tag = node->v.element.tag;
  if (tag == GUMBO_TAG_BR) out.line_break();
  if (is_block(tag)) out.block(is_paragraph(tag) ? 1 : 0);
  if (tag == GUMBO_TAG_BLOCKQUOTE) out.quote(+1);
  if (tag == GUMBO_TAG_LI) out.word_text("- ", true);
  if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH) out.word_text(" ", keep_space);
  if (tag == GUMBO_TAG_IMG) {
    if (const auto alt = attribute(node, "alt"); !alt.empty()) out.word_text(alt, false);
  }
}

void leave(const GumboNode* node, Writer& out) {
  const GumboTag tag = node->v.element.tag;
  if (tag == GUMBO_TAG_A) {
    const auto href = attribute(node, "href");
    const bool useful = href.starts_with("http://") || href.starts_with("https://");
    if (useful) out.word_text(" <" + std::string(href) + ">", false);
  }
  if (tag == GUMBO_TAG_BLOCKQUOTE) out.quote(-1);
  if (is_block(tag)) out.block(is_paragraph(tag) ? 1 : 0);
}

/// Gumbo's time grows with the square of the depth; real mail stays below a hundred. Chosen.
constexpr int html_depth_max = 1'000;

bool opens_depth(std::string_view tag) {
  // Void elements, and those that close one another when left open.
  static constexpr std::string_view flat[] = {"br",  "img", "hr", "input", "meta", "link", "area", "base", "col",
                                              "wbr", "p",   "li", "td",    "th",   "tr",   "dt",   "dd",   "option"};
  for (const auto f : flat) {
    if (tag == f) return false;
  }
  return true;
}

}  // namespace

std::size_t shallow_length(std::string_view html) {
  int depth = 0;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
    std::string_view rest = html.substr(at + 1, 12);
    const bool closing = rest.starts_with('/');
    if (closing) rest.remove_prefix(1);
    std::size_t length = 0;
    while (length < rest.size() && std::isalnum(static_cast<unsigned char>(rest[length]))) ++length;
    if (length == 0 || !opens_depth(to_lower_ascii(rest.substr(0, length)))) continue;
    depth = closing ? std::max(0, depth - 1) : depth + 1;
    if (depth > html_depth_max) return at;
  }
  return html.size();
}

namespace {

/// For what lies deeper: only the words between the tags.
void add_words(std::string_view html, Writer& out) {
  while (!html.empty()) {
    const std::size_t tag = html.find('<');
    out.word_text(html.substr(0, tag), false);
    if (tag == std::string_view::npos) return;
    const std::size_t end = html.find('>', tag);
    if (end == std::string_view::npos) return;
    out.word_text(" ", false);
    html.remove_prefix(end + 1);
  }
}

}  // namespace

std::string text_from_html(std::string_view html) {
  html = html.substr(0, html_bytes_max);
  const std::string_view too_deep = html.substr(shallow_length(html));
  html.remove_suffix(too_deep.size());
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  GumboOutput* output = gumbo_parse_with_options(&options, html.data(), html.size());
  Writer out;
  std::vector<Visit> stack{{output->root, 0, false}};
  while (!stack.empty()) {
    Visit& top = stack.back();
    const GumboVector& children = top.node->v.element.children;
    if (top.next_child == children.length) {
      leave(top.node, out);
      stack.pop_back();
      continue;
    }
    const auto* child = static_cast<const GumboNode*>(children.data[top.next_child++]);
    const bool keep_space = top.keep_space;
    if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE || child->type == GUMBO_NODE_CDATA) {
      out.word_text(child->v.text.text, keep_space);
    } else if (child->type == GUMBO_NODE_ELEMENT && !is_hidden(child->v.element.tag)) {
      enter(child, out, keep_space);
      stack.push_back({child, 0, keep_space || child->v.element.tag == GUMBO_TAG_PRE});
    }
  }
  gumbo_destroy_output(&options, output);
  add_words(too_deep, out);
  return to_valid_utf8(out.take());
}

}  // namespace suki::mail
