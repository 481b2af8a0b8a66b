// Pages of the inbox with their counts, at 1,000,000 conversations, 200 agents with 50 kept views each.
//   Goal: 5 ms for 99 of 100 at the server. Each agent asks for a page every two seconds: 100 a second in all. A third
//   of the pages are deep ones. Beside it stands the bare page: one prepared statement on the same file, no counts.
//   Usage: inbox [sqlite|postgres] [conversations (1000000)]; SUKI_BENCH_FOLDER keeps the store for another run.
#include <map>

#include "million.h"

namespace {

using namespace bench;

const std::vector<std::string>& built_in() {
  static const std::vector<std::string> all{"open",
                                            "mine",
                                            "unassigned",
                                            "at_risk",
                                            "breached",
                                            "waiting",
                                            "closed",
                                            "resolved",
                                            "all",
                                            "team:front",
                                            "team:workshop",
                                            "topic:refund",
                                            "topic:repair-cooling"};
  return all;
}

/// `next` of the page, "" when it was the last.
std::string next_of(const std::string& answer) {
  const auto at = answer.find("\"next\":\"");
  return at == std::string::npos ? "" : answer.substr(at + 8, answer.find('"', at + 8) - at - 8);
}

/// The first rows of the unsolved by their due time, by a statement of one's own: median, in milliseconds.
double bare_page(const std::string& file) {
  return median_of(
      file,
      "select * from conversations where unsolved = 1 and (next_due, id) > (?1, 0) order by next_due, id limit 50",
      [](sqlite3_stmt* page, int i) { sqlite3_bind_int64(page, 1, i % 3 == 0 ? 0 : std::int64_t{1'000'000} * i); });
}

}  // namespace

int main(int argc, char** argv) {
  const std::string engine = argc > 1 ? argv[1] : "sqlite";
  const long count = argc > 2 ? std::atol(argv[2]) : 1'000'000;
  const Million million(engine, count);
  Kinds kinds;
  Load alone, load, views;
  {
    const Program suki(program_path(), million.data(), million.log());
    const std::vector<std::string> cookies = log_in_all(suki.port);
    Words chance(2);
    std::map<long, std::string> asked;          // view and agent
    std::map<std::string, std::string> deeper;  // of them: the next page
    const auto ask = [&](long i) {
      const auto agent = static_cast<std::size_t>(i) % cookies.size();
      const bool kept = chance.below(4) == 0;
      const std::string view = kept ? fmt::format("saved:{}", agent * own_views + 1 + chance.below(own_views))
                                    : built_in()[chance.below(built_in().size())];
      const std::string key = view + (view == "mine" ? fmt::format("/{}", agent) : "");
      const std::string cursor = chance.below(3) == 0 ? deeper[key] : "";
      asked[i] = key;
      kinds.asks(i, cursor.empty() ? (kept ? "kept view" : view) : kept ? "deep page of a kept view" : "deep page");
      return get("/api/v1/conversations?view=" + view + (cursor.empty() ? "" : "&cursor=" + cursor), cookies[agent]);
    };
    const auto answered = [&](long i, const std::string& answer, double ms) {
      if (const std::string next = next_of(answer); !next.empty()) deeper[asked[i]] = next;
      kinds.answered(i, ms);
    };
    run(suki.port, 0, 500, 4, {}, ask, "200", answered);  // warm
    kinds.forget();
    alone = run(suki.port, 1'000, 2'000, 1, {}, ask, "200", answered);
    load = run(suki.port, 10'000, 3'000, 32, 100.0, ask, "200", answered);
    views = run(
        suki.port, 0, 400, 1, {},
        [&](long i) { return get("/api/v1/views", cookies[static_cast<std::size_t>(i) % cookies.size()]); }, "200");
  }
  const double bare = million.postgres() ? 0 : bare_page(million.data() + "/suki.db");
  kinds.print();
  std::printf("one after the other: p50 %.1f ms, p99 %.1f ms, worst %.1f ms\n", alone.percentile(50),
              alone.percentile(99), alone.ms.back());
  std::printf("all %d kept views of an agent with counts: p50 %.1f ms, p99 %.1f ms\n", own_views, views.percentile(50),
              views.percentile(99));
  std::printf(
      "{\"bench\":\"inbox\",\"figure\":\"p99 of a page with counts, %ld conversations, %d agents, 100 pages a second, "
      "%s\","
      "\"unit\":\"ms\",\"goal\":5,\"reached\":%.2f,\"p50\":%.2f,\"alone p99\":%.2f,\"kept views p99\":%.2f,"
      "\"beside\":{\"bare page, no counts, median\":%.3f},\"ratio\":%.1f}\n",
      count, agents, engine.c_str(), load.percentile(99), load.percentile(50), alone.percentile(99),
      views.percentile(99), bare, bare > 0 ? alone.percentile(50) / bare : 0.0);
}
