#include "mail/sanitise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace suki::mail {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(sanitise, an_honest_mail_looks_as_it_was_meant) {
  const std::string table =
      "<table width=\"600\" bgcolor=\"#ffffff\"><tbody><tr><td align=\"center\" colspan=\"2\" "
      "style=\"padding:10px 20px;color:#333\"><b>Total</b> 1,200</td></tr></tbody></table>";
  EXPECT_EQ(sanitise(table),
            "<table width=\"600\" bgcolor=\"#ffffff\"><tbody><tr><td align=\"center\" colspan=\"2\" "
            "style=\"padding:10px 20px;color:#333\"><b>Total</b> 1,200</td></tr></tbody></table>");
  EXPECT_EQ(sanitise("<p>caf\xc3\xa9 &amp; <a href='https://x.example/?a=1&amp;b=2'>here</a></p>"),
            "<p>caf\xc3\xa9 &amp; <a href=\"https://x.example/?a=1&amp;b=2\" target=\"_blank\" "
            "rel=\"noopener noreferrer nofollow\">here</a></p>");
  EXPECT_EQ(sanitise("<span style='font-family:\"Segoe UI\",Arial;color:rgb(1,2,3)'>x</span>"),
            "<span style=\"font-family:&quot;segoe ui&quot;,arial;color:rgb(1,2,3)\">x</span>");
  EXPECT_EQ(sanitise("<o:p>Word</o:p><article>kept</article>"), "Wordkept");
  EXPECT_EQ(sanitise("  <div> </div> "), "") << "what shows nothing is nothing";
}

TEST(sanitise, pictures_come_from_the_mail_itself_or_not_at_all) {
  EXPECT_EQ(sanitise("<img src='https://x.example/a.png' alt='Our <logo>'>"),
            "<img data-url=\"https://x.example/a.png\" alt=\"Our &lt;logo&gt;\">")
      << "nothing that a browser asks for";
  EXPECT_EQ(sanitise("<img src='HTTP://x.example/a?b=1&amp;c=\"><script>' width=600>"),
            "<img data-url=\"HTTP://x.example/a?b=1&amp;c=&quot;&gt;&lt;script&gt;\" width=\"600\">");
  EXPECT_EQ(sanitise("x<img data-url='https://x.example/a.png'>"), "x<span data-blocked=\"1\"></span>")
      << "only we write that mark";
  EXPECT_EQ(sanitise("<img src='ftp://x.example/a.png' alt=a>"), "<span data-blocked=\"1\">a</span>");
  EXPECT_EQ(sanitise("<img src='//x.example/a.png' alt=a>"), "<span data-blocked=\"1\">a</span>");
  EXPECT_EQ(sanitise("hi<img src=http://track.example/?id=7 width=1 height=1>"), "hi") << "a dot that reports home";
  EXPECT_EQ(sanitise("<img src=\"cid:a@b\" width=20>", {{"a@b", "data:image/png;base64,AAAA"}}),
            "<img src=\"data:image/png;base64,AAAA\" width=\"20\">");
  EXPECT_EQ(sanitise("<img src='cid:unknown'>"), "<span data-blocked=\"1\"></span>");
  for (const char* address : {"data:image/svg+xml;base64,AAAA", "data:text/html;base64,AAAA",
                              "data:image/png;base64,AA\"onerror=x", "//x.example/a", "/a.png", "file:///etc/passwd"})
    EXPECT_THAT(sanitise("<img alt=a src='" + std::string(address) + "'>"), Not(HasSubstr("<img"))) << address;
  EXPECT_THAT(sanitise("<table background='https://x.example/a'><tr><td background='https://x.example/b'>x"),
              Not(HasSubstr("x.example")));
}

