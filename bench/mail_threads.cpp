// The conversation that a mail belongs to, looked up among 1,000,000 stored mails, as it is done when one comes in.
//   Goal: 1 ms for 99 of 100. By a reply token, by the one id that it answers, by ten ids of which the last is unknown,
//   by an id that nobody knows, and a copy of one that is there. Beside it, in the same run: a bare prepared statement
//   that finds a message by its Message-ID, and the newest mails of its conversation by a second one. Usage:
//   mail_threads [mails (1000000)]; SUKI_BENCH_FOLDER keeps the store for another run.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "app/app.h"
#include "app/host.h"
#include "app/mail_in.h"
#include "app/mail_intake.h"
#include "app/mail_thread.h"
#include "bare.h"
#include "planfile/planfile.h"
#include "store/store.h"
#include "store/tx.h"

namespace {

using namespace suki;

constexpr double goal_ms = 1;
constexpr long patterns = 1'000;  ///< conversations that go through the application; the others are their like
constexpr long lookups = 4'000;   ///< of each kind

std::string address(long i) {
  return fmt::format("c{}@example.com", i);
}
std::string mail(long i, const char* part, const std::string& answers) {
  return fmt::format(
      "From: Ana Reyes <{}>\r\nTo: tulong@alingnena.example\r\nCc: Ben <ben{}@example.com>\r\nSubject: Fan {}\r\nDate: "
      "Mon, 23 "
      "Nov 2026 09:00:00 +0800\r\nMessage-ID: <{}{}@example.com>\r\n{}\r\n{}",
      address(i), i, i, part, i, answers.empty() ? "" : "In-Reply-To: <" + answers + ">\r\n",
      "The fan that you sent turns, but it makes a noise at night.\r\n");
}

template <class T>
T must(Result<T> result, const char* what) {
  if (!result.ok()) bench::fail(std::string(what) + ": " + result.error().detail);
  return std::move(result).value();
}
void must(const Result<void>& result, const char* what) {
  if (!result.ok()) bench::fail(std::string(what) + ": " + result.error().detail);
}

/// Two mails of a customer and an agent's answer in each.
void fill_patterns(store::Store& store) {
  app::App app(store, app::system_host());
  must(app.start(), "start");
  AgentId agent;
  must(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    std::vector<app::App::PlanFile> plan;
    for (const auto& file : planfile::read_folder(SUKI_SOURCE_DIR "/plans/appliance-shop").files)
      plan.push_back({file.name, file.bytes});
    SUKI_CHECK(app.adopt(tx, plan, "bench", "bench"));
    app::App::NewAccount account;
    account.login = "ana";
    account.name = "Ana";
    SUKI_TRY(account.password_hash, app::App::hash_new_password("a quiet river at noon"));
    SUKI_TRY(agent, app.create_account(tx, account));
    return {};
  }),
       "prepare");
  for (long i = 0; i < patterns; ++i)
    must(store.write_and_wait([&](store::Tx& tx) -> Result<void> {
      SUKI_TRY(const auto first, app.deliver_mail(tx, mail(i, "a", "")));
      app::Caller caller;
      caller.agent = agent;
      app::Reply reply;
      reply.request_id = fmt::format("r{}", i);
      reply.text = "Please bring it with the bill.";
      SUKI_TRY(const auto shown, app.conversation(tx, caller, first.conversation));
      reply.after = shown.row.last_number;
      SUKI_TRY(const auto answered, app.reply(tx, caller, first.conversation, reply));
      SUKI_TRY(const auto second, app.deliver_mail(tx, mail(i, "b", fmt::format("a{}@example.com", i))));
      return second.conversation == first.conversation ? Result<void>()
                                                       : Result<void>(fail(ErrorCode::internal, "not joined"));
    }),
         "fill");
}

