/// What is written soon after, so that reading never waits for a write: records of who read what, when sessions were
/// used, requests for a reset link. Bounded; written in groups about once a second (keep_records). When the program is
/// killed, what was added since the last group is lost: at most limits::records_every of it, and when the database does
/// not answer, what waits. A stop loses nothing. Safe from any thread.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/audit.h"
#include "base/time.h"

namespace suki::server {

struct AccessEntry {
  app::Actor actor;
  std::string act, object;
  std::int64_t object_id = 0;
  bool done = true;
  Instant at;
};

/// The same person opening the same thing again counts as one act for this long.
inline constexpr Span same_act = minutes(10);

class AccessLog {
 public:
  AccessLog(std::size_t waiting_max, std::size_t remembered_max)
      : waiting_max_(waiting_max), remembered_max_(remembered_max) {}
  /// False: nothing may be read that has to be recorded, until some was written.
  [[nodiscard]] bool has_room() const;
  /// Not again within same_act. Over waiting_max by those that asked for room at the same time, at most.
  void add(AccessEntry entry);
  [[nodiscard]] std::vector<AccessEntry> take();
  /// They could not be written: they stay, before those that came meanwhile.
  void put_back(std::vector<AccessEntry> entries);
  [[nodiscard]] std::size_t size() const;

 private:
  std::size_t waiting_max_, remembered_max_;
  mutable std::mutex mutex_;
  std::vector<AccessEntry> waiting_;
  std::unordered_map<std::string, Instant> last_;
};

/// When and from where sessions were used last.
class Sightings {
 public:
  struct Seen {
    std::string token, address;
    Instant at;
  };
  /// Written at most this often for a session; chosen: the list says "5 minutes ago" and no more.
  static constexpr Span written_every = minutes(2);

  explicit Sightings(std::size_t keys_max) : keys_max_(keys_max) {}
  void saw(const std::string& token, const std::string& address, Instant at);
  /// Those that are to be written now.
  [[nodiscard]] std::vector<Seen> take();

 private:
  struct Known {
    Instant written;
    std::string address;
  };
  std::size_t keys_max_;
  std::mutex mutex_;
  std::unordered_map<std::string, Known> known_;
  std::vector<Seen> waiting_;
};

/// Requests for a reset link. They are answered before anybody looks whether there is such a person, so that neither
/// answer nor time tells.
class ResetAsks {
 public:
  struct Ask {
    std::string who, address;
  };
  explicit ResetAsks(std::size_t waiting_max) : waiting_max_(waiting_max) {}
  [[nodiscard]] bool add(Ask ask);  ///< false: too many wait
  [[nodiscard]] std::vector<Ask> take();

 private:
  std::size_t waiting_max_;
  std::mutex mutex_;
  std::vector<Ask> waiting_;
};

}  // namespace suki::server
