#include "cli/quarantine.h"

#include <gtest/gtest.h>

#include <string>

namespace suki::cli {
namespace {

TEST(Quarantine, a_mail_is_tried_in_a_process_of_its_own) {
  EXPECT_EQ(try_reading("From: a@b.example\nSubject: x\n\nHello\n"), "");
  EXPECT_EQ(try_reading(std::string("\0\xff\xfe", 3)), "");
  EXPECT_EQ(try_reading(""), "");
}

}  // namespace
}  // namespace suki::cli
