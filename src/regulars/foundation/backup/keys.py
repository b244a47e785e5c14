"""The key of backups: a pair whose public half encrypts here and whose other half lies elsewhere.

The key is written as 56 letters and digits in groups of four, so that it can be kept on paper. A
sum inside notices a wrong letter. Its name, eight letters of a digest, tells keys apart.
"""

import base64
import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from regulars.foundation.backup.errors import (
    BackupKeyFileExists,
    BackupKeyMistyped,
    BackupKeyTooNear,
    BackupKeyUnreadable,
)
from regulars.foundation.settings import RegularsSettings

KEY_BYTES = 32
SUM_BYTES = 3
TEXT_LETTERS = 56
KEY_FILE_BYTES_MAX = 10_000
# What people write for the letters of base32, which has no 0, 1 and 8.
MISREAD = str.maketrans("018", "OIB", " -\t")

KEY_FILE = """# Regulars backup key {name} · 熟客备份密钥 {name}
# Whoever has this key can read the backups; without it nobody can. Keep it apart from both the
# server and the backups.
# 持有此密钥即可读取备份；丢失后任何人都无法读取。请与服务器、备份分开保存。
{text}
"""


def key_new() -> bytes:
    """A new key: the half that opens backups."""
    return X25519PrivateKey.generate().private_bytes_raw()


def key_public(key: bytes) -> bytes:
    """The half that may lie on the server: it encrypts and opens nothing."""
    return X25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


def key_name(public: bytes) -> str:
    """A short name by which people tell one key from another; reveals nothing."""
    name = base64.b32encode(hashlib.sha256(public).digest()[:5]).decode()
    return f"{name[:4]}-{name[4:]}"


def key_text(key: bytes) -> str:
    """The key as it is printed and typed."""
    text = base64.b32encode(key + _sum(key)).decode()
    return "-".join([text[at : at + 4] for at in range(0, TEXT_LETTERS, 4)])


def key_read(text: str) -> bytes:
    """The key from what a person typed: case, blanks and dashes don't matter.

    Errors: backup_key_mistyped.
    """
    letters = text.strip().upper().translate(MISREAD)
    try:
        whole = base64.b32decode(letters)
    except ValueError:
        whole = b""
    key = whole[:KEY_BYTES]
    if len(letters) != TEXT_LETTERS or whole[KEY_BYTES:] != _sum(key):
        raise BackupKeyMistyped(letters=TEXT_LETTERS)
    return key


def key_file_written(settings: RegularsSettings, file: Path, key: bytes) -> None:
    """Writes the key durably to a new private file outside the data folder.

    Errors: backup_key_too_near, backup_key_file_exists.
    """
    if file.resolve().is_relative_to(settings.data_dir.resolve()):
        raise BackupKeyTooNear(folder=settings.data_dir)
    text = KEY_FILE.format(name=key_name(key_public(key)), text=key_text(key))
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BackupKeyFileExists(file=file) from None
    except OSError as error:
        raise BackupKeyUnreadable(file=file, problem=error.strerror) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(text)
        target.flush()
        os.fsync(target.fileno())


def key_file_read(file: Path) -> bytes:
    """The key from a file. Errors: backup_key_unreadable, backup_key_mistyped."""
    try:
        with file.open(encoding="utf-8", errors="replace") as source:
            lines = source.read(KEY_FILE_BYTES_MAX).splitlines()
    except OSError as error:
        raise BackupKeyUnreadable(file=file, problem=error.strerror) from None
    return key_read("".join([line for line in lines if not line.startswith("#")]))


def _sum(key: bytes) -> bytes:
    return hashlib.sha256(b"regulars backup key 1" + key).digest()[:SUM_BYTES]
