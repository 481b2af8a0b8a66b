/// What the system says of this process.
#pragma once

#include <cstdint>

namespace suki::metrics {

struct Process {
  double cpu_seconds = 0, started_at = 0;  ///< started_at: seconds since 1970
  std::int64_t resident_bytes = 0, virtual_bytes = 0, open_files = 0, files_max = 0, threads = 0;
};
/// From /proc/self; what cannot be read is 0.
[[nodiscard]] Process read_process();

}  // namespace suki::metrics
