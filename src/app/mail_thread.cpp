#include "app/mail_thread.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <sodium.h>

#include "app/channels.h"
#include "app/mail_queue.h"
#include "base/text.h"

namespace suki::app {
namespace {

using store::LinkCause;
using Bytes = std::vector<unsigned char>;

// ---- the token

constexpr std::size_t mac_bytes = 10;  ///< 80 bits: nobody guesses one by mail
constexpr std::size_t id_bytes = 5;    ///< a million million conversations
constexpr std::size_t token_length = (mac_bytes + id_bytes) * 8 / 5;
constexpr std::string_view token_letters = "abcdefghijklmnopqrstuvwxyz234567";  // RFC 4648, 6

std::array<unsigned char, crypto_auth_hmacsha256_BYTES> keyed_hash(store::Tx& tx, std::string_view text) {
  const std::string key = tx.setting("link_key");
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  return mac;
}

std::string base32(const Bytes& bytes) {
  std::string text;
  unsigned held = 0, bits = 0;
  for (const unsigned char byte : bytes) {
    held = (held << 8u) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += token_letters[(held >> (bits - 5)) & 31u];
  }
  return text;
}

std::optional<Bytes> from_base32(std::string_view text) {
  Bytes bytes;
  unsigned held = 0, bits = 0;
  for (const char c : text) {
    const std::size_t value = token_letters.find(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
    if (value == std::string_view::npos) return std::nullopt;
    held = (held << 5u) | static_cast<unsigned>(value);
    if ((bits += 5) < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<unsigned char>((held >> bits) & 255u));
  }
  return bytes;
}

/// So that the id is not to be read in the token.
void hide_id(store::Tx& tx, Bytes& bytes) {
  const std::string of(bytes.begin(), bytes.begin() + mac_bytes);
  const auto mask = keyed_hash(tx, "reply id " + of);
  for (std::size_t i = 0; i < id_bytes; ++i) bytes[mac_bytes + i] ^= mask[i];
}

std::string local_part(std::string_view address) {
  return std::string(address.substr(0, address.rfind('@')));
}

constexpr std::string_view token_tag = "+r-";

std::optional<ConversationId> token_in_address(store::Tx& tx, const std::string& address) {
  const std::string local = local_part(address);
  const auto at = to_lower_ascii(local).rfind(token_tag);
  if (at == std::string::npos) return std::nullopt;
  return find_reply_token(tx, std::string_view(local).substr(at + token_tag.size()));
}

std::optional<ConversationId> token_in_id(store::Tx& tx, const std::string& id) {
  return find_reply_token(tx, std::string_view(id).substr(0, id.find('.')));
}

// ---- who belongs to a conversation

constexpr int heads_max = 20;              ///< newest mails that are asked who takes part
constexpr int head_bytes_max = 64 * 1024;  ///< of each
constexpr std::size_t ids_max = 50;        ///< that one mail may have looked up: a hostile one may name thousands
constexpr std::size_t first_ids = 10;      ///< of the thread's beginning among them
constexpr std::size_t candidates_max = 20;

enum class Relation : std::uint8_t { none, customer, participant, staff };

/// So that no body is read for the sake of a header.
std::string_view head_of(std::string_view raw) {
  return raw.substr(0, std::min(raw.find("\r\n\r\n"), raw.find("\n\n")));
}

bool is_written_to(std::string_view raw, const std::string& email) {
  const mail::Parsed head = mail::parse(head_of(raw));
  for (const auto* list : {&head.to, &head.cc})
    for (const mail::Address& address : *list)
      if (to_lower_ascii(address.email) == email) return true;
  return false;
}

/// Somebody whom the customer, or we, wrote a copy to: they may answer to all.
bool is_participant(store::Tx& tx, ConversationId id, const std::string& email) {
  for (const store::MailHead& head : store::newest_mails(tx, id, heads_max)) {
    if (head.from_customer && head.email == email) return true;  // they have been let in before
    if (head.has_raw) {
      if (is_written_to(store::raw_mail_start(tx, head.message, head_bytes_max), email)) return true;
      continue;
    }
    if (head.from_customer) continue;
    for (const std::int64_t outbox : store::mails_of(tx, head.message))
      if (const auto bytes = mail_bytes(tx, outbox); bytes.ok() && is_written_to(*bytes, email)) return true;
  }
  return false;
}

Relation relation_of(Work& work, const store::ConversationRecord& record, const std::string& email,
                     std::optional<AgentId>& agent) {
  if (email.empty()) return Relation::none;
  const auto customer = work.tx.find_customer(record.customer);
  if (customer && to_lower_ascii(customer->email) == email) return Relation::customer;
  if (const auto further = store::find_customer_address(work.tx, email);
      further && further->customer == record.customer)
    return Relation::customer;
  agent = work.tx.find_account_by_email(email);
  if (agent) return Relation::staff;
  if (is_own_address(*work.plan, email)) return Relation::none;
  return is_participant(work.tx, record.state.id, email) ? Relation::participant : Relation::none;
}

// ---- what the mail names

struct Candidate {
  ConversationId id;
  bool by_token = false;
  bool is_addressed = false;  ///< the token stands among those that the mail was written to
};

class Candidates {
 public:
  explicit Candidates(store::Tx& tx) : tx_(tx) {}

  void add(ConversationId id, bool by_token, bool is_addressed) {
    const auto known = std::find_if(found_.begin(), found_.end(), [id](const Candidate& c) { return c.id == id; });
    if (known != found_.end()) {
      known->by_token = known->by_token || by_token;
      known->is_addressed = known->is_addressed || is_addressed;
    } else if (found_.size() < candidates_max) {
      found_.push_back({id, by_token, is_addressed});
    }
  }

  void add_addresses(const mail::Parsed& mail) {
    const auto look = [this](const std::string& address) {
      if (const auto id = token_in_address(tx_, address)) add(*id, true, true);
    };
    for (const std::string& address : mail.delivered_to) look(address);
    for (const auto* list : {&mail.to, &mail.cc})
      for (const mail::Address& address : *list) look(address.email);
  }

  /// The nearest first. `own`: the mail's own id, by which another one may have named it before it came.
  void add_ids(const mail::Parsed& mail, Thread& thread) {
    for (const std::string& id : ids_of(mail)) {
      if (const auto token = token_in_id(tx_, id)) add(*token, true, false);
      std::vector<ConversationId> known;
      for (const store::MailName& name : store::find_named(tx_, id)) {
        known.push_back(name.conversation);
        add(name.conversation, false, false);
      }
      thread.names.emplace_back(id, std::move(known));
    }
    for (const store::MailName& name : store::find_named(tx_, kept_mail_id(mail.message_id)))
      if (!name.message || is_this_mail(name.message, mail))
        add(name.conversation, false, static_cast<bool>(name.message));
  }

  [[nodiscard]] const std::vector<Candidate>& found() const { return found_; }

 private:
  /// As it came another way: a list may have changed its text.
  bool is_this_mail(MessageId id, const mail::Parsed& mail) {
    const std::string raw = store::raw_mail_start(tx_, id, head_bytes_max);
    if (raw.empty() || !mail.date) return false;
    const mail::Parsed other = mail::parse(head_of(raw));
    return to_lower_ascii(other.from.email) == to_lower_ascii(mail.from.email) && other.date == mail.date;
  }

  static std::vector<std::string> ids_of(const mail::Parsed& mail) {
    std::vector<std::string> ids;
    const auto add = [&ids](const std::string& given) {
      std::string id = kept_mail_id(given);
      if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
    };
    add(mail.in_reply_to);
    const auto& references = mail.references;
    const std::size_t newest = std::min(references.size(), ids_max - first_ids - 1);
    for (std::size_t i = 0; i < newest; ++i) add(references[references.size() - 1 - i]);
    for (std::size_t i = std::min(references.size() - newest, first_ids); i > 0; --i) add(references[i - 1]);
    return ids;
  }

  store::Tx& tx_;
  std::vector<Candidate> found_;
};

/// As it stands now: what was merged goes on elsewhere; nothing goes on in what was erased.
std::optional<store::ConversationRecord> find_present(store::Tx& tx, ConversationId id) {
  auto record = tx.find_conversation(id);
  if (record && record->state.merged) record = tx.find_conversation(record->state.merged_into);
  if (!record || record->erased_at.us != 0) return std::nullopt;
  return record;
}

}  // namespace

std::string reply_token(store::Tx& tx, ConversationId id) {
  const auto mac = keyed_hash(tx, fmt::format("reply {}", id.value));
  Bytes bytes(mac.begin(), mac.begin() + mac_bytes);
  for (std::size_t i = id_bytes; i > 0; --i)
    bytes.push_back(static_cast<unsigned char>((static_cast<std::uint64_t>(id.value) >> (8 * (i - 1))) & 255u));
  hide_id(tx, bytes);
  return base32(bytes);
}

std::optional<ConversationId> find_reply_token(store::Tx& tx, std::string_view token) {
  if (token.size() != token_length) return std::nullopt;
  auto bytes = from_base32(token);
  if (!bytes) return std::nullopt;
  hide_id(tx, *bytes);
  std::int64_t id = 0;
  for (std::size_t i = 0; i < id_bytes; ++i) id = (id << 8u) | (*bytes)[mac_bytes + i];
  const auto mac = keyed_hash(tx, fmt::format("reply {}", id));
  if (sodium_memcmp(mac.data(), bytes->data(), mac_bytes) != 0) return std::nullopt;
  return ConversationId(id);
}

std::string reply_address(std::string_view mailbox, std::string_view token) {
  constexpr std::size_t local_part_max = 64;
  const auto at = mailbox.rfind('@');
  if (at == std::string_view::npos || at + token_tag.size() + token.size() > local_part_max) return "";
  return fmt::format("{}{}{}{}", mailbox.substr(0, at), token_tag, token, mailbox.substr(at));
}

std::string new_mail_id(const Work& work, ConversationId id, std::string_view mailbox) {
  return fmt::format("{}.{}{}", reply_token(work.tx, id), work.shared.host.random_token(12),
                     mailbox.substr(mailbox.rfind('@')));
}

std::string kept_mail_id(std::string_view id) {
  constexpr std::size_t bytes_max = 998;
  return id.size() <= bytes_max ? std::string(id) : to_valid_utf8(id.substr(0, bytes_max - 3));
}

Thread find_thread(Work& work, const mail::Parsed& mail) {
  Thread thread;
  Candidates candidates(work.tx);
  candidates.add_addresses(mail);
  candidates.add_ids(mail, thread);
  const std::string email = to_lower_ascii(mail.from.email);
  for (const Candidate& candidate : candidates.found()) {
    const auto record = find_present(work.tx, candidate.id);
    if (!record) continue;
    std::optional<AgentId> agent;
    const Relation relation = relation_of(work, *record, email, agent);
    const bool passes_on = mail.forward && !candidate.is_addressed;
    if (relation != Relation::none && !passes_on) {
      thread.joins = record->state.id;
      if (relation == Relation::staff) thread.staff = *agent;
      thread.named = {};
      return thread;
    }
    if (thread.named) continue;
    thread.named = record->state.id;
    thread.cause = relation != Relation::none ? LinkCause::forward
                   : candidate.by_token       ? LinkCause::token
                                              : LinkCause::stranger;
  }
  return thread;
}

void remember_names(store::Tx& tx, const Thread& thread, ConversationId id) {
  for (const auto& [name, known] : thread.names)
    if (std::find(known.begin(), known.end(), id) == known.end()) store::add_name(tx, name, id);
}

namespace {

/// What a mail says, whatever way it went: a server on the way may have encoded it anew.
bool says_the_same(const mail::Parsed& a, const mail::Parsed& b) {
  const auto same_part = [](const mail::Part& x, const mail::Part& y) {
    return x.name == y.name && x.bytes == y.bytes;
  };
  return to_lower_ascii(a.from.email) == to_lower_ascii(b.from.email) && a.subject == b.subject && a.date == b.date &&
         a.text == b.text && a.html == b.html &&
         std::equal(a.attachments.begin(), a.attachments.end(), b.attachments.begin(), b.attachments.end(), same_part);
}

}  // namespace

std::optional<store::MessageRecord> find_copy(const Work& work, const mail::Parsed& mail) {
  constexpr int looked_at_max = 5;
  constexpr Span same_time = minutes(10);  ///< of mails that have no date: a sensor may send one text for years
  store::Tx& tx = work.tx;
  for (const MessageId id : store::messages_with(tx, kept_mail_id(mail.message_id), looked_at_max)) {
    auto message = tx.find_message(id);
    if (!message || (!mail.date && work.now - message->at > same_time)) continue;
    if (const auto raw = tx.raw_mail(id); raw && says_the_same(mail::parse(*raw), mail)) return message;
    for (const std::int64_t outbox : store::mails_of(tx, id))
      if (const auto bytes = mail_bytes(tx, outbox); bytes.ok() && says_the_same(mail::parse(*bytes), mail))
        return message;
  }
  return std::nullopt;
}

}  // namespace suki::app
