#include "cli/import.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/import_door.h"
#include "cli/import_file.h"
#include "cli/import_mbox.h"
#include "cli/import_wire.h"
#include "cli/open_data.h"
#include "cli/progress.h"
#include "import/form.h"
#include "json/read.h"
#include "json/write.h"
#include "mail/mail.h"

namespace suki::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t batch_items = 200;       // a batch takes well under a second
constexpr std::size_t batch_bytes = 4u << 20;  // and some memory
constexpr std::size_t wire_bytes_max = 60u << 20;
constexpr std::size_t shown_max = 20;  // rejections on the terminal; all are in the file

/// Everything that becomes of one call.
class Import {
 public:
  explicit Import(const ImportAsked& asked) : asked_(asked), door_(asked.place) {}

  Result<ImportReport> run() {
    SUKI_CHECK(check_rejects());
    if (asked_.form == importing::Form::mbox) {
      SUKI_CHECK(read_mailboxes());
    } else {
      for (const std::string& file : asked_.files) SUKI_CHECK(read_file(file));
    }
    SUKI_CHECK(flush());
    if (rejects_) SUKI_CHECK(rejects_->close());
    if (!asked_.dry_run) SUKI_CHECK(take_up());
    line_.end();
    return ImportReport{say(), rejected_};
  }

 private:
  struct Waiting {
    std::string file;
    std::string raw;  ///< for the file of rejected items; of a mail the line that begins it
    std::int64_t line = 0;
    std::string record;
    const char* kind = "record";
    std::int64_t at = 0;
    bool begins_none = false;  ///< of a dry run: it answers a mail of this run, which the server does not know yet
  };

  /// What is being read must not be written over.
  [[nodiscard]] Result<void> check_rejects() const {
    std::error_code error;
    for (const std::string& file : asked_.files)
      if (!asked_.rejects.empty() && fs::equivalent(file, asked_.rejects, error))
        return fail(ErrorCode::bad_input, "--rejects names the file that is imported");
    return {};
  }

  Result<void> read_file(const std::string& name) {
    ImportFile file;
    SUKI_CHECK(file.open(name));
    const std::unique_ptr<importing::Reader> reader = importing::make_reader(asked_.form, asked_.source);
    std::vector<importing::Item> items;
    std::string buffer(256 * 1024, '\0');
    for (bool over = false; !over;) {
      SUKI_TRY(const std::size_t n, file.read(buffer.data(), buffer.size()));
      over = n == 0;
      if (over)
        reader->end(items);
      else
        reader->take(std::string_view(buffer).substr(0, n), items);
      if (!rejects_)
        rejects_ = std::make_unique<RejectsFile>(asked_.rejects, reader->keeps_raw() ? reader->head() : "");
      for (importing::Item& item : items) SUKI_CHECK(take(name, *reader, std::move(item)));
      items.clear();
      line_.show(asked_.dry_run ? "looked at" : "imported", file.done(), file.in_all(), "bytes");
    }
    for (const auto& [field, count] : reader->left_out()) left_out_[field] += count;
    return {};
  }

  Result<void> take(const std::string& file, const importing::Reader& reader, importing::Item item) {
    if (item.problem.empty()) {
      if (auto* conversation = std::get_if<importing::Conversation>(&item.record)) {
        const auto read =
            read_paths(*conversation,
                       fs::path(file).parent_path().empty() ? std::string(".") : fs::path(file).parent_path().string());
        if (!read.ok()) item.problem = read.error().detail;
      }
    }
    if (asked_.dry_run && item.problem.empty()) know_customer(item.record);
    Waiting waiting{file, std::move(item.raw), item.line, {}, "record", 0};
    if (item.problem.empty()) {
      waiting.record = importing::write_record(item.record);
      if (!reader.keeps_raw()) waiting.raw = waiting.record + "\n";
      if (waiting.record.size() > wire_bytes_max) item.problem = "it is larger than 60 MiB with its files";
    }
    if (!item.problem.empty()) return reject(waiting, item.problem);
    if (asked_.dry_run && seen_before(item.record, waiting)) return {};
    return put(std::move(waiting));
  }

  Result<void> put(Waiting waiting) {
    held_ += waiting.record.size();
    batch_.push_back(std::move(waiting));
    if (batch_.size() < batch_items && held_ < batch_bytes) return {};
    return flush();
  }

  // ---- mailboxes
  Result<void> read_mailboxes() {
    rejects_ = std::make_unique<RejectsFile>(asked_.rejects, "");
    Mailboxes boxes;
    for (const std::string& file : asked_.files)
      SUKI_CHECK(boxes.add(
          file, [this](std::int64_t done, std::int64_t all) { line_.show("looked through", done, all, "bytes"); }));
    boxes.put_in_order();
    std::int64_t done = 0;
    for (const Mailboxes::Mail& mail : boxes.mails()) {
      SUKI_CHECK(take_mail(boxes, mail));
      line_.show(asked_.dry_run ? "looked at" : "imported", ++done, static_cast<std::int64_t>(boxes.mails().size()),
                 "mails");
    }
    return {};
  }

