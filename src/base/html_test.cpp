#include "base/html.h"

#include <gtest/gtest.h>

namespace suki {
namespace {

TEST(EscapeHtml, text_stands_for_itself_between_tags_and_in_values) {
  EXPECT_EQ(escape_html("a < b & \"c\" > d's"), "a &lt; b &amp; &quot;c&quot; &gt; d's");
  EXPECT_EQ(escape_html("&amp;"), "&amp;amp;");
  EXPECT_EQ(escape_html("Mabuhay, Ñ ☀"), "Mabuhay, Ñ ☀");
  EXPECT_EQ(escape_html(""), "");
}

}  // namespace
}  // namespace suki
