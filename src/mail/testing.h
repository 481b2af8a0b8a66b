/// Real mails for tests. They are not part of the repository: SUKI_DATA names their folder (default: ../shared/data
/// beside the source folder), and a test that needs them says when they are absent.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace suki::mail::testing {

inline std::filesystem::path data_folder() {
  const char* named = std::getenv("SUKI_DATA");
  return (named ? std::filesystem::path(named) : std::filesystem::path(SUKI_SOURCE_DIR) / "../shared/data") / "mail";
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace suki::mail::testing

#define SUKI_NEED_MAILS()                               \
  if (!std::filesystem::exists(testing::data_folder())) \
  GTEST_SKIP() << "no mails at " << testing::data_folder() << "; set SUKI_DATA"
