#include "imap/session.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "base/reason.h"
#include "base/text.h"
#include "imap/response.h"
#include "imap/wire.h"
#include "imap/words.h"

namespace suki::imap {
namespace {

using Clock = std::chrono::steady_clock;
using TakeUntagged = std::function<void(Response&)>;

/// Of all answers to one command. A FETCH is asked for a few mails of 4 MiB in all, or one of 64 MiB.
constexpr std::size_t command_bytes_max = 20u * 1024 * 1024, fetch_bytes_max = 72u * 1024 * 1024;
/// UIDs named in one command: keeps lines under what servers take (8,000 bytes, RFC 7162, 4) even when none adjoin.
constexpr std::size_t uids_of_command_max = 500;

std::uint32_t number_behind(std::string_view text, std::string_view name) {
  std::uint32_t value = 0;
  if (text.starts_with(name)) std::from_chars(text.data() + name.size(), text.data() + text.size(), value);
  return value;
}

std::optional<std::uint64_t> read_number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string* find_item(Response& response, std::string_view key) {
  for (Item& item : response.items)
    if (item.key == key) return &item.value;
  return nullptr;
}

class WiredSession final : public Session {
 public:
  WiredSession(std::unique_ptr<Wire> wire, const Timing& timing) : wire_(std::move(wire)), timing_(timing) {}

  Result<void> learn() {
    std::string all;
    SUKI_TRY(const Response end, run("CAPABILITY", [&](Response& response) {
               if (response.kind == "CAPABILITY") all = " " + to_lower_ascii(response.text) + " ";
             }));
    SUKI_CHECK(must_be_ok(end, "imap_refused"));
    can_idle_ = all.find(" idle ") != std::string::npos;
    can_move_ = all.find(" move ") != std::string::npos;
    can_expunge_some_ = all.find(" uidplus ") != std::string::npos;
    return {};
  }

  Result<Folder> open(const std::string& folder, bool look_only) override {
    SUKI_TRY(const std::string name, folder_name(folder));
    Folder found;
    SUKI_TRY(const Response end, run((look_only ? "EXAMINE " : "SELECT ") + name, [&](Response& response) {
               if (response.kind == "EXISTS") found.exists = response.number;
               if (response.kind != "OK") return;
               if (const auto n = number_behind(response.code, "UIDVALIDITY ")) found.uidvalidity = n;
               if (const auto n = number_behind(response.code, "UIDNEXT ")) found.uidnext = n;
             }));
    SUKI_CHECK(must_be_ok(end, "imap_folder"));
    if (found.uidvalidity == 0)
      return trouble("imap_answer", "the server gives mails no lasting numbers (UIDVALIDITY)");
    return found;
  }

  Result<std::vector<std::uint32_t>> search(const std::string& criteria) override {
    std::vector<std::uint32_t> uids;
    SUKI_TRY(const Response end, run("UID SEARCH " + criteria, [&](Response& response) {
               if (response.kind == "SEARCH") uids.insert(uids.end(), response.numbers.begin(), response.numbers.end());
             }));
    SUKI_CHECK(must_be_ok(end, "imap_refused"));
    std::sort(uids.begin(), uids.end());
    uids.erase(std::unique(uids.begin(), uids.end()), uids.end());
    if (!uids.empty() && uids.front() == 0) uids.erase(uids.begin());
    return uids;
  }

  Result<std::vector<MailSize>> sizes(const std::vector<std::uint32_t>& uids) override {
    std::map<std::uint32_t, std::uint64_t> found;
    SUKI_CHECK(of_each_part(uids, [&](const std::string& set) -> Result<void> {
      SUKI_TRY(const Response end, run("UID FETCH " + set + " (UID RFC822.SIZE)", [&](Response& response) {
                 const auto uid = uid_of(response, uids);
                 const std::string* size = find_item(response, "RFC822.SIZE");
                 if (!uid || size == nullptr) return;
                 if (const auto bytes = read_number(*size)) found[*uid] = *bytes;
               }));
      return must_be_ok(end, "imap_refused");
    }));
    std::vector<MailSize> all;
    for (const auto& [uid, bytes] : found) all.push_back({uid, bytes});
    return all;
  }

