/// Mails out are signed, and the signature holds for whoever asks DNS.
#include "mail/dkim.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "mail/mail.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace suki::mail {
namespace {

/// libopendkim does not free an Ed25519 key when a signature is done (docs/decisions/0029-mail-out.md).
class LibraryMayLeak {
#if defined(__SANITIZE_ADDRESS__)
  __lsan::ScopedDisabler disabled_;
#else
 public:
  LibraryMayLeak() {}  // not trivial: it stands there unused
#endif
};

std::string mail_from(const std::string& address, const std::string& text = "Magandang araw po.\n.\nFrom me\n") {
  Outgoing mail;
  mail.from = {"Tindahan ni Ñena", address};
  mail.to = {"José", "jose@example.com"};
  mail.cc = {{"Ben", "ben@example.net"}};
  mail.subject = "Re: Sira ang ref – tulong po, mahaba ang paksang ito upang ito ay maputol sa dalawang linya";
  mail.text = text;
  mail.html = "<p>Magandang araw po.</p>";
  mail.message_id = "1.a@shop.example";
  mail.references = {std::string(200, 'a') + "@example.com", std::string(200, 'b') + "@example.com"};
  mail.attachments = {{.name = "a.txt", .type = "text/plain", .content_id = "", .bytes = "one\n\n\n"}};
  return *compose(mail);
}

const DkimKey& rsa() {
  static const DkimKey key = *new_dkim_key(DkimKind::rsa, "Shop.example", "s1");
  return key;
}
const DkimKey& ed25519() {
  static const DkimKey key = *new_dkim_key(DkimKind::ed25519, "shop.example", "s2");
  return key;
}
std::string dns(const std::string& name) {
  for (const DkimKey* key : {&rsa(), &ed25519()})
    if (name == dkim_record_name(*key)) return *dkim_record(*key);
  return "";
}

TEST(dkim, what_we_sign_holds_with_the_key_that_dns_has) {
  const std::string mail = mail_from("help@shop.example");
  for (const auto& keys : {std::vector{rsa()}, std::vector{ed25519()}, std::vector{rsa(), ed25519()}}) {
    const auto made = [&] {
      const LibraryMayLeak leaks;
      return sign_dkim(mail, keys);
    }();
    ASSERT_TRUE(made.ok()) << made.error().detail;
    EXPECT_TRUE(made->ends_with(mail)) << "no byte of the mail is touched";
    const auto held = verify_dkim(*made, dns);
    ASSERT_TRUE(held.ok()) << held.error().detail << "\n" << *made;
    EXPECT_EQ(*held, static_cast<int>(keys.size()));
    for (const auto line : split(std::string_view(*made).substr(0, made->size() - mail.size()), '\n')) {
      EXPECT_LE(line.size(), 80u) << line;
      if (!line.empty()) {
        EXPECT_TRUE(line.ends_with('\r')) << line;
      }
    }
    EXPECT_TRUE(parse(*made).problems.empty());
  }
}

TEST(dkim, what_is_changed_on_the_way_does_not_hold) {
  const std::string made = *sign_dkim(mail_from("help@shop.example"), {rsa()});
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = made;
    const auto at = changed.rfind(from);
    EXPECT_NE(at, std::string::npos) << from;
    changed.replace(at, from.size(), to);
    return changed;
  };
  ASSERT_TRUE(verify_dkim(made, dns).ok());
  EXPECT_FALSE(verify_dkim(with("Magandang", "Masamang"), dns).ok());
  EXPECT_FALSE(verify_dkim(with("ben@example.net", "eve@example.net"), dns).ok());
  EXPECT_FALSE(verify_dkim(with("\r\nTo:", "\r\nFrom: bank@example.com\r\nTo:"), dns).ok()) << "a second From";
  EXPECT_FALSE(verify_dkim(made, [](const std::string&) { return std::string(); }).ok()) << "DNS has no key";
  const DkimKey other = *new_dkim_key(DkimKind::rsa, "shop.example", "s1");
  EXPECT_FALSE(verify_dkim(made, [&](const std::string&) { return *dkim_record(other); }).ok());
}

TEST(dkim, only_mails_of_its_domain_are_signed) {
  for (const char* from : {"help@other.example", "help@notshop.example", "help@shop.example.net"}) {
    const std::string mail = mail_from(from);
    EXPECT_EQ(*sign_dkim(mail, {rsa(), ed25519()}), mail) << from;
  }
  EXPECT_EQ(*verify_dkim(*sign_dkim(mail_from("help@mail.shop.example"), {rsa()}), dns), 1) << "below it, too";
  EXPECT_EQ(*verify_dkim(mail_from("help@shop.example"), dns), 0);
}

TEST(dkim, a_key_is_a_file_and_comes_back_from_it) {
  for (const DkimKey* key : {&rsa(), &ed25519()}) {
    const auto read = read_dkim_key(write_dkim_key(*key));
    ASSERT_TRUE(read.ok()) << read.error().detail;
    EXPECT_EQ(read->domain, "shop.example");
    EXPECT_EQ(read->selector, key->selector);
    EXPECT_EQ(read->kind, key->kind);
    EXPECT_EQ(*dkim_record(*read), *dkim_record(*key));
  }
  EXPECT_NE(read_dkim_key(rsa().pem).error().detail.find("domain:"), std::string::npos);
  EXPECT_NE(read_dkim_key("domain: shop.example\n" + rsa().pem).error().detail.find("selector:"), std::string::npos);
  EXPECT_NE(read_dkim_key("domain: shop.example\nselector: s1\n").error().detail.find("private key"),
            std::string::npos);
  EXPECT_FALSE(read_dkim_key("domain: shop.example\nselector: s1\n-----BEGIN PRIVATE KEY-----\nxx\n").ok());
  for (const char* domain : {"shop", "", "shop example", "-a.example", "a..b"})
    EXPECT_FALSE(new_dkim_key(DkimKind::ed25519, domain, "s1").ok()) << domain;
  EXPECT_FALSE(new_dkim_key(DkimKind::ed25519, "shop.example", "s 1").ok());
}

TEST(dkim, a_record_is_compared_as_receivers_read_it) {
  const std::string record = *dkim_record(rsa());
  const std::string p = record.substr(record.find("p=") + 2);
  EXPECT_TRUE(check_dkim_record(rsa(), record).ok());
  EXPECT_TRUE(check_dkim_record(rsa(), "k=rsa;t=s; p=" + p.substr(0, 100) + " " + p.substr(100) + ";").ok());
  const struct {
    std::string record;
    const char* says;
  } rows[] = {{"", "no record"},
              {"v=DKIM1; k=rsa; p=", "withdrawn"},
              {"v=DKIM1; k=ed25519; p=" + p, "kind"},
              {"v=DKIM1; k=rsa; p=" + p.substr(0, 200), "cut short"},
              {"v=DKIM1; k=rsa; p=AAAA", "another key"},
              {"v=DKIM2; p=" + p, "DKIM1"},
              {"v=DKIM1; h=sha1; p=" + p, "sha256"}};
  for (const auto& row : rows) {
    const auto held = check_dkim_record(rsa(), row.record);
    ASSERT_FALSE(held.ok()) << row.record;
    EXPECT_NE(held.error().detail.find(row.says), std::string::npos) << held.error().detail;
  }
}

}  // namespace
}  // namespace suki::mail
