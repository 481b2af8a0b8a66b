/// SQL over one connection to PostgreSQL. What only writes is put off and sent together: with the next query that may
/// see it, or at the end.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/postgres_link.h"
#include "store/sql.h"

namespace suki::store {

class PostgresSql final : public Sql {
 public:
  enum class For { writing, reading };
  /// `answer_max`: how long one answer may take.
  PostgresSql(std::unique_ptr<PostgresLink> link, For use, std::chrono::milliseconds answer_max);
  ~PostgresSql() override;

  /// At once, with everything put off before it. It may begin a transaction or commit it.
  [[nodiscard]] Engine engine() const override { return Engine::postgres; }
  void execute(const std::string& sql) override;
  [[nodiscard]] bool is_alive() { return link_->is_alive(); }

  // ---- a transaction of several requests, one after the other (writing)
  /// `before_first` is called before the request's first statement.
  void begin_request(std::function<void()> before_first);
  void keep_request();
  /// Undoes what the request did. False: it cannot be told apart from what others did; only undo() is left.
  [[nodiscard]] bool drop_request();
  [[nodiscard]] bool has_writes() const { return wrote_ || !kept_.empty(); }
  void flush_writes();  ///< so that little is left for commit()
  void begin_commit();  ///< what is put off until here is done before what follows
  /// PostgresError: nothing was committed. PostgresLost: it was or was not.
  void commit();
  /// Ends a transaction of either kind. Does not wait, and does not throw: a broken connection ends it as well.
  void undo();

 protected:
  void do_run(const char* sql, const Shape& shape, std::span<const Value> params) override;
  void do_append(const char* sql, const Shape& shape, std::span<const Value> params) override;
  void do_query(const char* sql, bool apart, const Shape& shape, std::span<const Value> params,
                const TakeRow& take) override;

 private:
  /// What was put off.
  struct Batch {
    struct Rows {
      const char* sql;
      std::size_t place;  ///< of its table
      PostgresRows rows;
    };
    struct Run {
      const char* sql;
      std::vector<ValueType> types;
      std::vector<std::int64_t> numbers;
      std::vector<std::string> texts;
    };
    std::vector<Rows> appended;
    std::deque<Run> runs;
    [[nodiscard]] bool empty() const { return appended.empty() && runs.empty(); }
    void add(Batch&& later);
  };

  [[nodiscard]] PostgresLink::Until until() const { return PostgresLink::Clock::now() + answer_max_; }
  void enter();
  void ensure_begun();
  void queue(Batch& batch);
  void queue_all();
  void flush();

  std::unique_ptr<PostgresLink> link_;
  For use_;
  std::chrono::milliseconds answer_max_;
  std::function<void()> before_first_;
  Batch kept_, own_;
  bool begun_ = false, wrote_ = false;
  bool savepoint_ = false;  ///< of the present request
  bool failed_ = false;     ///< the whole transaction; not only back to the savepoint
};

}  // namespace suki::store