  Result<std::vector<FetchedMail>> fetch(const std::vector<std::uint32_t>& uids) override {
    std::map<std::uint32_t, std::string> found;
    const auto take = [&](Response& response) {
      const auto uid = uid_of(response, uids);
      std::string* body = find_item(response, "BODY[]");
      if (uid && body != nullptr && !body->empty()) found[*uid] = std::move(*body);
    };
    SUKI_TRY(const Response end, run("UID FETCH " + uid_set(uids) + " (UID BODY.PEEK[])", take, fetch_bytes_max));
    SUKI_CHECK(must_be_ok(end, "imap_refused"));
    std::vector<FetchedMail> all;
    for (auto& [uid, raw] : found) all.push_back({uid, std::move(raw)});
    return all;
  }

  Result<void> add_flag(const std::vector<std::uint32_t>& uids, const char* flag) override {
    return of_each_part(uids, [&](const std::string& set) -> Result<void> {
      SUKI_TRY(const Response end, run(fmt::format("UID STORE {} +FLAGS.SILENT ({})", set, flag)));
      return must_be_ok(end, "imap_refused");
    });
  }

  Result<void> move(const std::vector<std::uint32_t>& uids, const std::string& folder) override {
    SUKI_TRY(const std::string name, folder_name(folder));
    Result<void> moved = of_each_part(uids, [&](const std::string& set) -> Result<void> {
      const std::string command = fmt::format("UID {} {} {}", can_move_ ? "MOVE" : "COPY", set, name);
      SUKI_TRY(Response end, run(command));
      // RFC 3501, 6.4.7: the folder is not there, and the server would make it.
      if (end.kind == "NO" && to_lower_ascii(end.code).starts_with("trycreate")) {
        SUKI_TRY(const Response created, run("CREATE " + name));
        SUKI_CHECK(must_be_ok(created, "imap_folder"));
        SUKI_TRY(end, run(command));
      }
      return must_be_ok(end, "imap_folder");
    });
    if (!moved.ok()) return moved;
    if (can_move_) return {};
    return remove(uids);
  }

  Result<void> remove(const std::vector<std::uint32_t>& uids) override {
    SUKI_CHECK(add_flag(uids, "\\Deleted"));
    if (!can_expunge_some_) return {};
    return of_each_part(uids, [&](const std::string& set) -> Result<void> {
      SUKI_TRY(const Response end, run("UID EXPUNGE " + set));
      return must_be_ok(end, "imap_refused");
    });
  }

  [[nodiscard]] bool can_idle() const override { return can_idle_; }

  Result<Idle> idle(std::chrono::milliseconds span) override {
    const std::string tag = next_tag();
    SUKI_CHECK(wire_->send(tag + " IDLE\r\n"));
    // It may tell of changes before it says that it idles, and it may refuse.
    bool began = false, changed = false, called = false;
    const auto until = Clock::now() + span;
    while (!began || (!called && !changed)) {
      const auto left =
          began ? std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()) : timing_.answer;
      if (left.count() <= 0) break;
      SUKI_TRY(const std::string bytes, wire_->receive(left, began ? &called : nullptr));
      if (bytes.empty() && began) continue;  // somebody called, or the time is over
      if (bytes.empty()) return trouble("imap_timeout", "the server does not answer");
      SUKI_CHECK(feed(bytes));
      while (auto response = reader_.next()) {
        if (response->tag == "+") began = true;
        if (response->tag == tag)
          return trouble("imap_refused", "the server does not idle: " + for_people(response->text));
        if (response->kind == "BYE") return gone(*response);
        if (response->kind == "EXISTS") changed = true;
      }
    }
    SUKI_CHECK(wire_->send("DONE\r\n"));
    SUKI_TRY(const Response end,
             await(
                 tag, [&](Response& response) { changed |= response.kind == "EXISTS"; }, command_bytes_max));
    SUKI_CHECK(must_be_ok(end, "imap_refused"));
    return changed ? Idle::changed : called ? Idle::called : Idle::quiet;
  }

