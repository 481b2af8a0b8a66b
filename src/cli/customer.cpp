#include "cli/customer.h"

#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/describe.hpp>

#include "app/audit.h"
#include "app/customer_export.h"
#include "app/privacy.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/open_data.h"
#include "cli/progress.h"
#include "json/read.h"
#include "json/write.h"

namespace suki::cli {
namespace {

constexpr int erased_page = 500;  // lines of the list in one request

struct AskedExport {
  std::string customer, language, cursor;
};
BOOST_DESCRIBE_STRUCT(AskedExport, (), (customer, language, cursor))
struct ExportedFile {
  std::string name;
  std::int64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(ExportedFile, (), (name, bytes))
/// One line, with the bytes of the files behind it: a file's bytes are no text.
struct ExportedStep {
  std::string next;
  std::int64_t bytes = 0, in_all = 0;
  std::vector<ExportedFile> files;
};
BOOST_DESCRIBE_STRUCT(ExportedStep, (), (next, bytes, in_all, files))
struct AskedErasure {
  std::string customer, reason, confirm;
};
BOOST_DESCRIBE_STRUCT(AskedErasure, (), (customer, reason, confirm))
struct More {
  bool more = false;
};
BOOST_DESCRIBE_STRUCT(More, (), (more))
struct Again {
  std::string outcome;  ///< begun, already, not_here
};
BOOST_DESCRIBE_STRUCT(Again, (), (outcome))

Result<CustomerId> customer_of(const std::string& text) {
  const auto number = parse_positive(text);
  if (!number) return fail(ErrorCode::bad_input, "a customer is named by its number, such as 17");
  return CustomerId(*number);
}

}  // namespace

Result<std::string> customer_export_step(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const AskedExport asked, json::read<AskedExport>(body));
  SUKI_TRY(const CustomerId id, customer_of(asked.customer));
  app::ExportStep step;
  ExportedStep head;
  const bool first = asked.cursor.empty();
  const auto use = [&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(step, app::export_step(app, tx, id, asked.language, asked.cursor));
    head.in_all = first ? app::export_size(tx, id) : 0;
    // Taking it along is an act, too: recorded once, with the first piece.
    if (first) app::record(app, tx, app::the_operator(), {"customer.export", "customer", id.value});
    return {};
  };
  SUKI_CHECK(first ? store.write_and_wait(use) : store.read_and_wait(use));
  head.next = step.next;
  head.bytes = step.bytes;
  for (const app::ExportFile& file : step.files)
    head.files.push_back({file.name, static_cast<std::int64_t>(file.bytes.size())});
  std::string answer = json::write(head) + "\n";
  for (const app::ExportFile& file : step.files) answer += file.bytes;
  return answer;
}

Result<std::string> customer_preview(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const AskedErasure asked, json::read<AskedErasure>(body));
  SUKI_TRY(const CustomerId id, customer_of(asked.customer));
  app::ErasurePreview preview;
  SUKI_CHECK(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(preview, app::preview_erasure(app, tx, {}, id));
    app::record(app, tx, app::the_operator(), {"customer.open", "customer", id.value});
    return {};
  }));
  return json::write(preview);
}

Result<std::string> customer_erase(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const AskedErasure asked, json::read<AskedErasure>(body));
  SUKI_TRY(const CustomerId id, customer_of(asked.customer));
  app::Erasure erasure;
  SUKI_CHECK(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(erasure, app::erase_customer(app, tx, {}, id, {asked.reason, asked.confirm}));
    app::record(app, tx, app::the_operator(), {"customer.erase", "customer", id.value});
    return {};
  }));
  return json::write(erasure);
}

Result<std::string> customer_erase_step(app::App& app, store::Store& store, const std::string&) {
  // Several in one go: that the log of writes was folded is known only to the process that asked for it.
  constexpr int steps_at_once = 10;
  More answer{true};
  for (int step = 0; answer.more && step < steps_at_once; ++step)
    SUKI_CHECK(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
      SUKI_TRY(answer.more, app::erase_step(app, tx));
      return {};
    }));
  return json::write(answer);
}

Result<std::string> customer_erased(app::App&, store::Store& store, const std::string& body) {
  SUKI_TRY(const AskedExport asked, json::read<AskedExport>(body));
  app::ErasedPage page;
  SUKI_CHECK(store.read_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(page, app::erased_list(tx, asked.cursor, erased_page));
    return {};
  }));
  return json::write(page);
}

Result<std::string> customer_erase_again(app::App& app, store::Store& store, const std::string& body) {
  SUKI_TRY(const app::ErasedEntry entry, json::read<app::ErasedEntry>(body));
  app::ErasedAgain outcome{};
  SUKI_CHECK(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_TRY(outcome, app::erase_again(app, tx, entry));
    if (outcome == app::ErasedAgain::begun) {
      SUKI_TRY(const CustomerId id, customer_of(entry.customer));
      app::record(app, tx, app::the_operator(), {"customer.erase", "customer", id.value});
    }
    return {};
  }));
  return json::write(Again{outcome == app::ErasedAgain::begun     ? "begun"
                           : outcome == app::ErasedAgain::already ? "already"
                                                                  : "not_here"});
}

