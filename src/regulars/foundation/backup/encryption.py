"""An encrypted backup: the same zip inside, in frames that only the owner's key opens.

    first line · public half of the key · the file's own key, wrapped · sum of all this
    frame · frame · … · last frame          each FRAME bytes, encrypted, and a tag of 16
    last line

Each file has a key of its own, wrapped for the public half by HPKE (RFC 9180). A frame's nonce is
its number and whether it is the last: frames that were changed, moved, doubled or left out don't
open. Any part can be read alone, so neither making nor restoring needs room for a plain copy.
"""

import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from regulars.foundation.backup.errors import BackupChanged, BackupCutOff, BackupKeyWrong
from regulars.foundation.backup.keys import KEY_BYTES, key_name, key_public

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

FIRST_LINE = b"Regulars encrypted backup 1\n"
LAST_LINE = b"\nRegulars backup ends\n"
FRAME = 256 * 1024
TAG = 16
WRAPPED_BYTES = KEY_BYTES + KEY_BYTES + TAG
SUM_BYTES = 8
HEADER_BYTES = len(FIRST_LINE) + KEY_BYTES + WRAPPED_BYTES + SUM_BYTES

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class Envelope(msgspec.Struct, frozen=True):
    """The key of one file, and the head of the file with that key wrapped inside."""

    file_key: bytes
    header: bytes


def envelope_made(public: bytes) -> Envelope:
    """A new key for one file, wrapped so that only the other half of `public` gets it."""
    file_key = secrets.token_bytes(KEY_BYTES)
    wrapped = SUITE.encrypt(file_key, X25519PublicKey.from_public_bytes(public), FIRST_LINE)
    head = FIRST_LINE + public + wrapped
    return Envelope(file_key, head + _sum(head))


def encrypted_for(file: Path) -> bytes | None:
    """The public half for which a file is encrypted; None when it is no encrypted backup.

    Errors: backup_cut_off, backup_changed.
    """
    with file.open("rb") as source:
        head = source.read(HEADER_BYTES)
    if not head.startswith(FIRST_LINE):
        return None
    if len(head) < HEADER_BYTES:
        raise BackupCutOff(file=file)
    if _sum(head[:-SUM_BYTES]) != head[-SUM_BYTES:]:
        raise BackupChanged(file=file)
    return head[len(FIRST_LINE) :][:KEY_BYTES]


def file_key_of(file: Path, key: bytes) -> bytes | None:
    """The key of one encrypted file, by the owner's key; None when the file is not encrypted.

    Errors: backup_key_wrong, backup_cut_off, backup_changed.
    """
    public, ours = encrypted_for(file), key_public(key)
    if public is None:
        return None
    if public != ours:
        raise BackupKeyWrong(file=file, wanted=key_name(public), given=key_name(ours))
    with file.open("rb") as source:
        wrapped = source.read(HEADER_BYTES)[:-SUM_BYTES][-WRAPPED_BYTES:]
    try:
        return SUITE.decrypt(wrapped, X25519PrivateKey.from_private_bytes(key), FIRST_LINE)
    except InvalidTag:
        raise BackupChanged(file=file) from None


@contextmanager
def encrypting(target: IO[bytes], envelope: Envelope) -> Iterator[IO[bytes]]:
    """A stream whose content reaches `target` encrypted; whole only when left without an error."""
    target.write(envelope.header)
    writer = _Encrypting(target, envelope.file_key)
    yield writer  # type: ignore[misc] # a RawIOBase is what a zip writes to
    writer.finish()
    target.write(LAST_LINE)


@contextmanager
def decrypted(file: Path, file_key: bytes) -> Iterator[IO[bytes]]:
    """The content of an encrypted file, to be read from any place on.

    Errors, also while reading: backup_cut_off, backup_changed.
    """
    with file.open("rb") as source:
        yield io.BufferedReader(_Decrypting(source, file, file_key), FRAME)


class _Encrypting(io.RawIOBase):
    """Cuts what is written into frames. The last one is known only in the end."""

    def __init__(self, target: IO[bytes], file_key: bytes) -> None:
        super().__init__()
        self._target = target
        self._cipher = ChaCha20Poly1305(file_key)
        self._waiting = bytearray()
        self._number = 0

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer", /) -> int:
        piece = memoryview(data).cast("B")
        self._waiting += piece
        while len(self._waiting) > FRAME:
            self._frame_written(bytes(self._waiting[:FRAME]), last=False)
            del self._waiting[:FRAME]
        return len(piece)

    def finish(self) -> None:
        self._frame_written(bytes(self._waiting), last=True)

    def _frame_written(self, plain: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), plain, None))
        self._number += 1


class _Decrypting(io.RawIOBase):
    """Opens the frame in which the asked place lies, and keeps the one it opened last."""

    def __init__(self, source: IO[bytes], file: Path, file_key: bytes) -> None:
        super().__init__()
        self._source, self._file = source, file
        self._cipher = ChaCha20Poly1305(file_key)
        size = source.seek(0, os.SEEK_END)
        source.seek(max(0, size - len(LAST_LINE)))
        frames = size - HEADER_BYTES - len(LAST_LINE)
        if source.read() != LAST_LINE or frames < TAG:
            raise BackupCutOff(file=file)
        self._count = -(-frames // (FRAME + TAG))
        self._size = frames - self._count * TAG
        self._at = 0
        self._number, self._plain = -1, b""
        self._frame(self._count - 1)  # only the true last frame opens as the last

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError("a place before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        room = memoryview(buffer).cast("B")
        if self._at >= self._size:
            return 0
        number, start = divmod(self._at, FRAME)
        piece = self._frame(number)[start : start + len(room)]
        room[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _frame(self, number: int) -> bytes:
        if number != self._number:
            last = number == self._count - 1
            self._source.seek(HEADER_BYTES + number * (FRAME + TAG))
            length = self._size - number * FRAME if last else FRAME
            sealed = self._source.read(length + TAG)
            try:
                self._plain = self._cipher.decrypt(_nonce(number, last=last), sealed, None)
            except (InvalidTag, ValueError):
                raise BackupChanged(file=self._file) from None
            self._number = number
        return self._plain


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _sum(head: bytes) -> bytes:
    return hashlib.sha256(head).digest()[:SUM_BYTES]
