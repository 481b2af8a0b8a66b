#include "mail/auth_results.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace suki::mail {
namespace {

const std::vector<std::string> trusted{"mx.shop.example"};

std::string said(const std::string& value) {
  const auto read = parse_auth_results(value);
  if (!read) return "nothing";
  std::string out = read->server;
  for (const AuthResult& result : read->results) {
    out += "; " + result.method + "=" + result.result;
    for (const auto& [name, property] : result.properties) out += " " + name + "=" + property;
  }
  return out;
}

Origin judge(const std::string& headers, const std::string& from = "liza@example.net") {
  return judge_origin(headers + "From: " + from + "\r\n\r\nHello\r\nAuthentication-Results: in.the.body\r\n", from,
                      trusted);
}

TEST(AuthResults, are_read_as_the_rfc_shows_them) {
  // RFC 8601, appendix B.
  EXPECT_EQ(said("example.org 1; none"), "example.org");
  EXPECT_EQ(said("example.com; spf=pass smtp.mailfrom=example.net"), "example.com; spf=pass smtp.mailfrom=example.net");
  EXPECT_EQ(said("example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n spf=pass "
                 "smtp.mailfrom=example.net"),
            "example.com; auth=pass smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net");
  EXPECT_EQ(said("example.com;\r\n dkim=pass (good signature) header.d=example.com"),
            "example.com; dkim=pass header.d=example.com");
  EXPECT_EQ(said("example.com; dkim=pass reason=\"good signature\" header.i=@mail-router.example.net; dkim=fail "
                 "reason=\"bad signature\" header.i=@newyork.example.com"),
            "example.com; dkim=pass reason=good signature header.i=@mail-router.example.net; dkim=fail reason=bad "
            "signature header.i=@newyork.example.com");
  EXPECT_EQ(
      said("foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n "
           "policy (A dot can go here) . (like that) expired\r\n (this surprised me) = (as I wasn't expecting it) "
           "1362471462"),
      "foo.example.net")
      << "comments within a name are not understood, and harm nothing";
}

TEST(AuthResults, are_read_as_servers_write_them) {
  EXPECT_EQ(said("mx.google.com;\r\n       dkim=pass header.i=@example.net header.s=s1 header.b=AbC/+x;\r\n       "
                 "spf=pass (google.com: domain of a@example.net designates 192.0.2.1 as permitted sender) "
                 "smtp.mailfrom=a@example.net;\r\n       dmarc=pass (p=REJECT sp=REJECT dis=NONE) "
                 "header.from=example.net"),
            "mx.google.com; dkim=pass header.i=@example.net header.s=s1 header.b=AbC/+x; spf=pass "
            "smtp.mailfrom=a@example.net; dmarc=pass header.from=example.net");
  EXPECT_EQ(said("spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=example.net; dkim=none (message not "
                 "signed)\r\n header.d=none;dmarc=bestguesspass action=none header.from=example.net;"),
            "; spf=pass smtp.mailfrom=example.net; dkim=none header.d=none; dmarc=bestguesspass action=none "
            "header.from=example.net");
}

TEST(AuthResults, what_is_broken_gives_what_can_be_read) {
  EXPECT_EQ(said(""), "nothing");
  EXPECT_EQ(said("(only a comment"), "nothing");
  EXPECT_EQ(said(";"), "nothing");
  EXPECT_EQ(said("mx;;; ;dkim;spf=;=pass;dmarc=pass"), "mx; spf=; dmarc=pass");
  EXPECT_EQ(said("mx; dkim=pass (never closed; spf=fail"), "mx; dkim=pass");
  EXPECT_EQ(said("mx; dkim=pass header.d=\"open; spf=fail"), "mx; dkim=pass header.d=open; spf=fail");
  EXPECT_EQ(said("mx; ) dkim=pass; spf=pass"), "mx; spf=pass");
  EXPECT_EQ(said("MX.Shop.Example; DKIM=PASS Header.D=X"), "mx.shop.example; dkim=pass header.d=X");
  EXPECT_TRUE(is_utf8(said("mx; dkim=\xff\xfe header.d=\x1b[2J")));
  std::string many = "mx";
  for (int i = 0; i < 1'000; ++i) many += "; dkim=fail";
  EXPECT_EQ(parse_auth_results(many)->results.size(), auth_results_max);
  std::string deep = "mx " + std::string(50'000, '(') + "; spf=pass";
  EXPECT_EQ(said(deep), "mx");
}

TEST(AuthResults, dmarc_that_passed_verifies_the_domain_of_the_sender) {
  const Origin origin = judge(
      "Authentication-Results: mx.shop.example; dkim=pass header.d=mail.example; dmarc=pass "
      "header.from=example.net\r\n");
  EXPECT_EQ(origin.verdict, OriginVerdict::verified);
  EXPECT_EQ(origin.domain, "example.net");
  EXPECT_EQ(origin.dmarc, "pass");
  EXPECT_EQ(origin.dkim, "pass");
  EXPECT_EQ(origin.spf, "");
  EXPECT_EQ(origin.server, "mx.shop.example");
}

TEST(AuthResults, dmarc_that_failed_says_that_it_may_be_forged_whatever_else_passed) {
  EXPECT_EQ(judge("Authentication-Results: mx.shop.example; spf=pass smtp.mailfrom=example.net; dmarc=fail "
                  "header.from=example.net\r\n")
                .verdict,
            OriginVerdict::forged);
}

TEST(AuthResults, without_dmarc_a_signature_or_envelope_of_the_same_domain_does) {
  const auto verdict = [](const std::string& result, const std::string& from = "liza@shop.example.net") {
    return judge("Authentication-Results: mx.shop.example; " + result + "\r\n", from).verdict;
  };
  EXPECT_EQ(verdict("dkim=pass header.d=shop.example.net"), OriginVerdict::verified);
  EXPECT_EQ(verdict("dkim=pass header.i=@shop.example.net"), OriginVerdict::verified);
  EXPECT_EQ(verdict("dkim=pass header.d=Example.Net."), OriginVerdict::verified) << "a domain above";
  EXPECT_EQ(verdict("spf=pass smtp.mailfrom=bounce@shop.example.net"), OriginVerdict::verified);
  EXPECT_EQ(verdict("dkim=pass header.d=evil.example"), OriginVerdict::unverified);
  EXPECT_EQ(verdict("dkim=pass header.d=evil.shop.example.net"), OriginVerdict::unverified) << "one below";
  EXPECT_EQ(verdict("dkim=pass header.d=xshop.example.net"), OriginVerdict::unverified);
  EXPECT_EQ(verdict("dkim=pass header.d=net"), OriginVerdict::unverified) << "nobody owns a top-level domain";
  EXPECT_EQ(verdict("dkim=fail header.d=shop.example.net"), OriginVerdict::unverified);
  EXPECT_EQ(verdict("spf=softfail smtp.mailfrom=shop.example.net"), OriginVerdict::unverified);
  EXPECT_EQ(verdict("spf=pass smtp.helo=shop.example.net"), OriginVerdict::unverified);
  EXPECT_EQ(verdict("dmarc=pass header.from=other.example"), OriginVerdict::unverified) << "about another domain";
  EXPECT_EQ(verdict("none"), OriginVerdict::unverified);
  EXPECT_EQ(verdict("dmarc=pass", "nobody"), OriginVerdict::unverified) << "there is no domain";
}

TEST(AuthResults, only_the_first_field_of_a_trusted_server_counts) {
  // A sender writes what he likes; servers write theirs above it.
  EXPECT_EQ(judge("Authentication-Results: mx.shop.example; dmarc=fail header.from=example.net\r\n"
                  "Received: from evil.example\r\n"
                  "Authentication-Results: mx.shop.example; dmarc=pass header.from=example.net\r\n")
                .verdict,
            OriginVerdict::forged);
  EXPECT_EQ(judge("Authentication-Results: mx.shop.example; spf=none\r\n"
                  "Authentication-Results: mx.shop.example; dmarc=pass header.from=example.net\r\n")
                .verdict,
            OriginVerdict::unverified);
  EXPECT_EQ(judge("Authentication-Results: evil.example; dmarc=pass header.from=example.net\r\n").verdict,
            OriginVerdict::unverified);
  EXPECT_EQ(judge("Authentication-Results: evil.example; dmarc=fail\r\nAuthentication-Results: MX.shop.example;\r\n\t"
                  "dmarc=pass header.from=example.net\r\n")
                .verdict,
            OriginVerdict::verified);
  EXPECT_EQ(judge("X-Authentication-Results: mx.shop.example; dmarc=pass\r\n").verdict, OriginVerdict::unverified);
  EXPECT_EQ(judge("").verdict, OriginVerdict::unverified);
  EXPECT_EQ(judge("").server, "");
}

TEST(AuthResults, a_field_without_a_name_counts_only_where_that_is_said) {
  const std::string raw = "Authentication-Results: spf=pass smtp.mailfrom=example.net\r\n\r\n";
  EXPECT_EQ(judge_origin(raw, "a@example.net", {"mx.shop.example"}).verdict, OriginVerdict::unverified);
  EXPECT_EQ(judge_origin(raw, "a@example.net", {"-"}).verdict, OriginVerdict::verified);
  EXPECT_EQ(judge_origin(raw, "a@example.net", {}).verdict, OriginVerdict::none);
}

}  // namespace
}  // namespace suki::mail
