#include "app/sniff.h"

#include <gtest/gtest.h>

namespace suki::app {
namespace {

using namespace std::string_literals;

TEST(Sniff, bytes_say_what_they_are) {
  const struct {
    std::string bytes;
    const char* type;
  } rows[] = {
      {"\x89PNG\r\n\x1a\n...", "image/png"},
      {"\xff\xd8\xff\xe0....", "image/jpeg"},
      {"GIF89a....", "image/gif"},
      {"RIFF....WEBPVP8 ", "image/webp"},
      {"RIFF....WAVEfmt ", "audio/wav"},
      {"....ftypheic....", "image/heic"},
      {"....ftypisom....", "video/mp4"},
      {"%PDF-1.7", "application/pdf"},
      {"PK\x03\x04 word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {"PK\x03\x04 something", "application/zip"},
      {"BMW is what I drive, and it rattles", "text/plain"},
      {"MZ\x90\x00"s, "application/vnd.microsoft.portable-executable"},
      {"Magandang umaga po \xc3\xb1\n", "text/plain"},
      {"  <!DOCTYPE html><p>hi", "text/html"},
      {"hello <script>alert(1)</script>", "text/html"},
      {"<svg onload=alert(1)>", "image/svg+xml"},
      {"<?xml version='1.0'?><svg xmlns='x'>", "image/svg+xml"},
      {"<?xml version='1.0'?><a/>", "application/xml"},
      {"BEGIN:VCALENDAR\r\n", "text/calendar"},
      {"a\0b"s, "application/octet-stream"},
      {"\xff\xfe\xfd", "application/octet-stream"},
      {"", "application/octet-stream"},
  };
  for (const auto& row : rows) EXPECT_EQ(sniff(row.bytes), row.type) << row.bytes;
  std::string long_text(200'000, 'a');
  long_text.replace(65'535, 2, "\xc3\xb1");
  EXPECT_EQ(sniff(long_text), "text/plain") << "the look ends within a character";
}

TEST(Sniff, a_declared_type_is_believed_only_where_it_can_do_no_harm) {
  EXPECT_EQ(type_of("<html><script>", "image/png"), "text/html");
  EXPECT_EQ(type_of("\x01\x02", "image/png"), "application/octet-stream");
  EXPECT_EQ(type_of("\x01\x02", "text/html"), "application/octet-stream");
  EXPECT_EQ(type_of("\x01\x02", "application/x-own"), "application/x-own");
  EXPECT_EQ(type_of("\x01\x02", "a/b\r\nX-Evil: 1"), "application/octet-stream");
  EXPECT_EQ(type_of("a,b\n1,2\n", "text/csv"), "text/csv");
  EXPECT_TRUE(is_picture("image/png"));
  EXPECT_FALSE(is_picture("image/svg+xml"));
}

}  // namespace
}  // namespace suki::app
