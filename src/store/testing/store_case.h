/// What most tests of the store begin with: a store that is new, on the engine that the test is run for.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "store/store.h"
#include "store/tx.h"
#include "store_testing/engines.h"

namespace suki::store_testing {

class StoreCase : public testing::TestWithParam<std::string> {
 protected:
  StoreCase() { open(); }
  /// Again, after what was open is closed.
  void open() { open(place.options()); }
  void open(const store::Options& options) {
    close();
    auto opened = store::Store::open(options);
    if (!opened.ok()) GTEST_FAIL() << opened.error().detail;
    store = std::move(*opened);
  }
  void close() { store.reset(); }
  /// One transaction, which must succeed.
  template <class Use>
  void write(Use use) {
    check(store->write_and_wait([&](store::Tx& tx) { return call(use, tx); }));
  }
  template <class Use>
  void read(Use use) {
    check(store->read_and_wait([&](store::Tx& tx) { return call(use, tx); }));
  }

  TestPlace place{GetParam()};
  std::unique_ptr<store::Store> store;

 private:
  template <class Use>
  static Result<void> call(Use& use, store::Tx& tx) {
    use(tx);
    return {};
  }
  static void check(const Result<void>& done) { EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().detail); }
};

}  // namespace suki::store_testing
