#include "feed/play.h"

#include <deque>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "script/side.h"
#include "server/store_calls.h"

namespace suki::feed {
namespace json = boost::json;
using script::Random;
using server::Hub;

// ---- the server ----------------------------------------------------------------------------------------------------

class Server::Unsteady final : public store::Store {
 public:
  explicit Unsteady(store::Store& real) : real_(real) {}
  void read(Work work, Done done) override {
    if (std::exchange(fails, false)) return done(fail(ErrorCode::busy, "the queue is full"));
    real_.read(std::move(work), std::move(done));
  }
  void write(Work work, Done done) override { real_.write(std::move(work), std::move(done)); }
  void on_commit(std::function<void(const std::vector<store::Change>&)>) override {}
  bool fails = false;

 private:
  store::Store& real_;
};

Server::Server(const Recording& recording, store::Store& store)
    : reach_{.kept_max = recording.kept_max, .missed_max = recording.missed_max},
      store_(std::make_unique<Unsteady>(store)) {
  open();
}
Server::~Server() {
  calls_->wait_until_left();
}

void Server::open() {
  Hub::Reads reads;
  reads.row = [this](store::Tx&, const app::Caller&, ConversationId id) -> Result<std::string> {
    const auto row = seen_.rows.find(id.value);
    if (row == seen_.rows.end()) return fail(ErrorCode::not_found, "no such conversation");
    return row->second;
  };
  reads.counts = [this](store::Tx&) -> Result<Hub::CountsOf> {
    return Hub::CountsOf([this](AgentId) { return seen_.counts; });
  };
  reads.position = [this](store::Tx&) { return seen_.position; };
  io_ = std::make_unique<boost::asio::io_context>();
  calls_ = std::make_unique<server::StoreCalls>(*store_);
  hub_ = std::make_unique<Hub>(*io_, *calls_, reads, fmt::format("run {}", ++runs_), reach_);
}

void Server::take(const Step& step) {
  for (const auto& [id, row] : step.rows) seen_.rows[id] = row;
  seen_.counts = step.counts;
  seen_.position = step.changes.back().position;
  told_.insert(told_.end(), step.changes.begin(), step.changes.end());
  hub_->changed(step.changes);
}

void Server::work() {
  io_->restart();
  io_->run();
}

void Server::restart() {
  work();
  calls_->wait_until_left();
  hub_.reset();
  open();
}

void Server::fail_next_read() {
  store_->fails = true;
}

std::vector<std::int64_t> Server::missed(std::int64_t after, std::int64_t to) const {
  std::map<ConversationId, std::int64_t> newest;
  for (const app::Changed& change : told_)
    if (!change.staff && change.position > after && change.position <= to)
      newest[change.conversation] = change.position;
  std::vector<std::int64_t> positions;
  for (const auto& [conversation, position] : newest) positions.push_back(position);
  std::sort(positions.begin(), positions.end());
  return positions;
}

// ---- a client ------------------------------------------------------------------------------------------------------

namespace {

/// One second to eight hours, by orders of magnitude.
Span some_time(Random& random) {
  const Span most = random.of<Span>({seconds(5), minutes(2), minutes(40), hours(8)});
  return seconds(1 + random.below(static_cast<int>(most.us / 1'000'000)));
}

/// Does what docs/architecture.md says that a client does, and no more.
class Client {
 public:
  Client(Server& server, Random& random, Tally& tally, Instant start)
      : server_(server), random_(random), tally_(tally), next_(start) {}

  /// Its line comes and goes until `now`.
  void pass(Instant now) {
    while (next_ <= now) {
      if (key_ == 0)
        connect();
      else
        cut();
      next_ = next_ + some_time(random_);
    }
  }
  void connect() {
    if (key_ != 0) return;
    const bool whole = !run_.empty() && !wanted_;
    greeted_ = false;
    told_.clear();
    came_back_at_ = whole ? std::optional(heard_) : std::nullopt;
    const Hub::Seen last{whole ? run_ : "", came_back_at_};
    // What was on its way over an earlier line does not come over this one.
    auto line = std::make_shared<std::deque<Hub::Frame>>();
    line_ = line;
    key_ = server_.hub().subscribe({AgentId(1), app::Role::agent, "en"}, last, [line](const Hub::Frames& frames) {
      line->insert(line->end(), frames.begin(), frames.end());
    });
  }
  void cut() {
    if (key_ == 0) return;
    ++tally_.cuts;
    lose();
    server_.hub().unsubscribe(std::exchange(key_, 0));
  }
  /// The server has ended, or told it to come back.
  void lose() {
    line_->clear();
    asked_.reset();
  }
  void forget() { key_ = 0; }

  /// Hears at most `most` of what has come in.
  void hear(int most) {
    for (; most > 0 && key_ != 0 && !line_->empty() && wrong.empty(); --most) {
      const Hub::Frame frame = line_->front();
      line_->pop_front();
      if (frame == nullptr) {
        forget();
        return lose();
      }
      hear(json::parse(*frame).as_object());
    }
  }
  /// A snapshot is read at the server now, and comes some time later.
  void read() {
    if (wanted_ && !asked_ && key_ != 0) asked_ = server_.seen();
  }
  void take_snapshot() {
    if (!asked_) return;
    const Server::Seen read = *std::exchange(asked_, std::nullopt);
    if (!wanted_ || read.position < *wanted_) return;  // it was read before it was wanted
    wanted_.reset();
    at_ = read.position;
    rows_ = read.rows;
    if (read.position >= counts_at_) counts_ = read.counts, counts_at_ = read.position;
    for (const auto& [position, row] : meanwhile_)
      if (position > at_) rows_[row.first] = row.second;
    meanwhile_.clear();
  }
  [[nodiscard]] bool quiet() const { return key_ != 0 && greeted_ && line_->empty() && !wanted_; }
  void compare(const std::string& when) {
    if (!wrong.empty()) return;
    ++tally_.compared;
    for (const auto& [id, row] : server_.seen().rows) {
      const auto mine = rows_.find(id);
      if (mine == rows_.end() || mine->second != row)
        return complain(
            fmt::format("{}: shown is {}, but it is {}", when, mine == rows_.end() ? "nothing" : mine->second, row));
    }
    if (rows_.size() != server_.seen().rows.size()) complain(when + ": more rows are shown than there are");
    if (counts_ != server_.seen().counts)
      complain(fmt::format("{}: shown is {}, but it is {}", when, counts_, server_.seen().counts));
  }

