/// Mailboxes on the disk, for `suki import --from mbox`: all their mails in the order of their times, in memory that
/// grows by the number of mails alone.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "import/mbox.h"

namespace suki::cli {

class Mailboxes {
 public:
  Mailboxes() = default;
  Mailboxes(const Mailboxes&) = delete;
  Mailboxes& operator=(const Mailboxes&) = delete;
  ~Mailboxes();
  using Progress = std::function<void(std::int64_t done, std::int64_t in_all)>;  ///< bytes
  /// Looks through one file. What is packed is unpacked beside it, into a file without a name. Errors: io, bad_input
  /// (it is no mailbox).
  [[nodiscard]] Result<void> add(const std::string& path, const Progress& progress);
  /// Those of all files, the oldest first; call once, after the last add().
  void put_in_order();

  struct Mail {
    std::size_t box = 0;
    importing::MboxMail place;
  };
  [[nodiscard]] const std::vector<Mail>& mails() const { return mails_; }
  [[nodiscard]] const std::string& path(const Mail& mail) const { return boxes_[mail.box].path; }
  /// Its bytes with the line that begins it. Errors: io, also when the file has changed.
  [[nodiscard]] Result<std::string> read(const Mail& mail) const;

 private:
  struct Box {
    std::string path;
    int fd = -1;
  };
  std::vector<Box> boxes_;
  std::vector<Mail> mails_;
};

}  // namespace suki::cli