namespace {

/// Takes the half-written archive away, unless it is whole.
class NewFile {
 public:
  explicit NewFile(std::string path) : path_(std::move(path)), file_(nullptr) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (file_ == nullptr) return;
    std::fclose(file_);
    std::remove(path_.c_str());
  }
  Result<void> open() {
    const mode_t before = ::umask(0077);  // it holds what a customer wrote
    file_ = std::fopen(path_.c_str(), "wbx");
    ::umask(before);
    if (file_ == nullptr) return failure();
    return {};
  }
  Result<void> write(const std::string& bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) return failure();
    return {};
  }
  Result<void> close() {
    if (std::fflush(file_) != 0) return failure();
    std::FILE* const file = file_;
    file_ = nullptr;
    if (std::fclose(file) != 0) return failure();
    return {};
  }

 private:
  [[nodiscard]] Error failure() const {
    return fail(ErrorCode::io, fmt::format("{}: {}", path_, std::generic_category().message(errno)));
  }
  std::string path_;
  std::FILE* file_;
};

Result<std::string> add_to_zip(app::Zip& zip, const ExportedStep& step, std::string_view bytes, Instant now) {
  std::string out;
  for (const ExportedFile& file : step.files) {
    const auto size = static_cast<std::size_t>(file.bytes);
    if (size > bytes.size()) return fail(ErrorCode::io, "the server's answer is cut off");
    out += zip.add(file.name, bytes.substr(0, size), now);
    bytes.remove_prefix(size);
  }
  return out;
}

}  // namespace

Result<std::string> export_customer_to(const DataPlace& place, const std::string& customer, const std::string& language,
                                       const std::string& file) {
  const Instant now{
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count()};
  NewFile out(file);
  ProgressLine line;
  app::Zip zip;
  std::int64_t done = 0, in_all = 0, files = 0;
  AskedExport asked{customer, language, ""};
  for (bool first = true; first || !asked.cursor.empty(); first = false) {
    SUKI_TRY(const std::string answer, perform(place, "customer-export", json::write(asked)));
    if (first) SUKI_CHECK(out.open());  // not before there is something to write
    const auto end = answer.find('\n');
    if (end == std::string::npos) return fail(ErrorCode::io, "the server answered in another protocol");
    SUKI_TRY(const ExportedStep step, json::read<ExportedStep>(answer.substr(0, end)));
    SUKI_TRY(const std::string bytes, add_to_zip(zip, step, std::string_view(answer).substr(end + 1), now));
    SUKI_CHECK(out.write(bytes));
    if (first) in_all = step.in_all;
    files += static_cast<std::int64_t>(step.files.size());
    done += step.bytes;
    line.show("exported", done, std::max(done, in_all), "bytes");
    asked.cursor = step.next;
  }
  SUKI_CHECK(out.write(zip.end()));
  SUKI_CHECK(out.close());
  line.end();
  return fmt::format("wrote {}: {} files about customer {}\n", file, files, customer);
}

namespace {

/// Until nothing is left of what was begun, in no file of the store.
Result<void> erase_to_the_end(const DataPlace& place) {
  for (More step{true}; step.more;) {
    SUKI_TRY(const std::string text, perform(place, "customer-erase-step", ""));
    SUKI_TRY(step, json::read<More>(text));
  }
  return {};
}

std::string say_preview(const app::ErasurePreview& p) {
  const app::Holdings& h = p.holdings;
  std::string text = fmt::format(
      "customer {}: {}\n"
      "would be erased: {} conversations ({} unsolved, which are closed), {} messages, {} notes, {} files, {} mails, "
      "{} drafts; {} mails that wait would not be sent\n",
      p.id, p.name.empty() ? p.email : p.name + (p.email.empty() ? "" : " <" + p.email + ">"), h.conversations,
      h.unsolved, h.messages, h.notes, h.files, h.mails, h.drafts, h.waiting_mails);
  for (const std::string& other : p.same_address)
    text += fmt::format("customer {} has the same address, and is not erased with this one\n", other);
  return text;
}

Result<std::string> erase_customer_of(const DataPlace& place, const AskedErasure& asked) {
  const std::string body = json::write(asked);
  SUKI_TRY(const std::string before, perform(place, "customer-preview", body));
  SUKI_TRY(const app::ErasurePreview preview, json::read<app::ErasurePreview>(before));
  if (preview.erasure && preview.erasure->done_at) {
    SUKI_CHECK(erase_to_the_end(place));
    return fmt::format("customer {} was erased at {}\n", asked.customer, *preview.erasure->done_at);
  }
  if (asked.confirm.empty() && !preview.erasure)
    return say_preview(preview) + fmt::format("nothing was erased; to do it, add: --confirm '{}'\n", preview.confirm);
  SUKI_CHECK(perform(place, "customer-erase", body));
  SUKI_CHECK(erase_to_the_end(place));
  SUKI_TRY(const std::string after, perform(place, "customer-preview", body));
  SUKI_TRY(const app::ErasurePreview now, json::read<app::ErasurePreview>(after));
  if (!now.erasure) return fail(ErrorCode::io, "the customer is not being erased");
  const app::Erasure& done = *now.erasure;
  return fmt::format(
      "erased customer {}: {} conversations, {} messages, {} files, {} mails\n"
      "backups from before still hold them: see `suki customer erased`\n",
      asked.customer, done.conversations, done.messages, done.files, done.mails);
}

}  // namespace

