"""The file of an encrypted backup: what opens it, and what is noticed when it was touched."""

import io
import os
import stat

import pytest

from regulars.foundation.backup.encryption import (
    FRAME,
    HEADER_BYTES,
    LAST_LINE,
    TAG,
    decrypted,
    encrypted_for,
    encrypting,
    envelope_made,
    file_key_of,
)
from regulars.foundation.backup.errors import (
    BackupChanged,
    BackupCutOff,
    BackupKeyFileExists,
    BackupKeyMistyped,
    BackupKeyTooNear,
    BackupKeyUnreadable,
    BackupKeyWrong,
)
from regulars.foundation.backup.keys import (
    key_file_read,
    key_file_written,
    key_name,
    key_new,
    key_public,
    key_read,
    key_text,
)

KEY = bytes(range(32))
WHOLE = FRAME + TAG
SIZE = 2 * FRAME + 1000


@pytest.fixture
def content():
    return os.urandom(SIZE)


@pytest.fixture
def file(tmp_path, content):
    """Three frames, the last of them short, for Li's key."""
    file = tmp_path / "copy.encrypted"
    written(file, content)
    return file


def written(file, content):
    with file.open("wb") as target, encrypting(target, envelope_made(key_public(KEY))) as hidden:
        for at in range(0, len(content), 100_000):
            hidden.write(content[at : at + 100_000])


def read(file, key=KEY):
    with decrypted(file, file_key_of(file, key)) as plain:
        return plain.read()


def touched(file, change):
    whole = bytearray(file.read_bytes())
    file.write_bytes(change(whole))


@pytest.mark.parametrize("size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME])
def test_what_is_written_is_read_whatever_its_size(tmp_path, size):
    content = os.urandom(size)
    written(tmp_path / "copy", content)
    assert read(tmp_path / "copy") == content


def test_any_part_is_read_alone(file, content):
    with decrypted(file, file_key_of(file, KEY)) as plain:
        for start in (SIZE - 10, 0, FRAME - 5, 2 * FRAME, 17):
            plain.seek(start)
            assert plain.read(10) == content[start : start + 10]
        plain.seek(-4, io.SEEK_END)
        assert plain.read() == content[-4:]


def test_two_files_of_one_content_have_nothing_in_common(file, content, tmp_path):
    written(tmp_path / "again", content)
    first, second = file.read_bytes(), (tmp_path / "again").read_bytes()
    assert first[HEADER_BYTES:][:100] != second[HEADER_BYTES:][:100]
    assert content[:32] not in first


def test_the_wrong_key_is_told_by_its_name(file):
    other = key_new()
    with pytest.raises(BackupKeyWrong) as refused:
        file_key_of(file, other)
    for language in ("en", "zh-Hans"):
        told = refused.value.sentence(language)
        assert key_name(key_public(KEY)) in told
        assert key_name(key_public(other)) in told


@pytest.mark.parametrize(
    "place",
    [40, 100, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + WHOLE, HEADER_BYTES + 2 * WHOLE, -50],
)
def test_one_flipped_bit_is_noticed_wherever_it_is(file, place):
    touched(file, lambda whole: whole[:place] + bytes([whole[place] ^ 1]) + whole[place:][1:])
    with pytest.raises(BackupChanged):
        read(file)


@pytest.mark.parametrize("kept", [30, HEADER_BYTES, HEADER_BYTES + WHOLE, -1000, -1])
def test_a_file_that_breaks_off_is_noticed(file, kept):
    touched(file, lambda whole: whole[:kept])
    with pytest.raises(BackupCutOff):
        read(file)


def frames_of(whole):
    inner = whole[HEADER_BYTES : -len(LAST_LINE)]
    return [inner[at : at + WHOLE] for at in range(0, len(inner), WHOLE)]


@pytest.mark.parametrize("order", [[1, 0, 2], [0, 2], [0, 0, 1, 2], [0], [0, 1], [2]])
def test_frames_that_were_moved_doubled_or_left_out_don_t_open(file, order):
    def moved(whole):
        frames = frames_of(whole)
        return whole[:HEADER_BYTES] + b"".join([frames[at] for at in order]) + LAST_LINE

    touched(file, moved)
    with pytest.raises(BackupChanged):
        read(file)


def test_frames_of_another_file_don_t_open(file, content, tmp_path):
    written(tmp_path / "again", content)
    strange = (tmp_path / "again").read_bytes()[HEADER_BYTES:]
    touched(file, lambda whole: whole[:HEADER_BYTES] + strange)
    with pytest.raises(BackupChanged):
        read(file)


def test_the_head_of_another_file_does_not_fit(file, content, tmp_path):
    other = key_new()
    with (tmp_path / "again").open("wb") as target:
        target.write(envelope_made(key_public(other)).header)
    head = (tmp_path / "again").read_bytes()
    touched(file, lambda whole: head + whole[HEADER_BYTES:])
    with pytest.raises(BackupChanged):
        read(file, other)


def test_a_plain_file_is_told_from_an_encrypted_one(file, tmp_path):
    (tmp_path / "plain.zip").write_bytes(b"PK")
    assert encrypted_for(tmp_path / "plain.zip") is None
    assert file_key_of(tmp_path / "plain.zip", KEY) is None
    assert encrypted_for(file) == key_public(KEY)


def test_a_key_is_typed_as_people_type():
    text = key_text(KEY)
    assert len(text.split("-")) == 14
    assert key_read(text) == KEY
    assert key_read(f"  {text.lower().replace('-', ' ')}\n") == KEY
    assert key_read(text.replace("O", "0").replace("I", "1").replace("B", "8")) == KEY


@pytest.mark.parametrize("at", [0, 27, 68])
def test_one_wrong_letter_is_noticed(at):
    text = key_text(KEY)
    wrong = text[:at] + ("A" if text[at] != "A" else "C") + text[at + 1 :]
    for each in (wrong, text[:-1], "", "密钥", f"{text}A"):
        with pytest.raises(BackupKeyMistyped):
            key_read(each)


def test_the_key_goes_to_a_private_file_elsewhere(settings_here, tmp_path):
    stick = tmp_path / "stick.key"
    key_file_written(settings_here, stick, KEY)
    assert key_file_read(stick) == KEY
    assert stat.S_IMODE(stick.stat().st_mode) == 0o600
    assert key_name(key_public(KEY)) in stick.read_text()
    with pytest.raises(BackupKeyFileExists):
        key_file_written(settings_here, stick, key_new())
    assert key_file_read(stick) == KEY
    near = settings_here.data_dir / "backups" / "my.key"
    with pytest.raises(BackupKeyTooNear):
        key_file_written(settings_here, near, KEY)
    assert not near.exists()
    with pytest.raises(BackupKeyUnreadable):
        key_file_written(settings_here, tmp_path / "nowhere" / "my.key", KEY)
    with pytest.raises(BackupKeyUnreadable):
        key_file_read(tmp_path)
