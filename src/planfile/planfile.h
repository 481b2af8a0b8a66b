/// A plan folder from disk or from bytes: plan.yaml as a located tree, and the files that it names.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "plan/model.h"
#include "plan/tree.h"

namespace suki::planfile {

inline constexpr const char* plan_file_name = "plan.yaml";
/// Limits on the files that a plan names. Chosen: a reply is a page, an iCalendar file of a town a few kilobytes.
inline constexpr std::size_t file_bytes_max = 1U << 20U;
inline constexpr std::size_t files_max = 500;

struct Read {
  Diagnostics diagnostics;
  /// plan.yaml itself could not be had: no such folder, no such file, not permitted, too large. diagnostics says why.
  bool cannot_read = false;
  /// Absent when plan.yaml is no tree. Files that could not be had are in folder->missing; check() reports them.
  std::optional<plan::Folder> folder;
  /// All bytes that make this plan, plan.yaml first: what a store keeps of a plan version.
  std::vector<plan::Folder::File> files;
};

/// Reads plan.yaml and each file named by `file:` or `ical:`, and nothing else. Names that leave the folder, directly
/// or by a symbolic link, are refused; so is anything but a regular file. Sizes are looked at before reading.
[[nodiscard]] Read read_folder(const std::filesystem::path& folder);
/// The same from bytes, as a store keeps them. plan.yaml must be among them.
[[nodiscard]] Read read_folder_from_bytes(std::vector<plan::Folder::File> files);

struct Loaded {
  bool cannot_read = false;
  plan::Checked checked;  ///< diagnostics of reading and checking together, sorted
  std::vector<plan::Folder::File> files;
};
/// read_folder and plan::check in one.
[[nodiscard]] Loaded load_folder(const std::filesystem::path& folder, const plan::Sources& sources,
                                 plan::Symbols& symbols);
[[nodiscard]] Loaded load_bytes(std::vector<plan::Folder::File> files, const plan::Sources& sources,
                                plan::Symbols& symbols);

}  // namespace suki::planfile
