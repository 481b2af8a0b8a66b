/// For tests of this room: recorded exports, where the other data tests look for theirs, and small made-up ones.
#pragma once

#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "import/reader.h"

namespace suki::importing::testing {

inline std::filesystem::path data_folder() {
  const char* named = std::getenv("SUKI_DATA");
  return named ? std::filesystem::path(named) : std::filesystem::path(SUKI_SOURCE_DIR) / "../shared/data";
}

/// Unpacked when it is gzip.
inline std::string read_whole(const std::filesystem::path& path) {
  std::string text;
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return text;
  std::string buffer(1 << 20, '\0');
  for (int n = 0; (n = gzread(file, buffer.data(), static_cast<unsigned>(buffer.size()))) > 0;)
    text.append(buffer, 0, static_cast<std::size_t>(n));
  gzclose(file);
  return text;
}

struct Read {
  std::vector<Item> items;
  std::vector<Customer> customers;
  std::vector<Conversation> conversations;
  std::vector<std::string> problems;  ///< "LINE: what"
  LeftOut left_out;
  std::int64_t messages = 0;
  std::map<MessageKind, std::int64_t> kinds;
  std::map<std::string, std::int64_t> states;
};

/// In pieces, so that borders fall anywhere.
inline Read read_all(Form form, std::string_view text, std::size_t piece = 4'093) {
  const auto reader = make_reader(form, "");
  Read read;
  for (std::size_t at = 0; at < text.size(); at += piece) reader->take(text.substr(at, piece), read.items);
  reader->end(read.items);
  read.left_out = reader->left_out();
  for (const Item& item : read.items) {
    if (!item.problem.empty()) {
      read.problems.push_back(std::to_string(item.line) + ": " + item.problem);
    } else if (const auto* c = std::get_if<Conversation>(&item.record)) {
      read.conversations.push_back(*c);
      ++read.states[c->state];
      for (const Message& message : c->messages) {
        ++read.messages;
        ++read.kinds[message.kind];
      }
    } else if (const auto* customer = std::get_if<Customer>(&item.record)) {
      read.customers.push_back(*customer);
    }
  }
  return read;
}

}  // namespace suki::importing::testing

#define SUKI_NEED_DATA(path)                                     \
  if (!std::filesystem::exists(testing::data_folder() / (path))) \
  GTEST_SKIP() << "no recorded data at " << testing::data_folder() / (path) << "; set SUKI_DATA"
