/// What a plan version was compiled from, between the store, which keeps it by SHA-256, and the room that reads it.
#pragma once

#include <string>
#include <vector>

#include "planfile/basis.h"
#include "store/records.h"

namespace suki::app {

[[nodiscard]] std::vector<store::BasisRecord> to_records(const planfile::Basis& basis);
/// Each part's bytes are held against its digest. Errors: io, naming the part that is gone or damaged.
[[nodiscard]] Result<planfile::Basis> to_basis(const std::vector<store::BasisRecord>& records);

/// SHA-256 over names and bytes of all files and over the digests of the basis, 64 hex digits. Any order gives the
/// same.
[[nodiscard]] std::string digest_of(std::vector<store::PlanFileRecord> files, std::vector<store::BasisRecord> basis);
/// False for the shorter digests of folders from before the basis was kept.
[[nodiscard]] bool covers_basis(const std::string& digest);

}  // namespace suki::app
