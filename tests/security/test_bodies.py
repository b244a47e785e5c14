"""Nobody fills the disk with a form: what is posted is read up to what its page needs."""

import io

import pytest
from django.test import Client

from regulars.foundation.webkit import bodies
from tests.security.stage import signed_in

MIB = 1024 * 1024
LARGE = bodies.FORM_BYTES_MAX + MIB


@pytest.fixture
def spooled(monkeypatch):
    """What arrives at the place where files of forms are written to the disk."""
    found = []
    handler = "django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk"
    monkeypatch.setattr(handler, lambda _self, data, _start: found.append(len(data)))
    return found


def sent(client, path, size=LARGE):
    file = io.BytesIO(b"x" * size)
    file.name = "members.csv"
    return client.post(path, {"file": file})


@pytest.mark.parametrize("path", ["/m/sign-in/", "/console/sign-in/", "/console/imports/"])
def test_a_strangers_file_is_not_even_read(stage, spooled, path):
    answer = sent(Client(), path)
    assert (answer.status_code, spooled) == (413, [])
    assert "提交的内容过大" in answer.content.decode()
    assert sent(Client(), path, MIB).status_code != 413


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("owner", "/console/members/new/"),
        ("owner", "/pos/do/sale/"),
        ("cashier_s1", "/console/imports/"),
        ("member", "/m/me/privacy/"),
    ],
)
def test_only_a_page_for_files_takes_one_from_who_may_import(stage, spooled, role, path):
    with signed_in(stage, role) as client, stage.shop.time():
        assert sent(client, path).status_code == 413
    assert spooled == []


def test_who_may_import_sends_a_file(stage, spooled):
    with signed_in(stage, "owner") as client, stage.shop.time():
        sent(client, "/console/imports/")
    assert sum(spooled) == LARGE
