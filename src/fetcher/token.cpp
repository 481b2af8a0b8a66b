#include "fetcher/token.h"

#include <curl/curl.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <memory>

#include <fmt/format.h>

#include "base/reason.h"
#include "imap/words.h"

namespace suki::fetcher {
namespace {

constexpr std::size_t answer_bytes_max = 64 * 1024;
constexpr long ask_ms_max = 15'000;

Error trouble(std::string_view reason, std::string text) {
  return because(fail(ErrorCode::unavailable, std::move(text)), reason);
}

std::size_t keep(char* from, std::size_t size, std::size_t count, void* user) {
  auto& body = *static_cast<std::string*>(user);
  if (body.size() + size * count > answer_bytes_max) return 0;
  body.append(from, size * count);
  return size * count;
}

int ask_whether_stopped(void* waker, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const imap::Waker*>(waker)->stopped() ? 1 : 0;
}

/// application/x-www-form-urlencoded; what is empty is left out.
class Form {
 public:
  explicit Form(CURL* curl) : curl_(curl) {}
  void add(const char* name, const std::string& value) {
    if (value.empty()) return;
    const std::unique_ptr<char, decltype(&curl_free)> escaped(
        curl_easy_escape(curl_, value.data(), static_cast<int>(value.size())), &curl_free);
    if (!text.empty()) text += '&';
    text += std::string(name) + "=" + (escaped ? escaped.get() : "");
  }
  std::string text;

 private:
  CURL* curl_;
};

std::string word(const boost::json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

/// A number, which some servers write as text.
std::int64_t number(const boost::json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  if (found == nullptr) return 0;
  if (found->is_int64()) return found->as_int64();
  if (found->is_string()) {
    const std::string text(found->as_string());
    std::int64_t value = 0;
    for (const char c : text.substr(0, 9)) value = c >= '0' && c <= '9' ? value * 10 + (c - '0') : value;
    return value;
  }
  return 0;
}

}  // namespace

Result<Token> read_token(long status, const std::string& body) {
  boost::system::error_code error;
  boost::json::parse_options options;
  options.max_depth = 16;
  const boost::json::value value = boost::json::parse(body, error, {}, options);
  const boost::json::object* object = error ? nullptr : value.if_object();
  if (object == nullptr)
    return trouble("token_answer",
                   fmt::format("the token server answers {} and no JSON; is its address right?", status));
  if (status != 200) {
    const std::string code = word(*object, "error"), text = word(*object, "error_description");
    return trouble("token_refused", fmt::format("the token server refuses: {}",
                                                imap::for_people(code + (text.empty() ? "" : ": " + text))));
  }
  Token token;
  token.access = word(*object, "access_token");
  token.refresh = word(*object, "refresh_token");
  // A token travels in a line of IMAP.
  const bool plain = std::all_of(token.access.begin(), token.access.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (token.access.empty() || !plain) return trouble("token_answer", "the token server gives no token");
  if (const auto seconds = number(*object, "expires_in"); seconds > 0)
    token.good_for = std::chrono::seconds(std::min<std::int64_t>(seconds, 86'400));
  return token;
}

Result<Token> ask_token(const TokenAsk& ask, const imap::Waker& waker) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) return fail(ErrorCode::internal, curl_easy_strerror(started));
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (!curl) return fail(ErrorCode::internal, "curl cannot start");
  CURL* c = curl.get();
  Form form(c);
  form.add("grant_type", "refresh_token");
  form.add("client_id", ask.client_id);
  form.add("client_secret", ask.client_secret);
  form.add("refresh_token", ask.refresh_token);
  form.add("scope", ask.scope);
  std::string body;
  curl_easy_setopt(c, CURLOPT_URL, ask.url.c_str());
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(c, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  if (!ask.ca_file.empty()) {
    curl_easy_setopt(c, CURLOPT_CAINFO, ask.ca_file.c_str());
    curl_easy_setopt(c, CURLOPT_CAPATH, nullptr);
  }
  curl_easy_setopt(c, CURLOPT_POSTFIELDS, form.text.c_str());
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, &keep);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, ask_ms_max);
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, &ask_whether_stopped);
  curl_easy_setopt(c, CURLOPT_XFERINFODATA, &waker);
  const CURLcode code = curl_easy_perform(c);
  if (code == CURLE_PEER_FAILED_VERIFICATION)
    return trouble("token_certificate", "the certificate of the token server is not one that this machine trusts");
  if (code == CURLE_WRITE_ERROR) return trouble("token_answer", "the token server answers too much");
  if (code != CURLE_OK)
    return trouble("token_unreachable", fmt::format("the token server is not reached: {}", curl_easy_strerror(code)));
  long status = 0;
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
  return read_token(status, body);
}

}  // namespace suki::fetcher
