#include "mail/dkim.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <memory>

// The library's header uses these names of C, the first of which clang does not know in C++.
#ifndef _Bool
#define _Bool bool  // NOLINT(bugprone-reserved-identifier,readability-identifier-naming)
#endif
#include <sys/types.h>

#include <dkim.h>

#include "base/text.h"

namespace suki::mail {
namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

std::string bytes_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(std::max(size, 0L))};
}

Key read_key(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

bool is_dns_name(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  for (const std::string_view label : split(name, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    if (!std::all_of(label.begin(), label.end(),
                     [](unsigned char c) { return c < 0x80 && (std::isalnum(c) != 0 || c == '-' || c == '_'); }))
      return false;
  }
  return true;
}

std::string base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

/// p= of the record: for RSA the SubjectPublicKeyInfo (RFC 6376, 3.6.1), for Ed25519 the 32 bytes (RFC 8463, 4.2).
Result<std::string> public_part(const DkimKey& key) {
  const Key read = read_key(key.pem);
  if (!read) return fail(ErrorCode::bad_input, "the private key cannot be read");
  if (key.kind == DkimKind::ed25519) {
    std::string raw(32, '\0');
    std::size_t size = raw.size();
    if (EVP_PKEY_get_raw_public_key(read.get(), reinterpret_cast<unsigned char*>(raw.data()), &size) != 1)
      return fail(ErrorCode::bad_input, "the private key is not Ed25519");
    return base64(raw);
  }
  const Bio bio(BIO_new(BIO_s_mem()));
  if (i2d_PUBKEY_bio(bio.get(), read.get()) != 1) return fail(ErrorCode::bad_input, "the private key cannot be read");
  return base64(bytes_of(bio.get()));
}

/// Tags of a record, "p=..." by name, without blanks.
std::string tag(std::string_view record, std::string_view name) {
  for (const std::string_view part : split(record, ';')) {
    const std::string_view one = trim(part);
    const auto equals = one.find('=');
    if (equals == std::string_view::npos || trim(one.substr(0, equals)) != name) continue;
    std::string value(one.substr(equals + 1));
    std::erase_if(value, [](unsigned char c) { return std::isspace(c) != 0; });
    return value;
  }
  return {};
}

/// The library, with options of its own for each use: they are the library handle's, and not to be changed in use.
class Library {
 public:
  Library() : handle_(dkim_init(nullptr, nullptr)) {}
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() {
    if (handle_ != nullptr) dkim_close(handle_);
  }
  [[nodiscard]] DKIM_LIB* get() const { return handle_; }

 private:
  DKIM_LIB* handle_;
};

DKIM_LIB* signing_library() {
  static const Library library;
  static const bool set = [] {
    static const char* const signed_headers[] = {"From",
                                                 "To",
                                                 "Cc",
                                                 "Subject",
                                                 "Date",
                                                 "Message-ID",
                                                 "In-Reply-To",
                                                 "References",
                                                 "Reply-To",
                                                 "Auto-Submitted",
                                                 "MIME-Version",
                                                 "Content-Type",
                                                 "Content-Transfer-Encoding",
                                                 nullptr};
    static const char* const closed_headers[] = {"From", "Subject", nullptr};
    if (library.get() == nullptr) return false;
    const auto option = [](dkim_opts_t name, const char* const* value) {
      return dkim_options(library.get(), DKIM_OP_SETOPT, name, const_cast<const char**>(value), sizeof(void*)) ==
             DKIM_STAT_OK;
    };
    return option(DKIM_OPTS_SIGNHDRS, signed_headers) && option(DKIM_OPTS_OVERSIGNHDRS, closed_headers);
  }();
  return set ? library.get() : nullptr;
}

struct FreeDkim {
  void operator()(DKIM* dkim) const { dkim_free(dkim); }
};
using Handle = std::unique_ptr<DKIM, FreeDkim>;

unsigned char* bytes(const std::string& text) {
  return reinterpret_cast<unsigned char*>(const_cast<char*>(text.data()));
}

Error failed(const char* what, DKIM* dkim, DKIM_STAT status) {
  const char* own = dkim != nullptr ? dkim_geterror(dkim) : nullptr;
  return fail(ErrorCode::internal, fmt::format("DKIM: {}: {}", what, own ? own : dkim_getresultstr(status)));
}

/// The whole mail through the library, header field by header field.
DKIM_STAT feed(DKIM* dkim, const std::string& mail) {
  const std::size_t end = mail.find("\r\n\r\n");
  const std::string_view head = std::string_view(mail).substr(0, end);
  for (std::size_t at = 0; at < head.size();) {
    std::size_t line_end = head.find("\r\n", at);
    while (line_end != std::string_view::npos && line_end + 2 < head.size() &&
           (head[line_end + 2] == ' ' || head[line_end + 2] == '\t'))
      line_end = head.find("\r\n", line_end + 2);
    const std::size_t stop = std::min(line_end, head.size());
    const std::string field(head.substr(at, stop - at));
    if (const DKIM_STAT status = dkim_header(dkim, bytes(field), field.size()); status != DKIM_STAT_OK) return status;
    at = stop + 2;
  }
  if (const DKIM_STAT status = dkim_eoh(dkim); status != DKIM_STAT_OK) return status;
  if (end != std::string::npos && end + 4 < mail.size()) {
    const std::string body = mail.substr(end + 4);
    if (const DKIM_STAT status = dkim_body(dkim, bytes(body), body.size()); status != DKIM_STAT_OK) return status;
  }
  return dkim_eom(dkim, nullptr);
}

Result<std::string> signature_of(const std::string& mail, const DkimKey& key) {
  DKIM_LIB* library = signing_library();
  if (library == nullptr) return fail(ErrorCode::internal, "DKIM: the library does not start");
  DKIM_STAT status = DKIM_STAT_OK;
  const std::string id = "out";
  const Handle dkim(dkim_sign(library, bytes(id), nullptr, bytes(key.pem), bytes(key.selector), bytes(key.domain),
                              DKIM_CANON_RELAXED, DKIM_CANON_RELAXED,
                              key.kind == DkimKind::rsa ? DKIM_SIGN_RSASHA256 : DKIM_SIGN_ED25519SHA256, -1, &status));
  if (!dkim) return failed("cannot sign", nullptr, status);
  if (status = feed(dkim.get(), mail); status != DKIM_STAT_OK) return failed("cannot sign", dkim.get(), status);
  u_char* header = nullptr;
  std::size_t size = 0;
  status = dkim_getsighdr_d(dkim.get(), std::strlen(DKIM_SIGNHEADER) + 2, &header, &size);
  if (status != DKIM_STAT_OK) return failed("cannot sign", dkim.get(), status);
  // Its lines end in LF CR LF in the library's own ways: written anew with CRLF alone.
  std::string value;
  for (const char c : std::string_view(reinterpret_cast<const char*>(header), size)) {
    if (c == '\r') continue;
    if (c == '\n') value += '\r';
    value += c;
  }
  return fmt::format("{}: {}\r\n", DKIM_SIGNHEADER, value);
}

/// Of the only From field that a mail of ours has.
std::string from_domain(const std::string& mail) {
  const std::string lower = to_lower_ascii(mail.substr(0, mail.find("\r\n\r\n")));
  std::size_t at = lower.starts_with("from:") ? 0 : lower.find("\r\nfrom:");
  if (at == std::string::npos) return {};
  at = lower.find(':', at);
  std::size_t end = lower.find("\r\n", at);
  while (end != std::string::npos && end + 2 < lower.size() && (lower[end + 2] == ' ' || lower[end + 2] == '\t'))
    end = lower.find("\r\n", end + 2);
  const std::string field = lower.substr(at, end == std::string::npos ? end : end - at);
  const std::size_t sign = field.rfind('@');
  if (sign == std::string::npos) return {};
  const std::size_t stop = field.find_first_of("> \t\r", sign);
  return field.substr(sign + 1, stop == std::string::npos ? stop : stop - sign - 1);
}

}  // namespace

Result<DkimKey> new_dkim_key(DkimKind kind, std::string_view domain, std::string_view selector) {
  DkimKey key{to_lower_ascii(domain), to_lower_ascii(selector), kind, ""};
  if (!is_dns_name(key.domain) || key.domain.find('.') == std::string::npos)
    return fail(ErrorCode::bad_input, fmt::format("\"{}\" is no domain; write it like shop.example", domain));
  if (!is_dns_name(key.selector))
    return fail(ErrorCode::bad_input, fmt::format("\"{}\" is no selector; write a short word like s1", selector));
  const Key made(kind == DkimKind::rsa ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{dkim_rsa_bits})
                                       : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!made || PEM_write_bio_PrivateKey(bio.get(), made.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return fail(ErrorCode::internal, "no key can be made");
  key.pem = bytes_of(bio.get());
  return key;
}

std::string write_dkim_key(const DkimKey& key) {
  return fmt::format("domain: {}\nselector: {}\n{}", key.domain, key.selector, key.pem);
}

Result<DkimKey> read_dkim_key(std::string_view file) {
  DkimKey key;
  const std::size_t pem = file.find("-----BEGIN");
  for (const std::string_view line : split(file.substr(0, pem), '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string name = to_lower_ascii(trim(line.substr(0, colon)));
    const std::string value = to_lower_ascii(trim(line.substr(colon + 1)));
    if (name == "domain") key.domain = value;
    if (name == "selector") key.selector = value;
  }
  if (!is_dns_name(key.domain))
    return fail(ErrorCode::bad_input, "it has no line \"domain: shop.example\" above the key");
  if (!is_dns_name(key.selector)) return fail(ErrorCode::bad_input, "it has no line \"selector: s1\" above the key");
  if (pem == std::string_view::npos) return fail(ErrorCode::bad_input, "it has no private key (PEM)");
  key.pem = file.substr(pem);
  const Key read = read_key(key.pem);
  if (!read) return fail(ErrorCode::bad_input, "its private key cannot be read");
  const int type = EVP_PKEY_get_base_id(read.get());
  if (type != EVP_PKEY_RSA && type != EVP_PKEY_ED25519)
    return fail(ErrorCode::bad_input, "its private key is neither RSA nor Ed25519");
  if (type == EVP_PKEY_RSA && EVP_PKEY_get_bits(read.get()) < 1024)
    return fail(ErrorCode::bad_input, "its RSA key has fewer than 1,024 bits, which nobody accepts (RFC 8301)");
  key.kind = type == EVP_PKEY_RSA ? DkimKind::rsa : DkimKind::ed25519;
  return key;
}

std::string dkim_record_name(const DkimKey& key) {
  return key.selector + "._domainkey." + key.domain;
}

Result<std::string> dkim_record(const DkimKey& key) {
  SUKI_TRY(const std::string shown, public_part(key));
  return fmt::format("v=DKIM1; k={}; p={}", key.kind == DkimKind::rsa ? "rsa" : "ed25519", shown);
}

Result<void> check_dkim_record(const DkimKey& key, std::string_view record) {
  SUKI_TRY(const std::string wanted, public_part(key));
  if (trim(record).empty()) return fail(ErrorCode::refused, "DNS has no record there");
  if (const std::string version = tag(record, "v"); !version.empty() && version != "DKIM1")
    return fail(ErrorCode::refused, fmt::format("its v= is \"{}\" and must be DKIM1", version));
  const std::string kind = tag(record, "k");
  if ((kind.empty() ? "rsa" : kind) != (key.kind == DkimKind::rsa ? "rsa" : "ed25519"))
    return fail(ErrorCode::refused, fmt::format("its k= is \"{}\", which is another kind of key", kind));
  const std::string shown = tag(record, "p");
  if (shown.empty()) return fail(ErrorCode::refused, "its p= is empty: the key is withdrawn");
  if (shown != wanted)
    return fail(ErrorCode::refused, wanted.starts_with(shown) ? "its p= is cut short: write the whole record"
                                                              : "its p= is that of another key");
  if (const std::string hash = tag(record, "h"); !hash.empty() && hash.find("sha256") == std::string::npos)
    return fail(ErrorCode::refused, fmt::format("its h= is \"{}\" and allows no sha256", hash));
  return {};
}

Result<std::string> sign_dkim(const std::string& mail, const std::vector<DkimKey>& keys) {
  const std::string domain = from_domain(mail);
  std::string signatures;
  for (const DkimKey& key : keys) {
    if (domain != key.domain && !domain.ends_with("." + key.domain)) continue;
    SUKI_TRY(const std::string one, signature_of(mail, key));
    signatures += one;
  }
  return signatures + mail;
}

namespace {

thread_local const DkimLookup* lookup_now = nullptr;

DKIM_CBSTAT give_record(DKIM*, DKIM_SIGINFO* signature, u_char* to, std::size_t size) {
  const std::string name = fmt::format("{}._domainkey.{}", reinterpret_cast<char*>(dkim_sig_getselector(signature)),
                                       reinterpret_cast<char*>(dkim_sig_getdomain(signature)));
  const std::string record = (*lookup_now)(name);
  if (record.empty() || record.size() >= size) return DKIM_CBSTAT_NOTFOUND;
  std::memcpy(to, record.c_str(), record.size() + 1);
  return DKIM_CBSTAT_CONTINUE;
}

}  // namespace

Result<int> verify_dkim(const std::string& mail, const DkimLookup& lookup) {
  const Library library;
  if (library.get() == nullptr) return fail(ErrorCode::internal, "DKIM: the library does not start");
  if (dkim_set_key_lookup(library.get(), &give_record) != DKIM_STAT_OK)
    return fail(ErrorCode::internal, "DKIM: the library takes no key lookup");
  lookup_now = &lookup;
  DKIM_STAT status = DKIM_STAT_OK;
  const std::string id = "in";
  const Handle dkim(dkim_verify(library.get(), bytes(id), nullptr, &status));
  if (!dkim) return failed("cannot verify", nullptr, status);
  status = feed(dkim.get(), mail);
  if (status == DKIM_STAT_NOSIG) return 0;
  if (status != DKIM_STAT_OK) {
    Error error = failed("does not hold", dkim.get(), status);
    error.code = ErrorCode::refused;
    return error;
  }
  DKIM_SIGINFO** all = nullptr;
  int count = 0;
  if (dkim_getsiglist(dkim.get(), &all, &count) != DKIM_STAT_OK) return 0;
  for (int i = 0; i < count; ++i) {
    const bool holds =
        (dkim_sig_getflags(all[i]) & DKIM_SIGFLAG_PASSED) != 0 && dkim_sig_getbh(all[i]) == DKIM_SIGBH_MATCH;
    if (!holds)
      return fail(ErrorCode::refused,
                  fmt::format("signature {}: {}", i + 1, dkim_sig_geterrorstr(dkim_sig_geterror(all[i]))));
  }
  return count;
}

}  // namespace suki::mail
