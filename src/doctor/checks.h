/// What can be looked at. Each takes what it needs as values or names, changes nothing but a file of its own that it
/// takes away again, and never fails: what cannot be looked at is a finding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "doctor/finding.h"
#include "mail/mail.h"

namespace suki::doctor {

// ---- the machine (clock.cpp, zones.cpp, disk.cpp)
struct ClockFacts {
  Instant now;
  Instant last_input{};   ///< of the store; 0: none
  Instant newest_file{};  ///< in the data folder; 0: none
};
[[nodiscard]] Findings check_clock(const ClockFacts& facts);
/// `needed`: zones of the plan in force.
[[nodiscard]] Findings check_zones(const std::string& zone_folder, const std::vector<std::string>& needed);

struct DiskFacts {
  std::uint64_t free_bytes = 0, all_bytes = 0, free_inodes = 0, all_inodes = 0;
  std::uint64_t files_max = 0;       ///< open files a process may have
  std::uint64_t file_bytes_max = 0;  ///< how long a file may become; all ones: no limit
};
[[nodiscard]] Result<DiskFacts> read_disk(const std::string& folder);
[[nodiscard]] Findings judge_disk(const DiskFacts& facts);
/// Writes a small file into `folder`, has it put on disk, and takes it away.
[[nodiscard]] Findings check_writing(const std::string& folder);

// ---- the data folder (folder.cpp)
struct Folder {
  Findings findings;
  bool usable = false;  ///< it is there, and this user owns it: what lies in it may be opened
  Instant newest_file{};
};
[[nodiscard]] Folder check_folder(const std::string& folder);

// ---- the store (store.cpp): what is looked at without opening it as its owner does
struct StoreFacts {
  std::string engine;       ///< "SQLite 3.40.1", "PostgreSQL 15.18"
  int engine_number = 0;    ///< of PostgreSQL, as it counts itself: 150018; 0: SQLite
  int step = 0;             ///< of the tables; 0: there are none yet
  int step_known = 0;       ///< the last one of this program
  std::string open_line{};  ///< sslmode of a database on another machine, when it is less than verify-full; "" fine
};
[[nodiscard]] Findings judge_store(const Result<StoreFacts>& facts);

/// What the running server, or the opened store, says of itself.
struct DeskFacts {
  Instant now{};  ///< when it was asked
  Instant last_input{};
  std::int64_t plan = 0;                        ///< 0: none is in force
  std::string plan_problem;                     ///< why the plan in force cannot be used; "" it can
  std::vector<std::string> zones, zones_moved;  ///< of the plan; and those for which this machine has other times
  struct Address {
    std::string channel, address;
  };
  std::vector<Address> addresses;               ///< of its channels of kind email
  std::vector<std::string> accounts_unreached;  ///< log-ins of staff whose e-mail address is none
  std::int64_t mails_waiting = 0, mails_failed = 0, mails_quarantined = 0;
  std::int64_t mailboxes = 0, mailboxes_failing = 0;  ///< that mail is fetched from; whose last look failed
  Instant next_mail = never;
};
[[nodiscard]] Findings judge_plan(const DeskFacts& facts);
[[nodiscard]] Findings judge_outbox(const DeskFacts& facts, bool has_mail_server);

// ---- settings (mail.cpp, certificate.cpp)
struct MailSettings {
  mail::Smtp smtp;
  std::string password_file;
};
/// Connects and logs in, and sends nothing. Takes mail::probe_seconds_max at most.
[[nodiscard]] Findings check_mail(const MailSettings& settings);
/// `site_url`: where customers come to; "" not said.
[[nodiscard]] Findings check_certificate(const std::string& cert_file, const std::string& key_file,
                                         const std::string& site_url, Instant now);

// ---- the network (network.cpp)
/// Whether "ADDRESS:PORT" can be listened on by this user now.
[[nodiscard]] Findings check_port(const std::string& listen);
/// Asks the server at `url` ("http://127.0.0.1:8080") whether it is ready, as a browser would come.
[[nodiscard]] Findings check_served(const std::string& url);

}  // namespace suki::doctor
