// What core/ must never do, so that the test of its purity is known to notice.
#include <sys/socket.h>

#include <chrono>
#include <fstream>
#include <random>

long impure() {
  std::ifstream file("/dev/null");
  std::random_device chance;
  return std::chrono::system_clock::now().time_since_epoch().count() + static_cast<long>(chance()) + socket(1, 1, 0) +
         (file.good() ? 1 : 0);
}
