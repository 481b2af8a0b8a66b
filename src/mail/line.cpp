#include "mail/line.h"

#include <curl/curl.h>

#include <memory>

#include "mail/probe.h"

namespace suki::mail {

bool is_on_this_machine(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), &curl_url_cleanup);
  char* text = nullptr;
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
      curl_url_get(parsed.get(), CURLUPART_HOST, &text, 0) != CURLUE_OK)
    return false;
  const std::string host = text;
  curl_free(text);
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

long wanted_tls(const Smtp& server) {
  const bool may_be_open = server.user.empty() && (server.plain || is_on_this_machine(server.url));
  return static_cast<long>(may_be_open ? CURLUSESSL_TRY : CURLUSESSL_ALL);
}

std::string tls_cure(const Smtp& server) {
  std::string cure = "turn STARTTLS on there, or use smtps://";
  if (server.user.empty()) cure += "; --plain-smtp lets mail go there without";
  return cure;
}

}  // namespace suki::mail
