/// For tests that open the store themselves, more than once or in their own way; see store_case.h for the others.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "store/store.h"
#include "store/tx.h"
#include "store_testing/engines.h"

namespace suki::store_testing {

class OpeningCase : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] Result<std::unique_ptr<store::Store>> try_open(store::Options options = {}) const {
    const store::Options here = place.options();
    options.data_dir = here.data_dir;
    options.url = here.url;
    return store::Store::open(options);
  }
  std::unique_ptr<store::Store> open(const store::Options& options = {}) {
    auto opened = try_open(options);
    EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().detail);
    return opened.ok() ? std::move(*opened) : nullptr;
  }
  static Result<void> set(store::Store& store, const std::string& name, const std::string& value) {
    return store.write_and_wait([&](store::Tx& tx) -> Result<void> {
      tx.set_setting(name, value);
      return {};
    });
  }
  static std::string get(store::Store& store, const std::string& name) {
    std::string value;
    const auto done = store.read_and_wait([&](store::Tx& tx) -> Result<void> {
      value = tx.setting(name);
      return {};
    });
    EXPECT_TRUE(done.ok());
    return value;
  }
  TestPlace place{GetParam()};
};

}  // namespace suki::store_testing
