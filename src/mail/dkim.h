/// DKIM (RFC 6376, 8463) for mails out: keys, what DNS must say of them, signatures. libopendkim and OpenSSL stay
/// inside.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace suki::mail {

/// Every receiver reads RSA; Ed25519 is shorter and newer, and for use beside it.
enum class DkimKind : std::uint8_t { rsa, ed25519 };
struct DkimKey {
  std::string domain, selector;  ///< in lower case
  DkimKind kind = DkimKind::rsa;
  std::string pem;  ///< the private key, PKCS 8
};
inline constexpr int dkim_rsa_bits = 2048;  ///< RFC 8301, 3.2; more does not fit one string of DNS everywhere

/// Errors: bad_input (domain or selector is no name in DNS), internal.
[[nodiscard]] Result<DkimKey> new_dkim_key(DkimKind kind, std::string_view domain, std::string_view selector);
/// A key as a file: "domain: ..." and "selector: ..." above the PEM.
[[nodiscard]] std::string write_dkim_key(const DkimKey& key);
/// Errors: bad_input, with what is missing.
[[nodiscard]] Result<DkimKey> read_dkim_key(std::string_view file);

[[nodiscard]] std::string dkim_record_name(const DkimKey& key);  ///< "s1._domainkey.shop.example"
/// "v=DKIM1; k=rsa; p=...". Errors: bad_input (the key cannot be read).
[[nodiscard]] Result<std::string> dkim_record(const DkimKey& key);
/// Whether this record, as DNS gave it, is that of the key: its p= is the same and nothing in it forbids the use.
/// Errors: refused, with what is wrong.
[[nodiscard]] Result<void> check_dkim_record(const DkimKey& key, std::string_view record);

/// The mail with a signature of every key whose domain is that of its From address, or above it; others are left out,
/// and so are signatures altogether where none fits. `mail` is RFC 5322 with CRLF. Signed are From, To, Cc, Subject,
/// Date, Message-ID, In-Reply-To, References, Reply-To, Auto-Submitted and those of MIME, relaxed/relaxed; From and
/// Subject may not be added to later. Errors: internal (the library's words).
[[nodiscard]] Result<std::string> sign_dkim(const std::string& mail, const std::vector<DkimKey>& keys);

/// What DNS says at a name; "" for nothing.
using DkimLookup = std::function<std::string(const std::string& name)>;
/// How many signatures the mail has, once all hold by the library's own verifier. Errors: refused (one does not hold).
[[nodiscard]] Result<int> verify_dkim(const std::string& mail, const DkimLookup& lookup);

}  // namespace suki::mail
