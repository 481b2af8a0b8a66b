/// `suki import` on a folder: files of every form, what is rejected and mended, what is broken off, and a server
/// beside.
#include "cli/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/host.h"
#include "cli/open_data.h"
#include "cli/verify.h"
#include "control/control.h"
#include "planfile/planfile.h"
#include "store/tx.h"

namespace suki::cli {
namespace {

namespace fs = std::filesystem;
using importing::Form;
using testing::HasSubstr;

class ImportFiles : public testing::Test {
 protected:
  ImportFiles() {
    std::string pattern = (fs::temp_directory_path() / "suki-import-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    open();
    const planfile::Read plan = planfile::read_folder(SUKI_SOURCE_DIR "/plans/office-hours");
    std::vector<app::App::PlanFile> files;
    for (const auto& file : plan.files) files.push_back({file.name, file.bytes});
    const auto adopted = store_->write_and_wait([&](store::Tx& tx) -> Result<void> {
      SUKI_TRY([[maybe_unused]] const PlanVersion version, app_->adopt(tx, files, "test", "the first one"));
      return {};
    });
    EXPECT_TRUE(adopted.ok());
    close();
  }
  ~ImportFiles() override {
    close();
    fs::remove_all(folder_);
  }
  void open() {
    auto opened = open_store(place());
    ASSERT_TRUE(opened.ok()) << opened.error().detail;
    store_ = std::move(*opened);
    app_ = std::make_unique<app::App>(*store_, app::system_host());
    ASSERT_TRUE(app_->start().ok());
  }
  void serve() {
    open();
    auto control = control::Control::start(control::socket_path(place().dir), socket_verbs(*app_, *store_));
    ASSERT_TRUE(control.ok());
    control_ = std::move(*control);
  }
  void close() {
    control_.reset();
    app_.reset();
    store_.reset();
  }
  [[nodiscard]] DataPlace place() const { return {folder_ + "/data", ""}; }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }
  static std::string example(const std::string& name) { return SUKI_SOURCE_DIR "/docs/guide/import/" + name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  static std::string read(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  Result<ImportReport> import(Form form, std::vector<std::string> files, const std::string& rejects = "",
                              bool dry_run = false) {
    ImportAsked asked;
    asked.place = place();
    asked.form = form;
    asked.files = std::move(files);
    asked.rejects = rejects;
    asked.dry_run = dry_run;
    return import_files(asked);
  }
  void expect_verified(std::int64_t conversations) {
    const auto verified = verify_all(place());
    ASSERT_TRUE(verified.ok()) << verified.error().detail;
    EXPECT_TRUE(verified->ok) << testing::PrintToString(verified->differences);
    EXPECT_EQ(verified->conversations, conversations);
  }

 private:
  std::string folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<app::App> app_;
  std::unique_ptr<control::Control> control_;
};

struct Example {
  Form form;
  const char *file, *says;
  std::int64_t conversations;
};
constexpr Example examples[] = {
    {Form::jsonl, "own.jsonl", "2 conversations, 4 messages, 1 file, 2 new customers", 2},
    {Form::mbox, "mailbox.mbox", "1 conversation, 2 messages, 0 files, 1 new customer", 1},
    {Form::freshdesk, "freshdesk.jsonl", "2 conversations, 3 messages, 0 files, 1 new customer", 2},
    {Form::otrs, "otrs.json", "2 conversations, 4 messages, 1 file, 1 new customer", 2},
    {Form::servicenow, "servicenow.csv", "2 conversations, 4 messages, 0 files, 2 new customers", 2},
    {Form::helpdesk_log, "helpdesk-log.csv", "2 conversations, 5 messages, 0 files, 2 new customers", 2},
    {Form::chats, "chats.jsonl", "2 conversations, 4 messages, 0 files, 2 new customers", 2},
};

class EveryForm : public ImportFiles, public testing::WithParamInterface<Example> {};

TEST_P(EveryForm, a_dry_run_says_what_the_import_then_does_and_the_second_time_nothing_happens) {
  const Example& example_ = GetParam();
  const auto dry = import(example_.form, {example(example_.file)}, "", true);
  ASSERT_TRUE(dry.ok()) << dry.error().detail;
  EXPECT_THAT(dry->text, HasSubstr(std::string("would import ") + example_.says + "\n"));
  expect_verified(0);
  const auto done = import(example_.form, {example(example_.file)});
  ASSERT_TRUE(done.ok()) << done.error().detail;
  EXPECT_THAT(done->text, HasSubstr(std::string("imported ") + example_.says + "\n"));
  EXPECT_EQ(done->rejected, dry->rejected);
  expect_verified(example_.conversations);
  serve();
  const auto again = import(example_.form, {example(example_.file)});
  ASSERT_TRUE(again.ok()) << again.error().detail;
  EXPECT_THAT(again->text, HasSubstr("imported 0 conversations, 0 messages, 0 files, 0 new customers\n"));
  expect_verified(example_.conversations);
}

INSTANTIATE_TEST_SUITE_P(Forms, EveryForm, testing::ValuesIn(examples), [](const auto& given) {
  std::string name = importing::name_of(given.param.form);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST_F(ImportFiles, what_was_rejected_is_mended_in_its_file_and_imported_from_there) {
  const auto first = import(Form::jsonl, {example("own.jsonl")}, path("rejects"));
  ASSERT_TRUE(first.ok()) << first.error().detail;
  EXPECT_EQ(first->rejected, 1);
  std::string rejects = read(path("rejects"));
  EXPECT_THAT(rejects, testing::StartsWith("# line 4: messages[0].at: \"yesterday\" is no time"));
  for (const auto& [wrong, right] :
       {std::pair{"yesterday", "2024-01-01T00:00:00Z"}, {"asleep", "closed"}, {"c9", "c1"}})
    rejects.replace(rejects.rfind(wrong), std::string(wrong).size(), right);
  const auto mended = import(Form::jsonl, {write("mended", rejects)});
  ASSERT_TRUE(mended.ok());
  EXPECT_THAT(mended->text, HasSubstr("imported 1 conversation, 1 message"));
  EXPECT_EQ(mended->rejected, 0);
  expect_verified(3);
}

TEST_F(ImportFiles, rejected_rows_of_a_table_are_a_table_again) {
  const auto first = import(
      Form::helpdesk_log,
      {write("log.csv", "case_id,activity,completed_at\n1,1,2012-01-01T10:00\n1,2,soon\n2,1,2012-01-01T10:00\n")},
      path("rejects"));
  ASSERT_TRUE(first.ok());
  EXPECT_THAT(first->text, HasSubstr("imported 1 conversation"));
  std::string rejects = read(path("rejects"));
  EXPECT_THAT(rejects, testing::StartsWith("case_id,activity,completed_at\n# line 2: line 3: completed_at: \"soon\""));
  rejects.replace(rejects.rfind("soon"), 4, "2012-01-02");
  const auto mended = import(Form::helpdesk_log, {write("mended.csv", rejects)});
  EXPECT_THAT(mended->text, HasSubstr("imported 1 conversation, 2 messages"));
  expect_verified(2);
}

TEST_F(ImportFiles, mails_of_several_boxes_packed_or_not_are_told_in_the_order_of_their_times) {
  const std::string all = read(example("mailbox.mbox"));
  const std::size_t second = all.find("From help@");
  const std::string inbox = write("inbox.mbox", all.substr(0, second)), sent = path("sent.mbox.gz");
  gzFile packed = gzopen(sent.c_str(), "wb");
  const std::string ours = all.substr(second);
  gzwrite(packed, ours.data(), static_cast<unsigned>(ours.size()));
  gzclose(packed);
  const auto done = import(Form::mbox, {sent, inbox});
  ASSERT_TRUE(done.ok()) << done.error().detail;
  EXPECT_THAT(done->text, HasSubstr("imported 1 conversation, 2 messages"));
  expect_verified(1);
}

TEST_F(ImportFiles, a_mail_that_comes_too_late_is_written_as_a_mailbox) {
  const std::string all = read(example("mailbox.mbox"));
  const std::size_t second = all.find("From help@");
  ASSERT_TRUE(import(Form::mbox, {write("inbox.mbox", all.substr(0, second))}).ok());
  const auto late = import(Form::mbox, {write("sent.mbox", all.substr(second))}, path("rejects"));
  ASSERT_TRUE(late.ok());
  EXPECT_EQ(late->rejected, 1);
  EXPECT_THAT(read(path("rejects")), testing::StartsWith("From help@santos-office.example Thu Mar 07 09:00:00 2024\n"
                                                         "X-Suki-Import-Problem: conversation 1, which it belongs to"));
}

TEST_F(ImportFiles, what_cannot_be_read_is_said_and_what_was_taken_in_stays) {
  const std::string packed = path("own.jsonl.gz");
  gzFile file = gzopen(packed.c_str(), "wb");
  const std::string text = read(example("own.jsonl"));
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  fs::resize_file(packed, fs::file_size(packed) - 12);
  const auto cut = import(Form::jsonl, {packed});
  ASSERT_FALSE(cut.ok());
  EXPECT_THAT(cut.error().detail, HasSubstr("the file is cut off"));
  EXPECT_EQ(import(Form::jsonl, {path("nowhere")}).error().code, ErrorCode::io);
  EXPECT_THAT(import(Form::mbox, {example("own.jsonl")}).error().detail, HasSubstr("is no mailbox"));
  EXPECT_THAT(import(Form::jsonl, {example("own.jsonl")}, example("own.jsonl")).error().detail,
              HasSubstr("--rejects names the file that is imported"));
  expect_verified(0);
}

TEST_F(ImportFiles, a_path_leads_nowhere_but_below_the_folder_of_the_file) {
  write("secret", "x");
  fs::create_directory(path("box"));
  std::ofstream(path("box/good.txt")) << "hello";
  fs::create_symlink(path("secret"), path("box/link"));
  std::string lines;
  for (const char* attachment : {"good.txt", "../secret", "link", "/etc/hostname", ".", "none"})
    lines += std::string(R"({"source":"Old","id":")") + attachment +
             R"(","state":"closed","messages":[{"kind":"note","at":"2024-01-01T00:00:00Z","attachments":[{"path":")" +
             attachment + "\"}]}]}\n";
  const auto done = import(Form::jsonl, {write("box/file.jsonl", lines)});
  ASSERT_TRUE(done.ok());
  EXPECT_THAT(done->text, HasSubstr("imported 1 conversation, 1 message, 1 file"));
  EXPECT_EQ(done->rejected, 5);
}

}  // namespace
}  // namespace suki::cli
