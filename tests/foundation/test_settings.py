"""Settings are few, typed, and a dangerous one keeps the deployment from starting."""

import os
import subprocess
import sys

import pytest

from regulars.foundation.database.connections import django_databases
from regulars.foundation.database.places import places_of
from regulars.foundation.settings import (
    RegularsSettings,
    WeakSecret,
    WrongSetting,
    secret_key,
    settings_load,
)

STRONG = "q7Zp0uV4eXn2TgYkR8mWcJ5bLd1sAf9hQo6iNxEzBtKvMrPyUwGa3CjHlSDF"


@pytest.fixture
def settings_of(tmp_path, monkeypatch):
    """Settings as they are read from these environment variables."""
    monkeypatch.setenv("REGULARS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("REGULARS_SECRET_KEY", raising=False)

    def read(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings_load.cache_clear()
        return settings_load()

    yield read
    settings_load.cache_clear()


def test_nothing_needs_to_be_set(settings_of):
    settings = settings_of()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert (settings.language, settings.time_zone) == ("zh-hans", "Asia/Shanghai")
    assert settings.currency == "CNY"
    assert settings.debug is False
    assert settings.embedded


def test_the_secret_is_made_once_and_closed_to_others(settings_of):
    settings = settings_of()
    first = secret_key(settings)
    assert len(first) >= 64
    assert secret_key(settings) == first
    assert settings.secret_key_file.stat().st_mode & 0o777 == 0o600
    assert settings.data_dir.stat().st_mode & 0o077 == 0


def test_a_secret_others_can_read_is_refused(settings_of):
    settings = settings_of()
    secret_key(settings)
    settings.secret_key_file.chmod(0o640)
    with pytest.raises(WeakSecret, match="readable by other users"):
        secret_key(settings)


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("short", "shorter than 50"),
        (STRONG[:49], "shorter than 50"),
        ("abcabcabc" * 8, "too regular"),
        (f"django-insecure-{STRONG}", "known from manuals"),
        (f"ChangeMe{STRONG}", "known from manuals"),
    ],
)
def test_a_weak_secret_is_refused(settings_of, monkeypatch, secret, problem):
    settings = settings_of()
    monkeypatch.setenv("REGULARS_SECRET_KEY", secret)
    with pytest.raises(WeakSecret, match=problem):
        secret_key(settings)
    assert not settings.secret_key_file.exists()


def test_a_strong_secret_of_the_environment_is_taken(settings_of, monkeypatch):
    monkeypatch.setenv("REGULARS_SECRET_KEY", STRONG)
    assert secret_key(settings_of()) == STRONG


def test_a_weak_secret_keeps_every_command_from_starting(tmp_path):
    environment = {
        **os.environ,
        "REGULARS_DATA_DIR": str(tmp_path),
        "REGULARS_SECRET_KEY": "changeme",
    }
    command = [sys.executable, "-m", "regulars", "version"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "The secret key in REGULARS_SECRET_KEY is known from manuals" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("REGULARS_PORT", "many", "REGULARS_PORT: Input should be a valid integer"),
        ("REGULARS_TIME_ZONE", "Mars/Base", "there is no time zone “Mars/Base”"),
        ("REGULARS_CURRENCY", "yuan", "REGULARS_CURRENCY: String should match"),
        ("DATABASE_URL", "mysql://db", "DATABASE_URL: Value error, must start with postgresql"),
    ],
)
def test_a_wrong_setting_is_named(settings_of, name, value, sentence):
    with pytest.raises(WrongSetting, match="Correct this environment variable") as refused:
        settings_of(**{name: value})
    assert sentence in refused.value.sentence()


def test_a_database_url_of_one_role_serves_both_aliases(settings_of):
    url = "postgresql://shop:secret@db.example:6432/members?sslmode=require"
    settings = settings_of(DATABASE_URL=url)
    aliases = django_databases(settings)
    for alias in ("default", "owner"):
        known = aliases[alias]
        assert (known["HOST"], known["PORT"], known["NAME"]) == ("db.example", "6432", "members")
        assert (known["USER"], known["PASSWORD"]) == ("shop", "secret")
        assert known["OPTIONS"]["sslmode"] == "require"
    assert not settings.embedded


def test_a_cable_cut_without_a_word_is_noticed_in_seconds(settings_of):
    known = django_databases(settings_of(DATABASE_URL="postgresql://app@db.example/members"))
    options = known["default"]["OPTIONS"]
    assert options["tcp_user_timeout"] == "15000"
    assert (options["connect_timeout"], options["keepalives_idle"]) == ("3", "5")
    url = "postgresql://app@db.example/members?tcp_user_timeout=60000"
    known = django_databases(settings_of(DATABASE_URL=url))
    assert known["owner"]["OPTIONS"]["tcp_user_timeout"] == "60000"


def test_an_owner_url_gives_the_owner_alias_its_role(settings_of):
    settings = settings_of(
        DATABASE_URL="postgresql://app@db.example/members",
        REGULARS_OWNER_DATABASE_URL="postgresql://owner@db.example/members",
    )
    aliases = django_databases(settings)
    assert aliases["default"]["USER"] == "app"
    assert aliases["owner"]["USER"] == "owner"


def test_two_data_directories_have_two_databases():
    first, second = (
        places_of(RegularsSettings(data_dir=f"/srv/{name}/var")) for name in ("bakery", "tea")
    )
    assert first.cluster != second.cluster
    assert first.cluster.name.startswith("bakery-")
    assert first.home == second.home


def test_the_public_address_is_one_of_our_names(settings_of):
    assert settings_of().host_names == ["localhost", "127.0.0.1", "[::1]", "::1"]
    settings = settings_of(REGULARS_PUBLIC_ADDRESS="https://club.example.com/")
    assert settings.public_address == "https://club.example.com"
    assert "club.example.com" in settings.host_names
    with pytest.raises(WrongSetting, match="REGULARS_PUBLIC_ADDRESS"):
        settings_of(REGULARS_PUBLIC_ADDRESS="club.example.com/m/")
