// Mails a second by LMTP through a Unix socket: each parsed, made safe, threaded, stored with its raw bytes, and
// answered
//   when it is durable. Half of them open a conversation, half answer in one. Beside, in the same run: the very rows
//   that came of it by a bare program (as bench/intake), and GMime alone decoding the same mails on one thread.
//   Usage: lmtp [mails (20000)] [connections (20)]
#include <fmt/format.h>
#include <gmime/gmime.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "app/app.h"
#include "app/host.h"
#include "app/mail_prepare.h"
#include "bare.h"
#include "letters.h"
#include "lmtp/server.h"
#include "log/log.h"
#include "planfile/planfile.h"
#include "store/store.h"

namespace {

using namespace suki;

constexpr double goal_per_s = 3'000;

/// As a mail server sends it: lines end with CR LF, and no dot is alone.
std::string on_the_wire(long i, long count) {
  const long half = count / 2;
  const bool answers = i >= half;
  const long sender = answers ? i - half : i;
  const std::string letter = bench::letter(
      i, i, sender, answers ? fmt::format("m{}@example.com", sender) : fmt::format("s{}@shop.example", i));
  std::string wire;
  wire.reserve(letter.size() + letter.size() / 30);
  for (const char c : letter) {
    if (c == '\n') wire += '\r';
    wire += c;
  }
  return wire;
}

/// What the writer did, as the store tells it.
struct Writer final : store::Observer {
  void forget() { commits = requests = 0, busy_ns = 0; }
  std::atomic<long> commits = 0, requests = 0;
  std::atomic<std::int64_t> busy_ns = 0;
  void waited(Queue, std::chrono::nanoseconds) override {}
  void refused(Queue) override {}
  void wrote(std::size_t count, std::chrono::nanoseconds span) override {
    ++commits;
    requests += static_cast<long>(count);
    busy_ns += span.count();
  }
};

struct Client {
  int fd = -1;
  std::string got, out;
  long mail = -1;        ///< that it is sending
  bool in_data = false;  ///< and its bytes are on the way
};

int connect_to(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  path.copy(to.sun_path, sizeof to.sun_path - 1);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) bench::fail("connect");
  return fd;
}

