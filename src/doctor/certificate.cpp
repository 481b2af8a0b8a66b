#include <fmt/format.h>

#include "doctor/checks.h"
#include "server/tls.h"

namespace suki::doctor {
namespace {

constexpr Span soon = seconds(21LL * 86'400);  ///< certificates of 90 days are renewed 30 days before their end
constexpr const char* why = "browsers turn customers away";
constexpr const char* renew = "renew it (certbot renew, or what else gets it); suki takes up the new files by itself";

/// "help.example" of "https://help.example:8443/x".
std::string host_of(const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) return "";
  std::string rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find('/'));
  if (rest.starts_with('[')) return rest.substr(1, rest.find(']') - 1);
  return rest.substr(0, rest.rfind(':'));
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all.empty() ? "nobody" : all;
}

}  // namespace

Findings check_certificate(const std::string& cert_file, const std::string& key_file, const std::string& site_url,
                           Instant now) {
  if (cert_file.empty() && key_file.empty()) return {};
  if (cert_file.empty() || key_file.empty())
    return {{"certificate", Level::error, "certificate-without-key",
             fmt::format("only {} is named", cert_file.empty() ? "a key" : "a certificate"),
             "suki serve does not start", "--tls-cert and --tls-key belong together"}};
  const auto facts = server::read_certificate(cert_file);
  if (!facts.ok())
    return {{"certificate", Level::error, "certificate-unreadable", facts.error().detail, "suki serve does not start",
             "name the chain in PEM form, and let the user who runs suki read it"}};
  Findings all;
  if (const auto loaded = server::load_tls(cert_file, key_file); !loaded.ok())
    all.push_back({"certificate", Level::error, "certificate-and-key", loaded.error().detail,
                   "suki serve does not start, and takes up no renewed certificate",
                   "name the key that the certificate was made for, without a passphrase, readable for suki's user"});
  if (facts->not_after <= now)
    all.push_back({"certificate", Level::error, "certificate-ended",
                   fmt::format("{} ended at {}", cert_file, format_instant(facts->not_after)), why, renew});
  else if (facts->not_after <= now + soon)
    all.push_back({"certificate", Level::warning, "certificate-ends-soon",
                   fmt::format("{} ends at {}", cert_file, format_instant(facts->not_after)), why, renew});
  if (facts->not_before > now)
    all.push_back({"certificate", Level::error, "certificate-not-yet",
                   fmt::format("{} begins at {}", cert_file, format_instant(facts->not_before)), why,
                   "look at this machine's clock; else wait, or take the one before"});
  const std::string host = host_of(site_url);
  if (!host.empty() && !server::covers(*facts, host))
    all.push_back({"certificate", Level::error, "certificate-of-another-host",
                   fmt::format("{} is for {}, and customers come to {}", cert_file, joined(facts->names), host), why,
                   "get one for that name, or correct --site-url"});
  if (facts->self_signed)
    all.push_back({"certificate", Level::warning, "certificate-self-signed",
                   fmt::format("{} is signed by itself", cert_file), "browsers warn everybody who comes",
                   "get one of a certification authority, for instance by certbot"});
  if (all.empty())
    all.push_back(fine("certificate", fmt::format("{} is for {}, until {}", cert_file, joined(facts->names),
                                                  format_instant(facts->not_after))));
  return all;
}

}  // namespace suki::doctor
