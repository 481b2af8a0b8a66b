/// What moves in from another system, as values: pure, without files, clocks or a store. Every reader of this room
/// makes these of bytes; src/app/import.h makes conversations of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"

namespace suki::importing {

// Limits of one record, each with its answer: it is rejected, and says so. Chosen, not measured.
inline constexpr std::size_t line_bytes_max = 48u << 20;  ///< of a line, or of one record of any other form
inline constexpr std::size_t messages_max = 10'000;       ///< of one conversation
inline constexpr std::size_t files_max = 200;             ///< of one message
inline constexpr std::size_t id_max = 200;                ///< bytes of an id or the name of a source
inline constexpr std::size_t tags_max = 50;               ///< of one conversation
inline constexpr std::size_t tag_max = 100;               ///< bytes

/// Where something lay before, and how it was called there. Both together name it for ever.
struct Origin {
  std::string source, id;
  friend bool operator==(const Origin&, const Origin&) = default;
};

struct File {
  std::string name, type, bytes;
  std::string path;  ///< instead of bytes: beside the file that is imported; whoever reads files fills in the bytes
  friend bool operator==(const File&, const File&) = default;
};

enum class MessageKind : std::uint8_t { customer, reply, note, automatic };
struct Message {
  std::string id;  ///< "" none
  MessageKind kind = MessageKind::customer;
  std::string author;  ///< as it is shown; "": the customer, or the agent
  std::string agent;   ///< login or e-mail address of who wrote a reply or note; "" not known
  Instant at = never;
  std::string text, html;  ///< html as it came, not sanitised
  std::vector<File> files;
  friend bool operator==(const Message&, const Message&) = default;
};

struct Customer {
  Origin origin;  ///< id "": known by the address alone
  std::string name, email, language;
  friend bool operator==(const Customer&, const Customer&) = default;
};

/// One conversation with all that was said, as it stood when it was taken out.
struct Conversation {
  Origin origin;
  Customer customer;      ///< with an id alone: one that came before
  bool by_staff = false;  ///< staff began it
  std::string channel, subject, state, hold_reason, topic, team, priority, language;  ///< "" not known
  std::string assignee;                                                               ///< login or e-mail address
  std::vector<std::string> tags;
  Instant opened_at = never;  ///< never: that of the first message
  Instant state_at = never;   ///< since when it is in `state`; never: since the last message
  std::vector<Message> messages;
  friend bool operator==(const Conversation&, const Conversation&) = default;
};

/// A mail as it came, and when.
struct Mail {
  Origin origin;  ///< id "": its Message-ID, or else its bytes, name it
  std::string raw;
  Instant at = never;
  friend bool operator==(const Mail&, const Mail&) = default;
};

using Record = std::variant<Customer, Conversation, Mail>;

/// Something that was read, or why it could not be.
struct Item {
  std::int64_t line = 0;  ///< where it begins, from 1 on; of an mbox the number of the mail
  Record record;
  std::string problem;  ///< "": `record` holds; else one sentence
  std::string raw;      ///< as it lies in the file, whole lines; "" when it is too long to be kept
};

/// What a file says and suki has no place for, with how often.
using LeftOut = std::map<std::string, std::int64_t>;

}  // namespace suki::importing
