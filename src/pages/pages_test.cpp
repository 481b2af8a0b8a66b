#include "pages/pages.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace suki::pages {

std::span<const Page> embedded_sample();

namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string gunzip(std::string_view packed, std::size_t size_max) {
  std::string out(size_max, '\0');
  z_stream stream{};
  // 16 + 15: gzip framing, the largest window.
  EXPECT_EQ(inflateInit2(&stream, 16 + 15), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST(Pages, every_file_of_the_folder_is_in_the_program_byte_for_byte) {
  const std::filesystem::path root = SUKI_PAGES_TESTDATA;
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const std::string path = "/" + entry.path().lexically_relative(root).generic_string();
    const Page* page = find_page(embedded_sample(), path);
    ASSERT_NE(page, nullptr) << path;
    EXPECT_EQ(page->body, read_file(entry.path())) << path;
  }
  EXPECT_EQ(files, 4U);
  EXPECT_EQ(embedded_sample().size(), files);
}

TEST(Pages, a_path_must_match_exactly) {
  const auto table = embedded_sample();
  EXPECT_NE(find_page(table, "/index.html"), nullptr);
  for (const std::string_view path :
       {"", "/", "index.html", "/index.htm", "/index.html/", "/INDEX.HTML", "/assets", "/z"}) {
    EXPECT_EQ(find_page(table, path), nullptr) << path;
  }
}

TEST(Pages, text_is_also_there_packed_and_unpacks_to_the_same_bytes) {
  const Page* page = find_page(embedded_sample(), "/index.html");
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(page->mime, "text/html; charset=utf-8");
  ASSERT_FALSE(page->gzip.empty());
  EXPECT_LT(page->gzip.size(), page->body.size());
  EXPECT_EQ(gunzip(page->gzip, page->body.size()), page->body);
}

TEST(Pages, what_packing_would_not_shrink_is_not_packed) {
  EXPECT_TRUE(find_page(embedded_sample(), "/assets/a.js")->gzip.empty());
  EXPECT_TRUE(find_page(embedded_sample(), "/assets/raw bytes.bin")->gzip.empty());
  EXPECT_TRUE(find_page(embedded_sample(), "/empty.txt")->gzip.empty());
}

TEST(Pages, etags_tell_contents_apart) {
  // sha256sum of no bytes, its first half.
  EXPECT_EQ(find_page(embedded_sample(), "/empty.txt")->etag, "e3b0c44298fc1c149afbf4c8996fb924");
  EXPECT_NE(find_page(embedded_sample(), "/index.html")->etag, find_page(embedded_sample(), "/assets/a.js")->etag);
}

TEST(Pages, tables_are_in_path_order) {
  EXPECT_TRUE(std::ranges::is_sorted(embedded_sample(), {}, &Page::path));
  EXPECT_TRUE(std::ranges::is_sorted(all_pages(), {}, &Page::path));
}

}  // namespace
}  // namespace suki::pages
