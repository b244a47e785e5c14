"""What a deployment may set, typed and checked once at the start.

Every setting is an environment variable with the prefix REGULARS_ (`REGULARS_PORT=9000`), besides
DATABASE_URL. Nothing needs to be set: without any, one shop runs on one machine.
"""

import os
import secrets
import stat
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from regulars.foundation.errors import RegularsError, Told

SECRET_LENGTH_MIN = 50
SECRET_CHARACTERS_MIN = 20
LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]", "::1"]
CHECKOUT = Path(__file__).resolve().parents[3]

# Texts that stand in manuals, templates and other people's repositories.
KNOWN_SECRET_PARTS = ("django-insecure", "changeme", "change-me", "secret_key", "your-secret")

# One more than cores: while one waits for the disk, the others keep the cores busy.
WEB_WORKERS = min(os.cpu_count() or 1, 8) + 1


class WeakSecret(RegularsError):
    code = "weak_secret"
    text = {
        "en": "The secret key in {place} is {problem}. Remove it: a good one is made at the "
        "next start.",
        "zh-Hans": "{place} 中的密钥不安全（{problem}）。请删除它，下次启动时会自动生成。",
    }


class WrongSetting(RegularsError):
    code = "wrong_setting"
    text = {
        "en": "{name}: {problem}. Correct this environment variable and start again.",
        "zh-Hans": "{name}：{problem}。请更正该环境变量后重新启动。",
    }


def _data_dir_default() -> Path:
    if (CHECKOUT / "pyproject.toml").is_file():
        return CHECKOUT / "var"
    home = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(home).expanduser() / "regulars" / "shop"


class RegularsSettings(BaseSettings):
    """The settings of one deployment. Times are in seconds, sizes in what their names say."""

    model_config = SettingsConfigDict(env_prefix="REGULARS_", extra="ignore", frozen=True)

    data_dir: Path = Field(default_factory=_data_dir_default)
    language: Literal["zh-hans", "en"] = "zh-hans"
    time_zone: str = "Asia/Shanghai"
    currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$")
    debug: bool = False

    database_url: str | None = Field(
        default=None, validation_alias=AliasChoices("DATABASE_URL", "REGULARS_DATABASE_URL")
    )
    owner_database_url: str | None = None
    database_dir: Path | None = None

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    allowed_hosts: str = ""
    trusted_origins: str = ""
    behind_https: bool = False
    # Where customers' phones find the shop from outside, such as https://club.example.com.
    public_address: str = ""
    web_workers: int = Field(default=WEB_WORKERS, ge=1, le=64)
    web_threads: int = Field(default=32, ge=1, le=256)
    job_concurrency: int = Field(default=4, ge=1, le=64)

    # Webhooks may also go to private addresses and over plain http: on a network of one's own.
    webhook_own_network: bool = False

    # Who carries text messages: `console` (tries only: shown to whoever runs the server), `none`,
    # or `package.module:Provider` of one's own.
    sms_provider: str = "console"
    sign_in_codes_per_hour: int = Field(default=300, ge=1, le=100_000)
    # Whether who can give value away must show a second factor, or may.
    second_factor: Literal["required", "offered"] = "required"
    # Above these, what one person asks for waits until a second one has approved it.
    approve_points_above: int = Field(default=5_000, ge=0)
    # Members whom one job touches, and what one import credits: points and minor units together.
    approve_bulk_members_above: int = Field(default=1_000, ge=0, lt=10_000)
    approve_import_above: int = Field(default=50_000, ge=0)
    approve_publishing: bool = False
    approval_days: int = Field(default=7, ge=1, le=90)

    metrics_token: str = ""
    log_format: Literal["auto", "console", "json"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("time_zone")
    @classmethod
    def _time_zone_known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"there is no time zone “{value}”; use a name such as Asia/Shanghai")
        return value

    @field_validator("public_address")
    @classmethod
    def _public_address_whole(cls, value: str) -> str:
        parts = urlsplit(value.strip())
        is_whole = (
            parts.scheme in ("http", "https") and parts.hostname and not parts.path.strip("/")
        )
        if value and not is_whole:
            raise ValueError("must be an address without a path, such as https://club.example.com")
        return f"{parts.scheme}://{parts.netloc}" if value else ""

    @field_validator("database_url", "owner_database_url")
    @classmethod
    def _database_is_postgresql(cls, value: str | None) -> str | None:
        if value and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("must start with postgresql://")
        return value or None

    @property
    def embedded(self) -> bool:
        """Whether Regulars runs its own PostgreSQL."""
        return self.database_url is None

    @property
    def host_names(self) -> list[str]:
        """The names under which we may be called; any, when strangers' machines may call us."""
        given = [name.strip() for name in self.allowed_hosts.split(",") if name.strip()]
        known = given or (LOOPBACK_NAMES if self.host in LOOPBACK_NAMES else ["*"])
        public = urlsplit(self.public_address).hostname
        return [*known, public] if public else known

    @property
    def secret_key_file(self) -> Path:
        """Where the key that signs sessions lies: outside the database, readable by us only."""
        return self.data_dir / "secret.key"

    @property
    def personal_keys_file(self) -> Path:
        """Where the keys of personal data lie: outside the database and its backups."""
        return self.data_dir / "personal-data.keys"

    @property
    def roots_file(self) -> Path:
        """Where the roots of sealed segments are published, outside the database."""
        return self.data_dir / "ledger-roots.jsonl"


@lru_cache(maxsize=1)
def settings_load() -> RegularsSettings:
    """The settings of this process; refuses a wrong one with a sentence that names it."""
    try:
        return RegularsSettings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        name = name if name.startswith(("REGULARS_", "DATABASE_")) else f"REGULARS_{name}"
        raise WrongSetting(name=name, problem=first["msg"]) from None


def data_dir_ready(settings: RegularsSettings) -> Path:
    """The data directory, made on first use and closed to other users."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return settings.data_dir


def secret_key(settings: RegularsSettings) -> str:
    """The deployment's secret: from REGULARS_SECRET_KEY, else from its file, made once."""
    given = os.environ.get("REGULARS_SECRET_KEY")
    if given:
        return _strong(given, "REGULARS_SECRET_KEY")
    data_dir_ready(settings)
    path = settings.secret_key_file
    _file_made_once(path, secrets.token_urlsafe(64))
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise WeakSecret(place=path, problem=Told("readable by other users", "其他用户可读"))
    return _strong(path.read_text().strip(), str(path))


def _file_made_once(path: Path, text: str) -> None:
    """Writes a private file whole or not at all; who comes second keeps the first one's."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _strong(value: str, place: str) -> str:
    lowered = value.lower()
    if any(part in lowered for part in KNOWN_SECRET_PARTS):
        raise WeakSecret(place=place, problem=Told("known from manuals", "与手册示例相同"))
    if len(value) < SECRET_LENGTH_MIN:
        raise WeakSecret(
            place=place,
            problem=Told(
                f"shorter than {SECRET_LENGTH_MIN} characters", f"少于 {SECRET_LENGTH_MIN} 个字符"
            ),
        )
    if len(set(value)) < SECRET_CHARACTERS_MIN:
        raise WeakSecret(place=place, problem=Told("too regular", "过于规律"))
    return value
