/// Times of answers: percentiles, one statement by itself, answers by kind.
#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bare.h"

namespace bench {

/// `ms` must be sorted; none: 0.
inline double percentile(const std::vector<double>& ms, double p) {
  if (ms.empty()) return 0;
  return ms[std::min(ms.size() - 1, static_cast<std::size_t>(p / 100 * static_cast<double>(ms.size())))];
}

/// The median of running `sql` to its end, in milliseconds; `bind` sets its parameters for the `i`th of 500 times.
inline double median_of(const std::string& file, const std::string& sql,
                        const std::function<void(sqlite3_stmt*, int i)>& bind) {
  Database database(file);
  sqlite3_stmt* const statement = database.prepare(sql);
  std::vector<double> ms;
  for (int i = 0; i < 500; ++i) {
    bind(statement, i);
    const auto start = Clock::now();
    while (sqlite3_step(statement) == SQLITE_ROW) {
    }
    ms.push_back(since(start) * 1000);
    sqlite3_reset(statement);
  }
  sqlite3_finalize(statement);
  std::sort(ms.begin(), ms.end());
  return percentile(ms, 50);
}

/// Answers by what was asked for. Requests go by their numbers, as in run().
class Kinds {
 public:
  void asks(long number, std::string kind) { asked_[number] = std::move(kind); }
  void answered(long number, double ms) { ms_[asked_.at(number)].push_back(ms); }
  void forget() { ms_.clear(); }  ///< the times up to now, as those of warming up
  [[nodiscard]] double percentile(const std::string& kind, double p) const {
    return bench::percentile(sorted(kind), p);
  }
  void print() const {
    for (const auto& [kind, ms] : ms_)
      std::printf("%-28s %5zu asked, p50 %.1f ms, p95 %.1f ms, p99 %.1f ms\n", kind.c_str(), ms.size(),
                  percentile(kind, 50), percentile(kind, 95), percentile(kind, 99));
  }

 private:
  [[nodiscard]] std::vector<double> sorted(const std::string& kind) const {
    const auto found = ms_.find(kind);
    if (found == ms_.end()) return {};
    std::vector<double> ms = found->second;
    std::sort(ms.begin(), ms.end());
    return ms;
  }
  std::map<long, std::string> asked_;
  std::map<std::string, std::vector<double>> ms_;
};

}  // namespace bench
