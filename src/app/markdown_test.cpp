#include "app/markdown.h"

#include <gtest/gtest.h>

namespace suki::app {
namespace {

TEST(markdown, becomes_plain_text) {
  const struct {
    const char* markdown;
    const char* text;
  } rows[] = {
      {"", ""},
      {"Hello {customer},\n\nthank you for *writing*\nto **{business}**.",
       "Hello {customer},\n\nthank you for writing to {business}."},
      {"by {reply_by}: {link}", "by {reply_by}: {link}"},
      {"# Hours\n\n- one\n- two", "Hours\n\n  - one\n  - two"},
      {"see [our page](https://x.example/a)", "see our page <https://x.example/a>"},
      {"see <https://x.example/a>", "see https://x.example/a"},
      {"Magandang araw po, ñ & é", "Magandang araw po, ñ & é"},
      {"a\xEF\xBF\xBE b\xEF\xBF\xBF", "a\xEF\xBF\xBD b\xEF\xBF\xBD"},  // U+FFFE, U+FFFF: no character
  };
  for (const auto& row : rows) {
    EXPECT_EQ(plain_text_of(row.markdown), row.text);
  }
}

}  // namespace
}  // namespace suki::app