/// As Postfix does it: the envelope at once, the mail when it is asked for, the next one when this is answered.
class Load {
 public:
  Load(const std::string& path, long count, int connections)
      : count_(count), clients_(static_cast<std::size_t>(connections)) {
    for (Client& client : clients_) {
      client.fd = connect_to(path);
      client.out = "LHLO bench\r\n";
    }
    for (long i = 0; i < count; ++i) mails_.push_back(on_the_wire(i, count));
  }
  ~Load() {
    for (const Client& client : clients_) ::close(client.fd);
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  double run() {
    const auto start = bench::Clock::now();
    std::vector<pollfd> polls(clients_.size());
    while (done_ < count_) {
      for (std::size_t i = 0; i < clients_.size(); ++i)
        polls[i] = {clients_[i].fd, static_cast<short>(clients_[i].out.empty() ? POLLIN : POLLIN | POLLOUT), 0};
      if (::poll(polls.data(), polls.size(), 60'000) <= 0) bench::fail("the server is silent");
      for (std::size_t i = 0; i < clients_.size(); ++i) {
        if ((polls[i].revents & POLLOUT) != 0) write(clients_[i]);
        if ((polls[i].revents & (POLLIN | POLLHUP)) != 0) read(clients_[i]);
      }
    }
    return bench::since(start);
  }

 private:
  static void write(Client& client) {
    const ssize_t n = ::send(client.fd, client.out.data(), client.out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) client.out.erase(0, static_cast<std::size_t>(n));
  }
  void read(Client& client) {
    char buffer[4096];
    const ssize_t n = ::recv(client.fd, buffer, sizeof buffer, 0);
    if (n <= 0) bench::fail("the server closed a connection");
    client.got.append(buffer, static_cast<std::size_t>(n));
    for (std::size_t end = client.got.find("\r\n"); end != std::string::npos; end = client.got.find("\r\n")) {
      heard(client, client.got.substr(0, end));
      client.got.erase(0, end + 2);
    }
  }
  void heard(Client& client, const std::string& line) {
    if (line[0] != '2' && line[0] != '3') bench::fail("the server says " + line);
    if (line.starts_with("354")) {
      client.out = std::move(mails_[static_cast<std::size_t>(client.mail)]) + ".\r\n";
      client.in_data = true;
      return;
    }
    const bool kept = client.in_data;
    if (kept) {
      if (line.ends_with("duplicate")) bench::fail("two mails that are one");
      ++done_;
      client.in_data = false;
    } else if (!line.starts_with("250 CHUNKING")) {
      return;
    }
    if (begun_ == count_) return;
    client.mail = begun_++;
    client.out += fmt::format(
        "MAIL FROM:<nina{}@example.com> SIZE=20000\r\nRCPT TO:<tulong@alingnena.example>\r\nDATA\r\n", client.mail);
  }

  long count_, begun_ = 0, done_ = 0;
  std::vector<Client> clients_;
  std::vector<std::string> mails_;
};

void decode_leaf(GMimeObject*, GMimeObject* object, gpointer to) {
  if (!GMIME_IS_PART(object)) return;
  GMimeDataWrapper* const content = g_mime_part_get_content(GMIME_PART(object));
  if (content == nullptr) return;
  GMimeStream* const stream = g_mime_stream_mem_new();
  g_mime_data_wrapper_write_to_stream(content, stream);
  *static_cast<std::size_t*>(to) += static_cast<std::size_t>(g_mime_stream_length(stream));
  g_object_unref(stream);
}

void parse_bare(const std::string& raw) {
  GMimeStream* const stream = g_mime_stream_mem_new_with_buffer(raw.data(), raw.size());
  GMimeParser* const parser = g_mime_parser_new_with_stream(stream);
  std::size_t bytes = 0;
  if (GMimeMessage* const message = g_mime_parser_construct_message(parser, nullptr)) {
    g_mime_message_foreach(message, &decode_leaf, &bytes);
    g_object_unref(message);
  }
  g_object_unref(parser);
  g_object_unref(stream);
}

/// Of this thread's own time.
double per_second(long count, const std::function<void(const std::string&)>& use) {
  std::vector<std::string> mails;
  for (long i = 0; i < std::min(count, 2'000L); ++i) mails.push_back(on_the_wire(i, count));
  use(mails.front());
  timespec before{}, after{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
  for (const std::string& mail : mails) use(mail);
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
  return static_cast<double>(mails.size()) / (static_cast<double>(after.tv_sec - before.tv_sec) +
                                              static_cast<double>(after.tv_nsec - before.tv_nsec) / 1e9);
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

struct Taken {
  double seconds = 0, cpu = 0;
  std::shared_ptr<Writer> writer = std::make_shared<Writer>();
};

Taken take(const std::string& folder, long count, int connections) {
  Taken taken;
  auto opened = store::Store::open({.data_dir = folder, .observer = taken.writer});
  if (!opened.ok()) bench::fail(opened.error().detail);
  store::Store& store = **opened;
  app::Host host = app::system_host();
  host.mail_budgets = false;
  app::App app(store, host);
  if (!app.start().ok()) bench::fail("no start");
  std::vector<app::App::PlanFile> plan;
  for (const auto& file : planfile::read_folder(SUKI_SOURCE_DIR "/plans/appliance-shop").files)
    plan.push_back({file.name, file.bytes});
  const auto adopted = store.write_and_wait([&](store::Tx& tx) -> Result<void> {
    SUKI_CHECK(app.adopt(tx, plan, "bench", "bench"));
    return {};
  });
  if (!adopted.ok()) bench::fail(adopted.error().detail);
  lmtp::Options options;
  options.place.path = folder + "/lmtp";
  lmtp::Server server(app, store, options);
  if (const auto listening = server.listen(); !listening.ok()) bench::fail(listening.error().detail);
  server.start();
  taken.writer->forget();
  Load load(options.place.path, count, connections);
  const double cpu = cpu_seconds();
  taken.seconds = load.run();
  taken.cpu = cpu_seconds() - cpu;
  return taken;
}

}  // namespace

int main(int argc, char** argv) {
  const long count = argc > 1 ? std::atol(argv[1]) : 20'000;
  const int connections = argc > 2 ? std::atoi(argv[2]) : 20;
  if (count < 2 || connections < 1) bench::fail("usage: lmtp [mails] [connections]");
  std::string folder = (std::filesystem::temp_directory_path() / "suki-lmtp-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) bench::fail("no temporary folder");
  log::start(log::Form::text, "off");
  const Taken taken = take(folder + "/data", count, connections);
  long rows = 0;
  const long commits = taken.writer->commits;
  const double bare = bench::write_again(folder + "/data/suki.db", folder + "/bare.db", commits, rows);
  std::filesystem::remove_all(folder);
  const double reading = per_second(count, [](const std::string& mail) { (void)app::prepare_mail(mail); });
  g_mime_init();
  const double gmime = per_second(count, &parse_bare);
  const double reached = static_cast<double>(count) / taken.seconds, limit = static_cast<double>(count) / bare;
  fmt::print(
      "{} mails, {} connections: {} commits of {:.1f}, {:.1f} rows a mail; the writer worked {:.0f} % of the time, "
      "{:.0f} "
      "µs a mail; {:.2f} cores in all, the clients in them; read and made safe on one thread: {:.0f} a second\n",
      count, connections, commits, static_cast<double>(count) / static_cast<double>(commits),
      static_cast<double>(rows) / static_cast<double>(count),
      static_cast<double>(taken.writer->busy_ns) / 1e7 / taken.seconds,
      static_cast<double>(taken.writer->busy_ns) / 1e3 / static_cast<double>(count), taken.cpu / taken.seconds,
      reading);
  fmt::print(
      "{{\"bench\":\"lmtp\",\"figure\":\"mails by LMTP, parsed, threaded, stored with raw, each "
      "durable\",\"unit\":\"per "
      "second\",\"goal\":{:.0f},\"reached\":{:.0f},\"beside\":{{\"the same rows by a bare program\":{:.0f},\"GMime "
      "alone, "
      "one thread\":{:.0f}}},\"ratio\":{:.2f}}}\n",
      goal_per_s, reached, limit, gmime, reached / limit);
}
