/// suki's own form: what is read, what is refused with which words, and that a record written is the record read.
#include "import/form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/lines.h"
#include "import/reader.h"

namespace suki::importing {
namespace {

using testing::HasSubstr;

constexpr const char* whole = R"({"type":"conversation","source":"Old desk","id":"13",
 "customer":{"id":"c1","name":"Liza Cruz","email":"liza@example.net","language":"fil"},"begun_by":"customer",
 "channel":"mail","subject":"Broken fan","state":"on_hold","hold_reason":"parts","topic":"Repairs","team":"Workshop",
 "priority":"high","language":"fil","assignee":"ana","tags":["fan","warranty"],
 "opened_at":"2024-03-01T08:00:00+08:00","state_at":"2024-03-02T10:00:00Z",
 "messages":[
  {"id":"1","kind":"customer","author":"Liza","at":"2024-03-01T00:00:00Z","text":"It stopped."},
  {"id":2,"kind":"reply","agent":"ana@shop.example","at":"2024-03-01T03:00:00Z","html":"<p>We look.</p>",
   "attachments":[{"name":"a.txt","type":"text/plain","base64":"aGVsbG8="},{"path":"files/b.pdf"}]},
  {"kind":"note","at":"2024-03-01T04:00:00Z","text":"no spare part"},
  {"kind":"automatic","at":"2024-03-01T05:00:00Z","text":"We got it"}]})";

std::string problem(std::string_view line, const std::string& source = "Old") {
  LeftOut left_out;
  const auto record = read_record(line, source, left_out);
  return record.ok() ? "" : record.error().detail;
}

TEST(Form, EveryFieldIsRead) {
  LeftOut left_out;
  const auto record = read_record(whole, "", left_out);
  ASSERT_TRUE(record.ok()) << record.error().detail;
  const auto& c = std::get<Conversation>(*record);
  EXPECT_EQ(c.origin, (Origin{"Old desk", "13"}));
  EXPECT_EQ(c.customer.origin, (Origin{"Old desk", "c1"}));
  EXPECT_EQ(c.customer.email, "liza@example.net");
  EXPECT_EQ(c.state, "on_hold");
  EXPECT_EQ(c.tags, (std::vector<std::string>{"fan", "warranty"}));
  EXPECT_EQ(format_instant(c.opened_at), "2024-03-01T00:00:00Z");
  ASSERT_EQ(c.messages.size(), 4u);
  EXPECT_EQ(c.messages[1].id, "2");
  EXPECT_EQ(c.messages[1].kind, MessageKind::reply);
  EXPECT_EQ(c.messages[1].files[0].bytes, "hello");
  EXPECT_EQ(c.messages[1].files[1].path, "files/b.pdf");
  EXPECT_EQ(c.messages[3].kind, MessageKind::automatic);
  EXPECT_TRUE(left_out.empty());
}

TEST(Form, ARecordWrittenIsTheRecordRead) {
  LeftOut left_out;
  const auto first = read_record(whole, "", left_out);
  ASSERT_TRUE(first.ok());
  const auto again = read_record(write_record(*first), "", left_out);
  ASSERT_TRUE(again.ok()) << again.error().detail;
  EXPECT_EQ(*first, *again);
  EXPECT_EQ(write_record(*first), write_record(*again));
}

TEST(Form, WhatItDoesNotHaveIsNamed) {
  LeftOut left_out;
  ASSERT_TRUE(read_record(R"({"id":"1","source":"Old","subjct":"x","opened_at":"2024-01-01T00:00:00Z",)"
                          R"("messages":[{"kind":"note","at":"2024-01-01T00:00:00Z","mood":"bad"},)"
                          R"({"kind":"note","at":"2024-01-01T00:00:00Z","mood":"good"}]})",
                          "", left_out)
                  .ok());
  EXPECT_EQ(left_out, (LeftOut{{"subjct", 1}, {"messages.mood", 2}}));
}

