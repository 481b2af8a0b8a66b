#include "store/postgres_sql.h"

#include <algorithm>

#include "store/schema.h"

namespace suki::store {

PostgresSql::PostgresSql(std::unique_ptr<PostgresLink> link, For use, std::chrono::milliseconds answer_max)
    : link_(std::move(link)), use_(use), answer_max_(answer_max) {}

PostgresSql::~PostgresSql() = default;

void PostgresSql::Batch::add(Batch&& later) {
  for (Rows& rows : later.appended) {
    const auto known =
        std::find_if(appended.begin(), appended.end(), [&rows](const Rows& mine) { return mine.sql == rows.sql; });
    if (known == appended.end())
      appended.push_back(std::move(rows));
    else
      known->rows.append(std::move(rows.rows));
  }
  std::move(later.runs.begin(), later.runs.end(), std::back_inserter(runs));
  later = {};
}

void PostgresSql::enter() {
  if (const auto first = std::exchange(before_first_, nullptr)) first();
}

void PostgresSql::ensure_begun() {
  if (std::exchange(begun_, true)) return;
  link_->execute(use_ == For::writing ? "begin isolation level read committed read write"
                                      : "begin isolation level repeatable read read only");
}

void PostgresSql::queue(Batch& batch) {
  if (batch.empty()) return;
  wrote_ = true;
  // A row that another refers to is in a table that was made before.
  std::stable_sort(batch.appended.begin(), batch.appended.end(),
                   [](const auto& a, const auto& b) { return a.place < b.place; });
  for (const Batch::Rows& rows : batch.appended) link_->append(rows.sql, rows.rows);
  for (const Batch::Run& run : batch.runs) {
    std::vector<Value> params(run.types.size());
    for (std::size_t i = 0; i < params.size(); ++i) params[i] = {run.numbers[i], run.texts[i]};
    link_->run(run.sql, {run.types, {}}, params);
  }
  batch = {};
}

/// Everything that was put off. The present request's part stands behind a savepoint, so that it can be undone alone.
void PostgresSql::queue_all() {
  ensure_begun();
  queue(kept_);
  if (own_.empty()) return;
  if (!savepoint_) {
    flush();  // a failure in here is of the requests before
    link_->execute("savepoint request");
    savepoint_ = true;
  }
  queue(own_);
}

void PostgresSql::flush() {
  if (link_->is_idle()) return;
  try {
    link_->flush(until());
  } catch (const PostgresError&) {
    if (!savepoint_) failed_ = true;
    throw;
  }
}

void PostgresSql::execute(const std::string& sql) {
  if (!kept_.empty() || !own_.empty()) queue_all();
  link_->execute(sql);
  link_->flush(until());
  if (sql.starts_with("begin")) begun_ = true;
  if (sql.starts_with("commit")) begun_ = false;
}

void PostgresSql::begin_request(std::function<void()> before_first) {
  before_first_ = std::move(before_first);
  savepoint_ = false;
}

void PostgresSql::keep_request() {
  before_first_ = nullptr;
  kept_.add(std::move(own_));
  own_ = {};
  if (std::exchange(savepoint_, false)) link_->execute("release savepoint request");
}

bool PostgresSql::drop_request() {
  before_first_ = nullptr;
  own_ = {};
  if (failed_) return false;
  if (std::exchange(savepoint_, false)) {
    link_->execute("rollback to savepoint request");
    link_->execute("release savepoint request");
  }
  return true;
}

void PostgresSql::flush_writes() {
  queue_all();
  flush();
}

void PostgresSql::begin_commit() {
  keep_request();
  queue_all();
}

void PostgresSql::commit() {
  begin_commit();
  link_->execute("commit");
  flush();
  begun_ = wrote_ = false;
}

void PostgresSql::undo() {
  kept_ = own_ = {};
  before_first_ = nullptr;
  savepoint_ = failed_ = wrote_ = false;
  if (!std::exchange(begun_, false)) return;
  try {
    link_->execute("rollback");
    link_->send();
  } catch (const SqlError&) {
    // It will be noticed before the connection is used again.
  }
}

void PostgresSql::do_run(const char* sql, const Shape& shape, std::span<const Value> params) {
  enter();
  if (use_ == For::reading) {
    ensure_begun();
    link_->run(sql, shape, params);
    return flush();  // the server says that this may not write
  }
  Batch::Run& run = own_.runs.emplace_back();
  run.sql = sql;
  run.types.assign(shape.params.begin(), shape.params.end());
  for (const Value& value : params) {
    run.numbers.push_back(value.number);
    run.texts.emplace_back(value.text);
  }
}

void PostgresSql::do_append(const char* sql, const Shape& shape, std::span<const Value> params) {
  if (use_ == For::reading) return do_run(sql, shape, params);
  enter();
  auto known = std::find_if(own_.appended.begin(), own_.appended.end(),
                            [sql](const Batch::Rows& rows) { return rows.sql == sql; });
  if (known == own_.appended.end()) {
    own_.appended.push_back({sql, place_of_table(sql), PostgresRows(shape.params)});
    known = std::prev(own_.appended.end());
  }
  known->rows.add(params);
}

void PostgresSql::do_query(const char* sql, bool apart, const Shape& shape, std::span<const Value> params,
                           const TakeRow& take) {
  enter();
  if (apart)
    ensure_begun();
  else
    queue_all();
  link_->query(sql, shape, params, take);
  flush();
}

}  // namespace suki::store