/// Letters of a hostile mail, and what must not be left of it. "<" and a name is markup; in text it would be "&lt;".
TEST(sanitise, nothing_runs_nothing_is_fetched_nothing_leaves_the_frame) {
  const char* const hostile[] = {
      "<script>alert(1)</script>x",
      "<SCRIPT SRC=//x.example/a.js></SCRIPT>x",
      "<scr<script>ipt>alert(1)</scr</script>ipt>x",
      "<img src=x onerror=alert(1)>x",
      "<img src='x'onerror=alert(1)>x",
      "<body onload=alert(1)>x",
      "<div onmouseover='alert(1)'>x</div>",
      "<div OnClick=alert(1) style=color:red>x</div>",
      "<a href='javascript:alert(1)'>x</a>",
      "<a href=' java\nscript:alert(1)'>x</a>",
      "<a href='&#106;avascript:alert(1)'>x</a>",
      "<a href='jAvAsCrIpT&colon;alert(1)'>x</a>",
      "<a href='\x01javascript:alert(1)'>x</a>",
      "<a href='vbscript:x'>x</a>",
      "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
      "<a href='//x.example'>x</a>",
      "<div style='width:expression(alert(1))'>x</div>",
      "<div style='background:url(javascript:alert(1))'>x</div>",
      "<div style='background-image:url(https://x.example/a)'>x</div>",
      "<div style='background-color:red;background:u\\72l(https://x.example)'>x</div>",
      "<div style='color:red/*;*/;background:url(//x.example)'>x</div>",
      "<div style='behavior:url(#default#time2)'>x</div>",
      "<div style='-moz-binding:url(//x.example)'>x</div>",
      "<div style=\"font-family:'x;background:url(//x.example)\">x</div>",
      "<div style='position:fixed;top:0;left:0;z-index:9'>x</div>",
      "<div style='margin:-500px'>x</div>",
      "<style>@import '//x.example/a.css';body{background:url(//x.example)}</style>x",
      "<link rel=stylesheet href=//x.example/a.css>x",
      "<svg><script>alert(1)</script></svg>x",
      "<svg onload=alert(1)>x</svg>x",
      "<svg><style><img src=x onerror=alert(1)></style></svg>x",
      "<svg><foreignObject><iframe src=//x.example></iframe></foreignObject></svg>x",
      "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>x",
      "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>x",
      "<math href='javascript:alert(1)'>CLICK</math>x",
      "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>x",
      "<base href='https://x.example/'>x",
      "<meta http-equiv=refresh content='0;url=https://x.example'>x",
      "<form action='https://x.example'><input name=password><button>x</button></form>",
      "<button formaction='javascript:alert(1)'>x</button>",
      "<iframe src='https://x.example'></iframe>x",
      "<iframe srcdoc='<script>alert(1)</script>'></iframe>x",
      "<object data='https://x.example'>y</object><embed src='https://x.example'>x",
      "<video src=//x.example onerror=alert(1)></video><audio src=//x.example></audio>x",
      "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>x",
      "<textarea></textarea><img src=x onerror=alert(1)>x",
      "<title></title><img src=x onerror=alert(1)>x",
      "<xmp><img src=x onerror=alert(1)></xmp>x",
      "<plaintext><img src=x onerror=alert(1)>",
      "<template><img src=x onerror=alert(1)></template>x",
      "<!--><img src=x onerror=alert(1)>-->x",
      "<!--[if IE]><script>alert(1)</script><![endif]-->x",
      "<![CDATA[<script>alert(1)</script>]]>x",
      "<p id=location name=cookie class=suki-note>x</p>",
      "<img name=body id=csrf src=x>x",
      "<a title='\"><script>alert(1)</script>' href='https://ok.example'>x</a>",
      "<a title='`onmouseover=alert(1)' href='https://ok.example'>x</a>",
      "<div title=\"&lt;/div&gt;&lt;script&gt;alert(1)\">x</div>",
      "<table><tr><td><form><table></form><script>alert(1)</script>x",
      "<p><table><p><svg><p><style><g title='</style><img src onerror=alert(1)>'>x",
      "<b <script>alert(1)</script>0</b>x",
      "<div/onclick=alert(1)//>x",
      "x<isindex action=javascript:alert(1) type=image>",
      "<marquee onstart=alert(1)>x</marquee>",
      "<select><option><script>alert(1)</script></select>x",
      "<frameset onload=alert(1)><frame src=//x.example></frameset>x",
      "<p data-blocked=2 data-x='<script>'>x</p>",
      "x<a href=\"mailto:a@b.example?subject=&quot;><script>alert(1)</script>\">",
  };
  const char* const forbidden[] = {
      "<script",   "<style",   "<svg",     "<math",      "<iframe",   "<form",    "<input",     "<base",
      "<meta",     "<link",    "<object",  "<embed",     "<video",    "<audio",   "<frame",     "<noscript",
      "<textarea", "<title",   "<xmp",     "<plaintext", "<template", "<!--",     "<!",         "<select",
      "<button",   "<marquee", "<img",     "<isindex",   " data-x",   "url(",     "expression", "behavior",
      "binding",   "position", "margin:-", "href=\"j",   "href=\"v",  "href=\"d", "href=\"/"};
  for (const char* html : hostile) {
    const std::string safe = sanitise(html);
    EXPECT_TRUE(is_utf8(safe));
    for (const char* word : forbidden) EXPECT_THAT(to_lower_ascii(safe), Not(HasSubstr(word))) << html;
    // An event handler is one only within a tag.
    bool in_tag = false, quoted = false;
    std::string tags;
    for (const char c : safe) {
      if (c == '<') in_tag = true;
      if (in_tag && c == '"') quoted = !quoted;
      if (in_tag && !quoted) tags += c;
      if (c == '>' && !quoted) in_tag = false;
    }
    for (const char* word : {" on", " id=", " name=", " class=", " src="})
      EXPECT_THAT(to_lower_ascii(tags), Not(HasSubstr(word))) << html << " became " << safe;
    EXPECT_EQ(sanitise(safe).find("<script"), std::string::npos);
  }
}

TEST(sanitise, depth_and_size_do_no_harm) {
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += "<div><b>";
  EXPECT_LT(sanitise(deep + "x").size(), 100'000u);
  std::string wide;
  for (int i = 0; i < 500'000; ++i) wide += "<br>x";
  EXPECT_LT(sanitise(wide).size(), sanitised_bytes_max + 1000);
  EXPECT_EQ(sanitise("<p>\xff\xfe broken"), "<p>\xEF\xBF\xBD\xEF\xBF\xBD broken</p>");
  EXPECT_EQ(sanitise(""), "");
}

}  // namespace
}  // namespace suki::mail
