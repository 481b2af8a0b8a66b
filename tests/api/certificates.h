/// Certificates for tests, by a certification authority of their own.
#pragma once

#include <memory>
#include <string>

namespace suki::api {

class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;
  [[nodiscard]] std::string pem() const;  ///< what clients trust
  struct Pair {
    std::string certificate, key;  ///< PEM
  };
  /// For 127.0.0.1 and desk.example; from `from_days` to `to_days` after now.
  [[nodiscard]] Pair issue(long serial, int from_days = -1, int to_days = 30) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// The file as a whole, replaced in one step as ACME clients do.
void replace_file(const std::string& name, const std::string& text);

}  // namespace suki::api
