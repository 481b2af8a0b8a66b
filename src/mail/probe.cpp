#include "mail/probe.h"

#include <curl/curl.h>

#include <fmt/format.h>

#include "mail/smtp_call.h"

namespace suki::mail {
namespace {

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
  SmtpCall call(server, probe_seconds_max, probe_seconds_max);
  if (call.get() == nullptr) return fail(ErrorCode::internal, "curl cannot start");
  call.be_deaf();
  // Asks nothing but to be told that the server is there.
  curl_easy_setopt(call.get(), CURLOPT_CUSTOMREQUEST, "NOOP");
  curl_easy_setopt(call.get(), CURLOPT_NOBODY, 1L);
  const CURLcode code = curl_easy_perform(call.get());
  if (code == CURLE_OK) return {};
  return fail(code_of(code),
              fmt::format("{}: {}", server.url, *call.why() != '\0' ? call.why() : curl_easy_strerror(code)));
}

}  // namespace suki::mail
