#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "imap/session.h"

namespace suki::imap {

struct Waker::Impl {
  int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::atomic<bool> stopped = false;
  ~Impl() { ::close(fd); }
};

Waker::Waker() : impl_(std::make_unique<Impl>()) {
  SUKI_ASSERT(impl_->fd >= 0);
}
Waker::~Waker() = default;

void Waker::call() {
  const std::uint64_t one = 1;
  (void)!::write(impl_->fd, &one, sizeof one);  // full: it was called already
}
void Waker::stop() {
  impl_->stopped = true;
  call();
}
bool Waker::stopped() const {
  return impl_->stopped;
}
int Waker::fd() const {
  return impl_->fd;
}
void Waker::take() {
  std::uint64_t count = 0;
  if (!impl_->stopped) (void)!::read(impl_->fd, &count, sizeof count);
}

bool Waker::wait(std::chrono::milliseconds span) {
  pollfd one{impl_->fd, POLLIN, 0};
  const auto ms = std::clamp<std::int64_t>(span.count(), 0, 24 * 3'600'000);
  return ::poll(&one, 1, static_cast<int>(ms)) > 0;
}

}  // namespace suki::imap
