/// Another client of a PostgreSQL database, which knows nothing of the store.
#pragma once

#include <libpq-fe.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace suki::store_testing {

class Client {
 public:
  explicit Client(const std::string& url) : connection_(PQconnectdb(url.c_str())) {}
  ~Client() { PQfinish(connection_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  /// The first column of all rows. A failure ends the program.
  std::vector<std::string> ask(const std::string& sql) {
    PGresult* const result = exec(sql);
    std::vector<std::string> rows;
    for (int i = 0; i < PQntuples(result); ++i) rows.emplace_back(PQgetvalue(result, i, 0));
    PQclear(result);
    return rows;
  }

  /// How many rows the last statement changed. A failure ends the program.
  int change(const std::string& sql) {
    PGresult* const result = exec(sql);
    const int count = std::atoi(PQcmdTuples(result));
    PQclear(result);
    return count;
  }

 private:
  PGresult* exec(const std::string& sql) {
    PGresult* const result = PQexec(connection_, sql.c_str());
    const auto status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return result;
    std::fprintf(stderr, "%s: %s\n", sql.c_str(), PQerrorMessage(connection_));
    std::abort();
  }
  PGconn* connection_;
};

}  // namespace suki::store_testing
