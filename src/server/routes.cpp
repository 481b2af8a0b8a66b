#include "server/routes.h"

#include "app/presence.h"
#include "base/number.h"
#include "base/text.h"
#include "server/jobs.h"
#include "server/limits.h"
#include "server/table.h"

namespace suki::server {

Response to_response(Nothing&, unsigned status) {
  Response response;
  response.status = status;
  return response;
}

Response to_response(SessionEnded& ended, unsigned status) {
  Response response;
  response.status = status;
  std::string cookie(session_cookie_name(ended.https));
  cookie += "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict";
  if (ended.https) cookie += "; Secure";
  response.headers.emplace_back("Set-Cookie", std::move(cookie));
  return response;
}

Response to_response(Entered& entered, unsigned status) {
  Response response = to_response(entered.session.session, status);
  response.headers.emplace_back("Set-Cookie", session_cookie(entered.session, entered.https));
  if (!entered.session.browser.empty())
    response.headers.emplace_back("Set-Cookie", browser_cookie(entered.session, entered.https));
  return response;
}

std::string browser_cookie(const app::App::NewSession& session, bool https) {
  std::string cookie(browser_cookie_name(https));
  cookie += "=" + session.browser + "; Path=/; Max-Age=" + std::to_string(limits::browser_cookie_seconds) +
            "; HttpOnly; SameSite=Strict";
  if (https) cookie += "; Secure";
  return cookie;
}

std::string session_cookie(const app::App::NewSession& session, bool https) {
  // As long as the session itself: it outlives a browser that is closed, and is not kept beyond its end.
  std::string cookie(session_cookie_name(https));
  cookie += "=" + session.token + "; Path=/; Max-Age=" + std::to_string(session.length.us / seconds(1).us) +
            "; HttpOnly; SameSite=Strict";
  if (https) cookie += "; Secure";
  return cookie;
}

Response to_response(app::App::Blob& blob, unsigned status) {
  Response response;
  response.status = status;
  // The type comes from the mail, so it is checked before it becomes a header.
  const bool plain = !blob.type.empty() && blob.type.size() < 128 &&
                     blob.type.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/.+-_") == std::string::npos;
  response.type = plain ? blob.type : "application/octet-stream";
  // Without a charset a text would be guessed at.
  if (response.type.starts_with("text/"))
    response.type = is_utf8(blob.bytes) ? response.type + "; charset=utf-8" : "application/octet-stream";
  response.body = std::move(blob.bytes);
  response.sandboxed = true;
  response.headers.emplace_back("Content-Disposition", content_disposition(blob.name));
  return response;
}

const std::vector<Route>& routes() {
  static const std::vector<Route> table = [] {
    std::vector<Route> all;
    for (const auto& part :
         {public_routes(), session_routes(), access_routes(), second_step_routes(), audit_routes(), desk_routes(),
          views_routes(), convo_routes(), thread_routes(), compose_routes(), privacy_routes(), quarantine_routes(),
          manager_routes(), mailboxes_routes(), people_routes(), mail_out_routes()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return table;
}

namespace {

/// Whether `pattern` matches; its {parameters} go into `found`.
bool matches(std::string_view pattern, const std::vector<std::string>& segments, std::vector<std::string>& found) {
  found.clear();
  std::size_t index = 0;
  for (std::size_t at = 1; at <= pattern.size();) {
    const std::size_t end = std::min(pattern.find('/', at), pattern.size());
    const std::string_view part = pattern.substr(at, end - at);
    if (index == segments.size()) return false;
    if (part.starts_with('{')) {
      if (segments[index].empty()) return false;
      found.push_back(segments[index]);
    } else if (part != segments[index]) {
      return false;
    }
    ++index;
    at = end + 1;
  }
  return index == segments.size();
}

}  // namespace

Match find_route(const Request& request) {
  Match match;
  const Method method = request.method == Method::head ? Method::get : request.method;
  std::vector<std::string> parameters;
  for (const Route& route : routes()) {
    if (!matches(route.pattern, request.segments, parameters)) continue;
    if (route.method == method) {
      match.route = &route;
      match.parameters = std::move(parameters);
      return match;
    }
    if (!match.allow.empty()) match.allow += ", ";
    match.allow += name_of(route.method);
    if (route.method == Method::get) match.allow += ", HEAD";
  }
  return match;
}

Result<std::int64_t> Call::id(std::size_t parameter) const {
  const auto value = parse_positive(parameters.at(parameter));
  if (!value) return fail(ErrorCode::not_found, "no such id");
  return *value;
}

Result<ConversationId> Call::conversation() const {
  SUKI_TRY(const std::int64_t number, id(0));
  return ConversationId{number};
}

Result<int> Call::limit(int by_default) const {
  const std::string_view text = request.find_query("limit");
  if (text.empty()) return by_default;
  const auto limit = parse_positive(text);
  if (!limit || *limit > 200) return fail(ErrorCode::bad_input, "limit: must be a whole number from 1 to 200");
  return static_cast<int>(*limit);
}

Result<void> authorize(app::App& app, store::Tx& tx, const Route& route, Call& call) {
  if (route.permission == Permission::anyone) return {};
  if (call.request.session_token.empty()) return fail(ErrorCode::unauthorized, "no session");
  SUKI_TRY(app::App::ActiveSession active, app.find_session(tx, call.request.session_token));
  const bool changes = route.method != Method::get;
  if (changes && !equal_in_constant_time(call.request.csrf, active.session.csrf)) {
    call.touched = active.caller.agent.value;  // at whose session
    return fail(ErrorCode::forbidden, "csrf");
  }
  if (active.session.lacks_second_step && !route.before_second_step) return fail(ErrorCode::forbidden, "second_step");
  call.caller = std::move(active.caller);
  call.caller.address = call.request.address;
  call.caller.request = call.request.id;
  if (!app::may(call.caller.role, route.permission))
    return fail(ErrorCode::forbidden, std::string("your role does not allow this: ") + app::name_of(route.permission));
  app::hear(app, call.caller.agent, changes);
  call.session = std::move(active.session);
  return {};
}

}  // namespace suki::server
