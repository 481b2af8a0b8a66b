/// Chats of many at once, a JSON object a line: {"file", "n", "at", "user", "text", "replies_to"}. A line belongs to
/// the conversation of the first line that it answers; one that answers itself begins one.
#include <map>

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/number.h"
#include "base/text.h"
#include "import/foreign.h"
#include "import/lines.h"
#include "import/readers.h"
#include "json/read.h"

namespace suki::importing {
namespace {

namespace bj = boost::json;

class ChatsReader final : public Reader {
 public:
  explicit ChatsReader(std::string source) : source_(std::move(source)) {}
  void take(std::string_view bytes, std::vector<Item>& out) override {
    lines_.take(bytes, [&](const Lines::Line& line) { read(line, out); });
  }
  void end(std::vector<Item>& out) override {
    lines_.end([&](const Lines::Line& line) { read(line, out); });
    for (auto& [name, log] : logs_) give(name, log, out);
    logs_.clear();
  }
  [[nodiscard]] const LeftOut& left_out() const override { return left_out_; }

 private:
  struct Said {
    std::int64_t line = 0, root = 0;  ///< root: n of the line that began it
    Instant at = never;
    std::string user, text, raw;
    bool is_annotated = false, is_system = false;
    std::vector<std::int64_t> answers;
  };
  /// One file's lines by number, with the day that its clock stands at.
  struct Log {
    std::map<std::int64_t, Said> said;
    Instant day = never, last = never;
  };

  void read(const Lines::Line& line, std::vector<Item>& out) {
    if (!line.too_long && (trim(line.text).empty() || line.text.starts_with('#'))) return;
    const auto problem = [&](std::string why) {
      Item& item = out.emplace_back();
      item.line = line.number;
      item.problem = std::move(why);
      if (!line.too_long) item.raw = std::string(line.text) + "\n";
    };
    if (line.too_long) return problem(too_long());
    held_ += line.text.size();
    if (held_ > held_bytes_max) return problem("the log is larger than 1 GiB: divide it");
    const auto document = json::parse(line.text);
    if (!document.ok()) return problem(document.error().detail);
    if (!document->is_object()) return problem("the line must be a JSON object");
    const bj::object& o = document->get_object();
    const auto n = parse_whole(text_of(o, "n"));
    const std::string file = text_of(o, "file");
    if (!n || file.empty() || file.size() > id_max / 2) return problem("needs \"file\" and a number \"n\"");
    Log& log = logs_[file];
    if (log.day == never) log.day = time_of(file.substr(0, 10), {});
    if (log.day == never) return problem(fmt::format("file: \"{}\" does not begin with a date", file));
    if (log.said.contains(*n)) return problem(fmt::format("n: {} was there before in this file", *n));
    keep(log, *n, o, line);
  }

  void keep(Log& log, std::int64_t n, const bj::object& o, const Lines::Line& line) {
    Said said;
    said.line = line.number;
    said.raw = std::string(line.text) + "\n";
    said.user = text_of(o, "user");
    said.text = text_of(o, "text");
    said.is_system = o.contains("system");
    said.is_annotated = o.contains("replies_to");
    if (const bj::array* answers = list_of(o, "replies_to"))
      for (const bj::value& value : *answers)
        if (value.is_int64()) said.answers.push_back(value.get_int64());
    said.at = clock(log, text_of(o, "at"));
    log.said.emplace(n, std::move(said));
  }

  /// "23:59", then "00:01": it is the next day. A line without a time is said when the one before it was.
  static Instant clock(Log& log, std::string_view text) {
    const auto hour = parse_whole(text.substr(0, text.find(':')));
    const auto minute = text.size() > 3 ? parse_whole(text.substr(text.find(':') + 1)) : std::nullopt;
    if (!hour || !minute || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59)
      return log.last == never ? log.day : log.last;
    Instant at = log.day + hours(*hour) + minutes(*minute);
    if (log.last != never && at + hours(12) < log.last) {
      log.day = log.day + days(1);
      at = at + days(1);
    }
    if (log.last == never || at > log.last) log.last = at;
    return log.last;  // clocks that went back a minute do not tell another order
  }

  void give(const std::string& file, Log& log, std::vector<Item>& out) {
    std::map<std::int64_t, std::vector<std::int64_t>> conversations;  // by the line that began each
    for (auto& [n, said] : log.said) {
      if (said.is_system) {
        ++left_out_["lines of the system: who came and went"];
        continue;
      }
      said.root = n;
      for (const std::int64_t answered : said.answers) {
        const auto before = answered < n ? log.said.find(answered) : log.said.end();
        if (before == log.said.end() || before->second.is_system) continue;
        said.root = before->second.root;
        break;
      }
      conversations[said.root].push_back(n);
    }
    for (const auto& [root, lines] : conversations) {
      // Before the part that somebody sorted by conversations, a line alone is in none.
      if (lines.size() == 1 && !log.said.at(root).is_annotated) {
        ++left_out_["lines that are in no conversation"];
        continue;
      }
      Item& item = out.emplace_back();
      item.line = log.said.at(root).line;
      item.record = to_conversation(file, log, lines, item.raw);
    }
  }

  [[nodiscard]] Conversation to_conversation(const std::string& file, const Log& log,
                                             const std::vector<std::int64_t>& lines, std::string& raw) const {
    const Said& first = log.said.at(lines.front());
    Conversation c;
    c.origin = {source_, fmt::format("{}:{}", file, lines.front())};
    c.customer = {{source_, first.user.empty() ? c.origin.id : first.user}, first.user, "", ""};
    if (first.user.empty()) c.customer.name = "?";
    c.channel = "chat";
    c.state = "closed";
    for (const std::int64_t n : lines) {
      const Said& said = log.said.at(n);
      raw += said.raw;
      if (c.messages.size() == messages_max) continue;
      Message message;
      message.id = std::to_string(n);
      message.kind = said.user == first.user ? MessageKind::customer : MessageKind::reply;
      message.author = said.user;
      message.at = said.at;
      message.text = said.text;
      c.messages.push_back(std::move(message));
    }
    return c;
  }

  std::string source_;
  LeftOut left_out_;
  Lines lines_{line_bytes_max};
  std::size_t held_ = 0;
  std::map<std::string, Log> logs_;
};

}  // namespace

std::unique_ptr<Reader> make_chats_reader(std::string source) {
  return std::make_unique<ChatsReader>(std::move(source));
}

}  // namespace suki::importing
