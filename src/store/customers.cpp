#include <sodium.h>

#include "store/hash.h"
#include "store/sql.h"
#include "store/tx.h"

namespace suki::store {
namespace {

using Num = std::int64_t;
using Text = std::string;

CustomerRecord to_customer(const std::tuple<Num, Text, Text, Num, Num, Num>& row) {
  const auto& [id, name, email, language, segment, erased_at] = row;
  return {CustomerId(id),
          name,
          email,
          Symbol(static_cast<std::uint32_t>(language)),
          Symbol(static_cast<std::uint32_t>(segment)),
          Instant{erased_at}};
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  char hex[2 * sizeof hash + 1];
  return sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
}

CustomerId Tx::add_customer(const CustomerRecord& c) {
  const CustomerId id(next(Counter::customer));
  wrote(Lock::customer, key_of(id));
  wrote(Lock::email, hash_of(c.email));
  sql_.append(
      "insert into customers (id, name, email, language, segment) values (:id, :name, :email, :language, :segment)", id,
      c.name, c.email, c.language, c.segment);
  return id;
}

std::optional<CustomerRecord> Tx::find_customer(CustomerId id) {
  auto row = sql_.apart(untouched(Lock::customer, key_of(id)))
                 .row<Num, Text, Text, Num, Num, Num>(
                     "select id, name, email, language, segment, erased_at from customers where id = :id", id);
  if (!row) return std::nullopt;
  return to_customer(*row);
}

std::optional<CustomerRecord> Tx::find_customer_by_email(const std::string& email) {
  if (email.empty()) return std::nullopt;
  // Then by its id, so that it is read as it is once it is locked.
  auto row = sql_.apart(untouched(Lock::email, hash_of(email)))
                 .row<Num>(
                     "select id from (select customer as id, 0 as place from customer_addresses where email = :email "
                     "union all select id, 1 as place from customers where email = :email_too) f order by place, id "
                     "limit 1",
                     email, email);
  if (!row) return std::nullopt;
  return find_customer(CustomerId(std::get<0>(*row)));
}

void Tx::update_customer(const CustomerRecord& c) {
  wrote(Lock::customer, key_of(c.id));
  wrote(Lock::email, hash_of(c.email));
  sql_.run("update customers set name = :name, email = :email, language = :language, segment = :segment where id = :id",
           c.name, c.email, c.language, c.segment, c.id);
}

void Tx::add_link(std::string_view token, ConversationId id) {
  sql_.append("insert into links (token_hash, conversation) values (:hash, :id)", sha256_hex(token), id);
}

std::optional<ConversationId> Tx::find_link(std::string_view token) {
  auto row = sql_.row<Num>("select conversation from links where token_hash = :hash", sha256_hex(token));
  if (!row) return std::nullopt;
  return ConversationId(std::get<0>(*row));
}

std::optional<Tx::Request> Tx::find_request(const std::string& key) {
  auto row = sql_.apart(untouched(Lock::request, hash_of(key)))
                 .row<Num, Num>("select conversation, message from requests where request = :key", key);
  if (!row) return std::nullopt;
  return Request{ConversationId(std::get<0>(*row)), MessageId(std::get<1>(*row))};
}

void Tx::add_request(const std::string& key, const Request& request, Instant at) {
  wrote(Lock::request, hash_of(key));
  sql_.append("insert into requests (request, conversation, message, at) values (:key, :conversation, :message, :at)",
              key, request.conversation, request.message, at);
}

std::string Tx::setting(const std::string& name) {
  Kept* const kept = writing_ != nullptr ? writing_->kept() : nullptr;
  if (kept != nullptr)
    if (const auto known = kept->settings.find(name); known != kept->settings.end()) return known->second;
  auto row = sql_.row<Text>("select value from settings where name = :name", name);
  Text value = row ? std::get<0>(*row) : "";
  if (kept != nullptr) kept->settings[name] = value;
  return value;
}

void Tx::set_setting(const std::string& name, const std::string& value) {
  if (writing_ != nullptr) writing_->must_be_alone();
  sql_.run(
      "insert into settings (name, value) values (:name, :value) on conflict (name) do update set value = "
      "excluded.value",
      name, value);
}

}  // namespace suki::store
