"""`regulars serve --https`: a certificate of its own, and cookies that travel over https only."""

import ssl
from contextlib import closing
from datetime import timedelta
from http.client import HTTPSConnection

import pytest
from cryptography import x509

from regulars.faces.cli import certificate as certificates
from regulars.faces.cli.certificate import GOOD_FOR, certificate_ready
from regulars.foundation import clock
from regulars.foundation.database.connections import APP_ROLE, OWNER_ROLE
from regulars.foundation.settings import RegularsSettings
from tests.foundation.servers import server_start, wait_until


@pytest.fixture
def shop(tmp_path):
    return RegularsSettings(data_dir=tmp_path, host="::", allowed_hosts="shop.example")


def names_in(certificate):
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    known = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(each.value) for each in known}


def test_the_certificate_names_this_machine_and_is_kept(shop):
    certificate, key = certificate_ready(shop)
    assert names_in(certificate) >= {"localhost", "127.0.0.1", "shop.example"}
    assert (key.stat().st_mode & 0o777, key.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    before = certificate.read_bytes()
    certificate_ready(shop)
    assert certificate.read_bytes() == before


def test_it_is_made_again_for_another_name_and_before_it_runs_out(shop):
    certificate, _ = certificate_ready(shop)
    before = certificate.read_bytes()
    certificate_ready(shop.model_copy(update={"allowed_hosts": "shop.example,till.example"}))
    assert "till.example" in names_in(certificate)
    second = certificate.read_bytes()
    with clock.stopped_at(clock.now() + GOOD_FOR - timedelta(days=29)):
        certificate_ready(shop)
    assert len({before, second, certificate.read_bytes()}) == 3


def test_it_names_the_address_that_stands_on_the_poster_and_is_made_again_for_another(
    shop, monkeypatch
):
    for address in ("192.168.7.20", "10.4.0.9", ""):
        monkeypatch.setattr(certificates, "own_address", lambda here=address: here)
        certificate, _ = certificate_ready(shop)
        before = certificate.read_bytes()
        assert not address or address in names_in(certificate)
        assert "" not in names_in(certificate)
    certificate_ready(shop)
    assert certificate.read_bytes() == before


def asked(port, path, certificate):
    """One request, by a client that trusts this certificate and nothing else."""
    trusting = ssl.create_default_context(cafile=str(certificate))
    with closing(HTTPSConnection("localhost", port, timeout=20, context=trusting)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer


def test_the_server_speaks_https_and_its_cookies_nothing_else(clean_database, tmp_path):
    folder = tmp_path / "server"
    certificate = folder / "https" / "certificate.pem"
    database = {
        "DATABASE_URL": clean_database.url(APP_ROLE),
        "REGULARS_OWNER_DATABASE_URL": clean_database.url(OWNER_ROLE),
    }
    server = server_start(database, folder, "--workers", "1", "--no-jobs", "--https")

    def answers():
        try:
            return asked(server.port, "/healthz", certificate).status == 200
        except OSError:
            return False

    try:
        wait_until(answers, seconds=60, pause=0.1)
        # Nobody works there yet: the page that opens the shop is the first with a form.
        answer = asked(server.port, "/console/sign-in/", certificate)
        assert (answer.status, answer.headers["Location"]) == (302, "/console/start/")
        answer = asked(server.port, "/console/start/", certificate)
        assert answer.status == 200
        assert "Secure" in answer.headers["Set-Cookie"]
    finally:
        server.stop()
