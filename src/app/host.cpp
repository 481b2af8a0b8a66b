#include "app/host.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

namespace suki::app {

namespace {

/// As `suki serve` reads it: `suki mail deliver` writes mails, too, when no server runs.
bool is_set(const char* name) {
  const char* value = std::getenv(name);
  const std::string_view text = value != nullptr ? value : "";
  return !text.empty() && text != "0" && text != "false" && text != "off" && text != "no";
}

}  // namespace

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
      .steady =
          [] {
            const auto now = std::chrono::steady_clock::now().time_since_epoch();
            return Instant{std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
          },
      .reply_addresses = !is_set("SUKI_PLAIN_REPLY_TO"),
  };
}

namespace {

constexpr std::size_t key_size = 32;

/// Closes what it holds.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

Error io_error(const std::string& path) {
  return fail(ErrorCode::io, path + ": " + std::strerror(errno));
}

/// Written beside its place first: a machine that stops meanwhile leaves no half a key.
Result<std::string> make_key(const std::string& path) {
  std::string key(key_size, '\0');
  randombytes_buf(key.data(), key.size());
  const std::string draft = path + ".new";
  const File file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (file.fd() < 0 || ::write(file.fd(), key.data(), key.size()) != static_cast<ssize_t>(key.size()) ||
      ::fsync(file.fd()) != 0 || ::rename(draft.c_str(), path.c_str()) != 0)
    return io_error(path);
  return key;
}

}  // namespace

Result<std::string> ensure_secret_key(const std::string& data_dir) {
  const std::string path = data_dir + "/second-step.key";
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd() < 0 && errno == ENOENT) return make_key(path);
  if (file.fd() < 0) return io_error(path);
  std::string key(key_size + 1, '\0');
  const ssize_t count = ::read(file.fd(), key.data(), key.size());
  if (count < 0) return io_error(path);
  if (count != static_cast<ssize_t>(key_size))
    return fail(ErrorCode::io, path +
                                   ": must hold 32 bytes; put the right file back, or remove it (whoever has a "
                                   "second step then needs a recovery code, or `suki user second-step-off`)");
  key.resize(key_size);
  return key;
}

}  // namespace suki::app
