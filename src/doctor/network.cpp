#include <curl/curl.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include "doctor/checks.h"
#include "json/read.h"
#include "server/server.h"

namespace suki::doctor {
namespace {

constexpr long answer_seconds_max = 10;
constexpr std::size_t answer_bytes_max = 64 * 1024;

/// An endpoint as the system takes it.
struct Endpoint {
  sockaddr_storage bytes{};
  socklen_t length = 0;
};

Endpoint endpoint_of(const server::Options& at) {
  Endpoint endpoint;
  auto& v4 = reinterpret_cast<sockaddr_in&>(endpoint.bytes);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(endpoint.bytes);
  if (::inet_pton(AF_INET, at.address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(at.port);
    endpoint.length = sizeof v4;
  } else if (::inet_pton(AF_INET6, at.address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(at.port);
    endpoint.length = sizeof v6;
  }
  return endpoint;
}

std::size_t keep(char* from, std::size_t size, std::size_t count, void* user) {
  auto& text = *static_cast<std::string*>(user);
  if (text.size() + size * count > answer_bytes_max) return 0;
  text.append(from, size * count);
  return size * count;
}

struct Answer {
  long status = 0;
  std::string body;
};

/// Like a browser, but for the certificate, which check_certificate() looks at: here the name is that of this machine.
Result<Answer> get(const std::string& url) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) return fail(ErrorCode::internal, curl_easy_strerror(started));
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (!curl) return fail(ErrorCode::internal, "curl cannot start");
  CURL* c = curl.get();
  Answer answer;
  curl_easy_setopt(c, CURLOPT_URL, url.c_str());
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(c, CURLOPT_PROXY, "");
  curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, &keep);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(c, CURLOPT_TIMEOUT, answer_seconds_max);
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  const CURLcode code = curl_easy_perform(c);
  if (code != CURLE_OK) return fail(ErrorCode::io, curl_easy_strerror(code));
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

std::string text_of(const boost::json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

/// What is not well of /readyz.
Findings read_checks(const boost::json::value& body) {
  Findings all;
  const auto* object = body.if_object();
  const auto* checks = object != nullptr ? object->if_contains("checks") : nullptr;
  if (checks == nullptr || !checks->is_array()) return all;
  for (const auto& check : checks->get_array()) {
    if (!check.is_object()) continue;
    const std::string state = text_of(check.get_object(), "state"), name = text_of(check.get_object(), "name");
    if (state == "ok") continue;
    all.push_back({"server", state == "failed" ? Level::error : Level::warning, "server-" + name,
                   fmt::format("the running server says of its {}: {}", name, text_of(check.get_object(), "reason")),
                   state == "failed" ? "it turns work away until then" : "it goes on serving, and somebody should look",
                   "what the other findings say; else the server's log"});
  }
  return all;
}

}  // namespace

Findings check_port(const std::string& listen) {
  server::Options at;
  if (const Result<void> read = server::read_listen(listen, at); !read.ok())
    return {{"server", Level::error, "listen-unreadable", read.error().detail, "suki serve does not start",
             "--listen 127.0.0.1:8080"}};
  const Endpoint endpoint = endpoint_of(at);
  const int socket = ::socket(endpoint.bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  const bool bound = socket >= 0 && ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                     ::bind(socket, reinterpret_cast<const sockaddr*>(&endpoint.bytes), endpoint.length) == 0 &&
                     ::listen(socket, 1) == 0;
  const int cause = errno;
  if (socket >= 0) ::close(socket);
  if (bound) return {fine("server", fmt::format("none is running; {} is free for it", listen))};
  const char* cure = cause == EADDRINUSE      ? "stop what has it (ss -ltnp shows it), or take another: --listen"
                     : cause == EACCES        ? "take a port from 1024 on behind a web server, or AmbientCapabilities="
                                                "CAP_NET_BIND_SERVICE in the service"
                     : cause == EADDRNOTAVAIL ? "this machine has no such address: ip address shows those it has"
                                              : "look at the address: --listen 127.0.0.1:8080";
  return {{"server", Level::error, "port-unusable", fmt::format("{}: {}", listen, std::strerror(cause)),
           "suki serve does not start", cure}};
}

Findings check_served(const std::string& url) {
  const Result<Answer> answer = get(url + "/readyz");
  if (!answer.ok())
    return {{"server", Level::error, "server-unreachable",
             fmt::format("a server runs, but {} does not answer: {}", url, answer.error().detail),
             "customers and staff reach nobody", "look at its log; systemctl restart suki"}};
  const Result<boost::json::value> body = json::parse(answer->body);
  Findings all = body.ok() ? read_checks(*body) : Findings{};
  if (answer->status != 200 && answer->status != 503)
    all.push_back({"server", Level::error, "server-is-another",
                   fmt::format("{}/readyz answers with status {}", url, answer->status),
                   "what listens there is not this suki", "look at --listen, and at what has that port: ss -ltnp"});
  if (all.empty()) all.push_back(fine("server", fmt::format("{} answers, and is ready", url)));
  return all;
}

}  // namespace suki::doctor
