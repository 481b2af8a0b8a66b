/// A whole server in this process: store in a folder of its own, the office-hours plan in force, one agent (ana), one
/// manager (mia) and one owner (ria), one conversation begun by a customer.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "client.h"
#include "server/server.h"

namespace suki::api {

inline constexpr const char* password = "correct horse battery";

struct LoggedIn {
  std::string cookie, csrf;
};

class Api : public testing::Test {
 public:
  static void SetUpTestSuite();
  static void TearDownTestSuite();

 protected:
  [[nodiscard]] static std::uint16_t port();
  [[nodiscard]] static const LoggedIn& agent();
  [[nodiscard]] static const LoggedIn& manager();
  [[nodiscard]] static const std::string& token();         ///< of the private link
  [[nodiscard]] static const std::string& conversation();  ///< its id at the desk
  [[nodiscard]] static std::string new_conversation(const std::string& request_id, const std::string& message);

 public:
  [[nodiscard]] static LoggedIn log_in(std::uint16_t port, const std::string& login);
};

/// A server of its own, with other options.
class Running {
 public:
  explicit Running(server::Options options);
  ~Running();  ///< stops it and removes the folder
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] server::Server& server();
  void stop();
  /// Statements behind the server's back.
  void run_sql(const std::string& sql) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
  std::uint16_t port_ = 0;
};

/// The text of field `name` in a JSON object that holds it at its top level.
[[nodiscard]] std::string field(const std::string& json, const std::string& name);

}  // namespace suki::api
