#include "app/host.h"

#include <sodium.h>

#include <chrono>
#include <vector>

namespace suki::app {

Host system_host() {
  const int ready = sodium_init();  // 0 the first time, 1 after
  SUKI_ASSERT(ready >= 0);
  return Host{
      .now =
          [] {
            const auto now = std::chrono::system_clock::now().time_since_epoch();
            return Instant{std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
          },
      .random_token =
          [](std::size_t bytes) {
            std::vector<unsigned char> random(bytes);
            randombytes_buf(random.data(), random.size());
            std::string text(sodium_base64_ENCODED_LEN(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
            sodium_bin2base64(text.data(), text.size(), random.data(), random.size(),
                              sodium_base64_VARIANT_URLSAFE_NO_PADDING);
            text.resize(text.size() - 1);  // the terminating NUL
            return text;
          },
  };
}

}  // namespace suki::app
