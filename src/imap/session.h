/// One connection to an IMAP server: what fetching mail needs of it, and nothing else. Name, TCP, TLS (certificate and
/// host name), STARTTLS and log-in are libcurl's; the commands after that are ours. Blocks: for a thread of its own.
///
/// Errors carry a reason ("imap_log_in"), so that a page says in its reader's language what is wrong:
///   imap_name, imap_unreachable, imap_timeout, imap_no_tls, imap_certificate, imap_certificate_name,
///   imap_certificate_expired, imap_tls, imap_log_in, imap_token, imap_folder, imap_refused, imap_gone, imap_answer
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace suki::imap {

enum class Tls : std::uint8_t { immediate, starttls, none };  ///< none: to this machine only
struct Server {
  std::string host;
  std::uint16_t port = 993;
  Tls tls = Tls::immediate;
  std::string ca_file{};  ///< PEM, of whoever may have signed its certificate, instead of those this machine trusts
};
struct LogIn {
  std::string user;
  std::string password{};
  std::string token{};  ///< an OAuth 2 access token (XOAUTH2 or OAUTHBEARER); "": by password
};

/// Chosen, not measured.
struct Timing {
  std::chrono::milliseconds connect{30'000};  ///< name, TCP, TLS and log-in together
  std::chrono::milliseconds answer{60'000};   ///< without a byte
};

/// Ends waiting from another thread. Outlives the sessions that it is given to.
class Waker {
 public:
  Waker();
  ~Waker();
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;
  void call();  ///< whoever idles returns now, or does not begin
  void stop();  ///< for good: everything under way fails soon
  [[nodiscard]] bool stopped() const;
  [[nodiscard]] int fd() const;  ///< readable: called
  void take();                   ///< the call was heard
  /// Until a call, `span` at most. True: called.
  bool wait(std::chrono::milliseconds span);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct Folder {
  std::uint32_t uidvalidity = 0;
  std::uint32_t uidnext = 0;  ///< 0: the server does not say
  std::uint32_t exists = 0;
};
struct MailSize {
  std::uint32_t uid = 0;
  std::uint64_t bytes = 0;
};
struct FetchedMail {
  std::uint32_t uid = 0;
  std::string raw;
};
enum class Idle : std::uint8_t { changed, quiet, called };

class Session {
 public:
  virtual ~Session() = default;
  /// `look_only`: nothing in the folder can be changed.
  virtual Result<Folder> open(const std::string& folder, bool look_only) = 0;
  /// UIDs that `criteria` match, rising, each once.
  virtual Result<std::vector<std::uint32_t>> search(const std::string& criteria) = 0;
  /// Of those that are still there; by UID.
  virtual Result<std::vector<MailSize>> sizes(const std::vector<std::uint32_t>& uids) = 0;
  /// Likewise; whole, without a mark on the server. All of them are in memory.
  virtual Result<std::vector<FetchedMail>> fetch(const std::vector<std::uint32_t>& uids) = 0;
  virtual Result<void> add_flag(const std::vector<std::uint32_t>& uids, const char* flag) = 0;
  /// By MOVE, or by COPY and remove(). Makes the folder where it is not there.
  virtual Result<void> move(const std::vector<std::uint32_t>& uids, const std::string& folder) = 0;
  /// Marks them deleted, and takes these alone away where the server can (UIDPLUS); else its user's program does.
  virtual Result<void> remove(const std::vector<std::uint32_t>& uids) = 0;
  [[nodiscard]] virtual bool can_idle() const = 0;
  /// Waits until the folder changes, somebody calls, or `span` is over.
  virtual Result<Idle> idle(std::chrono::milliseconds span) = 0;
  virtual void log_out() = 0;
};

/// What a test tells, in the order of doing: "name", "connected", "encrypted", "logged_in", "folder", "waiting",
/// "idle".
struct Step {
  std::string name;
  bool done = false;
  std::string detail{};  ///< an address, whose certificate, a count; English only where a server says it
};

/// `steps`: null, or what was done is added to it.
[[nodiscard]] Result<std::unique_ptr<Session>> connect(const Server& server, const LogIn& log_in, Waker& waker,
                                                       const Timing& timing = {}, std::vector<Step>* steps = nullptr);

/// Looks and changes nothing: connects, opens the folder, counts what is in it. All steps up to the one that failed.
struct Report {
  std::vector<Step> steps;
  std::string trouble{};  ///< with its reason; "" all is well
};
[[nodiscard]] Report test(const Server& server, const LogIn& log_in, const std::string& folder, Waker& waker,
                          const Timing& timing = {});

}  // namespace suki::imap
