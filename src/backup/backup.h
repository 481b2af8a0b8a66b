/// A whole store, copied: into a file, out of one, or from one engine to the other. Every copy is read again where it
/// arrived, and compared table by table, before it counts. Memory: a few MiB, and the largest row a few times.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "backup/file.h"
#include "base/result.h"
#include "base/time.h"

namespace suki::backup {

/// How far it is. Called often, on the caller's thread.
enum class Phase : std::uint8_t { copying, checking };
using Progress = std::function<void(Phase phase, std::int64_t rows, std::int64_t in_all)>;

struct CopiedTable {
  std::string name, digest;
  std::int64_t rows = 0;
};
struct Copied {
  Instant made_at;         ///< of the backup
  std::string made_by;     ///< likewise
  std::string from, to;    ///< stores, without passwords; of a move
  std::string old_at;      ///< where the old store of a move lies now; "": where it was
  std::int64_t bytes = 0;  ///< of the file
  std::int64_t rows = 0;
  std::vector<CopiedTable> tables;
};

/// Writes everything that is in the store of `data_dir` into `file`, as of one instant, beside a server that goes on;
/// then reads the file again. Errors: conflict (the file is there; or the store is of a later version), io, internal
/// (what was written is not what was read).
[[nodiscard]] Result<Copied> back_up(const std::string& data_dir, const std::string& url, const std::string& file,
                                     const std::string& made_by, Instant now, const Progress& progress);

/// Makes a data folder from a backup. `data_dir` must be absent or empty, and the database of `url` too ("": a file in
/// the folder). Given up half-way, there is no store. Errors: conflict (not empty; the backup is of a later version),
/// bad_input (the file is no backup, is cut, or was changed), busy, io, unavailable.
[[nodiscard]] Result<Copied> restore(const std::string& file, const std::string& data_dir, const std::string& url,
                                     const Progress& progress);

/// Brings the store of `data_dir` to `url`, and the folder keeps that from then on; the old one stays where it is (a
/// file under another name) and is used no more. Given up half-way, the old one is in force. Errors: busy (a process
/// has the folder or a database), conflict (it is there already; there is something in the place), io, unavailable.
[[nodiscard]] Result<Copied> move(const std::string& data_dir, const std::string& url, Instant now,
                                  const Progress& progress);

}  // namespace suki::backup
