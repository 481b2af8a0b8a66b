#include "mail/probe.h"

#include <curl/curl.h>

#include <memory>

#include <fmt/format.h>

#include "mail/line.h"

namespace suki::mail {
namespace {

std::size_t throw_away(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

ErrorCode code_of(CURLcode code) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return ErrorCode::bad_input;
    case CURLE_COULDNT_RESOLVE_HOST:
      return ErrorCode::not_found;
    case CURLE_LOGIN_DENIED:
      return ErrorCode::unauthorized;
    case CURLE_USE_SSL_FAILED:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
      return ErrorCode::forbidden;
    default:
      return ErrorCode::io;
  }
}

}  // namespace

Result<void> probe(const Smtp& server) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) return fail(ErrorCode::internal, curl_easy_strerror(started));
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (!curl) return fail(ErrorCode::internal, "curl cannot start");
  CURL* c = curl.get();
  char why[CURL_ERROR_SIZE] = {};
  curl_easy_setopt(c, CURLOPT_URL, server.url.c_str());
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(c, CURLOPT_USE_SSL, wanted_tls(server));
  if (!server.user.empty()) {
    curl_easy_setopt(c, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(c, CURLOPT_PASSWORD, server.password.c_str());
  }
  if (!server.ca_file.empty()) curl_easy_setopt(c, CURLOPT_CAINFO, server.ca_file.c_str());
  // Asks nothing but to be told that the server is there.
  curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, "NOOP");
  curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, &throw_away);
  curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, &throw_away);
  curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, probe_seconds_max);
  curl_easy_setopt(c, CURLOPT_TIMEOUT, probe_seconds_max);
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
  const CURLcode code = curl_easy_perform(c);
  if (code == CURLE_OK) return {};
  return fail(code_of(code), fmt::format("{}: {}", server.url, why[0] != '\0' ? why : curl_easy_strerror(code)));
}

}  // namespace suki::mail
