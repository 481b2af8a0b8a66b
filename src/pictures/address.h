/// Which addresses of the network a picture may come from: those that anybody on the internet reaches, and no others,
/// so that no mail makes this machine ask its neighbours.
#pragma once

#include <sys/socket.h>

namespace suki::pictures {

/// Of IPv4 and IPv6 alone. Not: this machine, private and shared networks (RFC 1918, 6598, 4193), link-local (where
/// clouds keep their keys), multicast, documentation and benchmark networks, anything reserved, and what only wraps an
/// IPv4 address (mapped, NAT64, 6to4, Teredo), wherever that leads.
[[nodiscard]] bool is_public(const sockaddr* address, socklen_t length);

}  // namespace suki::pictures
