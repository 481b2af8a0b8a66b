/// A ZIP archive as it is written, file after file, so that it can be sent while it is made: nothing of it is held but
/// the names. PKWARE's APPNOTE 6.3: deflated, names in UTF-8, ZIP64 where a number needs it. Libraries for ZIP want the
/// whole archive in a file or in memory (decision 4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace suki::app {

class Zip {
 public:
  /// The bytes to send for one file. `name`: relative, with slashes, each once. Under 4 GiB.
  [[nodiscard]] std::string add(std::string_view name, std::string_view bytes, Instant at);
  /// The bytes at the end, after which nothing more is added.
  [[nodiscard]] std::string end();

 private:
  struct Entry {
    std::string name;
    std::uint32_t crc = 0, packed = 0, size = 0, dos_time = 0;
    std::uint16_t method = 0;
    std::uint64_t offset = 0;
  };
  static void put_facts(std::string& out, const Entry& entry);

  std::vector<Entry> entries_;
  std::uint64_t written_ = 0;
};

}  // namespace suki::app
