#include "app/remote_pictures.h"

#include <algorithm>
#include <map>
#include <optional>

#include "app/base64.h"
#include "app/mail_html.h"
#include "app/mail_rules.h"
#include "app/work.h"
#include "base/reason.h"
#include "base/text.h"
#include "mail/auth_results.h"
#include "mail/sanitise.h"
#include "store/mail_origins.h"

namespace suki::app {
namespace {

using store::PictureState;
using store::RemotePicture;

/// The value of an attribute as our sanitiser wrote it.
std::string unescape(std::string_view text) {
  static constexpr std::pair<std::string_view, char> names[] = {{"&amp;", '&'},  {"&lt;", '<'},   {"&gt;", '>'},
                                                                {"&quot;", '"'}, {"&#39;", '\''}, {"&#96;", '`'}};
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto* const known = std::find_if(std::begin(names), std::end(names),
                                           [&](const auto& name) { return text.substr(i).starts_with(name.first); });
    out += known != std::end(names) ? known->second : text[i];
    i += known != std::end(names) ? known->first.size() : 1;
  }
  return out;
}

/// One place in the HTML. INVARIANT (the mark is ours): in text and in values the sanitiser writes "<" as "&lt;", so
/// the mark stands only where it put one.
struct Place {
  std::size_t start = 0, end = 0;  ///< the whole tag
  std::string_view url, rest;      ///< as they were written; rest: what follows the address, with a blank before it
};
std::optional<Place> next_place(std::string_view html, std::size_t from) {
  const std::string_view mark = mail::remote_picture_mark;
  const std::size_t start = html.find(mark, from);
  if (start == std::string_view::npos) return std::nullopt;
  const std::size_t url = start + mark.size(), quote = html.find('"', url), end = html.find('>', url);
  if (quote == std::string_view::npos || end == std::string_view::npos || quote > end) return std::nullopt;
  return Place{start, end + 1, html.substr(url, quote - url), html.substr(quote + 1, end - quote - 1)};
}

std::string_view alt_of(std::string_view rest) {
  constexpr std::string_view name = " alt=\"";
  const std::size_t at = rest.find(name);
  if (at == std::string_view::npos) return {};
  rest.remove_prefix(at + name.size());
  return rest.substr(0, rest.find('"'));
}

/// Of a message of this conversation.
Result<std::string> html_of(store::Tx& tx, ConversationId id, MessageId message) {
  const auto of = tx.find_message(message);
  if (!of || of->conversation != id) return fail(ErrorCode::not_found, "no such message");
  const std::string html = current_html(tx, message);
  if (html.empty()) return fail(ErrorCode::not_found, "this message has no HTML");
  return html;
}

PicturesView view_of(store::Tx& tx, const Caller& caller, MessageId message, const std::string& html) {
  PicturesView view;
  view.allowed = mail_rules(tx).remote_pictures;
  view.count = static_cast<std::int64_t>(picture_addresses(html).size());
  for (const RemotePicture& picture : store::remote_pictures(tx, message)) {
    if (picture.state == PictureState::got) ++view.came;
    if (picture.state == PictureState::wanted) ++view.waiting;
    if (picture.state == PictureState::failed) ++view.failed;
  }
  const auto of = tx.find_message(message);
  view.sender = of ? to_lower_ascii(of->email) : "";
  if (!of) return view;
  const auto origins = store::mail_origins(tx, of->conversation);
  const auto origin = origins.find(message);
  const bool forged =
      origin != origins.end() && origin->second.verdict == static_cast<std::int64_t>(mail::OriginVerdict::forged);
  view.always = !forged && store::wants_pictures_of(tx, caller.agent, view.sender);
  return view;
}

}  // namespace

std::vector<std::string> picture_addresses(std::string_view safe_html) {
  std::vector<std::string> urls;
  for (auto place = next_place(safe_html, 0); place && urls.size() < pictures_of_mail_max;
       place = next_place(safe_html, place->end)) {
    std::string url = unescape(place->url);
    if (std::find(urls.begin(), urls.end(), url) == urls.end()) urls.push_back(std::move(url));
  }
  return urls;
}

