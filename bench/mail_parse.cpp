// Mails parsed a second, one thread, with all that is derived (answer, quote, machine, report), beside GMime alone.
// Usage: mail_parse [FOLDER [SECONDS]]; without a folder 200 mails that it makes.
#include <fmt/format.h>
#include <gmime/gmime.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "letters.h"
#include "mail/mail.h"

namespace {

namespace fs = std::filesystem;

// Chosen: of the 3,000 mails a second that are to be taken in, reading them may take half of one core.
constexpr double goal_per_s = 6'000;
constexpr int rounds = 3;

std::vector<std::string> read_folder(const fs::path& folder) {
  std::vector<std::string> mails;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".eml") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    mails.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return mails;
}

std::vector<std::string> make_mails() {
  std::vector<std::string> mails;
  for (int i = 0; i < 200; ++i) mails.push_back(bench::letter(i, i, i, fmt::format("s{}@shop.example", i)));
  return mails;
}

void decode_leaf(GMimeObject*, GMimeObject* object, gpointer to) {
  if (!GMIME_IS_PART(object)) return;
  GMimeDataWrapper* content = g_mime_part_get_content(GMIME_PART(object));
  if (content == nullptr) return;
  GMimeStream* stream = g_mime_stream_mem_new();
  g_mime_data_wrapper_write_to_stream(content, stream);
  *static_cast<std::size_t*>(to) += static_cast<std::size_t>(g_mime_stream_length(stream));
  g_object_unref(stream);
}

/// What cannot be less: the tree of parts, the main fields, every body decoded.
std::size_t parse_bare(const std::string& raw) {
  GMimeStream* stream = g_mime_stream_mem_new_with_buffer(raw.data(), raw.size());
  GMimeParser* parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage* message = g_mime_parser_construct_message(parser, nullptr);
  std::size_t bytes = 0;
  if (message != nullptr) {
    (void)g_mime_message_get_subject(message);
    (void)g_mime_message_get_date(message);
    g_mime_message_foreach(message, &decode_leaf, &bytes);
    g_object_unref(message);
  }
  g_object_unref(parser);
  g_object_unref(stream);
  return bytes;
}

std::size_t parse_whole(const std::string& raw) {
  const suki::mail::Parsed mail = suki::mail::parse(raw);
  std::size_t bytes = mail.text.size() + mail.html.size();
  for (const auto& part : mail.attachments) bytes += part.bytes.size();
  return bytes;
}

struct Rate {
  double mails = 0, bytes = 0;  ///< a second of the thread's own time, so that other programs do not count
};

double thread_seconds() {
  timespec at{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) / 1e9;
}

/// Whole rounds over the mails until `seconds` of the wall's clock are over.
Rate measure(const std::vector<std::string>& mails, double seconds, std::size_t& decoded,
             std::size_t (*parse)(const std::string&)) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const double began = thread_seconds();
  Rate rate;
  do {
    for (const std::string& mail : mails) {
      decoded += parse(mail);
      rate.mails += 1;
      rate.bytes += static_cast<double>(mail.size());
    }
  } while (std::chrono::duration<double>(Clock::now() - start).count() < seconds);
  const double took = thread_seconds() - began;
  return {rate.mails / took, rate.bytes / took};
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> mails = count > 1 ? read_folder(words[1]) : make_mails();
  const double seconds = count > 2 ? std::stod(words[2]) : 2.0;
  if (mails.empty()) {
    fmt::print(stderr, "mail_parse: no .eml files in {}\n", words[1]);
    return 1;
  }
  std::size_t decoded = 0;
  (void)measure(mails, 0, decoded, &parse_whole);  // starts GMime and fills what is kept
  std::vector<Rate> whole;
  std::vector<Rate> bare;
  for (int round = 0; round < rounds; ++round) {
    whole.push_back(measure(mails, seconds / rounds, decoded, &parse_whole));
    bare.push_back(measure(mails, seconds / rounds, decoded, &parse_bare));
  }
  const auto slower = [](const Rate& a, const Rate& b) { return a.mails < b.mails; };
  std::sort(whole.begin(), whole.end(), slower);
  std::sort(bare.begin(), bare.end(), slower);
  const Rate reached = whole[rounds / 2];
  const Rate limit = bare[rounds / 2];
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  fmt::print(
      R"({{"bench":"mail_parse","figure":"mails","unit":"per second","goal":{:.0f},"reached":{:.0f},"beside":{{"gmime":{:.0f}}},"ratio":{:.2f},)"
      R"("lib":"suki","files":{},"msgs_per_s":{:.1f},"mib_per_s":{:.2f},"errors":0,"decoded":{},"rss_mib":{}}})"
      "\n",
      goal_per_s, reached.mails, limit.mails, reached.mails / limit.mails, mails.size(), reached.mails,
      reached.bytes / 1048576, decoded, used.ru_maxrss / 1024);
  return 0;
}
