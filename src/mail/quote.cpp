#include "mail/quote.h"

#include "base/html.h"
#include "base/text.h"

namespace suki::mail {
namespace {

/// `text` without blank lines at its end, then one empty line, so that what follows stands apart.
void end_paragraph(std::string& text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  if (!text.empty()) text += "\n\n";
}

std::string quote_lines(std::string_view text) {
  std::string out;
  for (std::string_view line : split(trim(text), '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    // What is quoted already goes one deeper (RFC 3676, 4.5).
    out += line.empty() || line.starts_with('>') ? ">" : "> ";
    out += line;
    out += '\n';
  }
  return out;
}

}  // namespace

std::string html_of_text(std::string_view text) {
  std::string out;
  bool line_starts = true;
  for (const char c : text) {
    const bool after_blank = line_starts || out.ends_with(' ');
    line_starts = c == '\n';
    switch (c) {
      case '\r':
        break;
      case '\n':
        out += "<br>\n";
        break;
      case ' ':
        // HTML makes one blank of several, and none of one at the start of a line.
        out += after_blank ? "&nbsp;" : " ";
        break;
      default:
        out += escape_html({&c, 1});
    }
  }
  return out;
}

void add_signature(Outgoing& mail, std::string_view signature) {
  signature = trim(signature);
  if (signature.empty()) return;
  end_paragraph(mail.text);
  mail.text += "-- \n";
  mail.text += signature;
  mail.text += '\n';
  if (!mail.html.empty()) mail.html += "\n<div class=\"suki-signature\">-- <br>\n" + html_of_text(signature) + "</div>";
}

void add_quotes(Outgoing& mail, const std::vector<Quoted>& quotes) {
  for (const Quoted& quote : quotes) {
    end_paragraph(mail.text);
    mail.text += quote.introduction + "\n" + quote_lines(quote.text);
    if (mail.html.empty()) continue;
    mail.html += "\n<div class=\"suki-quote\"><p>" + html_of_text(quote.introduction) +
                 "</p>\n<blockquote type=\"cite\" style=\"margin:0 0 0 .8ex;border-left:1px solid #ccc;"
                 "padding-left:1ex\">" +
                 html_of_text(trim(quote.text)) + "</blockquote></div>";
  }
}

}  // namespace suki::mail
