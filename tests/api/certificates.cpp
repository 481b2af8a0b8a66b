#include "certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace suki::api {
namespace {

struct FreeAll {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeAll>;
using Certificate = std::unique_ptr<X509, FreeAll>;

Key new_key() {
  return Key(EVP_EC_gen("P-256"));
}

template <class Write>
std::string to_pem(Write write) {
  const std::unique_ptr<BIO, FreeAll> bio(BIO_new(BIO_s_mem()));
  if (write(bio.get()) != 1) throw std::runtime_error("PEM");
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

void extend(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  if (extension == nullptr || X509_add_ext(certificate, extension, -1) != 1) throw std::runtime_error(value);
  X509_EXTENSION_free(extension);
}

Certificate begin(const char* name, long serial, EVP_PKEY* key, int from_days, int to_days) {
  Certificate made(X509_new());
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), from_days * 86'400L);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), to_days * 86'400L);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_set_pubkey(made.get(), key);
  return made;
}

}  // namespace

struct Authority::Parts {
  Key key = new_key();
  Certificate certificate;
};

Authority::Authority() : parts_(std::make_unique<Parts>()) {
  Certificate made = begin("suki tests", 1, parts_->key.get(), -1, 30);
  X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
  extend(made.get(), made.get(), NID_basic_constraints, "critical,CA:TRUE");
  extend(made.get(), made.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  if (X509_sign(made.get(), parts_->key.get(), EVP_sha256()) == 0) throw std::runtime_error("sign");
  parts_->certificate = std::move(made);
}

Authority::~Authority() = default;

std::string Authority::pem() const {
  return to_pem([this](BIO* bio) { return PEM_write_bio_X509(bio, parts_->certificate.get()); });
}

Authority::Pair Authority::issue(long serial, int from_days, int to_days) const {
  const Key key = new_key();
  const Certificate made = begin("desk.example", serial, key.get(), from_days, to_days);
  X509_set_issuer_name(made.get(), X509_get_subject_name(parts_->certificate.get()));
  extend(made.get(), parts_->certificate.get(), NID_subject_alt_name, "DNS:desk.example,IP:127.0.0.1");
  if (X509_sign(made.get(), parts_->key.get(), EVP_sha256()) == 0) throw std::runtime_error("sign");
  return {to_pem([&](BIO* bio) { return PEM_write_bio_X509(bio, made.get()); }), to_pem([&](BIO* bio) {
            return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

void replace_file(const std::string& name, const std::string& text) {
  std::ofstream(name + ".new", std::ios::binary) << text;
  if (std::rename((name + ".new").c_str(), name.c_str()) != 0) throw std::runtime_error(name);
}

}  // namespace suki::api
