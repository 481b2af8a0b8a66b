#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "cli/hours.h"

namespace suki::cli {
namespace {

/// What comes out when `input` goes in, at most 10 bytes a line.
std::string answer_all(const std::string& input) {
  std::array<int, 2> in{}, out{};
  EXPECT_EQ(::pipe(in.data()), 0);
  EXPECT_EQ(::pipe(out.data()), 0);
  std::thread writer([&] {
    EXPECT_EQ(::write(in[1], input.data(), input.size()), static_cast<ssize_t>(input.size()));
    ::close(in[1]);
  });
  std::string result;
  std::thread reader([&] {
    std::array<char, 256> chunk;
    for (ssize_t n = 0; (n = ::read(out[0], chunk.data(), chunk.size())) > 0;)
      result.append(chunk.data(), static_cast<std::size_t>(n));
  });
  EXPECT_TRUE(answer_lines(
      in[0], out[1], [](const std::string& line) { return "<" + line + ">"; }, [] { return std::string("long"); }, 10));
  ::close(out[1]);
  writer.join();
  reader.join();
  ::close(in[0]);
  ::close(out[0]);
  return result;
}

TEST(AnswerLines, GivesOneAnswerALine) {
  EXPECT_EQ(answer_all("a\nb\n"), "<a>\n<b>\n");
  EXPECT_EQ(answer_all("a\n\n  \nb"), "<a>\n<b>\n") << "empty lines are none; the last needs no end";
  EXPECT_EQ(answer_all(""), "");
}

TEST(AnswerLines, DropsALineThatIsTooLongAndGoesOn) {
  EXPECT_EQ(answer_all("0123456789\n" + std::string(200'000, 'x') + "\nb\n"), "<0123456789>\nlong\n<b>\n");
  EXPECT_EQ(answer_all("0123456789x"), "long\n");
}

TEST(AnswerLines, AnswersBeforeItWaitsForMore) {
  std::array<int, 2> in{}, out{};
  ASSERT_EQ(::pipe(in.data()), 0);
  ASSERT_EQ(::pipe(out.data()), 0);
  std::thread host([&] {
    answer_lines(
        in[0], out[1], [](const std::string& line) { return line; }, [] { return std::string(); }, 10);
  });
  for (const char c : {'a', 'b'}) {
    const std::array<char, 2> line{c, '\n'};
    ASSERT_EQ(::write(in[1], line.data(), 2), 2);
    std::array<char, 2> answer{};
    ASSERT_EQ(::read(out[0], answer.data(), 2), 2);
    EXPECT_EQ(answer, line);
  }
  ::close(in[1]);
  host.join();
  for (const int fd : {in[0], out[0], out[1]}) ::close(fd);
}

}  // namespace
}  // namespace suki::cli
