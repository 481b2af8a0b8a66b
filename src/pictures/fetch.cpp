#include "pictures/fetch.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <mutex>

#include "app/sniff.h"
#include "base/text.h"
#include "pictures/address.h"

namespace suki::pictures {
namespace {

struct Cleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using List = std::unique_ptr<curl_slist, Cleanup>;

void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct Going {
  const Policy& policy;
  std::string bytes;
  bool closed = false, too_large = false, given_up = false;
};

int port_of(const sockaddr* address) {
  if (address->sa_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(address)->sin_port);
  if (address->sa_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(address)->sin6_port);
  return 0;
}

/// INVARIANT (nobody inside is asked): every connection is made here, to an address that was just looked at.
curl_socket_t open_socket(void* to, curlsocktype, curl_sockaddr* address) {
  Going& going = *static_cast<Going*>(to);
  const auto length = static_cast<socklen_t>(address->addrlen);
  const bool may =
      going.policy.may_connect ? going.policy.may_connect(&address->addr, length) : is_public(&address->addr, length);
  if (!may || going.policy.ports.count(port_of(&address->addr)) == 0) {
    going.closed = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t take(char* data, std::size_t size, std::size_t count, void* to) {
  Going& going = *static_cast<Going*>(to);
  if (going.bytes.size() + size * count > picture_bytes_max) {
    going.too_large = true;
    return 0;
  }
  going.bytes.append(data, size * count);
  return size * count;
}

int look(void* to, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  Going& going = *static_cast<Going*>(to);
  going.given_up = going.policy.given_up && going.policy.given_up();
  return going.given_up ? 1 : 0;
}

/// http or https, with a host, and without a user.
bool is_address(const std::string& text) {
  constexpr std::size_t url_max = 4'000;
  if (text.size() > url_max) return false;
  const std::unique_ptr<CURLU, Cleanup> url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return false;
  const auto part = [&](CURLUPart which) {
    char* found = nullptr;
    std::string value;
    if (curl_url_get(url.get(), which, &found, 0) == CURLUE_OK) value = found;
    curl_free(found);
    return value;
  };
  const std::string scheme = part(CURLUPART_SCHEME);
  return (scheme == "http" || scheme == "https") && !part(CURLUPART_HOST).empty() && part(CURLUPART_USER).empty() &&
         part(CURLUPART_PASSWORD).empty();
}

void set_up(CURL* curl, const std::string& url, Going& going) {
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, static_cast<long>(redirects_max));
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &going);
  // A proxy of the environment would ask for us, and look at no address.
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "Mozilla/5.0 (pictures of mails, fetched for many readers)");
  curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(picture_bytes_max));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &going);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &look);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &going);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(going.policy.connect_max.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(going.policy.whole_max.count()));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  // Connections tell apart who asks twice.
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
}

std::string problem_of(CURLcode code, const Going& going) {
  if (going.closed) return "closed";
  if (going.given_up) return "given_up";
  if (going.too_large || code == CURLE_FILESIZE_EXCEEDED) return "too_large";
  switch (code) {
    case CURLE_OK:
      return {};
    case CURLE_OPERATION_TIMEDOUT:
      return "timeout";
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return "address";
    default:
      return "unreachable";
  }
}

}  // namespace

Fetched fetch(const std::string& url, const Policy& policy) {
  start_curl();
  if (!is_address(url)) return {{}, {}, "address"};
  const std::unique_ptr<CURL, Cleanup> curl(curl_easy_init());
  if (!curl) return {{}, {}, "unreachable"};
  Going going{policy, {}, false, false, false};
  set_up(curl.get(), url, going);
  const List headers(curl_slist_append(nullptr, "Accept: image/webp,image/png,image/jpeg,image/gif"));
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_slist* collected = nullptr;
  for (const std::string& name : policy.names) collected = curl_slist_append(collected, name.c_str());
  const List names(collected);
  if (names) curl_easy_setopt(curl.get(), CURLOPT_RESOLVE, names.get());
  const CURLcode code = curl_easy_perform(curl.get());
  if (std::string problem = problem_of(code, going); !problem.empty()) return {{}, {}, std::move(problem)};
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return {{}, {}, "status"};
  std::string type = app::sniff(going.bytes);
  if (!app::is_picture(type)) return {{}, {}, "no_picture"};
  return {std::move(going.bytes), std::move(type), {}};
}

}  // namespace suki::pictures
