#include "server/static_files.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "pages/pages.h"

namespace suki::server {
namespace {

struct Ending {
  std::string_view ending, mime;
};
constexpr Ending endings[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".map", "application/json"},
};

/// The file for an address; "" when the address is no page's.
std::string file_of(const Request& request) {
  const std::vector<std::string>& segments = request.segments;
  if (request.path == "/") return "/index.html";
  if (segments.size() == 2 && segments[0] == "c" && !segments[1].empty()) return "/index.html";
  if (!segments.empty() && segments[0] == "desk") return "/desk.html";
  for (const std::string& segment : segments) {
    if (segment.empty() || segment.front() == '.' || segment.find_first_of("/\\") != std::string::npos) return "";
  }
  return request.path;
}

bool is_match(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" || (!etag.empty() && if_none_match.find(etag) != std::string_view::npos);
}

}  // namespace

std::optional<Response> StaticFiles::find(const Request& request) const {
  const std::string path = file_of(request);
  if (path.empty()) return std::nullopt;
  std::optional<Response> response;
  if (!folder_.empty()) {
    response = read_from_folder(path);
  } else if (const pages::Page* page = pages::find_page(path)) {
    response.emplace();
    const bool packed = request.accepts_gzip && !page->gzip.empty();
    // Each form has an ETag of its own (RFC 9110, 8.8.3.3).
    const std::string etag = "\"" + std::string(page->etag) + (packed ? "-gzip\"" : "\"");
    response->headers.emplace_back("ETag", etag);
    response->headers.emplace_back("Vary", "Accept-Encoding");
    if (is_match(request.if_none_match, etag)) {
      response->status = 304;
    } else {
      response->type = page->mime;
      response->static_body = packed ? page->gzip : page->body;
      if (packed) response->headers.emplace_back("Content-Encoding", "gzip");
    }
    response->caching = path.starts_with("/assets/") ? Caching::immutable : Caching::revalidate;
  }
  // A private link leaves no trace in any cache.
  if (response && request.segments.size() == 2 && request.segments[0] == "c") response->caching = Caching::none;
  return response;
}

std::optional<Response> StaticFiles::read_from_folder(const std::string& path) const {
  std::error_code error;
  const std::filesystem::path file = folder_ + path;
  if (!std::filesystem::is_regular_file(file, error)) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  Response response;
  response.body.assign(std::istreambuf_iterator<char>(in), {});
  response.type = "application/octet-stream";
  for (const Ending& known : endings) {
    if (path.ends_with(known.ending)) response.type = known.mime;
  }
  response.caching = Caching::revalidate;
  return response;
}

}  // namespace suki::server
