/// The readers of this room, and what they share. Private to it.
#pragma once

#include <memory>
#include <string>

#include "import/reader.h"

namespace suki::importing {

[[nodiscard]] std::unique_ptr<Reader> make_freshdesk_reader(std::string source);
[[nodiscard]] std::unique_ptr<Reader> make_otrs_reader(std::string source);
[[nodiscard]] std::unique_ptr<Reader> make_servicenow_reader(std::string source);
[[nodiscard]] std::unique_ptr<Reader> make_helpdesk_log_reader(std::string source);
[[nodiscard]] std::unique_ptr<Reader> make_chats_reader(std::string source);

[[nodiscard]] std::string too_long();  ///< the problem of a line that is

}  // namespace suki::importing
