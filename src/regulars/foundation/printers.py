"""Receipt printers on the shop's own network: they take bytes at port 9100 and print them.

Nobody can tell from here whether paper came out: what is known is that the printer took everything.
An address is a number, never a name, and lies inside: what a person writes into a form must not
make the server speak to anybody else.
"""

import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from regulars.foundation.errors import RegularsError

PORTS = range(9100, 9110)
# This machine and the networks of a shop; no address that only stands for another one.
INSIDE = tuple(
    ip_network(each)
    for each in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7")
)
CONNECT_SECONDS = 3.0
SEND_SECONDS = 5.0
# So long the printer may take to say that it has everything; many never say it.
GOODBYE_SECONDS = 0.3


class PrinterAddressWrong(RegularsError):
    code = "printer_address_wrong"
    status = 422
    text = {
        "en": "“{address}” is no address of a receipt printer in the shop. Write the number that "
        "the printer prints on its self-test page, such as 192.168.1.50; ports are 9100 to 9109.",
        "zh-Hans": "“{address}”不是店内小票打印机的地址。请填写打印机自检页上的 IP 地址，"
        "如 192.168.1.50；端口为 9100 至 9109。",
    }


class PrinterSilent(RegularsError):
    code = "printer_silent"
    # Not 502: it is no failure of the server's, and a till must not take it for one.
    status = 409
    text = {
        "en": "The printer at {address} does not answer. See that it is on, has paper and is "
        "connected; or open the receipt as a page and print it from there.",
        "zh-Hans": "打印机 {address} 没有响应。请检查电源、纸张和网线；也可打开小票页面打印。",
    }


def printer_address(text: str) -> str:
    """An address with its port: “192.168.1.50” becomes “192.168.1.50:9100”.

    Errors: printer_address_wrong.
    """
    shown = text.strip()[:64]
    try:
        found = urlsplit(f"//{shown}")
        host = ip_address(found.hostname or "")
        port = PORTS[0] if found.port is None else found.port
    except ValueError:
        raise PrinterAddressWrong(address=shown) from None
    if found.path or found.username is not None or port not in PORTS or not _is_inside(host):
        raise PrinterAddressWrong(address=shown)
    return f"[{host}]:{port}" if isinstance(host, IPv6Address) else f"{host}:{port}"


def printer_sent(address: str, data: bytes) -> None:
    """Hands bytes to the printer. Errors: printer_silent, printer_address_wrong."""
    try:
        with socket.create_connection(_place_of(address), CONNECT_SECONDS) as line:
            line.settimeout(SEND_SECONDS)
            line.sendall(data)
            line.shutdown(socket.SHUT_WR)
            line.settimeout(GOODBYE_SECONDS)
            with suppress(TimeoutError):
                line.recv(64)
    except OSError:
        raise PrinterSilent(address=address) from None


def _place_of(address: str) -> tuple[str, int]:
    found = urlsplit(f"//{printer_address(address)}")
    return found.hostname or "", found.port or PORTS[0]


def _is_inside(host: IPv4Address | IPv6Address) -> bool:
    return any(host in network for network in INSIDE)
