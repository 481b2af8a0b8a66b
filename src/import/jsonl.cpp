/// suki's own JSON Lines, and which reader reads what.
#include <fmt/format.h>

#include "base/text.h"
#include "import/form.h"
#include "import/lines.h"
#include "import/reader.h"
#include "import/readers.h"

namespace suki::importing {
namespace {

constexpr std::pair<Form, const char*> forms[] = {
    {Form::jsonl, "jsonl"},           {Form::mbox, "mbox"},
    {Form::freshdesk, "freshdesk"},   {Form::otrs, "otrs"},
    {Form::servicenow, "servicenow"}, {Form::helpdesk_log, "helpdesk-log"},
    {Form::chats, "chats"},
};

class JsonlReader final : public Reader {
 public:
  explicit JsonlReader(std::string source) : source_(std::move(source)) {}
  void take(std::string_view bytes, std::vector<Item>& out) override {
    lines_.take(bytes, [&](const Lines::Line& line) { read(line, out); });
  }
  void end(std::vector<Item>& out) override {
    lines_.end([&](const Lines::Line& line) { read(line, out); });
  }
  [[nodiscard]] const LeftOut& left_out() const override { return left_out_; }

 private:
  void read(const Lines::Line& line, std::vector<Item>& out) {
    // A file of rejected lines says above each why it is there.
    if (!line.too_long && (trim(line.text).empty() || line.text.starts_with('#'))) return;
    Item& item = out.emplace_back();
    item.line = line.number;
    if (line.too_long) {
      item.problem = too_long();
      return;
    }
    item.raw = std::string(line.text) + "\n";
    auto record = read_record(line.text, source_, left_out_);
    if (record.ok())
      item.record = *std::move(record);
    else
      item.problem = record.error().detail;
  }

  std::string source_;
  LeftOut left_out_;
  Lines lines_{line_bytes_max};
};

}  // namespace

std::string too_long() {
  return fmt::format("the line is longer than {} MiB; it is not repeated here", line_bytes_max >> 20);
}

const char* name_of(Form form) {
  for (const auto& [known, name] : forms)
    if (known == form) return name;
  return "";
}

std::optional<Form> find_form(std::string_view name) {
  for (const auto& [form, known] : forms)
    if (known == name) return form;
  return std::nullopt;
}

std::unique_ptr<Reader> make_reader(Form form, const std::string& source) {
  const auto named = [&source](const char* name) { return source.empty() ? std::string(name) : source; };
  switch (form) {
    case Form::jsonl:
    case Form::mbox:
      return std::make_unique<JsonlReader>(source);
    case Form::freshdesk:
      return make_freshdesk_reader(named("Freshdesk"));
    case Form::otrs:
      return make_otrs_reader(named("OTRS"));
    case Form::servicenow:
      return make_servicenow_reader(named("ServiceNow"));
    case Form::helpdesk_log:
      return make_helpdesk_log_reader(named("Help-desk log"));
    case Form::chats:
      return make_chats_reader(named("Chat log"));
  }
  return nullptr;
}

}  // namespace suki::importing
