/// The files of the web pages, which are part of the program: read-only memory, mapped with it, never copied.
/// They are the files of web/dist at the time of the build; without that folder the table is empty and everything
/// still builds. Knows nothing of HTTP: which address shows which file is the server's business.
#pragma once

#include <span>
#include <string_view>

namespace suki::pages {

/// One file. Everything points to static storage.
struct Page {
  std::string_view path;  ///< from the folder's root, with a leading slash: "/assets/desk-3f2a.js"
  std::string_view mime;  ///< by the file's ending, with charset for text: "text/html; charset=utf-8"
  std::string_view etag;  ///< 32 hex digits of the content's SHA-256, without quotes
  std::string_view body;  ///< the bytes as they are on disk
  std::string_view gzip;  ///< the same bytes as one gzip member; empty where that saves nothing
};

/// All files, by path in byte order.
[[nodiscard]] std::span<const Page> all_pages();

/// The file with exactly this path ("/index.html"; "/" is not one), or nullptr. Cost O(log files), no allocation.
[[nodiscard]] const Page* find_page(std::string_view path);

/// The same question of any table in path order.
[[nodiscard]] const Page* find_page(std::span<const Page> table, std::string_view path);

}  // namespace suki::pages
