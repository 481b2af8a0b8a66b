/// `suki backup`, `suki restore`, `suki store move`.
#pragma once

namespace CLI {
class App;
}

namespace suki::cli {

void add_backup_command(CLI::App& app, int& exit_code);
void add_restore_command(CLI::App& app, int& exit_code);
void add_store_move_command(CLI::App& store, int& exit_code);

}  // namespace suki::cli
