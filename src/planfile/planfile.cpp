#include "planfile/planfile.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <set>
#include <system_error>

#include "base/text.h"
#include "planfile/yaml.h"

namespace suki::planfile {
namespace {

namespace fs = std::filesystem;
using plan::Folder;
using plan::Node;
using plan::NodeKind;

/// Names of files that the tree refers to, each once, in the order written.
void collect_names(const Node& node, std::vector<std::string>& names) {
  for (const auto& entry : node.entries) {
    const bool names_file = entry.key == "file" || entry.key == "ical";
    if (names_file && entry.value.kind == NodeKind::text &&
        std::find(names.begin(), names.end(), entry.value.scalar) == names.end()) {
      names.push_back(entry.value.scalar);
    }
    collect_names(entry.value, names);
  }
  for (const auto& item : node.items) collect_names(item, names);
}

/// A relative path of plain parts. Says nothing of symbolic links; those show when the file is opened.
bool is_inside(const std::string& name) {
  if (name.empty() || name.front() == '/' || name.size() > 255 || name.find('\\') != std::string::npos) return false;
  for (const auto part : split(name, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

struct Problem {
  std::string code, message;
};

/// Closes what it opened.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

/// The bytes of one regular file, or why not. The size is asked of the opened file, so that nobody can swap it between.
/// O_NONBLOCK: opening a pipe must not wait for a writer.
std::optional<Problem> read_file(const fs::path& path, const std::string& shown, std::size_t bytes_max,
                                 std::string& out) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return Problem{"unknown-file", fmt::format("there is no file \"{}\" in the plan folder", shown)};
    return Problem{"unreadable",
                   fmt::format("\"{}\" cannot be read: {}", shown, std::generic_category().message(errno))};
  }
  struct stat info {};
  if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode))
    return Problem{"unreadable", fmt::format("\"{}\" is not a file", shown)};
  if (info.st_size < 0 || static_cast<std::size_t>(info.st_size) > bytes_max) {
    return Problem{"too-large", fmt::format("\"{}\" has {} bytes; the limit is {}", shown, info.st_size, bytes_max)};
  }
  // One byte more than the limit, in case it grows while it is read.
  out.resize(bytes_max + 1);
  std::size_t size = 0;
  while (size < out.size()) {
    const auto got = ::read(file.get(), out.data() + size, out.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return Problem{"unreadable",
                     fmt::format("\"{}\" cannot be read: {}", shown, std::generic_category().message(errno))};
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > bytes_max) return Problem{"too-large", fmt::format("\"{}\" has more than {} bytes", shown, bytes_max)};
  out.resize(size);
  return std::nullopt;
}

bool leaves_folder(const fs::path& folder, const fs::path& path) {
  std::error_code failure;
  const fs::path base = fs::canonical(folder, failure);
  if (failure) return true;
  const fs::path real = fs::canonical(path, failure);
  if (failure) return false;  // not there: reported as such
  return std::mismatch(base.begin(), base.end(), real.begin(), real.end()).first != base.end();
}

Read failed(std::string code, std::string message, std::string help = {}) {
  Read out;
  out.cannot_read = true;
  out.diagnostics.add({Severity::error, {plan_file_name, 0, 0}, std::move(code), std::move(message), std::move(help)});
  return out;
}

/// plan.yaml to a tree, then each file it names by `get`, which fills the bytes or says why not.
template <class Get>
Read read_with(std::string plan_bytes, Get get) {
  Read out;
  Yaml yaml = read_yaml(plan_bytes, plan_file_name);
  out.diagnostics = std::move(yaml.diagnostics);
  out.files.push_back({plan_file_name, std::move(plan_bytes)});
  if (!yaml.root) return out;
  Folder folder;
  folder.root = std::move(*yaml.root);
  std::vector<std::string> names;
  collect_names(folder.root, names);
  for (const auto& name : names) {
    std::string bytes;
    std::optional<Problem> problem;
    if (folder.files.size() >= files_max) {
      problem = Problem{"too-large", fmt::format("the plan names more than {} files", files_max)};
    } else if (!is_inside(name)) {
      problem = Problem{"outside-folder", fmt::format("\"{}\" is not a path inside the plan folder", name)};
    } else {
      problem = get(name, bytes);
    }
    if (problem) {
      folder.missing.push_back({name, problem->code, problem->message});
    } else {
      out.files.push_back({name, bytes});
      folder.files.push_back({name, std::move(bytes)});
    }
  }
  std::sort(folder.files.begin(), folder.files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  out.folder = std::move(folder);
  return out;
}

Loaded check_read(Read read, const plan::Sources& sources, plan::Symbols& symbols) {
  Loaded out;
  out.cannot_read = read.cannot_read;
  out.files = std::move(read.files);
  if (read.folder) {
    // With errors in the bytes the slugs must not be interned either: check against a table that is thrown away.
    plan::Symbols scratch;
    out.checked = plan::check(*read.folder, sources, read.diagnostics.has_errors() ? scratch : symbols);
  }
  if (read.diagnostics.has_errors()) {
    out.checked.plan.reset();
    out.checked.compiled.reset();
  }
  for (const auto& diagnostic : read.diagnostics.list()) out.checked.diagnostics.add(diagnostic);
  out.checked.diagnostics.sort();
  return out;
}

}  // namespace

Read read_folder(const fs::path& folder) {
  std::error_code failure;
  const auto status = fs::status(folder, failure);
  if (!fs::exists(status)) return failed("unreadable", fmt::format("there is no folder \"{}\"", folder.string()));
  if (!fs::is_directory(status)) {
    return failed("unreadable", fmt::format("\"{}\" is not a folder", folder.string()),
                  "name the folder that holds plan.yaml");
  }
  const auto get = [&](const std::string& name, std::size_t bytes_max, std::string& bytes) -> std::optional<Problem> {
    const fs::path path = folder / name;
    if (leaves_folder(folder, path))
      return Problem{"outside-folder", fmt::format("\"{}\" leads out of the plan folder", name)};
    return read_file(path, name, bytes_max, bytes);
  };
  std::string plan_bytes;
  if (auto problem = get(plan_file_name, yaml_bytes_max, plan_bytes)) return failed(problem->code, problem->message);
  return read_with(std::move(plan_bytes),
                   [&](const std::string& name, std::string& bytes) { return get(name, file_bytes_max, bytes); });
}

Read read_folder_from_bytes(std::vector<Folder::File> files) {
  const auto find = [&](const std::string& name) {
    return std::find_if(files.begin(), files.end(), [&](const auto& file) { return file.name == name; });
  };
  const auto plan_file = find(plan_file_name);
  if (plan_file == files.end()) return failed("unknown-file", "there is no file \"plan.yaml\"");
  return read_with(plan_file->bytes, [&](const std::string& name, std::string& bytes) -> std::optional<Problem> {
    const auto file = find(name);
    if (file == files.end())
      return Problem{"unknown-file", fmt::format("there is no file \"{}\" in the plan folder", name)};
    if (file->bytes.size() > file_bytes_max) {
      return Problem{"too-large",
                     fmt::format("\"{}\" has {} bytes; the limit is {}", name, file->bytes.size(), file_bytes_max)};
    }
    bytes = file->bytes;
    return std::nullopt;
  });
}

Loaded load_folder(const fs::path& folder, const plan::Sources& sources, plan::Symbols& symbols) {
  return check_read(read_folder(folder), sources, symbols);
}

Loaded load_bytes(std::vector<Folder::File> files, const plan::Sources& sources, plan::Symbols& symbols) {
  return check_read(read_folder_from_bytes(std::move(files)), sources, symbols);
}

}  // namespace suki::planfile
