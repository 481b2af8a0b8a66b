#include "app/seal.h"

#include <sodium.h>

#include "app/totp.h"
#include "app/work.h"

namespace suki::app {
namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::optional<std::string> from_base32(const std::string& text) {
  std::string bytes;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const int value = c >= 'A' && c <= 'Z' ? c - 'A' : c >= '2' && c <= '7' ? c - '2' + 26 : -1;
    if (value < 0) return std::nullopt;
    held = (held << 5u) | static_cast<std::uint32_t>(value);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>((held >> bits) & 0xFFu);
  }
  return bytes;
}

}  // namespace

bool can_seal(App& app) {
  return app.shared().host.secret_key.size() == crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
}

std::string chance(App& app, std::size_t count) {
  const std::string token = app.shared().host.random_token(32);
  std::string bytes(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(bytes.data()),
                     reinterpret_cast<const unsigned char*>(token.data()), token.size());
  SUKI_ASSERT(count <= bytes.size());
  bytes.resize(count);
  return bytes;
}

std::string seal(App& app, std::string_view about, std::string_view secret) {
  SUKI_ASSERT(can_seal(app));
  const std::string nonce = chance(app, nonce_size);
  std::string sealed(secret.size() + tag_size, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(sealed.data()), nullptr, raw(secret),
                                             secret.size(), raw(about), about.size(), nullptr, raw(nonce),
                                             raw(app.shared().host.secret_key));
  return to_base32(nonce + sealed);
}

std::optional<std::string> unseal(App& app, std::string_view about, const std::string& sealed_text) {
  const auto all = from_base32(sealed_text);
  if (!can_seal(app) || !all || all->size() < nonce_size + tag_size) return std::nullopt;
  const std::string_view sealed = std::string_view(*all).substr(nonce_size);
  std::string secret(sealed.size() - tag_size, '\0');
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
      reinterpret_cast<unsigned char*>(secret.data()), nullptr, nullptr, raw(sealed), sealed.size(), raw(about),
      about.size(), raw(*all), raw(app.shared().host.secret_key));
  if (opened != 0) return std::nullopt;
  return secret;
}

}  // namespace suki::app
