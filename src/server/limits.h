/// Every limit of the HTTP server by name. What the server does when one is reached stands beside it.
/// The numbers are chosen, not measured, unless said.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace suki::server::limits {

using namespace std::chrono_literals;

inline constexpr std::size_t header_bytes_max = 16 * 1024;  ///< request line and fields: 431
inline constexpr std::size_t header_fields_max = 100;       ///< 431
inline constexpr std::size_t buffer_bytes_max =
    128 * 1024;                                            ///< read and not yet understood (a chunk's extensions): 400
inline constexpr std::size_t target_bytes_max = 2 * 1024;  ///< path and query: 414
inline constexpr std::size_t path_segments_max = 16;       ///< 404: no route has more than 7
inline constexpr std::size_t query_fields_max = 16;        ///< 400
inline constexpr std::size_t body_bytes_default = 16 * 1024;  ///< of a request, where its route names no other: 413
inline constexpr std::size_t body_bytes_message =
    256 * 1024;                                         ///< routes that take a message; App limits the text itself
inline constexpr std::size_t connections_max = 10'000;  ///< 503 and closed
/// Of one IPv4 address or IPv6 /64: 503 and closed. A whole office may share one. Not behind a proxy, whose address all
/// have.
inline constexpr std::size_t connections_per_address_max = 1'000;
inline constexpr std::size_t requests_per_connection_max = 100'000;  ///< then Connection: close

inline constexpr auto handshake_timeout = 10s;                   ///< of TLS: cut
inline constexpr auto idle_timeout = 75s;                        ///< between two requests: closed in silence
inline constexpr auto header_timeout = 10s;                      ///< from a request's first byte to its last field: 408
inline constexpr auto body_timeout = 30s;                        ///< 408
inline constexpr std::size_t read_bytes_per_second = 32 * 1024;  ///< of a body: a second more for every so many
inline constexpr std::size_t large_bodies_max = 32;              ///< files that come in at the same time: 503
inline constexpr auto write_timeout = 30s;  ///< and a second more for every write_bytes_per_second: cut
inline constexpr std::size_t write_bytes_per_second = 16 * 1024;
inline constexpr auto linger_timeout = 2s;  ///< how long what still comes in is thrown away before an early close
inline constexpr std::size_t linger_bytes_max = 1024 * 1024;
inline constexpr auto stop_timeout = 10s;  ///< requests that run when the server stops: then cut

inline constexpr auto ready_patience = 2s;         ///< for the store, when somebody asks /readyz or /metrics
inline constexpr int probes_max = 16;              ///< such looks at the store at once: then it is said not to answer
inline constexpr auto mail_late_max = 10min;       ///< beyond its next attempt: said at /readyz
inline constexpr auto wake_late_max = 60s;         ///< likewise, of what is due
inline constexpr auto certificate_soon = 7 * 24h;  ///< likewise, before its end
inline constexpr std::uint64_t disk_free_min = 64u << 20;    ///< bytes for the data folder: below it is not ready
inline constexpr std::uint64_t disk_free_low = 1024u << 20;  ///< below it this is said

inline constexpr auto certificate_look_every = 10s;      ///< whether its files are others than those in use
inline constexpr std::size_t request_id_bytes_max = 64;  ///< of X-Request-Id: then it gets one of ours

inline constexpr std::size_t token_bytes_max = 128;  ///< session cookie, CSRF proof, private link: 401, 403, 404
/// Of the cookie by which a browser is known again; as long as browsers keep one (RFC 6265bis, 5.5).
inline constexpr int browser_cookie_seconds = 400 * 24 * 3600;
inline constexpr std::size_t password_bytes_max = 1024;  ///< 400
inline constexpr std::size_t login_bytes_max = 128;      ///< 400
inline constexpr std::size_t password_queue_max = 32;    ///< checks that wait for the password thread (50 ms each): 503

inline constexpr std::size_t records_waiting_max = 10'000;  ///< of what was read: then such reading gets 503
/// Records of requests that are forged or have no session, of one address and of all together: what comes faster is a
/// status in the log alone, so that nobody fills the audit log from outside.
inline constexpr double stranger_burst = 4;
inline constexpr double stranger_per_second = 1.0 / 300;
inline constexpr double stranger_records_burst = 100;
inline constexpr double stranger_records_per_second = 1.0 / 30;
inline constexpr std::size_t records_remembered_max = 50'000;  ///< who opened what lately: then some is recorded twice
inline constexpr std::size_t sightings_max = 10'000;           ///< sessions: then "last used" stays behind
inline constexpr std::size_t reset_asks_max = 1'000;           ///< that wait to be looked at: 503
inline constexpr auto records_every = 1s;  ///< what a killed program loses of records of reading, at most

inline constexpr std::size_t feed_clients_max = 2'000;  ///< 503
inline constexpr std::size_t feed_queue_max = 2'000;    ///< frames that wait for one slow client: it is cut
/// What the system keeps beside them for one client, so that it is our limit which a slow one meets. Twice as much on
/// Linux.
inline constexpr int feed_send_buffer_bytes = 64 * 1024;
inline constexpr std::size_t feed_missed_max = 1'000;  ///< conversations that a client missed: then it reads a snapshot
inline constexpr std::size_t feed_kept_max = 10'000;   ///< that changed last, remembered for those who come back
inline constexpr std::size_t feed_frame_bytes_max = 1024;  ///< what a client may send: cut
inline constexpr double feed_words_burst = 30;             ///< frames of one client: what comes faster is not heard
inline constexpr double feed_words_per_second = 4;
inline constexpr int feed_words_unheard_max = 1'000;    ///< then it is cut
inline constexpr auto watch_tick = 200ms;               ///< who looks and types is told together, so often
inline constexpr auto watch_typing_for = 6s;            ///< after the last word about it
inline constexpr auto watch_for = 60s;                  ///< likewise; a page says it every 20 s
inline constexpr std::size_t feed_changes_max = 1'000;  ///< conversations in one round of the hub; the rest next
inline constexpr auto feed_ping_every = 30s;            ///< and the session is looked at again
inline constexpr auto feed_idle_timeout = 75s;

inline constexpr std::size_t limiter_keys_max = 50'000;  ///< addresses or log-ins remembered: the fullest are forgotten
inline constexpr auto wake_every = 1s;                   ///< longest wait before due times are looked at again
inline constexpr auto tidy_every = 60s;                  ///< files that no message named are swept so often
inline constexpr auto retention_every = 10min;           ///< the plan's rule is followed so often
inline constexpr int wake_batch = 100;                   ///< conversations woken in one transaction

}  // namespace suki::server::limits
