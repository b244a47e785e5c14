"""Personal data at rest: encrypted, and found again by keyed digests that only we can make.

The keys lie in a file of their own (mode 0600) outside the database and its backups: who has only
the tables reads no value and can't try phone numbers one after another. Values are sealed with
AES-256-GCM under the active key and carry its id, so that keys can be rotated; each value is bound
to its place (`context`), so that a sealed text copied to another row does not open. Digests are
keyed BLAKE2b; their key is never rotated, since digests are what rows are found by.
"""

import base64
import hashlib
import json
import os
import secrets
import stat
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from regulars.foundation.errors import RegularsError, Told
from regulars.foundation.ids import uuid_text
from regulars.foundation.settings import data_dir_ready, settings_load

KEY_BYTES = 32
NONCE_BYTES = 12
FIRST_KEY = "k1"


class KeyFileUnsafe(RegularsError):
    code = "key_file_unsafe"
    status = 500
    text = {
        "en": "The keys of personal data in {path} are {problem}. Put it right and start again.",
        "zh-Hans": "个人数据密钥文件 {path} 有问题（{problem}），请处理后重新启动。",
    }


class KeysMissing(RegularsError):
    code = "personal_keys_missing"
    status = 500
    text = {
        "en": "The keys of personal data are not in {path}, but the database holds data sealed "
        "with them. Put your copy of the file back (chmod 600); new keys would not open anything.",
        "zh-Hans": "{path} 不存在，而数据库中已有用它加密的数据。请放回该文件的副本"
        "（chmod 600）；新的密钥无法解密任何内容。",
    }


class KeysMisfit(RegularsError):
    code = "personal_keys_misfit"
    status = 500
    text = {
        "en": "{path} is not the file with which members' data in this database was sealed. Put "
        "the right copy in its place (chmod 600) and start again.",
        "zh-Hans": "{path} 不是加密该数据库会员资料时所用的密钥文件。请放回正确的副本"
        "（chmod 600）后重新启动。",
    }


class ValueUnreadable(RegularsError):
    code = "personal_value_unreadable"
    status = 500
    text = {
        "en": "A personal value can't be opened: {problem}. Put the right key file in its place.",
        "zh-Hans": "无法解密个人数据：{problem}。请恢复正确的密钥文件。",
    }


class PersonalKeys(msgspec.Struct, frozen=True):
    """The keys of one deployment: `active` seals, all of `ciphers` open, `index` makes digests."""

    active: str
    ciphers: dict[str, AESGCM]
    index: bytes


Witness = Callable[[], bool]
_witnesses: list[Witness] = []


def sealed_data_witness(witness: Witness) -> Witness:
    """Declares who can tell whether the database holds anything sealed.

    New keys are made only where every witness says no.
    """
    _witnesses.append(witness)
    return witness


@lru_cache(maxsize=1)
def personal_keys() -> PersonalKeys:
    """The keys from the deployment's file, which is made at the first use.

    Errors: personal_keys_missing, when there is no file but there is data sealed with one.
    """
    settings = settings_load()
    data_dir_ready(settings)
    path = settings.personal_keys_file
    if not path.exists() and any(witness() for witness in _witnesses):
        raise KeysMissing(path=path)
    return keys_loaded(path)


def keys_fingerprint(path: Path) -> str:
    """A short digest of the key file, to know again a file that was copied; reveals nothing."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def keys_loaded(path: Path) -> PersonalKeys:
    """The keys from a file; makes it with new keys when there is none.

    Errors: key_file_unsafe, when other users can read it or it is not ours.
    """
    if not path.exists():
        _file_made_once(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileUnsafe(
            path=str(path),
            problem=Told("readable by other users (chmod 600)", "其他用户可读，请执行 chmod 600"),
        )
    try:
        kept = json.loads(path.read_text())
        ciphers = {
            name: AESGCM(base64.b64decode(key, validate=True)) for name, key in kept["keys"].items()
        }
        index = base64.b64decode(kept["index"], validate=True)
        active = kept["active"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyFileUnsafe(path=str(path), problem=Told("damaged", "已损坏")) from None
    if active not in ciphers or len(index) != KEY_BYTES:
        raise KeyFileUnsafe(path=str(path), problem=Told("incomplete", "不完整"))
    return PersonalKeys(active, ciphers, index)


def encrypt(value: str, context: str, keys: PersonalKeys | None = None) -> str:
    """`value` sealed for its place `context`, as text `key id:base64`."""
    keys = keys or personal_keys()
    nonce = os.urandom(NONCE_BYTES)
    sealed = keys.ciphers[keys.active].encrypt(nonce, value.encode(), context.encode())
    return f"{keys.active}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(sealed: str, context: str, keys: PersonalKeys | None = None) -> str:
    """The value behind a sealed text; refuses with `personal_value_unreadable`."""
    keys = keys or personal_keys()
    name, _, text = sealed.partition(":")
    cipher = keys.ciphers.get(name)
    if cipher is None:
        raise ValueUnreadable(problem=Told(f"key {name[:16]} is missing", f"缺少密钥 {name[:16]}"))
    try:
        raw = base64.b64decode(text, validate=True)
        return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()).decode()
    except (ValueError, InvalidTag):
        raise ValueUnreadable(
            problem=Told("it was changed or belongs elsewhere", "内容被改动或不属于此处")
        ) from None


def blind_index(purpose: str, value: str, keys: PersonalKeys | None = None) -> str:
    """The digest (UUID text) by which a value is found without being kept in the clear.

    The same purpose and value give the same digest for ever; digests of two purposes can't be
    compared. Without the key nobody can make or try one.
    """
    started = _index_started((keys or personal_keys()).index, purpose).copy()
    started.update(value.encode())
    return uuid_text(started.hexdigest())


@lru_cache(maxsize=64)
def _index_started(index: bytes, purpose: str) -> "hashlib.blake2b":
    """The digest of a purpose so far: key and purpose are the same for millions of values."""
    return hashlib.blake2b(f"{len(purpose)}:{purpose}".encode(), digest_size=16, key=index)


def _file_made_once(path: Path) -> None:
    """Writes the file whole or not at all; who comes second keeps the first one's keys."""
    new = {
        "active": FIRST_KEY,
        "keys": {FIRST_KEY: _new_key()},
        "index": _new_key(),
    }
    # Open to nobody else from the first byte on, under a name of this thread's own.
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w") as file:
        file.write(json.dumps(new, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
