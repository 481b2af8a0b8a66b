#include "mail/sanitise.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "mail/html_text.h"

namespace suki::mail {
namespace {

/// What happens to an element. What is not on the list is taken off, and its content stays.
enum class Fate : std::uint8_t { unwrap, keep, drop };

Fate fate_of(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_A:
    case GUMBO_TAG_ABBR:
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_B:
    case GUMBO_TAG_BIG:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_BR:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_CITE:
    case GUMBO_TAG_CODE:
    case GUMBO_TAG_COL:
    case GUMBO_TAG_COLGROUP:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DEL:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_EM:
    case GUMBO_TAG_FONT:
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_I:
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_INS:
    case GUMBO_TAG_KBD:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_P:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_Q:
    case GUMBO_TAG_S:
    case GUMBO_TAG_SAMP:
    case GUMBO_TAG_SMALL:
    case GUMBO_TAG_SPAN:
    case GUMBO_TAG_STRIKE:
    case GUMBO_TAG_STRONG:
    case GUMBO_TAG_SUB:
    case GUMBO_TAG_SUP:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TFOOT:
    case GUMBO_TAG_TH:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_TT:
    case GUMBO_TAG_U:
    case GUMBO_TAG_UL:
      return Fate::keep;
    // Their content is no text for people, or means something else to another parser.
    case GUMBO_TAG_APPLET:
    case GUMBO_TAG_AUDIO:
    case GUMBO_TAG_BASE:
    case GUMBO_TAG_BASEFONT:
    case GUMBO_TAG_CANVAS:
    case GUMBO_TAG_EMBED:
    case GUMBO_TAG_FRAME:
    case GUMBO_TAG_FRAMESET:
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_INPUT:
    case GUMBO_TAG_ISINDEX:
    case GUMBO_TAG_KEYGEN:
    case GUMBO_TAG_LINK:
    case GUMBO_TAG_MATH:
    case GUMBO_TAG_META:
    case GUMBO_TAG_NOEMBED:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_NOSCRIPT:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_PARAM:
    case GUMBO_TAG_PLAINTEXT:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_SOURCE:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_TITLE:
    case GUMBO_TAG_TRACK:
    case GUMBO_TAG_VIDEO:
    case GUMBO_TAG_XMP:
      return Fate::drop;
    default:
      return Fate::unwrap;
  }
}

bool is_void(GumboTag tag) {
  return tag == GUMBO_TAG_BR || tag == GUMBO_TAG_COL || tag == GUMBO_TAG_HR || tag == GUMBO_TAG_IMG;
}

void escape(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '`':
        out += "&#96;";
        break;
      case '\r':
        out += '\n';
        break;
      default:
        // What browsers turn into something else does not come through.
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
    }
  }
}

void add_attribute(std::string& out, std::string_view name, std::string_view value) {
  out.append(" ").append(name).append("=\"");
  escape(out, value);
  out += '"';
}

