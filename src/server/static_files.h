/// Which file of the web pages an address shows.
///   /  /c/{token}      index.html     /desk  /desk/...   desk.html     /assets/...  and other files: by their own path
#pragma once

#include <optional>
#include <string>

#include "server/http.h"

namespace suki::server {

class StaticFiles {
 public:
  /// `folder` "": the files embedded in the program; else a folder that is read anew for each request (development).
  explicit StaticFiles(std::string folder) : folder_(std::move(folder)) {}

  /// The answer to a GET or HEAD; nothing when no file is meant by this path.
  [[nodiscard]] std::optional<Response> find(const Request& request) const;

 private:
  [[nodiscard]] std::optional<Response> read_from_folder(const std::string& path) const;

  std::string folder_;
};

}  // namespace suki::server
