"""Personal data at rest: sealed for its place, and found by digests only we can make."""

import json
import os
import threading

import pytest

from regulars.foundation.personal import (
    KeyFileUnsafe,
    ValueUnreadable,
    blind_index,
    decrypt,
    encrypt,
    keys_loaded,
)

PHONE = "+8613800138000"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "personal-data.keys"


@pytest.fixture
def keys(path):
    return keys_loaded(path)


def test_the_file_is_made_once_and_closed_to_others(path):
    first = keys_loaded(path)
    again = keys_loaded(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert first.index == again.index
    assert decrypt(encrypt(PHONE, "row", first), "row", again) == PHONE


def test_of_sixteen_who_make_it_at_once_all_get_the_same_keys(path):
    start = threading.Barrier(16)
    found = []

    def load():
        start.wait()
        found.append(keys_loaded(path).index)

    threads = [threading.Thread(target=load) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16 and len(set(found)) == 1
    assert os.listdir(path.parent) == [path.name]  # noqa: PTH208 - names, no paths


def test_a_sealed_value_opens_in_its_place_only(keys):
    sealed = encrypt(PHONE, "row 1", keys)
    assert PHONE not in sealed and sealed.startswith("k1:")
    assert decrypt(sealed, "row 1", keys) == PHONE
    with pytest.raises(ValueUnreadable):
        decrypt(sealed, "row 2", keys)


def test_two_seals_of_one_value_differ(keys):
    assert encrypt(PHONE, "row", keys) != encrypt(PHONE, "row", keys)


def test_a_changed_value_does_not_open(keys):
    sealed = encrypt("梅🌸", "row", keys)
    assert decrypt(sealed, "row", keys) == "梅🌸"
    last = "A" if sealed[10] != "A" else "B"
    for broken in (sealed[:10] + last + sealed[11:], sealed[:-8], "k1:", "k1:?", "", "k9" + sealed):
        with pytest.raises(ValueUnreadable):
            decrypt(broken, "row", keys)


def test_after_a_rotation_old_values_open_and_new_ones_use_the_new_key(path, keys):
    old = encrypt(PHONE, "row", keys)
    digest = blind_index("phone", PHONE, keys)
    kept = json.loads(path.read_text())
    kept["keys"]["k2"] = "A" * 43 + "="
    kept["active"] = "k2"
    path.write_text(json.dumps(kept))
    rotated = keys_loaded(path)
    assert decrypt(old, "row", rotated) == PHONE
    assert encrypt(PHONE, "row", rotated).startswith("k2:")
    assert blind_index("phone", PHONE, rotated) == digest


def test_a_digest_depends_on_key_purpose_and_value(tmp_path, keys):
    digest = blind_index("phone", PHONE, keys)
    assert digest == blind_index("phone", PHONE, keys)
    others = {
        blind_index("phone", PHONE + "1", keys),
        blind_index("card", PHONE, keys),
        blind_index("phone+", PHONE[1:], keys),
        blind_index("phone", PHONE, keys_loaded(tmp_path / "other.keys")),
    }
    assert len(others) == 4 and digest not in others


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_can_reach_is_refused(path, keys, mode):
    path.chmod(mode)
    with pytest.raises(KeyFileUnsafe) as refusal:
        keys_loaded(path)
    assert str(path) in refusal.value.sentence()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"active": "k1", "keys": {}, "index": ""}',
        '{"active": "k1", "keys": {"k1": "AAAA"}, "index": ""}',
        '{"active": "k1", "keys": {"k1": "?"}, "index": "?"}',
    ],
)
def test_a_damaged_file_is_refused_and_left_alone(path, keys, content):
    path.write_text(content)
    with pytest.raises(KeyFileUnsafe):
        keys_loaded(path)
    assert path.read_text() == content
