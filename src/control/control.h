/// The Unix socket in a data folder, by which the command line speaks to the server that owns the folder.
///   request   VERB LENGTH\n BODY          answer   ok LENGTH\n BODY   or   error NUMBER LENGTH\n DETAIL   (NUMBER:
///   ErrorCode)
/// One request a connection. The socket's mode is 0600: whoever may read the folder may ask.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace suki::control {

inline constexpr std::size_t body_bytes_max = 65u << 20;  ///< a mail of mail_bytes_max fits
inline constexpr int connections_max = 16;                ///< at once; further ones wait in the listen queue
inline constexpr int idle_seconds_max = 30;               ///< without a byte; then the connection is cut

[[nodiscard]] std::string socket_path(const std::string& data_dir);

/// Listens on threads of its own from start() to its end.
class Control {
 public:
  /// Runs on a connection's thread and may block; called from several threads at once.
  using Handler = std::function<Result<std::string>(std::string body)>;
  /// Errors: io (detail says which call). A socket file left by a dead server is replaced: the caller owns the folder.
  [[nodiscard]] static Result<std::unique_ptr<Control>> start(const std::string& path,
                                                              std::map<std::string, Handler> verbs);
  /// Stops listening, lets go of requests that have not come whole, lets those that run finish, removes the socket.
  virtual ~Control() = default;
};

/// Asks the server behind `path`. Errors: not_found (nobody listens there), io (cut or timed out: it may or may not
/// have been done), else the server's own error.
[[nodiscard]] Result<std::string> ask(const std::string& path, std::string_view verb, std::string_view body,
                                      int timeout_seconds = 60);
/// Whether somebody listens there.
[[nodiscard]] bool is_served(const std::string& path);
/// ask(); nothing when nobody listens there, also behind the file that a killed server left.
[[nodiscard]] std::optional<Result<std::string>> ask_if_served(const std::string& path, std::string_view verb,
                                                               std::string_view body, int timeout_seconds = 60);

}  // namespace suki::control
