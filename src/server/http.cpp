#include "server/http.h"

#include <algorithm>
#include <atomic>
#include <random>

#include <fmt/format.h>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "app/api_types.h"
#include "base/assert.h"
#include "base/reason.h"
#include "base/text.h"
#include "json/write.h"
#include "server/limits.h"

namespace suki::server {
namespace urls = boost::urls;

const char* name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::patch:
      return "PATCH";
    case Method::put:
      return "PUT";
    case Method::delete_:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
    case Method::other:
      break;
  }
  return "OTHER";
}

std::string_view Request::find_query(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

namespace {

bool is_plain_text(const std::string& text) {
  return is_utf8(text) && text.find('\0') == std::string::npos;
}

}  // namespace

Result<void> read_target(std::string_view target, Request& request) {
  if (target.size() > limits::target_bytes_max) return fail(ErrorCode::too_large, "the address is too long");
  const auto parsed = urls::parse_origin_form(target);
  if (parsed.has_error()) return fail(ErrorCode::bad_input, "the address is not well-formed");
  const urls::url_view url = parsed.value();
  request.path = url.encoded_path();
  for (const auto segment : url.segments()) {
    request.segments.emplace_back(segment);
    if (!is_plain_text(request.segments.back())) return fail(ErrorCode::bad_input, "the address is not UTF-8");
    if (request.segments.size() > limits::path_segments_max) return fail(ErrorCode::not_found, "no such address");
  }
  for (const auto field : url.params()) {
    if (request.query.size() == limits::query_fields_max) return fail(ErrorCode::bad_input, "too many query fields");
    request.query.emplace_back(std::string(field.key), std::string(field.value));
    if (!is_plain_text(request.query.back().first) || !is_plain_text(request.query.back().second)) {
      return fail(ErrorCode::bad_input, "the query is not UTF-8");
    }
  }
  return {};
}

std::string find_cookie(std::string_view header, std::string_view name) {
  for (const std::string_view pair : split(header, ';')) {
    const std::string_view cookie = trim(pair);
    if (cookie.size() <= name.size() || !cookie.starts_with(name) || cookie[name.size()] != '=') continue;
    const std::string_view value = cookie.substr(name.size() + 1);
    return value.size() > limits::token_bytes_max ? "" : std::string(value);
  }
  return "";
}

std::string_view session_cookie_name(bool https) {
  return https ? "__Host-suki_session" : "suki_session";
}

std::string_view browser_cookie_name(bool https) {
  return https ? "__Host-suki_browser" : "suki_browser";
}

bool allows_gzip(std::string_view accept_encoding) {
  for (const std::string_view item : split(accept_encoding, ',')) {
    const std::vector<std::string_view> parts = split(item, ';');
    const std::string coding = to_lower_ascii(trim(parts.front()));
    if (coding != "gzip" && coding != "x-gzip" && coding != "*") continue;
    // "q=0", "q=0.0" ... refuse; any other weight allows.
    return std::none_of(parts.begin() + 1, parts.end(), [](std::string_view parameter) {
      const std::string weight = to_lower_ascii(trim(parameter));
      return weight.starts_with("q=0") && weight.find_first_not_of("0.", 2) == std::string::npos;
    });
  }
  return false;
}

bool is_same_origin(std::string_view origin, std::string_view host) {
  // Either scheme: a proxy may have taken the TLS away without saying so.
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (origin.starts_with(scheme)) return !host.empty() && origin.substr(scheme.size()) == host;
  }
  return false;
}

const char* reason_of(unsigned status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return status < 500 ? "Error" : "Internal Server Error";
  }
}

namespace {

Response make_problem_of(unsigned status, std::string code, Detail detail, std::string field) {
  app::Problem problem;
  problem.type = "about:blank";
  problem.title = reason_of(status);
  problem.code = std::move(code);
  problem.detail = std::move(detail.text);
  problem.field = std::move(field);
  problem.reason = std::move(detail.reason);
  for (auto& [name, value] : detail.values) problem.values.push_back({std::move(name), std::move(value)});
  problem.status = status;
  Response response;
  response.status = status;
  response.type = "application/problem+json";
  response.body = json::write(problem);
  return response;
}

}  // namespace

Response make_problem(unsigned status, std::string code, std::string detail, std::string field) {
  return make_problem_of(status, std::move(code), {std::move(detail), {}, {}}, std::move(field));
}

