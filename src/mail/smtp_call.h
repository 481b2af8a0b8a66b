/// One talk with a mail server through libcurl, as far as sending, trying and probing are alike. For this room's
/// sources.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "mail/mail.h"

namespace suki::mail {

/// Stays where it is while libcurl has its addresses. `server` must outlive it.
class SmtpCall {
 public:
  /// `seconds`: for all of it; connecting may take a share.
  SmtpCall(const Smtp& server, long connect_seconds, long seconds);
  SmtpCall(const SmtpCall&) = delete;
  SmtpCall& operator=(const SmtpCall&) = delete;

  [[nodiscard]] CURL* get() const { return curl_.get(); }  ///< null: curl cannot start
  [[nodiscard]] const char* why() const { return why_; }   ///< in libcurl's words; "" nothing went wrong
  /// One mail to one address, whose `data` must outlive this.
  void carry(const std::string& from, const std::string& to, const std::string& data);
  [[nodiscard]] bool needs_utf8() const;  ///< an address has letters beyond ASCII before its "@" (RFC 6531)
  /// Nothing of what the server says is wanted.
  void be_deaf();

 private:
  struct Source {
    const std::string* data = nullptr;
    std::size_t at = 0;
  };
  static std::size_t read(char* to, std::size_t size, std::size_t count, void* user);

  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients_{nullptr, &curl_slist_free_all};
  Source source_;
  std::string sender_, recipient_;
  char why_[CURL_ERROR_SIZE] = {};
};

}  // namespace suki::mail
