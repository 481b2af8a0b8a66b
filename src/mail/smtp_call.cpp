#include "mail/smtp_call.h"

#include <algorithm>
#include <functional>

#include "mail/line.h"

namespace suki::mail {
namespace {

CURL* start() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  return started == CURLE_OK ? curl_easy_init() : nullptr;
}

std::size_t throw_away(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

int ask_whether_given_up(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<const std::function<bool()>*>(user))() ? 1 : 0;
}

}  // namespace

SmtpCall::SmtpCall(const Smtp& server, long connect_seconds, long seconds) : curl_(start(), &curl_easy_cleanup) {
  CURL* c = curl_.get();
  if (c == nullptr) return;
  curl_easy_setopt(c, CURLOPT_URL, server.url.c_str());
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(c, CURLOPT_USE_SSL, wanted_tls(server));
  if (!server.user.empty()) {
    curl_easy_setopt(c, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(c, CURLOPT_PASSWORD, server.password.c_str());
  }
  if (!server.ca_file.empty()) curl_easy_setopt(c, CURLOPT_CAINFO, server.ca_file.c_str());
  curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, connect_seconds);
  curl_easy_setopt(c, CURLOPT_TIMEOUT, seconds);
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why_);
  if (server.given_up) {
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, &ask_whether_given_up);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, &server.given_up);
  }
}

std::size_t SmtpCall::read(char* to, std::size_t size, std::size_t count, void* user) {
  auto& source = *static_cast<Source*>(user);
  const std::size_t n = std::min(size * count, source.data->size() - source.at);
  std::copy_n(source.data->data() + source.at, n, to);
  source.at += n;
  return n;
}

void SmtpCall::carry(const std::string& from, const std::string& to, const std::string& data) {
  CURL* c = curl_.get();
  source_ = {&data, 0};
  sender_ = "<" + wire_address(from) + ">";
  recipient_ = "<" + wire_address(to) + ">";
  recipients_.reset(curl_slist_append(nullptr, recipient_.c_str()));
  curl_easy_setopt(c, CURLOPT_MAIL_FROM, sender_.c_str());
  curl_easy_setopt(c, CURLOPT_MAIL_RCPT, recipients_.get());
  curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(c, CURLOPT_READFUNCTION, &SmtpCall::read);
  curl_easy_setopt(c, CURLOPT_READDATA, &source_);
}

bool SmtpCall::needs_utf8() const {
  return !is_ascii(sender_) || !is_ascii(recipient_);
}

void SmtpCall::be_deaf() {
  curl_easy_setopt(curl_.get(), CURLOPT_WRITEFUNCTION, &throw_away);
  curl_easy_setopt(curl_.get(), CURLOPT_HEADERFUNCTION, &throw_away);
}

}  // namespace suki::mail
