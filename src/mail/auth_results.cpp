#include "mail/auth_results.h"

#include <algorithm>

#include "base/text.h"
#include "mail/raw_view.h"

namespace suki::mail {
namespace {

constexpr std::size_t value_max = 64u << 10;  // bytes of one field that are read
constexpr std::size_t word_max = 300;         // longer than any domain

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text.substr(0, value_max)) {}

  /// White space and comments, which may hold comments.
  void skip() {
    std::size_t depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\' && depth > 0)
        ++at_;
      else if (c == '(')
        ++depth;
      else if (c == ')' && depth > 0)
        --depth;
      else if (depth == 0 && !is_space(c))
        return;
    }
  }
  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  bool take(char wanted) {
    skip();
    if (done() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  /// A quoted string, or what stands up to white space, a comment or one of `ends`.
  std::string word(std::string_view ends) {
    skip();
    std::string out;
    if (!done() && text_[at_] == '"') {
      for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        out += text_[at_];
      }
      if (!done()) ++at_;
    } else {
      for (; at_ < text_.size() && !is_space(text_[at_]) && ends.find(text_[at_]) == std::string_view::npos; ++at_)
        out += text_[at_];
    }
    return printable(out.substr(0, word_max));
  }
  /// To the next ";" that is in no comment and no quoted string, or the end.
  void skip_to_next() {
    for (;;) {
      skip();
      if (done() || text_[at_] == ';') return;
      const std::size_t before = at_;
      (void)word(";(");
      if (at_ == before) ++at_;  // a ")" or the like that nothing opened
    }
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
  std::string_view text_;
  std::size_t at_ = 0;
};

/// "dkim=pass (good) header.d=shop.example": from behind the method's name on.
std::optional<AuthResult> read_result(Reader& reader, std::string method) {
  AuthResult result;
  result.method = to_lower_ascii(method.substr(0, method.find('/')));
  if (result.method.empty() || !reader.take('=')) return std::nullopt;
  result.result = to_lower_ascii(reader.word(";()"));
  while (result.properties.size() < auth_properties_max) {
    std::string name = to_lower_ascii(reader.word(";=()"));
    if (name.empty() || !reader.take('=')) break;
    result.properties.emplace_back(std::move(name), reader.word(";()"));
  }
  return result;
}

std::string domain_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  std::string domain = to_lower_ascii(at == std::string_view::npos ? address : address.substr(at + 1));
  while (domain.ends_with('.')) domain.pop_back();
  return domain;
}

/// The domain itself, or one above it: who owns that speaks for it. One below does not, since on a public suffix it
/// would be somebody else's; where it is the same owner's, DMARC says so.
bool speaks_for(const std::string& domain, const std::string& of) {
  if (domain.empty() || of.empty() || domain.find('.') == std::string::npos) return false;
  return of == domain || of.ends_with("." + domain);
}

std::string property(const AuthResult& result, std::string_view name) {
  for (const auto& [known, value] : result.properties)
    if (known == name) return value;
  return {};
}

bool is_passed_by(const AuthResult& result, const std::string& domain) {
  if (result.result != "pass") return false;
  if (result.method == "dkim") {
    const std::string signer = property(result, "header.d");
    return speaks_for(domain_of(signer.empty() ? property(result, "header.i") : signer), domain);
  }
  return result.method == "spf" && speaks_for(domain_of(property(result, "smtp.mailfrom")), domain);
}

/// The first one, but a pass before others: a mail may be signed by several.
void note(std::string& to, const std::string& result) {
  if (to.empty() || (to != "pass" && result == "pass")) to = result;
}

OriginVerdict verdict_of(const AuthResults& said, Origin& origin) {
  bool passed = false, failed = false;
  for (const AuthResult& result : said.results) {
    if (result.method == "spf") note(origin.spf, result.result);
    if (result.method == "dkim") note(origin.dkim, result.result);
    passed = passed || is_passed_by(result, origin.domain);
    if (result.method != "dmarc") continue;
    const std::string about = domain_of(property(result, "header.from"));
    // Said about another domain, it says nothing of this one.
    if (!about.empty() && about != origin.domain) continue;
    note(origin.dmarc, result.result);
    passed = passed || result.result == "pass";
    failed = failed || result.result == "fail";
  }
  if (origin.domain.empty()) return OriginVerdict::unverified;
  if (failed) return OriginVerdict::forged;
  return passed ? OriginVerdict::verified : OriginVerdict::unverified;
}

}  // namespace

std::optional<AuthResults> parse_auth_results(std::string_view value) {
  Reader reader(value);
  AuthResults read;
  std::string first = reader.word(";=()");
  if (first.empty()) return std::nullopt;
  if (reader.take('=')) {
    // No name of a server: a result begins at once.
    Reader again(value);
    first = again.word(";=()");
    if (auto result = read_result(again, std::move(first))) read.results.push_back(std::move(*result));
    reader = again;
  } else {
    read.server = to_lower_ascii(first);
  }
  for (reader.skip_to_next(); reader.take(';') && read.results.size() < auth_results_max; reader.skip_to_next()) {
    std::string method = reader.word(";=()");
    if (auto result = read_result(reader, std::move(method))) read.results.push_back(std::move(*result));
  }
  return read;
}

Origin judge_origin(std::string_view raw, std::string_view from, const std::vector<std::string>& trusted) {
  Origin origin;
  if (trusted.empty()) return origin;
  origin.verdict = OriginVerdict::unverified;
  if (const std::size_t at = from.rfind('@'); at != std::string_view::npos) origin.domain = domain_of(from);
  for (const std::string& value : fields_named(raw, "authentication-results")) {
    const auto said = parse_auth_results(value);
    if (!said) continue;
    const std::string name = said->server.empty() ? "-" : said->server;
    if (std::find(trusted.begin(), trusted.end(), name) == trusted.end()) continue;
    origin.server = said->server;
    origin.verdict = verdict_of(*said, origin);
    break;
  }
  return origin;
}

}  // namespace suki::mail
