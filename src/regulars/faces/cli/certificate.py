"""A certificate of our own making, for `serve --https` on a shop's own network.

Browsers warn of it once on each device; then cameras and passkeys work. It is made again when it
is about to run out or the machine has another name.
"""

import ipaddress
import os
import socket
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from regulars.foundation import clock
from regulars.foundation.networks import EVERYWHERE, own_address
from regulars.foundation.settings import RegularsSettings, data_dir_ready

GOOD_FOR = timedelta(days=397)
RENEWED_BEFORE = timedelta(days=30)


def certificate_ready(settings: RegularsSettings) -> tuple[Path, Path]:
    """The paths of certificate and key, made when they are missing, old or for other names."""
    folder = data_dir_ready(settings) / "https"
    folder.mkdir(mode=0o700, exist_ok=True)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    names = _names(settings)
    if not (certificate.exists() and key.exists() and _fits(certificate, names)):
        _made(certificate, key, names)
    return certificate, key


def _names(settings: RegularsSettings) -> list[str]:
    """All names and addresses under which a phone in the shop may call this machine."""
    own = socket.gethostname().lower()
    given = [name for name in settings.host_names if name not in ("*", "[::1]")]
    found = ["localhost", "127.0.0.1", own, f"{own}.local", *given, settings.host, *_addresses()]
    return sorted({name for name in found if name not in ("", *EVERYWHERE)})


def _addresses() -> list[str]:
    """The machine's addresses: those of its name, and the one in the network around it, which its
    name often doesn't lead to and which stands on the poster for phones."""
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, family=socket.AF_INET)
    except OSError:
        found = []
    return [*[str(each[4][0]) for each in found], own_address()]


def _fits(certificate: Path, names: list[str]) -> bool:
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        known = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return False
    if found.not_valid_after_utc < clock.now() + RENEWED_BEFORE:
        return False
    return {str(each.value) for each in known} >= set(names)


def _made(certificate: Path, key: Path, names: list[str]) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Regulars")])
    now = clock.now()
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + GOOD_FOR)
        .add_extension(
            x509.SubjectAlternativeName([_general(each) for each in names]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    plain = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _written(key, plain)
    _written(certificate, signed.public_bytes(serialization.Encoding.PEM))


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _written(path: Path, content: bytes) -> None:
    """Writes a private file whole: closed to others from the first byte on."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)
