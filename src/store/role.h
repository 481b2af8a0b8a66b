/// What a member of staff is here for. What each may do is in app/permissions.h.
#pragma once

#include <cstdint>

namespace suki::store {

/// The numbers are stored. Each may do all that the one before it may.
enum class Role : std::uint8_t { agent, manager, owner };

}  // namespace suki::store
