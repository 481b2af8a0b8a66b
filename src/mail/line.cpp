#include "mail/line.h"

#include <curl/curl.h>
#include <gmime/gmime.h>

#include <algorithm>
#include <memory>

#include "mail/headers.h"
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

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string wire_address(const std::string& email) {
  if (is_ascii(email)) return email;
  ensure_gmime();
  InternetAddress* mailbox = internet_address_mailbox_new(nullptr, email.c_str());
  const char* written = internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(mailbox));
  std::string out = written != nullptr ? written : email;
  g_object_unref(mailbox);
  return out;
}

std::string tls_cure(const Smtp& server) {
  std::string cure = "turn STARTTLS on there, or use smtps://";
  if (server.user.empty()) cure += "; --plain-smtp lets mail go there without";
  return cure;
}

}  // namespace suki::mail
