"""What the process with the till's page is asked."""

import msgspec


class Asked(msgspec.Struct, frozen=True):
    """Who stands at which till of which server, and what is scanned there one after another."""

    address: str
    cookie: str
    device: str
    username: str
    password: str
    scans: tuple[str, ...]
