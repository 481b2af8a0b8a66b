/// Which mails are in hand right now, kept in a small file beside the store, so that the next start knows with which
/// mail in hand this one ended. A mark is written before a mail is read and taken away after it, without waiting for
/// the disk: what the system has taken outlives the process, and no mail cuts the power.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"

namespace suki::app {

class ReadingMarks {
 public:
  /// A mail with which the program ended so often is read no more. More than one, since a mark says only that a mail
  /// was in hand: others were, too, and somebody may have pulled the plug.
  static constexpr int ends_max = 3;
  static constexpr std::size_t slots = 64;  ///< mails in hand and mails suspected; beyond it the oldest suspect goes

  ReadingMarks() = default;
  ~ReadingMarks();
  ReadingMarks(const ReadingMarks&) = delete;
  ReadingMarks& operator=(const ReadingMarks&) = delete;

  /// Reads what the last process left in `file` and goes on there. Without it, marks are kept in memory alone.
  [[nodiscard]] Result<void> open(const std::string& file);

  /// While it lives, this mail is in hand. `digest`: SHA-256 in hex.
  class Mark {
   public:
    Mark(ReadingMarks& marks, std::string digest);
    ~Mark();
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;
    [[nodiscard]] int ends() const { return ends_; }  ///< how often the program ended with it in hand

   private:
    ReadingMarks& marks_;
    std::string digest_;
    int ends_;
  };
  /// Trusts the mail again: it is read once more.
  void forgive(const std::string& digest);

  /// An error that reading or storing this mail ended in, remembered until it comes again, so that it is not tried for
  /// ever. Of the newest few hundred.
  /// `times`: so often it must have happened before it is known.
  void failed(const std::string& digest, std::string why, int times = 1);
  [[nodiscard]] std::string take_failure(const std::string& digest);  ///< "": none is known
  static constexpr int doubts_max = 3;                                ///< `times` of what may not be the mail's fault

 private:
  struct Slot {
    std::string digest;  ///< "": free
    int ends = 0;        ///< before this process
    int in_hand = 0;     ///< threads of this process
    std::uint64_t turn = 0;
  };
  int take(const std::string& digest);
  void give_back(const std::string& digest);
  [[nodiscard]] Slot* find(const std::string& digest);
  void write(const Slot& slot) const;

  std::mutex mutex_;
  int file_ = -1;
  std::uint64_t turns_ = 0;
  std::vector<Slot> slots_ = std::vector<Slot>(slots);
  struct Failure {
    std::string why;
    int left = 0;  ///< times that it must happen yet
  };
  std::map<std::string, Failure> failures_;
};

}  // namespace suki::app
