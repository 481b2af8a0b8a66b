/// The line to an IMAP server, logged in. libcurl stays in wire.cpp.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "imap/session.h"

namespace suki::imap {

[[nodiscard]] Error trouble(std::string_view reason, std::string text);

class Wire {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Wire>> connect(const Server& server, const LogIn& log_in, Waker& waker,
                                                             const Timing& timing, std::vector<Step>* steps);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  [[nodiscard]] Result<void> send(std::string_view bytes);
  /// What came, at least a byte; "" when nothing did within `span`, or (`called` is set) somebody called. Whoever is
  /// not asked for by `called` is not listened to, unless for good.
  [[nodiscard]] Result<std::string> receive(std::chrono::milliseconds span, bool* called = nullptr);

 private:
  Wire();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace suki::imap