  void log_out() override {
    (void)wire_->send(next_tag() + " LOGOUT\r\n");  // whatever comes back, the line is closed
  }

 private:
  std::string next_tag() { return fmt::format("S{}", ++commands_); }

  Result<void> feed(std::string_view bytes) {
    if (auto read = reader_.feed(bytes); !read.ok()) return trouble("imap_answer", read.error().detail);
    return {};
  }

  static Error gone(const Response& bye) { return trouble("imap_gone", "the server hung up: " + for_people(bye.text)); }

  Result<Response> run(const std::string& command, const TakeUntagged& take = {},
                       std::size_t bytes_max = command_bytes_max) {
    const std::string tag = next_tag();
    SUKI_CHECK(wire_->send(tag + " " + command + "\r\n"));
    return await(tag, take, bytes_max);
  }

  Result<Response> await(const std::string& tag, const TakeUntagged& take, std::size_t bytes_max) {
    std::size_t all = 0;
    for (;;) {
      while (auto response = reader_.next()) {
        if (response->tag == tag) return *std::move(response);
        if (response->kind == "BYE") return gone(*response);
        if (response->tag == "*" && take) take(*response);
      }
      SUKI_TRY(const std::string bytes, wire_->receive(timing_.answer));
      if (bytes.empty()) return trouble("imap_timeout", "the server does not answer");
      if ((all += bytes.size()) > bytes_max) return trouble("imap_answer", "the server sends more than was asked for");
      SUKI_CHECK(feed(bytes));
    }
  }

  static Result<void> must_be_ok(const Response& end, std::string_view reason) {
    if (end.kind == "OK") return {};
    return trouble(reason, "the server says no: " + for_people(end.text));
  }

  /// Servers tell of other mails too, whenever they like.
  static std::optional<std::uint32_t> uid_of(Response& response, const std::vector<std::uint32_t>& uids) {
    if (response.kind != "FETCH") return std::nullopt;
    const std::string* text = find_item(response, "UID");
    const auto uid = text == nullptr ? std::nullopt : read_number(*text);
    if (!uid || !std::binary_search(uids.begin(), uids.end(), *uid)) return std::nullopt;
    return static_cast<std::uint32_t>(*uid);
  }

  static Result<void> of_each_part(const std::vector<std::uint32_t>& uids,
                                   const std::function<Result<void>(const std::string& set)>& act) {
    for (std::size_t at = 0; at < uids.size(); at += uids_of_command_max) {
      const auto from = uids.begin() + static_cast<std::ptrdiff_t>(at);
      const auto to = from + static_cast<std::ptrdiff_t>(std::min(uids_of_command_max, uids.size() - at));
      SUKI_CHECK(act(uid_set({from, to})));
    }
    return {};
  }

  std::unique_ptr<Wire> wire_;
  Timing timing_;
  Reader reader_;
  int commands_ = 0;
  bool can_idle_ = false, can_move_ = false, can_expunge_some_ = false;
};

}  // namespace

Result<std::unique_ptr<Session>> connect(const Server& server, const LogIn& log_in, Waker& waker, const Timing& timing,
                                         std::vector<Step>* steps) {
  SUKI_TRY(auto wire, Wire::connect(server, log_in, waker, timing, steps));
  auto session = std::make_unique<WiredSession>(std::move(wire), timing);
  SUKI_CHECK(session->learn());
  return std::unique_ptr<Session>(std::move(session));
}

Report test(const Server& server, const LogIn& log_in, const std::string& folder, Waker& waker, const Timing& timing) {
  Report report;
  auto session = connect(server, log_in, waker, timing, &report.steps);
  if (!session.ok()) {
    report.trouble = session.error().detail;
    return report;
  }
  const auto opened = (*session)->open(folder, true);
  report.steps.push_back({"folder", opened.ok(), folder});
  if (!opened.ok()) {
    report.trouble = opened.error().detail;
    return report;
  }
  report.steps.push_back({"waiting", true, fmt::format("{}", opened->exists)});
  report.steps.push_back({"idle", true, (*session)->can_idle() ? "idle" : "polling"});
  (*session)->log_out();
  return report;
}

}  // namespace suki::imap
