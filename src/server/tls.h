/// The server's certificate: read from files, watched, and replaced without touching connections that stand.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace boost::asio::ssl {
class context;
}

namespace suki::server {

/// What stands in a certificate file, for `suki doctor` and the metrics.
struct CertificateFacts {
  Instant not_before, not_after;
  std::vector<std::string> names;  ///< DNS names and IP addresses that it is for; may begin with "*."
  bool self_signed = false;
};
/// Of the first certificate in the file (PEM). Errors: io, bad_input; the detail names file and cure.
[[nodiscard]] Result<CertificateFacts> read_certificate(const std::string& cert_file);
/// Whether the certificate is for `host` (RFC 6125: a star stands for one label).
[[nodiscard]] bool covers(const CertificateFacts& facts, const std::string& host);

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;
/// TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only. Errors: io, bad_input (no certificate, no
/// key, a key of another certificate, a key with a passphrase).
[[nodiscard]] Result<TlsContext> load_tls(const std::string& cert_file, const std::string& key_file);

class Certificate {
 public:
  Certificate(std::string cert_file, std::string key_file)
      : cert_file_(std::move(cert_file)), key_file_(std::move(key_file)) {}
  /// Reads both files. When they cannot be used, what was used before stays in use.
  Result<void> load();
  /// The same, when one of the files is another than it was. True: they were read.
  Result<bool> load_if_changed();
  [[nodiscard]] TlsContext context() const;  ///< for the next connection; null before the first load()
  [[nodiscard]] Instant not_after() const;

 private:
  [[nodiscard]] std::string stamp() const;
  const std::string cert_file_, key_file_;
  mutable std::mutex mutex_;
  TlsContext context_;
  Instant not_after_ = never;
  std::string stamp_;  ///< of the files when they were last looked at
};

}  // namespace suki::server