  Result<void> take_mail(const Mailboxes& boxes, const Mailboxes::Mail& mail) {
    Waiting waiting{boxes.path(mail), "", mail.place.number, "", "mail", mail.place.at.us};
    if (mail.place.size > static_cast<std::int64_t>(mail::mail_bytes_max))
      return reject(waiting, "the mail is larger than 64 MiB; it is not repeated here");
    SUKI_TRY(const std::string bytes, boxes.read(mail));
    waiting.raw = bytes.substr(0, bytes.find('\n') + 1);
    waiting.record = importing::unquote(bytes);
    if (asked_.dry_run && was_seen(waiting)) {
      ++known_;
      return {};
    }
    return put(std::move(waiting));
  }

  /// In a dry run nothing is written that would be found again: which mails came before, and which conversations are
  /// begun by none of these.
  bool was_seen(Waiting& waiting) {
    const mail::Parsed mail = mail::parse(waiting.record);
    if (!mail.message_id.empty() && !seen_mails_.insert(mail.message_id).second) return true;
    std::vector<std::string> ids = mail.references;
    ids.push_back(mail.in_reply_to);
    waiting.begins_none = std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
      return id != mail.message_id && seen_mails_.contains(id);
    });
    return false;
  }

  /// In a dry run the server does not learn of customers: a conversation that names one by the id alone brings it
  /// along.
  void know_customer(importing::Record& record) {
    const auto key = [](const importing::Origin& origin) { return origin.source + "\n" + origin.id; };
    if (const auto* customer = std::get_if<importing::Customer>(&record))
      seen_customers_[key(customer->origin)] = *customer;
    if (auto* conversation = std::get_if<importing::Conversation>(&record)) {
      importing::Customer& customer = conversation->customer;
      const auto known = seen_customers_.find(key(customer.origin));
      if (known != seen_customers_.end() && customer.name.empty() && customer.email.empty()) customer = known->second;
    }
  }

  /// In a dry run nothing is written that would be found again.
  bool seen_before(const importing::Record& record, const Waiting& waiting) {
    const importing::Origin* origin = nullptr;
    if (const auto* conversation = std::get_if<importing::Conversation>(&record)) origin = &conversation->origin;
    if (const auto* customer = std::get_if<importing::Customer>(&record)) origin = &customer->origin;
    if (origin == nullptr) return false;
    const std::string name =
        fmt::format("{}:{}:{}{}", record.index(), origin->source.size(), origin->source, origin->id);
    const auto [at, is_new] = seen_.try_emplace(name, std::hash<std::string>()(waiting.record));
    if (is_new) return false;
    if (record.index() == 0 || at->second == std::hash<std::string>()(waiting.record))
      ++known_;
    else
      (void)reject(waiting, "it came before in this file, and said something else");
    return true;
  }

  [[nodiscard]] ImportWireOptions wire_options() const {
    constexpr std::int64_t day = 86'400;
    return {asked_.dry_run, asked_.hand_out, asked_.source.empty() ? "Mailbox" : asked_.source, asked_.open_days * day};
  }

  Result<void> flush() {
    if (batch_.empty()) return {};
    std::string body = json::write(wire_options()) + "\n";
    for (const Waiting& waiting : batch_) add_item(body, {waiting.kind, waiting.record, waiting.at});
    SUKI_TRY(const std::string text, door_.ask("import", body));
    SUKI_TRY(const ImportedBatch batch, json::read<ImportedBatch>(text));
    if (batch.items.size() != batch_.size()) return fail(ErrorCode::io, "the server answered in another protocol");
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      const ImportedItem& item = batch.items[i];
      if (item.outcome == "rejected") {
        SUKI_CHECK(reject(batch_[i], item.reason));
      } else if (item.outcome == "known") {
        ++known_;
      }
      if (!batch_[i].begins_none) conversations_ += item.conversations;
    }
    messages_ += batch.messages;
    files_ += batch.files;
    customers_.insert(batch.customers.begin(), batch.customers.end());
    for (const ImportedWord& word : batch.words) words_[{word.field, word.given, word.used}] += word.count;
    batch_.clear();
    held_ = 0;
    return {};
  }

  Result<void> reject(const Waiting& waiting, const std::string& why) {
    ++rejected_;
    if (shown_.size() < shown_max) shown_.push_back(fmt::format("{}:{}: {}", waiting.file, waiting.line, why));
    std::string reason = why;
    std::replace(reason.begin(), reason.end(), '\n', ' ');
    if (std::string_view(waiting.kind) == "mail") {
      if (waiting.record.empty()) return {};
      return rejects_->add(
          fmt::format("{}{} {}\n{}", waiting.raw, importing::problem_field, reason, importing::quote(waiting.record)));
    }
    return rejects_->add(fmt::format("# line {}: {}\n{}", waiting.line, reason, waiting.raw));
  }

  Result<void> take_up() {
    const std::string body = json::write(wire_options());
    for (std::int64_t done = -1; done != 0;) {
      SUKI_TRY(const std::string text, door_.ask("import-take-up", body));
      SUKI_TRY(const TakenUp taken, json::read<TakenUp>(text));
      done = taken.done;
    }
    return {};
  }

  [[nodiscard]] static std::string count(std::int64_t n, const char* one, const char* many) {
    return fmt::format("{} {}", grouped(n), n == 1 ? one : many);
  }

  [[nodiscard]] std::string say() const {
    std::string text =
        fmt::format("{} {}, {}, {}, {}\n", asked_.dry_run ? "would import" : "imported",
                    count(conversations_, "conversation", "conversations"), count(messages_, "message", "messages"),
                    count(files_, "file", "files"),
                    count(static_cast<std::int64_t>(customers_.size()), "new customer", "new customers"));
    if (known_ > 0)
      text += fmt::format("{} here already: nothing changes\n", count(known_, "record was", "records were"));
    if (!words_.empty()) text += "what the plan and the staff do not have:\n";
    for (const auto& [word, n] : words_) {
      const auto& [field, given, used] = word;
      text += fmt::format("  {} \"{}\" becomes {} ({})\n", field, given, used.empty() ? "nothing" : used, grouped(n));
    }
    if (!left_out_.empty()) text += "what has no place here and was left out:\n";
    for (const auto& [field, n] : left_out_) text += fmt::format("  {} ({})\n", field, grouped(n));
    if (rejected_ > 0) {
      text += fmt::format("{} rejected:\n", count(rejected_, "record was", "records were"));
      for (const std::string& line : shown_) text += "  " + line + "\n";
      if (rejected_ > static_cast<std::int64_t>(shown_.size()))
        text += fmt::format("  and {} more\n", grouped(rejected_ - static_cast<std::int64_t>(shown_.size())));
      text += asked_.rejects.empty() ? "give --rejects FILE, and they are written there to be mended\n"
                                     : fmt::format("they are in {}: mend and import them from there\n", asked_.rejects);
    }
    if (asked_.dry_run) text += "nothing was written\n";
    return text;
  }

  const ImportAsked& asked_;
  ImportDoor door_;
  ProgressLine line_;
  std::unique_ptr<RejectsFile> rejects_;
  std::vector<Waiting> batch_;
  std::size_t held_ = 0;
  std::int64_t conversations_ = 0, messages_ = 0, files_ = 0, known_ = 0, rejected_ = 0;
  std::set<std::string> customers_;
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> words_;
  importing::LeftOut left_out_;
  std::vector<std::string> shown_;
  std::unordered_map<std::string, std::size_t> seen_;
  std::unordered_set<std::string> seen_mails_;
  std::unordered_map<std::string, importing::Customer> seen_customers_;
};