  std::string wrong;  ///< the first thing that is

 private:
  void complain(const std::string& what) {
    if (wrong.empty()) wrong = what;
  }

  void hear(const json::object& frame) {
    if (const json::value* row = frame.if_contains("row")) return hear_row(frame.at("position").as_int64(), *row);
    if (const json::value* counts = frame.if_contains("counts")) {
      const std::int64_t at = frame.at("at").as_int64();
      if (at >= counts_at_) counts_ = json::serialize(*counts), counts_at_ = at;
      return;
    }
    if (frame.contains("people")) return;  // no list of conversations shows staff
    hear_position(frame.at("position").as_int64(), frame.at("run").as_string().c_str(), frame.contains("snapshot"));
  }

  void hear_row(std::int64_t position, const json::value& row) {
    if (!greeted_) told_.push_back(position);
    if (position <= heard_) complain(fmt::format("position {} came behind {}", position, heard_));
    heard_ = position;
    const std::int64_t id = std::stoll(row.at("id").as_string().c_str());
    if (wanted_)
      meanwhile_[position] = {id, json::serialize(row)};
    else if (position > at_)
      rows_[id] = json::serialize(row);
  }

  void hear_position(std::int64_t position, const std::string& run, bool snapshot) {
    if (snapshot) {
      ++tally_.snapshots;
      if (run != run_) counts_at_ = 0;  // positions of another run mean something else
      wanted_ = position;
      asked_.reset();
      meanwhile_.clear();
    } else if (!came_back_at_ || greeted_) {
      complain("went on without having been anywhere");
    } else {
      ++(told_.empty() ? tally_.missed_nothing : tally_.missed_rows);
      if (const auto missed = server_.missed(*came_back_at_, position); told_ != missed)
        complain(fmt::format("came back at {} and was told {}, but missed {} up to {}", *came_back_at_,
                             fmt::join(told_, " "), fmt::join(missed, " "), position));
    }
    greeted_ = true;
    run_ = run;
    heard_ = position;
  }

  Server& server_;
  Random& random_;
  Tally& tally_;
  Instant next_;
  std::uint64_t key_ = 0;  ///< 0: its line is cut
  std::shared_ptr<std::deque<Hub::Frame>> line_ = std::make_shared<std::deque<Hub::Frame>>();
  bool greeted_ = false;
  std::vector<std::int64_t> told_;  ///< positions before it was greeted
  std::optional<std::int64_t> came_back_at_;

  std::string run_;
  std::int64_t heard_ = 0;
  std::optional<std::int64_t> wanted_;  ///< a snapshot read here or later
  std::optional<Server::Seen> asked_;   ///< one on its way
  std::map<std::int64_t, std::pair<std::int64_t, std::string>> meanwhile_;
  std::int64_t at_ = 0, counts_at_ = 0;
  Rows rows_;
  std::string counts_;
};

}  // namespace

// ---- both ----------------------------------------------------------------------------------------------------------

std::string play(const Recording& recording, store::Store& store, std::uint64_t seed, Tally& tally) {
  Random random(seed);
  Server server(recording, store);
  server.take(recording.steps.front());
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 4; ++i)
    clients.push_back(std::make_unique<Client>(server, random, tally, recording.steps.front().at));
  const auto each = [&](auto what) {
    for (const auto& client : clients) what(*client);
  };
  const auto settle = [&](int most) {
    each([&](Client& client) {
      client.hear(most);
      if (most > 100 || !random.one_in(3)) client.read();
      if (most > 100 || !random.one_in(3)) client.take_snapshot();
    });
  };
  std::string wrong;
  const auto look = [&](const std::string& when) {
    each([&](Client& client) {
      if (client.quiet()) client.compare(when);
      if (wrong.empty() && !client.wrong.empty()) wrong = client.wrong;
    });
  };
  for (std::size_t i = 1; i < recording.steps.size() && wrong.empty(); ++i) {
    const Step& step = recording.steps[i];
    each([&](Client& client) { client.pass(step.at); });
    if (random.one_in(4)) server.work();
    server.take(step);
    if (random.one_in(120)) {
      each([](Client& client) { client.lose(), client.forget(); });
      server.restart();
    }
    if (random.one_in(60)) server.fail_next_read();
    if (random.one_in(3)) continue;  // the next one comes before the hub has got to it
    server.work();
    settle(random.below(12));
    if (random.one_in(2)) settle(1'000);
    look(fmt::format("after step {}", i));
  }
  // Those who were told to come back do so.
  for (int round = 0; round < 4 && wrong.empty(); ++round) {
    each([](Client& client) { client.connect(); });
    server.work();
    settle(1'000);
  }
  look("at the end");
  each([&](const Client& client) {
    if (wrong.empty() && !client.quiet()) wrong = "at the end: it still waits";
  });
  return wrong;
}

}  // namespace suki::feed
