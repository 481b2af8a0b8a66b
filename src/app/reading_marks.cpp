#include "app/reading_marks.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"

namespace suki::app {
namespace {

constexpr std::size_t digest_length = 64;
constexpr std::size_t line_length = 80;  // digest, a blank, how often, blanks, a line feed
constexpr std::size_t failures_max = 256;

bool is_digest(std::string_view text) {
  return text.size() == digest_length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

ReadingMarks::~ReadingMarks() {
  if (file_ >= 0) ::close(file_);
}

Result<void> ReadingMarks::open(const std::string& file) {
  const std::lock_guard lock(mutex_);
  file_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0) return fail(ErrorCode::io, fmt::format("{}: {}", file, std::strerror(errno)));
  std::string text(slots * line_length, '\0');
  const ssize_t n = ::pread(file_, text.data(), text.size(), 0);
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  for (std::size_t i = 0; i < slots; ++i) {
    slots_[i] = {};
    if (text.size() < (i + 1) * line_length) continue;
    const std::string_view line = std::string_view(text).substr(i * line_length, line_length);
    const auto ends = parse_positive(trim(line.substr(digest_length)));
    if (is_digest(line.substr(0, digest_length)) && ends && *ends <= 1'000)
      slots_[i] = {std::string(line.substr(0, digest_length)), static_cast<int>(*ends), 0, ++turns_};
  }
  // Whole from the first mark on, whatever it held.
  for (const Slot& slot : slots_) write(slot);
  return {};
}

ReadingMarks::Slot* ReadingMarks::find(const std::string& digest) {
  const auto at = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) { return slot.digest == digest; });
  return at != slots_.end() ? &*at : nullptr;
}

void ReadingMarks::write(const Slot& slot) const {
  if (file_ < 0) return;
  // With it in hand the next end counts.
  const int ends = slot.ends + (slot.in_hand > 0 ? 1 : 0);
  std::string line = slot.digest.empty() ? "-" : fmt::format("{} {}", slot.digest, ends);
  line.resize(line_length - 1, ' ');
  line += '\n';
  const auto place = static_cast<off_t>(static_cast<std::size_t>(&slot - slots_.data()) * line_length);
  // A disk that is full tells so when the mail itself is stored.
  [[maybe_unused]] const ssize_t n = ::pwrite(file_, line.data(), line.size(), place);
}

int ReadingMarks::take(const std::string& digest) {
  const std::lock_guard lock(mutex_);
  Slot* slot = find(digest);
  if (slot == nullptr) slot = find("");
  if (slot == nullptr) {
    // All are taken: the one that has been suspected longest, and is not in hand, gives way.
    for (Slot& other : slots_)
      if (other.in_hand == 0 && (slot == nullptr || other.turn < slot->turn)) slot = &other;
  }
  if (slot == nullptr) return 0;  // more threads than slots
  if (slot->digest != digest) *slot = {digest, 0, 0, 0};
  slot->turn = ++turns_;
  ++slot->in_hand;
  write(*slot);
  return slot->ends;
}

void ReadingMarks::give_back(const std::string& digest) {
  const std::lock_guard lock(mutex_);
  Slot* slot = find(digest);
  if (slot == nullptr || --slot->in_hand > 0) return;
  // It was read, and nothing happened.
  *slot = {};
  write(*slot);
}

void ReadingMarks::forgive(const std::string& digest) {
  const std::lock_guard lock(mutex_);
  failures_.erase(digest);
  if (Slot* slot = find(digest); slot != nullptr) {
    slot->ends = 0;
    if (slot->in_hand == 0) slot->digest.clear();
    write(*slot);
  }
}

void ReadingMarks::failed(const std::string& digest, std::string why, int times) {
  const std::lock_guard lock(mutex_);
  if (failures_.size() >= failures_max) failures_.erase(failures_.begin());
  const auto known = failures_.find(digest);
  const int left = known == failures_.end() ? times : std::min(known->second.left, times);
  failures_[digest] = {std::move(why), left - 1};
}

std::string ReadingMarks::take_failure(const std::string& digest) {
  const std::lock_guard lock(mutex_);
  const auto known = failures_.find(digest);
  if (known == failures_.end() || known->second.left > 0) return {};
  std::string why = std::move(known->second.why);
  failures_.erase(known);
  return why;
}

ReadingMarks::Mark::Mark(ReadingMarks& marks, std::string digest)
    : marks_(marks), digest_(std::move(digest)), ends_(marks.take(digest_)) {}

ReadingMarks::Mark::~Mark() {
  marks_.give_back(digest_);
}

}  // namespace suki::app
