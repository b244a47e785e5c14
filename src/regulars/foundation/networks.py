"""From where somebody calls, for limits on how often: one caller, one network."""

from ipaddress import IPv6Address, IPv6Network, ip_address

# Whoever has an IPv6 address at all has as many as fit into these bits of one.
OWN_BITS = 64


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
