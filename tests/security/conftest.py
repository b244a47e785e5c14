"""The merchant of these tests, built once."""

import pytest
from django.test import override_settings

from regulars.organization.stores.services import stores_forgotten
from tests.phone.phones import Carrier
from tests.security.stage import built

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="package")
def stage(django_db_setup, worker_database, django_db_blocker):
    """The merchant with her people and things; whoever changes her puts it right again."""
    carrier = Carrier()
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(PASSWORD_HASHERS=QUICK),
        django_db_blocker.unblock(),
    ):
        for place in ("asking", "sending"):
            patch.setattr(f"regulars.members.signin.{place}.sms_provider", lambda: carrier)
        stage = built(carrier)
        yield stage
        stage.shop.close()
        stores_forgotten()
        worker_database.clean()
