"""The key file belongs to its database: another one is noticed before it does harm."""

import pytest

from regulars.foundation import personal
from regulars.members.profiles.selectors import personal_keys_fit


@pytest.fixture
def other_keys(tmp_path, monkeypatch):
    """As after a restore of the database alone."""
    keys = personal.keys_loaded(tmp_path / "other.keys")
    return lambda: monkeypatch.setattr(personal, "personal_keys", lambda: keys)


def test_the_right_file_fits(mei):
    assert personal_keys_fit()


def test_any_file_fits_an_empty_shop(shop, other_keys):
    other_keys()
    assert personal_keys_fit()


def test_another_file_is_noticed(mei, other_keys):
    other_keys()
    assert not personal_keys_fit()
