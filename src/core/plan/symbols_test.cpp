#include "plan/symbols.h"

#include <gtest/gtest.h>

namespace suki::plan {
namespace {

TEST(Symbols, ASlugIsOneThingForEver) {
  Symbols symbols;
  const Symbol refund = symbols.intern("refund");
  EXPECT_EQ(symbols.intern("refund"), refund);
  EXPECT_EQ(symbols.find("refund"), refund);
  EXPECT_EQ(symbols.text(refund), "refund");
  EXPECT_FALSE(symbols.find("returns"));
  EXPECT_EQ(symbols.text({}), "");
}

TEST(Symbols, ARenamedThingIsTheSameThing) {
  Symbols symbols;
  const Symbol thing = symbols.intern("refund");
  symbols.rename(thing, "returns");
  EXPECT_EQ(symbols.find("returns"), thing);
  EXPECT_EQ(symbols.intern("returns"), thing);
  EXPECT_EQ(symbols.text(thing), "returns");
  EXPECT_FALSE(symbols.find("refund")) << "nothing is called so now";
  EXPECT_EQ(symbols.find_by_any_name("refund"), thing);
  symbols.rename(thing, "goods-back");
  EXPECT_EQ(symbols.find_by_any_name("refund"), thing);
  EXPECT_EQ(symbols.find_by_any_name("returns"), thing);
  symbols.rename(thing, "refund");
  EXPECT_EQ(symbols.find("refund"), thing);
  EXPECT_EQ(symbols.size(), 1u);
}

TEST(Symbols, WhoeverTakesAnOldNameIsAnotherThing) {
  Symbols symbols;
  const Symbol thing = symbols.intern("refund");
  symbols.rename(thing, "returns");
  const Symbol other = symbols.intern("refund");
  EXPECT_NE(other, thing);
  EXPECT_EQ(symbols.find_by_any_name("refund"), other) << "the name now comes before the name once";
  EXPECT_EQ(symbols.find("returns"), thing);
}

TEST(Symbols, TwoSwapTheirNamesInAnyOrder) {
  for (const bool first_a : {true, false}) {
    Symbols symbols;
    const Symbol a = symbols.intern("a"), b = symbols.intern("b");
    if (first_a) symbols.rename(a, "b");
    symbols.rename(b, "a");
    if (!first_a) symbols.rename(a, "b");
    EXPECT_EQ(symbols.find("a"), b);
    EXPECT_EQ(symbols.find("b"), a);
    EXPECT_EQ(symbols.text(a), "b");
    EXPECT_EQ(symbols.text(b), "a");
  }
}

TEST(Symbols, NamesMoveOnInAnyOrder) {
  for (const bool first_a : {true, false}) {
    Symbols symbols;
    const Symbol a = symbols.intern("a"), b = symbols.intern("b");
    if (first_a) symbols.rename(a, "b");
    symbols.rename(b, "c");
    if (!first_a) symbols.rename(a, "b");
    EXPECT_EQ(symbols.find("b"), a);
    EXPECT_EQ(symbols.find("c"), b);
    EXPECT_FALSE(symbols.find("a"));
    EXPECT_EQ(symbols.find_by_any_name("a"), a);
  }
}

TEST(Symbols, WhatLostItsNameToAnotherIsFoundByNoName) {
  Symbols symbols;
  const Symbol dropped = symbols.intern("returns"), refund = symbols.intern("refund");
  symbols.rename(refund, "returns");
  EXPECT_EQ(symbols.find("returns"), refund);
  EXPECT_EQ(symbols.text(dropped), "returns") << "what it was called last";
  symbols.rename(refund, "goods-back");
  EXPECT_FALSE(symbols.find("returns"));
  EXPECT_EQ(symbols.find_by_any_name("returns"), refund) << "the last who was called so";
}

}  // namespace
}  // namespace suki::plan
