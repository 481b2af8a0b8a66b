/// Logs of other systems as CSV, a row an event: ServiceNow's incidents, and a help desk's activities. They hold no
/// word of what was said, so that each row becomes a note.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "import/csv.h"
#include "import/foreign.h"
#include "import/readers.h"

namespace suki::importing {
namespace {

/// Rows of one matter, wherever they stand.
struct Matter {
  std::int64_t line = 0;
  std::string problem, raw;
  std::vector<Csv::Row> rows;
};

class TableReader : public Reader {
 public:
  TableReader(std::string source, const char* id) : source_(std::move(source)), id_(id) {}
  void take(std::string_view bytes, std::vector<Item>& out) override {
    csv_.take(bytes, [&](Csv::Row& row) { keep(row, out); });
  }
  void end(std::vector<Item>& out) override {
    csv_.end([&](Csv::Row& row) { keep(row, out); });
    for (Matter* matter : order_) {
      Item& item = out.emplace_back();
      item.line = matter->line;
      item.raw = matter->raw;
      item.problem = matter->problem;
      if (item.problem.empty()) item.record = make(*matter, item.problem);
    }
    order_.clear();
    matters_.clear();
  }
  [[nodiscard]] const LeftOut& left_out() const override { return left_out_; }
  [[nodiscard]] std::string head() const override { return csv_.header(); }

 protected:
  [[nodiscard]] virtual Conversation make(Matter& matter, std::string& problem) = 0;
  [[nodiscard]] std::string value(const Csv::Row& row, std::string_view name) const {
    return std::string(trim(csv_.value(row, name)));
  }
  [[nodiscard]] Instant time(const Csv::Row& row, std::string_view name) const {
    return time_of(value(row, name), Span{});
  }
  Csv csv_;
  std::string source_;
  LeftOut left_out_;

 private:
  void keep(Csv::Row& row, std::vector<Item>& out) {
    const std::string id = value(row, id_);
    held_ += row.raw.size();
    std::string problem = row.problem;
    if (problem.empty() && id.empty()) problem = fmt::format("{}: is required", id_);
    if (problem.empty() && id.size() > id_max) problem = fmt::format("{}: is longer than {} bytes", id_, id_max);
    if (held_ > held_bytes_max) problem = "the file is larger than 1 GiB: divide it";
    if (!row.problem.empty() || id.empty() || held_ > held_bytes_max) {
      Item& item = out.emplace_back();
      item.line = row.line;
      item.problem = std::move(problem);
      item.raw = std::move(row.raw);
      return;
    }
    const auto [at, is_new] = matters_.try_emplace(id);
    Matter& matter = at->second;
    if (is_new) {
      matter.line = row.line;
      order_.push_back(&matter);
    }
    if (!problem.empty()) matter.problem = std::move(problem);
    matter.raw += row.raw;
    row.raw.clear();
    matter.rows.push_back(std::move(row));
  }

  const char* id_;
  std::size_t held_ = 0;
  std::map<std::string, Matter> matters_;
  std::vector<Matter*> order_;  // as they came
};

class ServiceNowReader final : public TableReader {
 public:
  explicit ServiceNowReader(std::string source) : TableReader(std::move(source), "number") {}

 private:
  static const char* state_of(std::string_view state) {
    if (state == "Closed" || state == "Canceled") return "closed";
    if (state == "Resolved") return "resolved";
    if (state == "Awaiting User Info") return "pending";
    return state.starts_with("Awaiting") || state == "On Hold" ? "on_hold" : "open";
  }

  Conversation make(Matter& matter, std::string& problem) override {
    Conversation c;
    for (const Csv::Row& row : matter.rows)
      if (time(row, "sys_updated_at") == never) {
        problem = fmt::format("line {}: sys_updated_at: \"{}\" is no time", row.line, value(row, "sys_updated_at"));
        return c;
      }
    std::stable_sort(matter.rows.begin(), matter.rows.end(), [this](const Csv::Row& a, const Csv::Row& b) {
      return time(a, "sys_updated_at") < time(b, "sys_updated_at");
    });
    const Csv::Row& last = matter.rows.back();
    c.origin = {source_, value(last, "number")};
    if (const std::string caller = value(last, "caller_id"); !caller.empty())
      c.customer = {{source_, caller}, caller, "", ""};
    c.channel = to_lower_ascii(value(last, "contact_type"));
    const std::string category = value(last, "category"), sub = value(last, "subcategory");
    c.subject = fmt::format("{}: {}{}{}", c.origin.id, category, category.empty() || sub.empty() ? "" : ", ", sub);
    c.state = state_of(value(last, "incident_state"));
    c.topic = category;
    c.team = value(last, "assignment_group");
    c.priority = value(last, "priority");
    c.assignee = value(last, "assigned_to");
    c.opened_at = time(matter.rows.front(), "opened_at");
    const bool closed = c.state == "closed";
    c.state_at = time(last, closed ? "closed_at" : "resolved_at");
    if (c.state == "open" || c.state == "pending" || c.state == "on_hold") c.state_at = never;
    for (const Csv::Row& row : matter.rows) c.messages.push_back(to_note(row));
    return c;
  }

  [[nodiscard]] Message to_note(const Csv::Row& row) const {
    Message note;
    note.kind = MessageKind::note;
    note.at = time(row, "sys_updated_at");
    note.author = value(row, "sys_updated_by");
    note.text = value(row, "incident_state");
    const auto add = [&](const char* what, const char* name) {
      if (const std::string is = value(row, name); !is.empty()) note.text += fmt::format("\n{}: {}", what, is);
    };
    add("Group", "assignment_group");
    add("Assigned to", "assigned_to");
    add("Priority", "priority");
    add("Impact", "impact");
    add("Urgency", "urgency");
    add("Symptom", "u_symptom");
    add("Closed with", "closed_code");
    return note;
  }
};

class HelpdeskLogReader final : public TableReader {
 public:
  explicit HelpdeskLogReader(std::string source) : TableReader(std::move(source), "case_id") {}

 private:
  Conversation make(Matter& matter, std::string& problem) override {
    Conversation c;
    c.origin = {source_, value(matter.rows.front(), "case_id")};
    c.subject = fmt::format("Case {}", c.origin.id);
    c.state = "closed";  // the log is one of cases that are over
    for (const Csv::Row& row : matter.rows) {
      Message note;
      note.kind = MessageKind::note;
      note.at = time(row, "completed_at");
      note.text = fmt::format("Activity {}", value(row, "activity"));
      if (note.at == never) {
        problem = fmt::format("line {}: completed_at: \"{}\" is no time", row.line, value(row, "completed_at"));
        return c;
      }
      c.messages.push_back(std::move(note));
    }
    return c;
  }
};

}  // namespace

std::unique_ptr<Reader> make_servicenow_reader(std::string source) {
  return std::make_unique<ServiceNowReader>(std::move(source));
}

std::unique_ptr<Reader> make_helpdesk_log_reader(std::string source) {
  return std::make_unique<HelpdeskLogReader>(std::move(source));
}

}  // namespace suki::importing