std::vector<std::string> form_names() {
  std::vector<std::string> names;
  for (int i = 0; i < importing::form_count; ++i) names.emplace_back(name_of(static_cast<importing::Form>(i)));
  return names;
}

}  // namespace

Result<ImportReport> import_files(const ImportAsked& asked) {
  return Import(asked).run();
}

void add_import_command(CLI::App& app, int& exit_code) {
  const auto asked = std::make_shared<ImportAsked>();
  const auto form = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("import", "Move in: take over the conversations of another system from a file");
  add_data_options(*command, asked->place);
  command->add_option("FILE", asked->files, "What to import; gzip is unpacked on the way")->required();
  command->add_option("--from", *form, "What the file is")->required()->check(CLI::IsMember(form_names()));
  command->add_option("--source", asked->source,
                      "What the other system is called here; of two of a kind give two names");
  command->add_flag("--dry-run", asked->dry_run, "Say what would happen, and write nothing");
  command->add_option("--rejects", asked->rejects, "Where to write what cannot be taken, to be mended and imported");
  command->add_flag("--hand-out", asked->hand_out, "Give what is open and has nobody to agents, by the plan's routing");
  command
      ->add_option("--open-days", asked->open_days,
                   "Of a mailbox: for how many days what a customer wrote last is open; older ones are solved")
      ->check(CLI::Range(0, 3'650))
      ->capture_default_str();
  command->footer(
      "Nobody is told of what is imported, and nothing comes twice: what was broken off goes on when it is called\n"
      "again. It works beside a running server. docs/guide/import.md says what the forms hold.\n"
      "Exit status: 0 everything is in, 1 something was rejected, 2 the file or the data folder cannot be used.");
  command->callback([asked, form, &exit_code] {
    asked->form = *importing::find_form(*form);
    const Result<ImportReport> report = import_files(*asked);
    if (!report.ok()) {
      (void)cli::report(report.error());
      exit_code = 2;  // what was taken in before stays; nobody says that all is
      return;
    }
    fmt::print("{}", report->text);
    exit_code = report->rejected == 0 ? 0 : 1;
  });
}

}  // namespace suki::cli