/// Copies of them under other ids, addresses and Message-IDs, until there are `mails`.
void multiply(const std::string& file, long mails) {
  bench::Database db(file);
  const auto number = [&db](const std::string& sql) {
    sqlite3_stmt* statement = db.prepare(sql);
    if (sqlite3_step(statement) != SQLITE_ROW) bench::fail(sql);
    const long value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
  };
  const long here = number("select count(*) from messages where mail_id <> ''");
  const long step = std::max({number("select max(id) from conversations"), number("select max(id) from messages"),
                              number("select max(id) from customers"), number("select max(id) from outbox")}) +
                    1;
  // The tables and their columns as they are today; a column that is another tomorrow is copied as it is.
  struct Change {
    const char *table, *where, *set;  ///< set: "column=expression;..."
  };
  const std::vector<Change> changes{
      {"customers", "id < :step", "id=id + :by;email=:copy || email"},
      {"conversations", "id < :step",
       "id=id + :by;customer=customer + :by;core='1 ' || (id + :by) || substr(core, length('1 ' || id) + 1)"},
      {"conversation_texts", "conversation < :step", "conversation=conversation + :by"},
      {"messages", "id < :step",
       "id=id + :by;conversation=conversation + :by;mail_id=case when mail_id = '' then '' else :copy || mail_id end"},
      {"message_texts", "message < :step",
       "message=message + :by;email=case when email = '' then '' else :copy || email end"},
      {"raw_mails", "message < :step", "message=message + :by;digest=:copy || digest"},
      {"message_mail", "message < :step", "message=message + :by"},
  };
  db.run("pragma synchronous = off");
  long made = here;
  for (long copy = 1; made < mails; ++copy) {
    db.run("begin immediate");
    for (const Change& change : changes) {
      std::string columns, values;
      sqlite3_stmt* info = db.prepare(fmt::format("select name from pragma_table_info('{}')", change.table));
      while (sqlite3_step(info) == SQLITE_ROW) {
        const std::string name = reinterpret_cast<const char*>(sqlite3_column_text(info, 0));
        std::string value = name;
        for (std::size_t at = 0; at != std::string::npos;) {
          const std::size_t end = std::string_view(change.set).find(';', at);
          const std::string one = std::string(change.set).substr(at, end == std::string::npos ? end : end - at);
          if (one.starts_with(name + "=")) value = one.substr(name.size() + 1);
          at = end == std::string::npos ? end : end + 1;
        }
        columns += (columns.empty() ? "" : ", ") + name;
        values += (values.empty() ? "" : ", ") + value;
      }
      sqlite3_finalize(info);
      sqlite3_stmt* insert = db.prepare(fmt::format("insert into {} ({}) select {} from {} where {}", change.table,
                                                    columns, values, change.table, change.where));
      const auto bind = [insert](const char* name, auto set) {
        if (const int at = sqlite3_bind_parameter_index(insert, name)) set(at);
      };
      const std::string prefix = fmt::format("k{}.", copy);
      bind(":step", [&](int at) { sqlite3_bind_int64(insert, at, step); });
      bind(":by", [&](int at) { sqlite3_bind_int64(insert, at, step * copy); });
      bind(":copy", [&](int at) { sqlite3_bind_text(insert, at, prefix.c_str(), -1, SQLITE_TRANSIENT); });
      if (sqlite3_step(insert) != SQLITE_DONE) bench::fail(sqlite3_errmsg(db.handle));
      sqlite3_finalize(insert);
    }
    db.run("commit");
    made += here;
  }
  db.run("analyze");
  std::fprintf(stderr, "bench: %ld mails are there\n", made);
}

/// One mail that is there, as it may be asked for.
struct Known {
  std::int64_t conversation = 0;
  std::string mail_id, raw;
};

std::vector<Known> some_of(const std::string& file, long count) {
  bench::Database db(file);
  std::vector<Known> all;
  std::mt19937_64 random(7);
  sqlite3_stmt* find = db.prepare(
      "select m.conversation, m.mail_id, r.bytes from messages m join raw_mails r on r.message = m.id where m.id >= ?1 "
      "order by m.id limit 1");
  sqlite3_stmt* newest = db.prepare("select max(message) from raw_mails");
  sqlite3_step(newest);
  std::uniform_int_distribution<std::int64_t> any(1, sqlite3_column_int64(newest, 0));
  sqlite3_finalize(newest);
  while (static_cast<long>(all.size()) < count) {
    sqlite3_bind_int64(find, 1, any(random));
    if (sqlite3_step(find) == SQLITE_ROW)
      all.push_back({sqlite3_column_int64(find, 0), reinterpret_cast<const char*>(sqlite3_column_text(find, 1)),
                     std::string(static_cast<const char*>(sqlite3_column_blob(find, 2)),
                                 static_cast<std::size_t>(sqlite3_column_bytes(find, 2)))});
    sqlite3_reset(find);
  }
  sqlite3_finalize(find);
  return all;
}

struct Figure {
  std::string name;
  std::vector<double> ms;
  [[nodiscard]] double at(double percent) {
    std::sort(ms.begin(), ms.end());
    return ms[std::min(ms.size() - 1, static_cast<std::size_t>(static_cast<double>(ms.size()) * percent / 100))];
  }
};

template <class Work>
double timed(Work&& work) {
  const auto start = bench::Clock::now();
  work();
  return bench::since(start) * 1e3;
}

/// What a server does with the same question and nothing but it.
Figure bare(const std::string& file, const std::vector<Known>& known) {
  bench::Database db(file);
  Figure figure{"bare", {}};
  sqlite3_stmt* find = db.prepare("select conversation from messages where mail_id = ?1 order by id desc limit 10");
  sqlite3_stmt* heads = db.prepare(
      "select m.id, t.email from messages m join message_texts t on t.message = m.id where m.conversation = ?1 order "
      "by "
      "m.id desc limit 10");
  for (const Known& one : known)
    figure.ms.push_back(timed([&] {
      sqlite3_bind_text(find, 1, one.mail_id.c_str(), -1, SQLITE_STATIC);
      while (sqlite3_step(find) == SQLITE_ROW) {
        sqlite3_bind_int64(heads, 1, sqlite3_column_int64(find, 0));
        while (sqlite3_step(heads) == SQLITE_ROW) continue;
        sqlite3_reset(heads);
      }
      sqlite3_reset(find);
    }));
  sqlite3_finalize(find);
  sqlite3_finalize(heads);
  return figure;
}

}  // namespace