bool consists_of(std::string_view text, std::string_view letters) {
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

constexpr std::string_view digits = "0123456789";

bool is_length(std::string_view value) {
  if (value.ends_with("px")) value.remove_suffix(2);
  if (value.ends_with('%')) value.remove_suffix(1);
  return value.size() <= 5 && consists_of(value, digits);
}
bool is_count(std::string_view value) {
  return value.size() <= 3 && consists_of(value, digits);
}
bool is_color(std::string_view value) {
  return value.size() <= 32 && consists_of(value, "#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}
bool is_word(std::string_view value) {
  return value.size() <= 20 && consists_of(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
}
bool is_face(std::string_view value) {
  return value.size() <= 200 &&
         consists_of(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,-'");
}
bool is_text(std::string_view value) {
  return value.size() <= 1000;
}

/// Without what browsers leave out of addresses before they read the scheme.
std::string plain_address(std::string_view value) {
  std::string address;
  for (const char c : value)
    if (static_cast<unsigned char>(c) > 0x20 && c != 0x7f) address += c;
  return address;
}

bool is_link(std::string_view address) {
  if (address.size() > 4000) return false;
  const std::string start = to_lower_ascii(address.substr(0, 8));
  return start.starts_with("http://") || start.starts_with("https://") || start.starts_with("mailto:") ||
         start.starts_with("tel:");
}

bool is_picture(std::string_view address) {
  for (const std::string_view start :
       {"data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,", "data:image/webp;base64,"})
    if (address.starts_with(start))
      return consists_of(address.substr(start.size()),
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");
  return false;
}

bool is_remote(std::string_view address) {
  if (address.size() > 2'000) return false;
  const std::string start = to_lower_ascii(address.substr(0, 8));
  return start.starts_with("http://") || start.starts_with("https://");
}

bool is_style_property(std::string_view name) {
  static constexpr std::array allowed = std::to_array<std::string_view>(
      {"background-color", "border",          "border-bottom", "border-collapse", "border-color",
       "border-left",      "border-radius",   "border-right",  "border-spacing",  "border-style",
       "border-top",       "border-width",    "clear",         "color",           "direction",
       "display",          "float",           "font",          "font-family",     "font-size",
       "font-style",       "font-variant",    "font-weight",   "height",          "letter-spacing",
       "line-height",      "list-style-type", "margin",        "margin-bottom",   "margin-left",
       "margin-right",     "margin-top",      "max-width",     "min-width",       "padding",
       "padding-bottom",   "padding-left",    "padding-right", "padding-top",     "table-layout",
       "text-align",       "text-decoration", "text-indent",   "text-transform",  "vertical-align",
       "white-space",      "width",           "word-break"});
  return std::find(allowed.begin(), allowed.end(), name) != allowed.end();
}

/// Words, numbers, colours and names of fonts. The only functions are those of colours.
bool is_style_value(std::string_view value) {
  if (value.empty() || value.size() > 200) return false;
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view(" #%.,()'\"!+-").find(c) != std::string_view::npos;
  };
  if (!std::all_of(value.begin(), value.end(), fits)) return false;
  for (std::size_t at = value.find('('); at != std::string_view::npos; at = value.find('(', at + 1)) {
    const std::string_view before = value.substr(0, at);
    const bool color =
        before.ends_with("rgb") || before.ends_with("rgba") || before.ends_with("hsl") || before.ends_with("hsla");
    const auto word = before.find_last_not_of("abcdefghijklmnopqrstuvwxyz");
    const std::string_view name = word == std::string_view::npos ? before : before.substr(word + 1);
    if (!color || name.size() > 4) return false;
  }
  // Quotes in pairs, so that no value reaches into the next declaration.
  return std::count(value.begin(), value.end(), '"') % 2 == 0 && std::count(value.begin(), value.end(), '\'') % 2 == 0;
}

std::string safe_style(std::string_view style) {
  std::string safe;
  // An escape or a comment could hide anything from this list; no honest mail has one here.
  if (style.size() > 10'000 || style.find('\\') != std::string_view::npos || style.find("/*") != std::string_view::npos)
    return safe;
  for (const std::string_view declaration : split(style, ';')) {
    const auto colon = declaration.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string name = to_lower_ascii(trim(declaration.substr(0, colon)));
    const std::string value = to_lower_ascii(trim(declaration.substr(colon + 1)));
    if (!is_style_property(name) || !is_style_value(value)) continue;
    // A negative margin could lay the mail's words over what we say about it.
    if (name.starts_with("margin") && value.find('-') != std::string::npos) continue;
    if (!safe.empty()) safe += ';';
    safe.append(name).append(":").append(value);
  }
  return safe;
}

using Check = bool (*)(std::string_view);
struct Allowed {
  std::string_view name;
  Check check;
};

/// For every element.
constexpr Allowed everywhere[] = {{"title", is_text}, {"dir", is_word}, {"lang", is_word}, {"align", is_word}};
constexpr Allowed of_cells[] = {{"colspan", is_count}, {"rowspan", is_count}, {"width", is_length},
                                {"height", is_length}, {"valign", is_word},   {"bgcolor", is_color}};
constexpr Allowed of_tables[] = {{"border", is_count}, {"cellpadding", is_count}, {"cellspacing", is_count},
                                 {"width", is_length}, {"bgcolor", is_color},     {"height", is_length}};
constexpr Allowed of_pictures[] = {{"alt", is_text}, {"width", is_length}, {"height", is_length}};
constexpr Allowed of_fonts[] = {{"color", is_color}, {"face", is_face}, {"size", is_count}};
constexpr Allowed of_lists[] = {{"start", is_count}, {"type", is_word}};

std::string_view find_attribute(const GumboElement& element, const char* name) {
  const GumboAttribute* found = gumbo_get_attribute(&element.attributes, name);
  return found != nullptr ? std::string_view(found->value) : std::string_view();
}

template <std::size_t n>
void add_allowed(std::string& out, const GumboElement& element, const Allowed (&list)[n]) {
  for (const Allowed& one : list) {
    const std::string_view value = trim(find_attribute(element, one.name.data()));
    if (!value.empty() && one.check(value)) add_attribute(out, one.name, value);
  }
}

class Writer {
 public:
  explicit Writer(const std::map<std::string, std::string>& pictures) : pictures_(pictures) {}

  /// Whether there is an end tag to write later.
  bool open(const GumboElement& element) {
    const GumboTag tag = element.tag;
    if (tag == GUMBO_TAG_IMG) return add_picture(element), false;
    out_.append("<").append(gumbo_normalized_tagname(tag));
    add_allowed(out_, element, everywhere);
    switch (tag) {
      case GUMBO_TAG_TD:
      case GUMBO_TAG_TH:
      case GUMBO_TAG_TR:
      case GUMBO_TAG_COL:
        add_allowed(out_, element, of_cells);
        break;
      case GUMBO_TAG_TABLE:
        add_allowed(out_, element, of_tables);
        break;
      case GUMBO_TAG_FONT:
        add_allowed(out_, element, of_fonts);
        break;
      case GUMBO_TAG_OL:
      case GUMBO_TAG_UL:
        add_allowed(out_, element, of_lists);
        break;
      case GUMBO_TAG_A:
        if (const std::string address = plain_address(find_attribute(element, "href")); is_link(address)) {
          add_attribute(out_, "href", address);
          out_ += " target=\"_blank\" rel=\"noopener noreferrer nofollow\"";
        }
        break;
      default:
        break;
    }
    if (const std::string style = safe_style(find_attribute(element, "style")); !style.empty())
      add_attribute(out_, "style", style);
    out_ += '>';
    return !is_void(tag);
  }
  void close(GumboTag tag) { out_.append("</").append(gumbo_normalized_tagname(tag)).append(">"); }
  void add_text(std::string_view text) {
    if (!trim(text).empty()) shows_something_ = true;
    escape(out_, text);
  }
  [[nodiscard]] bool is_full() const { return out_.size() > sanitised_bytes_max; }
  std::string take() { return shows_something_ ? std::move(out_) : std::string(); }

 private:
  void add_picture(const GumboElement& element) {
    std::string address = plain_address(find_attribute(element, "src"));
    if (to_lower_ascii(address.substr(0, 4)) == "cid:") {
      const auto known = pictures_.find(address.substr(4));
      address = known != pictures_.end() ? known->second : "";
    }
    if (is_picture(address)) {
      shows_something_ = true;
      out_.append("<img src=\"").append(address).append("\"");
      add_allowed(out_, element, of_pictures);
      out_ += '>';
      return;
    }
    // A dot that nobody sees tells the sender that somebody looked; it is nothing to be missed.
    const auto is_dot = [&](const char* name) {
      const std::string_view value = find_attribute(element, name);
      return value == "0" || value == "1" || value == "1px";
    };
    if (is_dot("width") || is_dot("height")) return;
    shows_something_ = true;
    if (is_remote(address)) {
      out_ += remote_picture_mark;
      escape(out_, address);
      out_ += '"';
      add_allowed(out_, element, of_pictures);
      out_ += '>';
      return;
    }
    out_ += "<span data-blocked=\"1\">";
    const std::string_view alt = find_attribute(element, "alt");
    if (!alt.empty()) add_text(alt.substr(0, 1000));
    out_ += "</span>";
  }

  const std::map<std::string, std::string>& pictures_;
  std::string out_;
  bool shows_something_ = false;
};

/// An explicit stack, because hostile mail nests deeper than ours may grow.
struct Visit {
  const GumboNode* node;
  unsigned next_child;
  bool opened;
};

}  // namespace

std::string sanitise(std::string_view html, const std::map<std::string, std::string>& pictures) {
  html = html.substr(0, html_bytes_max);
  html = html.substr(0, shallow_length(html));
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  GumboOutput* output = gumbo_parse_with_options(&options, html.data(), html.size());
  Writer out(pictures);
  std::vector<Visit> stack{{output->root, 0, false}};
  while (!stack.empty()) {
    Visit& top = stack.back();
    const GumboVector& children = top.node->v.element.children;
    if (top.next_child == children.length || out.is_full()) {
      if (top.opened) out.close(top.node->v.element.tag);
      stack.pop_back();
      continue;
    }
    const auto* child = static_cast<const GumboNode*>(children.data[top.next_child++]);
    if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE || child->type == GUMBO_NODE_CDATA) {
      out.add_text(child->v.text.text);
      continue;
    }
    // Comments go. SVG and MathML go whole: inside them a parser reads the same letters in another way.
    if (child->type != GUMBO_NODE_ELEMENT) continue;
    const GumboElement& element = child->v.element;
    if (element.tag_namespace != GUMBO_NAMESPACE_HTML) continue;
    const Fate fate = fate_of(element.tag);
    if (fate == Fate::drop) continue;
    const bool opened = fate == Fate::keep && out.open(element);
    stack.push_back({child, 0, opened});
  }
  gumbo_destroy_output(&options, output);
  return to_valid_utf8(out.take());
}

}  // namespace suki::mail