TEST(Form, WhatIsWrongIsSaidWithItsPlace) {
  EXPECT_THAT(problem("{\"id\":\"\xff\"}"), HasSubstr("not in UTF-8"));
  EXPECT_THAT(problem("[1]"), HasSubstr("must be a JSON object"));
  EXPECT_THAT(problem("{\"id\":"), testing::Not(""));
  EXPECT_EQ(problem(R"({"type":"message","id":"1"})"),
            R"(type: a message stands in the "messages" of its conversation)");
  EXPECT_EQ(problem(R"({"type":"ticket","id":"1"})"), "type: must be conversation or customer");
  EXPECT_EQ(problem(R"({"subject":"x"})"), "id: is required");
  EXPECT_EQ(problem(R"({"id":"1"})", ""), "source: is required, here or by --source");
  EXPECT_EQ(problem(R"({"id":"1"})"), "opened_at: is required where there is no message");
  EXPECT_EQ(problem(R"({"id":"1","subject":7.5})"), "subject: must be a string");
  EXPECT_EQ(problem(R"({"id":"1","messages":{}})"), "messages: must be a list");
  EXPECT_EQ(problem(R"({"id":"1","messages":[{"kind":"shout"}]})"),
            "messages[0].kind: must be customer, reply, note or automatic");
  EXPECT_EQ(problem(R"({"id":"1","messages":[{"kind":"note"}]})"), "messages[0].at: is required");
  EXPECT_EQ(problem(R"({"id":"1","messages":[{"kind":"note","at":"2024-01-01 10:00"}]})"),
            R"(messages[0].at: "2024-01-01 10:00" is no time with an offset, such as 2026-11-23T08:00:00Z)");
  EXPECT_THAT(
      problem(R"({"id":"1","messages":[{"kind":"note","at":"2024-01-01T00:00:00Z","attachments":[{"name":"a"}]}]})"),
      HasSubstr("attachments[0]: needs either"));
  EXPECT_THAT(
      problem(
          R"({"id":"1","messages":[{"kind":"note","at":"2024-01-01T00:00:00Z","attachments":[{"base64":"a*b"}]}]})"),
      HasSubstr("attachments[0].base64: is no base64"));
  EXPECT_THAT(problem(R"({"id":")" + std::string(id_max + 1, 'x') + R"("})"), HasSubstr("is longer than 200 bytes"));
}

TEST(Form, Base64OfEveryLength) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(*from_base64(base64(bytes)), bytes);
    bytes += static_cast<char>(i * 37);
  }
  EXPECT_EQ(*from_base64(" aGVs\r\nbG8= "), "hello");
  EXPECT_FALSE(from_base64("a").ok());
  EXPECT_FALSE(from_base64("aGVsbG8==x").ok());
}

std::vector<Item> items_of(Form form, std::string_view text, std::size_t piece) {
  const auto reader = make_reader(form, "Old");
  std::vector<Item> items;
  for (std::size_t at = 0; at < text.size(); at += piece) reader->take(text.substr(at, piece), items);
  reader->end(items);
  return items;
}

TEST(Jsonl, LinesHaveTheirNumbersHoweverTheyArrive) {
  const std::string text =
      "\xEF\xBB\xBF{\"id\":\"1\",\"opened_at\":\"2024-01-01T00:00:00Z\"}\r\n\n# said before\nbroken\n"
      "{\"id\":\"2\",\"opened_at\":\"2024-01-01T00:00:00Z\"}";
  for (const std::size_t piece : {1u, 7u, 1000u}) {
    const auto items = items_of(Form::jsonl, text, piece);
    ASSERT_EQ(items.size(), 3u);
    EXPECT_EQ(items[0].line, 1);
    EXPECT_EQ(items[0].problem, "");
    EXPECT_EQ(items[1].line, 4);
    EXPECT_NE(items[1].problem, "");
    EXPECT_EQ(items[1].raw, "broken\n");
    EXPECT_EQ(items[2].line, 5);
    EXPECT_EQ(std::get<Conversation>(items[2].record).origin, (Origin{"Old", "2"}));
  }
}

TEST(Lines, ALineThatIsTooLongIsPassedOverAndTheNextOneRead) {
  Lines lines(10);
  std::vector<std::string> seen;
  const auto take = [&](const Lines::Line& line) {
    seen.push_back(line.too_long ? "too long" : std::to_string(line.number) + " " + std::string(line.text));
  };
  lines.take("0123456789\n0123456789a\nsho", take);
  lines.take("rt\n" + std::string(100, 'x'), take);
  lines.end(take);
  EXPECT_EQ(seen, (std::vector<std::string>{"1 0123456789", "too long", "3 short", "too long"}));
}

}  // namespace
}  // namespace suki::importing
