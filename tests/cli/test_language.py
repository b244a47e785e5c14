"""In which language commands speak: the environment's own word, else the shop's, else Chinese."""

import os
import subprocess
import sys

import pytest

from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.connections import APP_ROLE, OWNER_ROLE
from regulars.foundation.shop.services import shop_update

UP_TO_DATE = {"en": "Nothing to do.", "zh-hans": "数据表已是最新。"}
NO_PRESET = {"en": "There is no preset", "zh-hans": "没有方案包"}


@pytest.fixture
def regulars(clean_database, tmp_path):
    """Runs a command of the program on the test's database, with more in its environment."""

    def run(*arguments, **more):
        ours = {
            "DATABASE_URL": clean_database.url(APP_ROLE),
            "REGULARS_OWNER_DATABASE_URL": clean_database.url(OWNER_ROLE),
            "REGULARS_DATA_DIR": str(tmp_path / "data"),
        }
        known = {name: value for name, value in os.environ.items() if name != "REGULARS_LANGUAGE"}
        return subprocess.run(
            [sys.executable, "-m", "regulars", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**known, **ours, **more},
        )

    return run


def test_a_command_speaks_as_the_shop_does_unless_the_environment_says_otherwise(regulars):
    assert regulars("migrate").stdout.strip() == UP_TO_DATE["zh-hans"]
    shop_update(actor=SYSTEM, language="en")
    assert regulars("migrate").stdout.strip() == UP_TO_DATE["en"]
    said = regulars("migrate", REGULARS_LANGUAGE="zh-hans").stdout.strip()
    assert said == UP_TO_DATE["zh-hans"]
    shop_update(actor=SYSTEM, language="zh-hans")
    assert regulars("migrate", REGULARS_LANGUAGE="en").stdout.strip() == UP_TO_DATE["en"]


def test_a_refusal_that_ends_a_command_is_in_that_language_too(regulars):
    shop_update(actor=SYSTEM, language="en")
    ended = regulars("preset", "install", "nothing")
    assert ended.returncode == 1 and NO_PRESET["en"] in ended.stderr
    ended = regulars("preset", "install", "nothing", REGULARS_LANGUAGE="zh-hans")
    assert ended.returncode == 1 and NO_PRESET["zh-hans"] in ended.stderr


def test_where_no_database_answers_the_environment_decides(regulars, tmp_path):
    nowhere = {"DATABASE_URL": f"postgresql://nobody@/regulars?host={tmp_path}"}
    assert "数据库" in regulars("doctor", **nowhere).stdout
    assert "database" in regulars("doctor", **nowhere, REGULARS_LANGUAGE="en").stdout
