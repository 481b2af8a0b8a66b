// Search as agents ask for it, over 1,000,000 conversations with two messages each, 200 agents.
//   Goal: 20 ms for 95 of 100, ranked. A fifth each: two words, one frequent word, a phrase, a beginning, two words in
//   one team's open conversations. Beside it stands FTS5 alone: two words ranked, one prepared statement, same file.
//   Usage: search [sqlite|postgres] [conversations (1000000)]; SUKI_BENCH_FOLDER keeps the store for another run.
#include <map>

#include "million.h"

namespace {

using namespace bench;

std::string two_words(Words& chance) {
  return Words::word(20 + chance.rank()) + "+" + Words::word(20 + chance.rank());
}

/// Median of two words ranked, in milliseconds.
double bare_search(const std::string& file) {
  Words chance(4);
  return median_of(file,
                   "select rowid from search_index where search_index match ?1 order by bm25(search_index) limit 20",
                   [&](sqlite3_stmt* find, int) {
                     std::string words = two_words(chance);
                     words[words.find('+')] = ' ';
                     sqlite3_bind_text(find, 1, words.c_str(), -1, SQLITE_TRANSIENT);
                   });
}

std::string target(Words& chance, long i, std::string& kind) {
  switch (i % 5) {
    case 0:
      kind = "two words";
      return two_words(chance);
    case 1:
      kind = "a frequent word";
      return Words::word(chance.below(50));
    case 2:
      kind = "a phrase";
      return "%22" + Words::word(chance.below(100)) + "+" + Words::word(chance.below(100)) + "%22";
    case 3:
      kind = "a beginning";
      return Words::word(200 + chance.rank()).substr(0, 5) + "*";
    default:
      kind = "two words, team and state";
      return two_words(chance) + "&team=front&state=open";
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string engine = argc > 1 ? argv[1] : "sqlite";
  const long count = argc > 2 ? std::atol(argv[2]) : 1'000'000;
  const Million million(engine, count);
  Kinds kinds;
  Load load;
  {
    const Program suki(program_path(), million.data(), million.log());
    const std::vector<std::string> cookies = log_in_all(suki.port);
    Words chance(3);
    const auto ask = [&](long i) {
      std::string kind;
      const std::string words = target(chance, i, kind);
      kinds.asks(i, kind);
      return get("/api/v1/search?q=" + words, cookies[static_cast<std::size_t>(i) % cookies.size()]);
    };
    const auto answered = [&](long i, const std::string&, double ms) { kinds.answered(i, ms); };
    run(suki.port, 0, 100, 2, {}, ask, "200");  // warm
    load = run(suki.port, 1'000, 1'000, 1, {}, ask, "200", answered);
  }
  const double bare = million.postgres() ? 0 : bare_search(million.data() + "/suki.db");
  kinds.print();
  const double reached = kinds.percentile("two words", 50);
  std::printf(
      "{\"bench\":\"search\",\"figure\":\"p95 of a search, %ld conversations, one after the other, "
      "%s\",\"unit\":\"ms\","
      "\"goal\":20,\"reached\":%.2f,\"p50\":%.2f,\"p99\":%.2f,\"beside\":{\"FTS5 alone, two words, median\":%.3f},"
      "\"ratio\":%.1f}\n",
      count, engine.c_str(), load.percentile(95), load.percentile(50), load.percentile(99), bare,
      bare > 0 ? reached / bare : 0.0);
}
