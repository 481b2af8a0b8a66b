/// What the program counts of itself, for Prometheus: the one registry, and every name in it. Figures only: no name,
/// address, id, path or word of anybody. docs/guide/running.md lists them.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "store/figures.h"
#include "store/store.h"

namespace suki::metrics {

enum class FeedEnd : std::uint8_t {
  left,        ///< by itself, or its line broke
  slow,        ///< cut: too many frames waited for it
  talkative,   ///< cut: it sent too much
  signed_out,  ///< its session was over
  sent_back,   ///< rows could not be read: it comes again for a snapshot
  stopped,     ///< with the server
  full         ///< there were as many as may be
};
enum class MailOut : std::uint8_t { sent, again, refused };  ///< again: the outbox tries later; refused: never
enum class MailIn : std::uint8_t { taken, duplicate, failed, quarantined };
/// What the mail server was told about one recipient by LMTP.
enum class LmtpAnswer : std::uint8_t { kept, later, full, unknown };

/// All but text() is called from any thread and costs well under a microsecond beside others; nothing here blocks.
class Metrics final : public store::Observer {
 public:
  Metrics();
  ~Metrics() override;
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// `method` and `route` must live as long as the program: they are of the table of routes, or "page", "unknown".
  void answered(std::string_view method, std::string_view route, unsigned status, std::chrono::nanoseconds took);
  void turned_away();  ///< a connection, because there were too many
  void feed_ended(FeedEnd how);
  void mail_out(MailOut how);
  void mail_in(MailIn how);
  void lmtp_connections(int more);  ///< that are open; negative: fewer
  void lmtp_turned_away();          ///< a connection, because there were too many
  void lmtp_answered(LmtpAnswer how, std::size_t recipients);
  void woke(int conversations);

  void waited(Queue queue, std::chrono::nanoseconds span) override;
  void refused(Queue queue) override;
  void wrote(std::size_t requests, std::chrono::nanoseconds span) override;

  /// What is read at the moment of asking.
  struct Now {
    Instant at;
    std::size_t connections = 0, feeds = 0;
    bool stopping = false;
    store::Store::Waiting waiting{};
    std::optional<store::Figures> figures{};  ///< none: the store does not answer
  };
  /// The text format of Prometheus, version 0.0.4. Reads /proc: about a millisecond.
  [[nodiscard]] std::string text(const Now& now) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace suki::metrics