namespace {

/// `found`: the tag's beginning up to its address, by the address; "" when the picture is not here.
template <class Find>
ShownPictures rewrite(std::string_view safe_html, const Find& find) {
  ShownPictures shown;
  std::size_t from = 0;
  for (auto place = next_place(safe_html, 0); place; place = next_place(safe_html, place->end)) {
    shown.html += safe_html.substr(from, place->start - from);
    from = place->end;
    if (const std::string data = find(unescape(place->url)); !data.empty()) {
      shown.html.append("<img src=\"").append(data).append("\"").append(place->rest).append(">");
    } else {
      shown.html.append("<span data-blocked=\"1\">").append(alt_of(place->rest)).append("</span>");
      ++shown.blocked;
    }
  }
  shown.html += safe_html.substr(from);
  return shown;
}

}  // namespace

ShownPictures hide_pictures(std::string_view safe_html) {
  return rewrite(safe_html, [](const std::string&) { return std::string(); });
}

ShownPictures put_pictures(store::Tx& tx, MessageId message, std::string_view safe_html) {
  std::map<std::string, RemotePicture> here;
  for (RemotePicture& picture : store::remote_pictures(tx, message))
    if (picture.state == PictureState::got) here.emplace(picture.url, std::move(picture));
  return rewrite(safe_html, [&](const std::string& url) -> std::string {
    const auto picture = here.find(url);
    const auto bytes = picture != here.end() ? tx.content(picture->second.digest) : std::nullopt;
    return bytes ? "data:" + picture->second.type + ";base64," + base64(*bytes) : "";
  });
}

Result<PicturesView> show_pictures(store::Tx& tx, const Caller& caller, ConversationId id, MessageId message) {
  SUKI_TRY(const std::string html, html_of(tx, id, message));
  return view_of(tx, caller, message, html);
}

Result<PicturesView> ask_pictures(App& app, store::Tx& tx, const Caller& caller, ConversationId id, MessageId message,
                                  const AskPictures& input) {
  SUKI_TRY(const std::string html, html_of(tx, id, message));
  if (!mail_rules(tx).remote_pictures)
    return because(fail(ErrorCode::conflict, "the operator has turned pictures from elsewhere off"), "pictures_off");
  const Instant now = app.shared().host.now();
  if (input.always) {
    const auto of = tx.find_message(message);
    store::set_wants_pictures_of(tx, caller.agent, to_lower_ascii(of->email), *input.always, now);
  }
  if (input.fetch) {
    store::want_pictures(tx, message, picture_addresses(html), now);
    tx.touch(id);  // whoever fetches is told by it, too
  }
  return view_of(tx, caller, message, html);
}

bool are_pictures_wanted(App& app, store::Tx& tx) {
  return mail_rules(tx).remote_pictures && store::are_pictures_wanted(tx, app.shared().host.now());
}

std::vector<RemotePicture> claim_wanted_pictures(App& app, store::Tx& tx, Span lease, int limit) {
  if (!mail_rules(tx).remote_pictures) return {};
  const Instant now = app.shared().host.now();
  return store::claim_pictures(tx, now, now + lease, limit);
}

Result<void> picture_fetched(App&, store::Tx& tx, const RemotePicture& picture, const std::string& bytes,
                             const std::string& type, const std::string& problem, std::int64_t bytes_max) {
  RemotePicture done = picture;
  done.type = type;
  done.problem = problem;
  if (problem.empty() &&
      store::picture_bytes(tx, picture.message) + static_cast<std::int64_t>(bytes.size()) > bytes_max)
    done.problem = "mail_too_large";
  if (done.problem.empty())
    store::picture_came(tx, done, bytes);
  else
    store::picture_failed(tx, done);
  return {};
}

}  // namespace suki::app
