"""Asking for a one-time code: counted, kept sealed, sent by a job after the commit.

Whether a number is a member's is looked up only when its code was right: asking costs and answers
the same for everybody.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from regulars.foundation import clock
from regulars.foundation.ids import new_digits, new_id
from regulars.foundation.jobs.registry import job_defer
from regulars.foundation.locks import SIGN_IN_CODES
from regulars.foundation.networks import network_of
from regulars.foundation.personal import blind_index, encrypt
from regulars.foundation.settings import settings_load
from regulars.foundation.sms import sms_provider
from regulars.members.profiles.selectors import identifier_digest, phone_normalised
from regulars.members.signin.errors import CodesNotSent, TooManyCodes
from regulars.members.signin.models import SignInCode
from regulars.members.signin.sending import code_send_task
from regulars.members.signin.types import CodeAsked

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=5)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# One who doesn't get the message asks a few times; who asks oftener is no member at her phone.
PHONE_PER_HOUR, PHONE_PER_DAY = 5, 10
# All guests of a shop may stand behind its one address.
ADDRESS_PER_HOUR = 40
PAUSE = timedelta(seconds=30)
END_DIGITS = 4


@transaction.atomic
def sign_in_code_ask(*, phone: str, address: str, language: str) -> CodeAsked:
    """Sends a new code to a phone, whoever's it is; earlier ones of that phone go on until over.

    `address` is where the asking came from, for the limits; of IPv6 a whole /64 counts as one.
    Errors: invalid_phone, too_many_codes, codes_not_sent.
    """
    if sms_provider() is None:
        raise CodesNotSent
    number = phone_normalised(phone)
    digest = identifier_digest("phone", number)
    place = blind_index("sign-in-address", network_of(address))
    _askers_wait()
    now = clock.now()
    _limits_checked(digest, place, now)
    challenge, code = new_id(), new_digits(CODE_DIGITS)
    SignInCode.objects.create(
        id=challenge,
        phone_digest=digest,
        address_digest=place,
        phone_encrypted=encrypt(number, f"{challenge}/phone"),
        code_encrypted=encrypt(code, f"{challenge}/code"),
        code_digest=code_digest(challenge, code),
        language=language,
        created_at=now,
        expires_at=now + CODE_LIFE,
    )
    job_defer(code_send_task, challenge=challenge)
    return CodeAsked(challenge, number[-END_DIGITS:], now + CODE_LIFE)


def code_digest(challenge: str, code: str) -> str:
    """The keyed digest of a code, good for one asking only."""
    return blind_index("sign-in-code", f"{challenge}/{code}")


def _askers_wait() -> None:
    """One asks after the other, until the transaction ends: else all would count the same rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SIGN_IN_CODES])


def _limits_checked(digest: str, place: str, now: datetime) -> None:
    by_phone = SignInCode.objects.filter(phone_digest=digest)
    by_address = SignInCode.objects.filter(address_digest=place)
    overall = settings_load().sign_in_codes_per_hour
    for asked, span, limit in (
        (by_phone, PAUSE, 1),
        (by_phone, HOUR, PHONE_PER_HOUR),
        (by_phone, DAY, PHONE_PER_DAY),
        (by_address, HOUR, ADDRESS_PER_HOUR),
        (SignInCode.objects.all(), HOUR, overall),
    ):
        _limit_checked(asked, span, limit, now)


def _limit_checked(
    asked: "QuerySet[SignInCode]", span: timedelta, limit: int, now: datetime
) -> None:
    """Refuses when `limit` were asked for within `span`; says when the oldest of them is past."""
    within = asked.filter(created_at__gt=now - span).order_by("-created_at")
    full = within.values_list("created_at", flat=True)[limit - 1 : limit].first()
    if full is not None:
        left = (full + span - now).total_seconds()
        raise TooManyCodes(minutes=max(1, -int(-left // 60)))
