/// The parts of the route table, one source file each.
#pragma once

#include <vector>

#include "server/routes.h"

namespace suki::server {
[[nodiscard]] std::vector<Route> public_routes();
[[nodiscard]] std::vector<Route> session_routes();
[[nodiscard]] std::vector<Route> access_routes();
[[nodiscard]] std::vector<Route> second_step_routes();
[[nodiscard]] std::vector<Route> audit_routes();
[[nodiscard]] std::vector<Route> desk_routes();
[[nodiscard]] std::vector<Route> views_routes();
[[nodiscard]] std::vector<Route> convo_routes();
[[nodiscard]] std::vector<Route> thread_routes();
[[nodiscard]] std::vector<Route> compose_routes();
[[nodiscard]] std::vector<Route> privacy_routes();
[[nodiscard]] std::vector<Route> mailboxes_routes();
[[nodiscard]] std::vector<Route> quarantine_routes();
[[nodiscard]] std::vector<Route> manager_routes();
[[nodiscard]] std::vector<Route> people_routes();
[[nodiscard]] std::vector<Route> mail_out_routes();
}  // namespace suki::server
