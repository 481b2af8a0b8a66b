/// `suki serve`: the server with its store, mail and socket.
#pragma once

namespace CLI {
class App;
}

namespace suki::cli {
/// Exit code: 0 stopped by a signal, 2 the data folder or the address cannot be used, or no plan is in force.
void add_serve_command(CLI::App& app, int& exit_code);
}  // namespace suki::cli
