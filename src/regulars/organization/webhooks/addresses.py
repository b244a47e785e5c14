"""Where a webhook may point: public addresses only, unless this is a network of one's own.

A host name is looked up once for each try, every address it stands for is judged, and the
connection goes to an address that was judged: nobody can answer with a public address first and a
private one afterwards.
"""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from regulars.organization.webhooks.errors import WebhookUrlRefused

URL_MAX = 500
PORTS = {"https": 443, "http": 80}
# Networks through which an IPv4 address can be reached under another name.
TUNNELS = tuple(
    ipaddress.ip_network(each)
    for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(Exception):
    """The host stands for no address that may be called; the text says why."""


def url_checked(url: str, *, own_network: bool) -> str:
    """The address of a webhook, or `webhook_url_refused`. `own_network` allows plain http too."""
    parts = url_parts(url)
    port = parts.port or PORTS.get(parts.scheme)
    is_fine = parts.hostname and not parts.username and not parts.password and not parts.fragment
    if not is_fine or parts.scheme not in PORTS:
        raise WebhookUrlRefused
    if not own_network:
        if parts.scheme != "https" or port != PORTS["https"]:
            raise WebhookUrlRefused
        literal = _literal(parts.hostname or "")
        if literal is not None and not is_public(literal):
            raise WebhookUrlRefused
    return url


def url_parts(url: str) -> SplitResult:
    """The parts of an address in plain ASCII. Errors: webhook_url_refused."""
    if len(url) > URL_MAX or not url.isascii() or not url.isprintable() or " " in url:
        raise WebhookUrlRefused
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - looks whether it is a number
    except ValueError:
        raise WebhookUrlRefused from None
    return parts


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet, however it is written."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in TUNNELS):
            return False
    return address.is_global and not address.is_multicast


def address_resolved(
    host: str, port: int, *, own_network: bool
) -> tuple[socket.AddressFamily, str]:
    """The family and the address to connect to. Raises `AddressRefused`, also when one of
    several is private."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressRefused("the host name is not known") from None
    pairs = [(family, str(place[0])) for family, _, _, _, place in found]
    if not own_network:
        for _, text in pairs:
            if not is_public(ipaddress.ip_address(text.partition("%")[0])):
                raise AddressRefused("the host stands for a private address")
    if not pairs:
        raise AddressRefused("the host name is not known")
    return pairs[0]


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
