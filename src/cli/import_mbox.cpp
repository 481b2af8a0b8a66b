#include "cli/import_mbox.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fmt/format.h>

#include "cli/import_file.h"

namespace suki::cli {
namespace {

Error system_error(const std::string& path) {
  return fail(ErrorCode::io, fmt::format("{}: {}", path, std::generic_category().message(errno)));
}

Result<void> write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error("the unpacked " + path);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace

Mailboxes::~Mailboxes() {
  for (const Box& box : boxes_)
    if (box.fd >= 0) ::close(box.fd);
}

Result<void> Mailboxes::add(const std::string& path, const Progress& progress) {
  ImportFile file;
  SUKI_CHECK(file.open(path));
  Box& box = boxes_.emplace_back();
  box.path = path;
  std::FILE* const spool = file.is_packed() ? std::tmpfile() : nullptr;
  if (file.is_packed() && spool == nullptr) return system_error("the unpacked " + path);
  box.fd = spool != nullptr ? ::dup(::fileno(spool)) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (spool != nullptr) std::fclose(spool);
  if (box.fd < 0) return system_error(path);
  importing::MboxIndex index;
  std::string buffer(256 * 1024, '\0');
  for (;;) {
    SUKI_TRY(const std::size_t n, file.read(buffer.data(), buffer.size()));
    if (n == 0) break;
    const std::string_view bytes = std::string_view(buffer).substr(0, n);
    if (file.is_packed()) SUKI_CHECK(write_all(box.fd, bytes, path));
    index.take(bytes);
    progress(file.done(), file.in_all());
  }
  index.end();
  if (index.mails().empty() && index.lost() > 0)
    return fail(ErrorCode::bad_input,
                path + ": is no mailbox: no line begins a mail (\"From somebody Thu Nov 26 ...\")");
  for (const importing::MboxMail& mail : index.mails()) mails_.push_back({boxes_.size() - 1, mail});
  return {};
}

void Mailboxes::put_in_order() {
  std::stable_sort(mails_.begin(), mails_.end(), [](const Mail& a, const Mail& b) { return a.place.at < b.place.at; });
}

Result<std::string> Mailboxes::read(const Mail& mail) const {
  std::string bytes(static_cast<std::size_t>(mail.place.size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::pread(boxes_[mail.box].fd, bytes.data() + done, bytes.size() - done,
                              static_cast<off_t>(mail.place.offset) + static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error(path(mail));
    if (n == 0) return fail(ErrorCode::io, path(mail) + ": became shorter while it was read");
    done += static_cast<std::size_t>(n);
  }
  return bytes;
}

}  // namespace suki::cli