Response make_passing_problem(unsigned status, std::string code, std::string detail, unsigned seconds) {
  Response response = make_problem(status, std::move(code), std::move(detail));
  response.headers.emplace_back("Retry-After", std::to_string(seconds));
  return response;
}

namespace {

/// "email: must hold an @" is about the field `email`; a detail without such a start is about no field.
std::string field_of(std::string_view detail) {
  const std::size_t colon = detail.find(": ");
  if (colon == std::string_view::npos || colon == 0 || colon > 64) return "";
  const std::string_view field = detail.substr(0, colon);
  const bool is_path = std::all_of(field.begin(), field.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '[' || c == ']';
  });
  return is_path ? std::string(field) : "";
}

Response make_input_problem(unsigned status, const Error& error) {
  Detail detail = take_apart(error.detail);
  std::string field = field_of(detail.text);
  if (!field.empty()) detail.text.erase(0, field.size() + 2);
  return make_problem_of(status, name_of(error.code), std::move(detail), std::move(field));
}

}  // namespace

Response make_problem(const Error& error) {
  const std::string code = name_of(error.code);
  switch (error.code) {
    case ErrorCode::bad_instant:
    case ErrorCode::bad_duration:
    case ErrorCode::bad_date:
    case ErrorCode::bad_text:
    case ErrorCode::bad_input:
      return make_input_problem(400, error);
    case ErrorCode::unauthorized:
      return make_problem(401, code, error.detail);
    case ErrorCode::forbidden:
      if (error.detail == "csrf" || error.detail == "second_step") return make_problem(403, error.detail, error.detail);
      return make_input_problem(403, error);
    case ErrorCode::not_found:
      return make_problem(404, code, error.detail);
    case ErrorCode::conflict:
    case ErrorCode::refused:
      return make_input_problem(409, error);
    case ErrorCode::too_large:
      return make_input_problem(413, error);
    case ErrorCode::bad_plan:
      return make_problem(422, code, error.detail);
    // The details name hosts and files. Whoever asks again with the same request_id does nothing twice.
    case ErrorCode::busy:
      return make_passing_problem(503, code, "the server has too much to do; try again", 1);
    case ErrorCode::unavailable:
      return make_passing_problem(503, code, "the server cannot reach what it needs; try again", 5);
    case ErrorCode::io:  // the disk, or what lies on it
      return make_passing_problem(503, code, "the server cannot use its storage; try again", 5);
    case ErrorCode::storage_full:
      return make_passing_problem(507, code, "the server has no room left to keep this; try again later", 30);
    default:
      return make_problem(500, "internal", "something went wrong on the server");
  }
}

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= limits::request_id_bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                  c == '-';
         });
}

std::string new_request_id() {
  // Begins anywhere, so that ids of two runs of the program do not meet; an odd factor gives each number once.
  static const std::uint64_t start = [] {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32u) | device();
  }();
  static std::atomic<std::uint64_t> count = 0;
  return fmt::format("{:016x}", (start + ++count) * 0x9E3779B97F4A7C15u);
}

std::string add_request_id(std::string_view problem, std::string_view id) {
  constexpr std::string_view without = "\"request_id\":\"\"}";
  SUKI_ASSERT(problem.ends_with(without));
  return fmt::format("{}\"request_id\":\"{}\"}}", problem.substr(0, problem.size() - without.size()), id);
}

std::string content_disposition(std::string_view file_name) {
  static constexpr char hex[] = "0123456789ABCDEF";
  static constexpr std::size_t name_bytes_max = 200;
  std::string plain, encoded;
  for (const char c : file_name.substr(0, name_bytes_max)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    const bool safe = letter || c == '-' || c == '_' || c == '.';
    plain += safe || c == ' ' ? c : '_';
    if (safe) {
      encoded += c;
    } else if (byte == '/' || byte == '\\' || byte < 0x20 || byte == 0x7f) {
      encoded += '_';  // no path, no line break: what is left is a name in one folder
    } else {
      encoded += '%';
      encoded += hex[byte >> 4];
      encoded += hex[byte & 15];
    }
  }
  if (plain.find_first_not_of("._ ") == std::string::npos) return "attachment; filename=\"file\"";
  if (plain == file_name) return "attachment; filename=\"" + plain + "\"";
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace suki::server
