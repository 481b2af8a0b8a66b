// Any bytes are a request target, a header's value or a file's name: reading keeps its limits, decodes once, and
// nothing leaves the header that it is written into.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/text.h"
#include "server/http.h"
#include "server/limits.h"

namespace suki::server {
namespace {

bool is_plain(std::string_view text) {
  return is_utf8(text) && text.find('\0') == std::string_view::npos;
}

std::string encode(std::string_view text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    encoded.append({'%', hex[byte >> 4], hex[byte & 15]});
  }
  return encoded;
}

/// What was read is encoded and read again, and is the same: nothing was decoded twice.
void check_target_again(const Request& request) {
  std::string target;
  for (const std::string& segment : request.segments) target += "/" + encode(segment);
  const bool has_empty = std::count(request.segments.begin(), request.segments.end(), "") > 0;
  if (target.empty() || has_empty) return;  // "/" and "//" are read by rules of their own
  for (std::size_t i = 0; i < request.query.size(); ++i)
    target += (i == 0 ? "?" : "&") + encode(request.query[i].first) + "=" + encode(request.query[i].second);
  if (target.size() > limits::target_bytes_max) return;
  Request again;
  SUKI_ASSERT(read_target(target, again).ok());
  SUKI_ASSERT(again.segments == request.segments && again.query == request.query);
}

void check_target(std::string_view target) {
  Request request;
  const Result<void> read = read_target(target, request);
  if (!read.ok()) {
    const ErrorCode code = read.error().code;
    SUKI_ASSERT(code == ErrorCode::bad_input || code == ErrorCode::too_large || code == ErrorCode::not_found);
    SUKI_ASSERT(is_utf8(read.error().detail));
    return;
  }
  SUKI_ASSERT(target.size() <= limits::target_bytes_max && target.starts_with(request.path));
  SUKI_ASSERT(request.path.starts_with('/'));
  SUKI_ASSERT(request.segments.size() <= limits::path_segments_max);
  SUKI_ASSERT(request.query.size() <= limits::query_fields_max);
  for (const std::string& segment : request.segments) SUKI_ASSERT(is_plain(segment));
  for (const auto& [name, value] : request.query) {
    SUKI_ASSERT(is_plain(name) && is_plain(value));
    SUKI_ASSERT(!request.find_query(name).empty() || value.empty() ||
                request.find_query(name) != value);  // the first of a name
  }
  check_target_again(request);
}

void check_headers(std::string_view value, std::string_view other) {
  const std::string cookie = find_cookie(value, "suki_session");
  SUKI_ASSERT(cookie.size() <= limits::token_bytes_max && cookie.find(';') == std::string::npos);
  SUKI_ASSERT(cookie.empty() || value.find("suki_session=" + cookie) != std::string_view::npos);
  const std::string with_ours = "suki_session=abc; " + std::string(value);
  SUKI_ASSERT(find_cookie(with_ours, "suki_session") == "abc");

  SUKI_ASSERT(allows_gzip(value) == allows_gzip(to_lower_ascii(value)));
  SUKI_ASSERT(!allows_gzip("gzip;q=0," + std::string(value)));

  // A page of ours, and only that: nothing can be put before or behind the host.
  if (is_same_origin(value, other))
    SUKI_ASSERT(value == "http://" + std::string(other) || value == "https://" + std::string(other));
  SUKI_ASSERT(equal_in_constant_time(value, other) == (value == other));
}

void check_download(std::string_view name) {
  const std::string header = content_disposition(name);
  SUKI_ASSERT(header.starts_with("attachment; filename=\""));
  SUKI_ASSERT(std::count(header.begin(), header.end(), '"') == 2);
  for (const char c : header) SUKI_ASSERT(c >= 0x20 && c < 0x7f && c != '/' && c != '\\');
}

}  // namespace
}  // namespace suki::server

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string_view first = text.substr(0, line), rest = text.substr(std::min(line + 1, text.size()));
  suki::server::check_target(first);
  suki::server::check_headers(first, rest);
  suki::server::check_download(text);
  return 0;
}
