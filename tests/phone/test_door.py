"""Small things at the phone's door: colours that can be read, addresses that can be believed."""

import pytest
from django.conf import settings as django_settings
from django.test import RequestFactory

from regulars.faces.h5.codes import path_of, pictured
from regulars.faces.h5.colours import INK, PALETTE, READABLE, WHITE, _parsed, contrast, face_of
from regulars.faces.h5.door import address_of, device_of

COLOURS = (*PALETTE, "#ffffff", "#000000", "#f2cf5b", "#ff0000", "#00ff00", "#7f7f7f", "#c0c0c0")


@pytest.mark.parametrize("colour", COLOURS)
def test_letters_on_every_colour_can_be_read(colour):
    face = face_of(colour)
    letters = WHITE if face.is_dark else INK
    for ground in (face.start, face.end):
        assert contrast(_parsed(ground), letters) >= READABLE, face


def test_contrast_is_counted_as_the_guideline_does():
    assert round(contrast(WHITE, (0, 0, 0)), 1) == 21.0
    assert round(contrast((118, 118, 118), WHITE), 2) == 4.54


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Safari/604.1", "iPhone · Safari"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 MicroMessenger/8.0", "Android · WeChat"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120", "Windows · Edge"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_device_has_a_name_people_know(agent, device):
    assert device_of(RequestFactory().get("/m/", headers={"user-agent": agent})) == device


def test_only_our_own_proxy_is_believed(settings):
    asked = RequestFactory().get(
        "/m/", headers={"x-forwarded-for": "1.1.1.1, 10.9.8.7"}, REMOTE_ADDR="127.0.0.1"
    )
    assert address_of(asked) == "127.0.0.1"
    behind = django_settings.REGULARS.model_copy(update={"behind_https": True})
    settings.REGULARS = behind
    assert address_of(asked) == "10.9.8.7"
    assert address_of(RequestFactory().get("/m/", REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"


def test_a_path_draws_the_fields_of_the_picture():
    size, bits = pictured("282345678901234567", "q")
    assert size == 21
    path = path_of(size, bits)
    drawn = sum(int(run.split("h")[1].split("v")[0]) for run in path.split("z") if run)
    assert drawn == f"{int(bits, 16):b}".count("1")
    assert path.startswith("M0 0h7v1h-7z")
