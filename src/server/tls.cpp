#include "server/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

#include <fmt/format.h>
#include <boost/asio/ssl/context.hpp>

#include "base/text.h"

namespace suki::server {
namespace {

namespace ssl = boost::asio::ssl;

/// TLS 1.2: what Mozilla's "intermediate" has, without DHE. TLS 1.3's own are all good.
constexpr const char* ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

template <class T, void (*free)(T*)>
struct Free {
  void operator()(T* pointer) const { free(pointer); }
};
using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;
using X509Ptr = std::unique_ptr<X509, Free<X509, X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;

Result<File> open_file(const std::string& name) {
  File file(std::fopen(name.c_str(), "re"), &std::fclose);
  if (!file) return fail(ErrorCode::io, fmt::format("{}: {}", name, std::strerror(errno)));
  return file;
}

/// OpenSSL's reason, and its list of errors empty again.
std::string reason() {
  const char* text = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return text != nullptr ? text : "it cannot be read";
}

Instant instant_of(const ASN1_TIME* time) {
  std::tm utc{};
  if (ASN1_TIME_to_tm(time, &utc) != 1) return never;
  return Instant{static_cast<std::int64_t>(::timegm(&utc)) * seconds(1).us};
}

std::string text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  auto* all = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; all != nullptr && i < sk_GENERAL_NAME_num(all); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all, i);
    if (name->type == GEN_DNS) names.push_back(to_lower_ascii(text_of(name->d.dNSName)));
    if (name->type != GEN_IPADD) continue;
    char text[INET6_ADDRSTRLEN] = {};
    const bool v6 = ASN1_STRING_length(name->d.iPAddress) == 16;
    if (::inet_ntop(v6 ? AF_INET6 : AF_INET, ASN1_STRING_get0_data(name->d.iPAddress), text, sizeof text) != nullptr)
      names.emplace_back(text);
  }
  GENERAL_NAMES_free(all);
  return names;
}

int choose_http(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                unsigned int offered_length, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  unsigned char* found = nullptr;
  const int result = SSL_select_next_proto(&found, length, ours, sizeof ours - 1, offered, offered_length);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Never asks at a terminal.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

}  // namespace

Result<CertificateFacts> read_certificate(const std::string& cert_file) {
  SUKI_TRY(const File file, open_file(cert_file));
  const X509Ptr certificate(PEM_read_X509(file.get(), nullptr, &no_passphrase, nullptr));
  if (!certificate) {
    ERR_clear_error();
    return fail(ErrorCode::bad_input, cert_file + ": holds no certificate (-----BEGIN CERTIFICATE-----)");
  }
  CertificateFacts facts;
  facts.not_before = instant_of(X509_get0_notBefore(certificate.get()));
  facts.not_after = instant_of(X509_get0_notAfter(certificate.get()));
  facts.names = names_of(certificate.get());
  facts.self_signed = X509_check_issued(certificate.get(), certificate.get()) == X509_V_OK;
  return facts;
}

bool covers(const CertificateFacts& facts, const std::string& host) {
  const std::string asked = to_lower_ascii(host);
  for (const std::string& name : facts.names) {
    if (name == asked) return true;
    const std::size_t dot = asked.find('.');
    if (name.starts_with("*.") && dot != std::string::npos && dot > 0 && asked.substr(dot) == name.substr(1))
      return true;
  }
  return false;
}

Result<TlsContext> load_tls(const std::string& cert_file, const std::string& key_file) {
  SUKI_CHECK(open_file(cert_file));
  SUKI_TRY(const File file, open_file(key_file));
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* const native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                  SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // an idle connection keeps none
  if (SSL_CTX_set_cipher_list(native, ciphers) != 1) return fail(ErrorCode::internal, "tls: " + reason());
  SSL_CTX_set_alpn_select_cb(native, &choose_http, nullptr);
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(native, cert_file.c_str()) != 1)
    return fail(ErrorCode::bad_input, fmt::format("{}: no usable certificate chain ({}); it must hold the server's "
                                                  "certificate first, then those that signed it, as PEM",
                                                  cert_file, reason()));
  const Key key(PEM_read_PrivateKey(file.get(), nullptr, &no_passphrase, nullptr));
  if (!key)
    return fail(ErrorCode::bad_input,
                fmt::format("{}: no usable private key ({}); it must be PEM without a passphrase", key_file, reason()));
  if (SSL_CTX_use_PrivateKey(native, key.get()) != 1 || SSL_CTX_check_private_key(native) != 1)
    return fail(ErrorCode::bad_input,
                fmt::format("{} is not the key of the certificate in {} ({})", key_file, cert_file, reason()));
  return context;
}

Result<void> Certificate::load() {
  const std::string stamp_now = stamp();
  auto made = load_tls(cert_file_, key_file_);
  auto facts = read_certificate(cert_file_);
  const std::scoped_lock lock(mutex_);
  stamp_ = stamp_now;  // files that cannot be used are not read again before they change
  if (!made.ok()) return made.error();
  if (!facts.ok()) return facts.error();
  context_ = std::move(made).value();
  not_after_ = facts->not_after;
  return {};
}

Result<bool> Certificate::load_if_changed() {
  {
    const std::scoped_lock lock(mutex_);
    if (stamp_ == stamp()) return false;
  }
  SUKI_CHECK(load());
  return true;
}

TlsContext Certificate::context() const {
  const std::scoped_lock lock(mutex_);
  return context_;
}

Instant Certificate::not_after() const {
  const std::scoped_lock lock(mutex_);
  return not_after_;
}

std::string Certificate::stamp() const {
  std::string all;
  for (const std::string& name : {cert_file_, key_file_}) {
    struct stat found {};
    if (::stat(name.c_str(), &found) != 0) continue;
    all += fmt::format("{}.{}.{}.{};", found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec);
  }
  return all;
}

}  // namespace suki::server
