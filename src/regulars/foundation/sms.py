"""Text messages to phones: one small interface, behind which any carrier can stand.

A deployment names its carrier in REGULARS_SMS_PROVIDER. `console` sends nothing: what would be
sent is shown to whoever runs the server, which is right for trying things out and for nothing
else. A carrier of one's own is a class with the methods of `SmsProvider`, named as
`package.module:Class`.
"""

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import msgspec
from django.utils.module_loading import import_string

from regulars.foundation.errors import RegularsError
from regulars.foundation.settings import RegularsSettings, data_dir_ready, settings_load

CONSOLE, NOBODY = "console", "none"
KEPT_LINES = 20


class SmsProviderWrong(RegularsError):
    code = "sms_provider_wrong"
    status = 500
    text = {
        "en": "REGULARS_SMS_PROVIDER is “{name}”, which can't be used: {problem}. Write console, "
        "none, or package.module:Class.",
        "zh-Hans": "REGULARS_SMS_PROVIDER 为“{name}”，无法使用：{problem}。可填 console、none 或 "
        "package.module:Class。",
    }


class SmsMessage(msgspec.Struct, frozen=True):
    """One message. Carriers that want a template read `purpose` and `values`, others the `text`.

    `phone` is in the international form; `purpose` is a stable name such as `sign_in`.
    """

    phone: str
    purpose: str
    values: dict[str, str]
    text: str
    language: str


class SmsProvider(Protocol):
    """Who carries messages. `send` raises when the message was not taken, and is called again."""

    def send(self, message: SmsMessage) -> None:
        """Hands one message over."""


class ConsoleSms:
    """Shows messages instead of sending them: in a terminal, and in a file for its owner alone.

    A server without a terminal writes its output into logs, where no code may stand: then only
    the file has it.
    """

    def __init__(self, settings: RegularsSettings | None = None) -> None:
        self._settings = settings or settings_load()

    @property
    def file(self) -> Path:
        """Where the last messages can be read."""
        return self._settings.data_dir / "sent-messages.txt"

    def send(self, message: SmsMessage) -> None:
        """Keeps the message with the last ones, and shows it in the terminal if there is one."""
        data_dir_ready(self._settings)
        line = f"{message.phone}  {message.text}".replace("\n", " ")
        kept = self.file.read_text("utf-8").splitlines() if self.file.exists() else []
        descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join([*kept[1 - KEPT_LINES :], line]) + "\n")
        if sys.stdout.isatty():
            print(f"\n[SMS] {line}\n", flush=True)


@lru_cache(maxsize=4)
def _provider(name: str) -> SmsProvider | None:
    if name == NOBODY:
        return None
    if name == CONSOLE:
        return ConsoleSms()
    try:
        made: SmsProvider = import_string(name.replace(":", "."))()
    except (ImportError, TypeError) as error:
        raise SmsProviderWrong(name=name[:80], problem=str(error)[:120]) from None
    return made


def sms_provider() -> SmsProvider | None:
    """The deployment's carrier; None where messages can't be sent."""
    return _provider(settings_load().sms_provider)


def sms_is_shown_here() -> bool:
    """Whether messages are only shown to whoever runs the server."""
    return settings_load().sms_provider == CONSOLE
