"""From where somebody calls, for limits on how often: one caller, one network. And where we are."""

import socket
from contextlib import closing
from ipaddress import IPv6Address, IPv6Network, ip_address

# Whoever has an IPv6 address at all has as many as fit into these bits of one.
OWN_BITS = 64
# What a server listens on to be reached from its network.
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, never listened on
# An address kept for examples: the system says which way it would take, and nothing is sent.
ELSEWHERE = ("192.0.2.1", 9)


def network_of(address: str) -> str:
    """An IPv4 address as it is, of an IPv6 address its /64; what is no address stays as it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found) >> OWN_BITS << OWN_BITS, OWN_BITS)))


def is_own(host: str) -> bool:
    """Whether a host's name or address means the machine itself, wherever it is asked."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def own_address() -> str:
    """This machine's address in the network around it; "" where it is in none."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(ELSEWHERE)
        except OSError:
            return ""
        found = str(probe.getsockname()[0])
    return "" if is_own(found) else found