Result<std::string> list_erased(const DataPlace& place) {
  std::string out;
  AskedExport asked;
  for (bool first = true; first || !asked.cursor.empty(); first = false) {
    SUKI_TRY(const std::string text, perform(place, "customer-erased", json::write(asked)));
    SUKI_TRY(const app::ErasedPage page, json::read<app::ErasedPage>(text));
    for (const app::ErasedEntry& entry : page.items) out += json::write(entry) + "\n";
    asked.cursor = page.next;
  }
  return out;
}

Result<std::string> erase_all_again(const DataPlace& place, const std::string& lines) {
  std::int64_t begun = 0, already = 0, missing = 0, number = 0;
  for (const std::string_view line : split(lines, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    const auto answer = perform(place, "customer-erase-again", std::string(line));
    if (!answer.ok()) return fail(answer.error().code, fmt::format("line {}: {}", number, answer.error().detail));
    SUKI_TRY(const Again again, json::read<Again>(*answer));
    ++(again.outcome == "begun" ? begun : again.outcome == "already" ? already : missing);
  }
  SUKI_CHECK(erase_to_the_end(place));
  return fmt::format("erased again: {}; erased already: {}; not in this store: {}\n", begun, already, missing);
}

namespace {

struct Given {
  DataPlace place{};
  std::string customer, language = "en", file, reason = "asked", confirm;
};

CLI::App* add_command(CLI::App& customer, const std::shared_ptr<Given>& given, const char* name, const char* what) {
  CLI::App* command = customer.add_subcommand(name, what);
  add_data_options(*command, given->place);
  return command;
}

Result<std::string> read_lines(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return fail(ErrorCode::bad_input, path + ": cannot be read");
  return text.str();
}

}  // namespace

void add_customer_commands(CLI::App& customer, int& exit_code) {
  const auto given = std::make_shared<Given>();
  customer.footer(
      "A customer is named by its number, which stands in the desk beside the name.\n"
      "Exit status: 0 done, 1 refused, 2 the data folder cannot be used.");

  CLI::App* take =
      add_command(customer, given, "export", "Write everything that is kept of a customer to a ZIP archive");
  take->add_option("NUMBER", given->customer, "The customer's number")->required();
  take->add_option("FILE", given->file, "Where to; must not be there yet")->required();
  take->add_option("--language", given->language, "Of the pages in it, en or fil")
      ->check(CLI::IsMember({"en", "fil"}))
      ->capture_default_str();
  take->callback([given, &exit_code] {
    exit_code = report(export_customer_to(given->place, given->customer, given->language, given->file));
  });

  CLI::App* erase =
      add_command(customer, given, "erase", "Erase a customer for good; without --confirm, say what would go");
  erase->add_option("NUMBER", given->customer, "The customer's number")->required();
  erase->add_option("--reason", given->reason, "Why: asked, withdrawn, not_needed, unlawful or duty")
      ->check(CLI::IsMember({"asked", "withdrawn", "not_needed", "unlawful", "duty"}))
      ->capture_default_str();
  erase->add_option("--confirm", given->confirm, "The customer's e-mail address, or the name where there is none");
  erase->callback([given, &exit_code] {
    exit_code = report(erase_customer_of(given->place, {given->customer, given->reason, given->confirm}));
  });

  CLI::App* erased =
      add_command(customer, given, "erased", "Who was erased, one a line, by number alone; keep it with your backups");
  erased->callback([given, &exit_code] { exit_code = report(list_erased(given->place)); });

  CLI::App* again =
      add_command(customer, given, "erase-again", "After a restore: erase again whom a list of `erased` names");
  again->add_option("FILE", given->file, "The list")->required();
  again->callback([given, &exit_code] {
    const Result<std::string> lines = read_lines(given->file);
    exit_code = report(lines.ok() ? erase_all_again(given->place, *lines) : lines);
  });
}

}  // namespace suki::cli