int main(int argc, char** argv) {
  const long mails = argc > 1 ? std::atol(argv[1]) : 1'000'000;
  const char* kept = std::getenv("SUKI_BENCH_FOLDER");
  const std::string folder =
      kept != nullptr ? kept : (std::filesystem::temp_directory_path() / "suki-mail-threads").string();
  std::filesystem::create_directories(folder);
  const std::string file = folder + "/suki.db";
  if (!std::filesystem::exists(file)) {
    {
      auto store = must(store::Store::open({folder}), "open");
      fill_patterns(*store);
    }
    multiply(file, mails);
  }
  const std::vector<Known> known = some_of(file, lookups);
  std::vector<Figure> figures;
  {
    auto store = must(store::Store::open({folder}), "open");
    app::App app(*store, app::system_host());
    must(app.start(), "start");
    const auto figure = [&](const char* name, bool joins, auto make) {
      Figure found{name, {}};
      for (const Known& one : known)
        must(store->read_and_wait([&](store::Tx& tx) -> Result<void> {
          SUKI_TRY(app::Work work, app::Work::begin(app.shared(), tx));
          mail::Parsed asked = mail::parse(one.raw);
          make(tx, one, asked);
          app::Thread thread;
          std::optional<store::MessageRecord> copy;
          found.ms.push_back(timed([&] {
            copy = app::find_copy(work, asked);
            if (!copy) thread = app::find_thread(work, asked);
          }));
          const std::int64_t got = copy ? copy->conversation.value : thread.joins.value;
          if ((got == one.conversation) != joins)
            return fail(ErrorCode::internal, fmt::format("{}: found {}, not {}", name, got, one.conversation));
          return {};
        }),
             "look up");
      figures.push_back(std::move(found));
    };
    // Who asks is who wrote it there: the address before the "k12." of the copy is that of the mail.
    const auto anew = [](const Known& one, mail::Parsed& asked) {
      const std::size_t dot = one.mail_id.starts_with('k') ? one.mail_id.find('.') + 1 : 0;
      asked.from.email = one.mail_id.substr(0, dot) + asked.from.email;
      asked.message_id = "new." + one.mail_id;
      asked.in_reply_to.clear();
      asked.references.clear();
      asked.text += "\nAnd one thing more.";
    };
    figure("the id that it answers", true, [&](store::Tx&, const Known& one, mail::Parsed& asked) {
      anew(one, asked);
      asked.in_reply_to = one.mail_id;
    });
    figure("ten ids, the last unknown", true, [&](store::Tx&, const Known& one, mail::Parsed& asked) {
      anew(one, asked);
      for (int i = 0; i < 8; ++i) asked.references.push_back(fmt::format("gone{}.{}", i, one.mail_id));
      asked.references.push_back(one.mail_id);
      asked.references.push_back("lost." + one.mail_id);
    });
    figure("a reply token", true, [&](store::Tx& tx, const Known& one, mail::Parsed& asked) {
      anew(one, asked);
      asked.to = {
          {"", app::reply_address("tulong@alingnena.example", app::reply_token(tx, ConversationId(one.conversation)))}};
    });
    figure("an id that nobody knows", false, [&](store::Tx&, const Known& one, mail::Parsed& asked) {
      anew(one, asked);
      asked.in_reply_to = "lost." + one.mail_id;
    });
    figure("a copy of one that is there", true,
           [&](store::Tx&, const Known& one, mail::Parsed& asked) { asked.message_id = one.mail_id; });
  }
  Figure beside = bare(file, known);
  double worst = 0;
  for (Figure& one : figures) {
    std::printf("%-28s p50 %.3f ms, p99 %.3f ms\n", one.name.c_str(), one.at(50), one.at(99));
    worst = std::max(worst, one.at(99));
  }
  std::printf("%-28s p50 %.3f ms, p99 %.3f ms\n", "bare statements", beside.at(50), beside.at(99));
  std::printf(
      "{\"bench\":\"mail_threads\",\"figure\":\"p99 of the slowest kind of look-up, %ld mails\",\"unit\":\"ms\","
      "\"goal\":%.0f,\"reached\":%.3f,\"beside\":{\"bare statements, p99\":%.3f},\"ratio\":%.1f}\n",
      mails, goal_ms, worst, beside.at(99), worst / beside.at(99));
  if (kept == nullptr) std::filesystem::remove_all(folder);
}
