#include "store_testing/engines.h"

#include <dirent.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "store_testing/client.h"
#include "store_testing/dump.h"

namespace suki::store_testing {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "PostgreSQL for tests: %s\n", why.c_str());
  std::abort();
}

/// Debian keeps the server's programs apart, by version.
std::string find_programs() {
  std::string found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none))
    if (fs::exists(entry.path() / "bin/initdb")) found = std::max(found, (entry.path() / "bin").string());
  return found;
}

/// The server refuses to run as root: then it runs as the user that its package made.
const passwd* find_user() {
  return ::getuid() == 0 ? ::getpwnam("postgres") : ::getpwuid(::getuid());
}

/// Starts a program as that user, quiet, and dead when the test dies.
pid_t spawn(const std::vector<std::string>& words, const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const passwd* const user = find_user();
  const pid_t child = ::fork();
  if (child < 0) die("fork");
  if (child > 0) return child;
  if (::getuid() == 0 &&
      (::initgroups(user->pw_name, user->pw_gid) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
    ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  ::setpgid(0, 0);  // what interrupts the test must not stop the server before it
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (std::freopen(log.c_str(), "a", stdout) == nullptr || ::dup2(1, 2) < 0) ::_exit(126);
  ::unsetenv("LC_ALL");
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

std::string new_folder(const char* name) {
  std::string pattern = (fs::temp_directory_path() / fmt::format("suki-{}-XXXXXX", name)).string();
  if (::mkdtemp(pattern.data()) == nullptr) die("no temporary folder");
  return pattern;
}

PostgresServer& shared_server() {
  static PostgresServer server;
  return server;
}

}  // namespace

bool has_postgres() {
  static const bool there = !find_programs().empty() && find_user() != nullptr;
  return there;
}

std::vector<std::string> engines() {
  const char* const only = std::getenv("SUKI_TEST_STORE");
  const auto wanted = [only](const char* name) {
    return only == nullptr || *only == '\0' || std::string(only) == name;
  };
  std::vector<std::string> all;
  if (wanted("sqlite")) all.emplace_back("sqlite");
  if (wanted("postgres") && has_postgres()) all.emplace_back("postgres");
  if (wanted("postgres") && !has_postgres())
    std::fputs("PostgreSQL is not installed (./dev setup test does it): the tests on it are left out.\n", stderr);
  return all;
}

std::string engine() {
  const char* const given = std::getenv("SUKI_TEST_STORE");
  std::string name = given == nullptr || *given == '\0' ? "sqlite" : given;
  if (name == "postgres" && !has_postgres()) {
    std::fputs("PostgreSQL is not installed (./dev setup test does it): left out.\n", stderr);
    std::exit(77);
  }
  return name;
}

PostgresServer::PostgresServer(bool durable) : folder_(new_folder("postgres")), durable_(durable) {
  const passwd* const user = find_user();
  if (user == nullptr || ::chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) die("no user to run it as");
  int status = 0;
  const pid_t made = spawn({find_programs() + "/initdb", "-D", folder_ + "/data", "-U", "postgres", "-A", "trust", "-E",
                            "UTF8", "--no-locale", "--no-sync"},
                           folder_ + "/log");
  if (::waitpid(made, &status, 0) != made || status != 0) die("initdb failed, see " + folder_ + "/log");
  start();
}

PostgresServer::~PostgresServer() {
  if (pid_ > 0) {
    thaw();
    crash();
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void PostgresServer::start() {
  const std::string socket = folder_;
  std::vector<std::string> words{find_programs() + "/postgres", "-D", folder_ + "/data", "-k", socket};
  for (const char* setting : {"listen_addresses=", "max_connections=200", "log_min_messages=fatal", "autovacuum=off",
                              "shared_buffers=64MB"}) {
    words.emplace_back("-c");
    words.emplace_back(setting);
  }
  if (!durable_)
    for (const char* setting : {"fsync=off", "full_page_writes=off"}) {
      words.emplace_back("-c");
      words.emplace_back(setting);
    }
  pid_ = spawn(words, folder_ + "/log");
  const auto until = Clock::now() + std::chrono::seconds(60);
  for (;;) {
    PGconn* const connection = PQconnectdb(url("postgres").c_str());
    const bool up = PQstatus(connection) == CONNECTION_OK;
    PQfinish(connection);
    if (up) return;
    if (Clock::now() > until || ::waitpid(pid_, nullptr, WNOHANG) == pid_)
      die("the server does not start, see " + folder_ + "/log");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::string PostgresServer::url(const std::string& database) const {
  return fmt::format("postgres://postgres@/{}?host={}", database, folder_);
}

void PostgresServer::run(const std::string& database, const std::string& sql) const {
  Client(url(database)).ask(sql);
}

void PostgresServer::end(int signal) {
  ::kill(pid_, signal);
  if (::waitpid(pid_, nullptr, 0) != pid_) die("it does not end");
  pid_ = -1;
}

void PostgresServer::stop() {
  end(SIGINT);
}

void PostgresServer::crash() {
  end(SIGQUIT);
}

/// The server and its children.
std::vector<pid_t> PostgresServer::processes() const {
  std::vector<pid_t> all{pid_};
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "stat");
    std::string text;
    std::getline(file, text);
    // pid (name) state parent ...
    const auto end = text.rfind(')');
    if (end == std::string::npos || text.size() < end + 4) continue;
    if (std::atoi(text.c_str() + end + 4) == pid_) all.push_back(std::stoi(name));
  }
  return all;
}

void PostgresServer::freeze() {
  for (const pid_t process : processes()) ::kill(process, SIGSTOP);
}

void PostgresServer::thaw() {
  for (const pid_t process : processes()) ::kill(process, SIGCONT);
}

TestPlace::TestPlace(std::string engine) : engine_(std::move(engine)), folder_(new_folder("store")) {
  if (engine_ != "postgres") return;
  static std::once_flag once;
  std::call_once(once, [] {
    // The tables are made once; each test's database is a copy.
    shared_server().run("postgres", "create database made");
    const std::string folder = new_folder("store");
    store::Options options;
    options.data_dir = folder + "/data";
    options.url = shared_server().url("made");
    const auto store = store::Store::open(options);
    if (!store.ok()) die(store.error().detail);
    fs::remove_all(folder);
  });
  static std::atomic<int> count = 0;
  database_ = fmt::format("test{}", ++count);
  shared_server().run("postgres", fmt::format("create database {} template made strategy file_copy", database_));
}

TestPlace::~TestPlace() {
  fs::remove_all(folder_);
  if (!database_.empty()) shared_server().run("postgres", fmt::format("drop database {} with (force)", database_));
}

store::Options TestPlace::options() const {
  store::Options options;
  options.data_dir = folder_ + "/data";
  if (engine_ == "postgres") options.url = shared_server().url(database_);
  return options;
}

int TestPlace::run(const std::string& sql) const {
  return engine_ == "postgres" ? Client(options().url).change(sql) : run_sqlite(options().data_dir + "/suki.db", sql);
}

void TestPlace::settle() const {
  fs::create_directory(options().data_dir);
  fs::permissions(options().data_dir, fs::perms::owner_all);
  if (engine_ == "postgres") std::ofstream(options().data_dir + "/store") << options().url << '\n';
}

std::string TestPlace::explain(const std::string& sql) const {
  return engine_ == "postgres" ? explain_postgres(options().url, sql)
                               : explain_sqlite(options().data_dir + "/suki.db", sql);
}

std::string TestPlace::dump() const {
  return engine_ == "postgres" ? dump_postgres(options().url) : dump_sqlite(options().data_dir + "/suki.db");
}

}  // namespace suki::store_testing
