"""A webhook never reaches into the machine it runs on, nor into the network around it."""

import ipaddress
import socket

import pytest
from django.db import connection

from regulars.foundation.actors import SYSTEM
from regulars.foundation.errors import RegularsError
from regulars.organization.webhooks import addresses
from regulars.organization.webhooks.addresses import (
    AddressRefused,
    address_resolved,
    is_public,
    url_checked,
)
from regulars.organization.webhooks.errors import WebhookUrlRefused
from regulars.organization.webhooks.posting import posted
from regulars.organization.webhooks.services import webhook_create


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://example.com:8443/",
        "https://mei:tea@example.com/",
        "https://example.com/#part",
        "https://",
        "https:///hooks",
        "ftp://example.com/",
        "gopher://example.com/",
        "unix:/run/socket",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1]/",
        "https://0.0.0.0/",
        "https://example.com:99999/",
        "https://exämple.com/",
        "https://example.com/a b",
        "https://example.com/\n",
        "https://example.com/" + "x" * 500,
        "",
    ],
)
def test_a_bad_address_is_refused_when_it_is_written(url):
    with pytest.raises(WebhookUrlRefused):
        url_checked(url, own_network=False)


@pytest.mark.parametrize("url", ["https://example.com/hooks?shop=1", "https://8.8.8.8/"])
def test_a_public_address_is_taken(url):
    assert url_checked(url, own_network=False) == url


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("127.0.0.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::ffff:8.8.8.8", True),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("fd00::1", False),
        ("::", False),
    ],
)
def test_what_is_public(text, public):
    assert is_public(ipaddress.ip_address(text)) is public


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1"])
def test_every_way_to_write_this_machine_is_seen(host):
    with pytest.raises(AddressRefused):
        address_resolved(host, 443, own_network=False)


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    monkeypatch.setattr(addresses.socket, "getaddrinfo", answering("8.8.8.8", "10.0.0.1"))
    with pytest.raises(AddressRefused):
        address_resolved("shop.example", 443, own_network=False)


def test_a_name_that_changes_its_mind_reaches_nobody(receiver, monkeypatch):
    """Public when it was written, private when it is called: judged at each try, and called at
    the address that was judged."""
    url = receiver.url.replace("127.0.0.1", "shop.example")
    monkeypatch.setattr(addresses.socket, "getaddrinfo", answering("127.0.0.1"))
    outcome = posted(url, {}, b"{}", own_network=False)
    assert (outcome.status, outcome.error) == (None, "the host stands for a private address")
    assert receiver.tries == 0
    # The negative control: on a network of one's own the same call arrives.
    assert posted(url, {}, b"{}", own_network=True).status == 200
    assert receiver.tries == 1


def answering(*texts):
    def getaddrinfo(_host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, port)) for text in texts]

    return getaddrinfo


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kinds": ()}, "notice_kinds_missing"),
        ({"kinds": ("order.paid",)}, "unknown_notice_kind"),
        ({"kinds": ("event.[a]*",)}, "unknown_notice_kind"),
        ({"kinds": ("nothing.*",)}, "unknown_notice_kind"),
        ({"kinds": tuple(f"a{each}" for each in range(21))}, "notice_kinds_missing"),
        ({"name": " "}, "text_missing"),
        ({"url": "https://localhost:1/"}, "webhook_url_refused"),
    ],
)
def test_bad_input_is_refused_by_its_code(db, changes, code):
    asked = {"name": "erp", "url": "https://example.com/", "kinds": ("event.*",)}
    with pytest.raises(RegularsError) as refused:
        webhook_create(actor=SYSTEM, **(asked | changes))
    assert refused.value.code == code


def test_the_secret_lies_sealed_and_is_told_once(db):
    view, secret = webhook_create(
        actor=SYSTEM, name="erp", url="https://example.com/", kinds=("event.*", "*")
    )
    assert secret.startswith("whsec_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization_webhook::text FROM organization_webhook")
        assert secret[6:] not in cursor.fetchone()[0]
    assert secret not in repr(view)
