#include "app/basis.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <sodium.h>

namespace suki::app {
namespace {

constexpr std::size_t hex_digits = 2 * crypto_hash_sha256_BYTES;

/// SHA-256 of texts one after the other, each with its length before it, so that no two lists give the same bytes.
class Hash {
 public:
  Hash() { crypto_hash_sha256_init(&state_); }
  void add(std::string_view text) {
    const std::string length = std::to_string(text.size()) + ":";
    add_bytes(length);
    add_bytes(text);
  }
  void add_bytes(std::string_view bytes) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  std::string take() {
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(&state_, hash);
    char hex[hex_digits + 1];
    return sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  }

 private:
  crypto_hash_sha256_state state_{};
};

std::string sha256_of(std::string_view bytes) {
  Hash hash;
  hash.add_bytes(bytes);
  return hash.take();
}

}  // namespace

std::vector<store::BasisRecord> to_records(const planfile::Basis& basis) {
  std::vector<store::BasisRecord> records;
  for (const planfile::BasisPart& part : basis)
    records.push_back({planfile::name_of(part.kind), part.name, part.edition, sha256_of(part.bytes), part.bytes});
  return records;
}

Result<planfile::Basis> to_basis(const std::vector<store::BasisRecord>& records) {
  planfile::Basis basis;
  for (const store::BasisRecord& record : records) {
    const auto kind = planfile::find_basis_kind(record.kind);
    if (!kind || sha256_of(record.bytes) != record.digest)
      return fail(ErrorCode::io, fmt::format("its {} {} is {} (SHA-256 {})", record.kind, record.name,
                                             record.bytes.empty() ? "gone" : "damaged", record.digest));
    basis.push_back({*kind, record.name, record.edition, record.bytes});
  }
  std::sort(basis.begin(), basis.end(),
            [](const auto& a, const auto& b) { return std::tie(a.kind, a.name) < std::tie(b.kind, b.name); });
  return basis;
}

std::string digest_of(std::vector<store::PlanFileRecord> files, std::vector<store::BasisRecord> basis) {
  // Sorted here: a database's order of texts is its own.
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  std::sort(basis.begin(), basis.end(),
            [](const auto& a, const auto& b) { return std::tie(a.kind, a.name) < std::tie(b.kind, b.name); });
  Hash hash;
  hash.add("plan version");
  hash.add(std::to_string(files.size()));
  for (const auto& file : files) {
    hash.add(file.name);
    hash.add(file.bytes);
  }
  for (const auto& part : basis) {
    hash.add(part.kind);
    hash.add(part.name);
    hash.add(part.digest);
  }
  return hash.take();
}

bool covers_basis(const std::string& digest) {
  return digest.size() == hex_digits;
}

}  // namespace suki::app
