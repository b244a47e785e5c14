"""The doors for second factors: set up, shown at the sign-in, removed. Each act is audited."""

import base64
from typing import Any
from uuid import UUID

from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.ids import new_secret, new_secret_bytes, new_uuid
from regulars.foundation.personal import blind_index, decrypt, encrypt
from regulars.foundation.texts import code_typed, text_checked
from regulars.organization.sessions.services import sessions_end
from regulars.organization.signins.browsers import answer_of, host_of
from regulars.organization.signins.errors import (
    CodeWrong,
    LastFactor,
    PasskeyRefused,
    TotpThere,
    UnknownFactor,
)
from regulars.organization.signins.models import Factor, KnownDevice, RecoveryCode
from regulars.organization.signins.passkeys import (
    State,
    authentication_begun,
    authentication_finished,
    passkeys_possible,
    registration_begun,
    registration_finished,
)
from regulars.organization.signins.totp import new_totp_secret, totp_address, totp_step
from regulars.organization.signins.tries import (
    second_step_counted,
    second_step_right,
    sign_in_counted,
    sign_in_right,
)
from regulars.organization.signins.types import Offer
from regulars.organization.staff.selectors import staff_get
from regulars.organization.staff.services import managing_checked

NAME_MAX = 80
ISSUER = "Regulars"
CODES = 10
CODE_BYTES = 10  # 80 bits, 16 letters and digits
_TOTP, _PASSKEY = "totp", "passkey"
_FIRST_NAME = {_TOTP: "TOTP", _PASSKEY: "Passkey"}


def totp_offer(username: str, secret: str | None = None) -> Offer:
    """A new secret for an authenticator app (or the one given), and what its picture says."""
    kept = secret or new_totp_secret()
    return Offer(kept, totp_address(kept, label=username, issuer=ISSUER))


@transaction.atomic
def totp_add(*, actor: Actor, secret: str, code: str, name: str = "", but_key: str = "") -> None:
    """Puts an authenticator app in force, once it has shown the right code.

    Every other session of the person ends with the first factor. Errors: code_wrong, totp_there.
    """
    if Factor.objects.filter(staff_id=actor.id, kind=_TOTP).exists():
        raise TotpThere
    step = totp_step(secret, _digits(code), clock.now())
    if step is None:
        raise CodeWrong
    row_id = new_uuid()
    sealed = encrypt(secret, _context(row_id))
    _added(actor, _TOTP, name, but_key, id=row_id, secret_sealed=sealed, used_step=step)


def passkey_offer(*, staff_id: str, host: str) -> tuple[dict[str, Any], State]:
    """What the browser is asked to make a passkey, and what to keep until it answers."""
    staff = staff_get(staff_id)
    return registration_begun(host, UUID(staff.id).bytes, staff.username)


@transaction.atomic
def passkey_add(
    *,
    actor: Actor,
    host: str,
    state: State,
    answer: dict[str, Any],
    name: str = "",
    but_key: str = "",
) -> None:
    """Puts a passkey in force. Errors: passkey_refused."""
    credential_id, credential = registration_finished(host, state, answer)
    if Factor.objects.filter(credential_id=credential_id).exists():
        raise PasskeyRefused
    ids = {"credential_id": credential_id, "credential": credential}
    _added(actor, _PASSKEY, name, but_key, **ids)


@transaction.atomic
def factor_remove(*, actor: Actor, factor: str, is_required: bool) -> None:
    """Takes one of one's own factors away; with the last one the recovery codes go too.

    Errors: unknown_factor, last_factor.
    """
    own = Factor.objects.select_for_update().filter(staff_id=actor.id)
    rows = {str(each.id): each for each in own.order_by("id")}
    if factor not in rows:
        raise UnknownFactor
    if is_required and len(rows) == 1:
        raise LastFactor
    rows[factor].delete()
    if len(rows) == 1:
        RecoveryCode.objects.filter(staff_id=actor.id).delete()
    details = {"kind": rows[factor].kind}
    record(actor=actor, action="staff.factor_removed", subject=actor.id, details=details)


@transaction.atomic
def factors_reset(*, actor: Actor, staff_id: str) -> None:
    """Takes away all factors of somebody who has lost them; every session of theirs ends.

    Errors: unknown_staff, right_not_own.
    """
    managing_checked(actor=actor, staff_id=staff_id)
    Factor.objects.filter(staff_id=staff_id).delete()
    RecoveryCode.objects.filter(staff_id=staff_id).delete()
    KnownDevice.objects.filter(staff_id=staff_id).delete()
    sessions_end(staff_id=staff_id)
    record(actor=actor, action="staff.factors_reset", subject=staff_id)


@transaction.atomic
def recovery_codes_make(*, actor: Actor) -> list[str]:
    """Ten new codes to be kept on paper; the old ones are good no more. Shown this one time."""
    codes = [_code() for _ in range(CODES)]
    RecoveryCode.objects.filter(staff_id=actor.id).delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(staff_id=UUID(actor.id), digest=_digest(actor.id, each)) for each in codes]
    )
    record(actor=actor, action="staff.recovery_codes_made", subject=actor.id)
    return codes


def second_step_code(*, staff_id: str, code: str) -> bool:
    """Whether it is the person's time code or one of her recovery codes; each is good once."""
    digits = _digits(code)
    for row in Factor.objects.filter(staff_id=staff_id, kind=_TOTP):
        secret = decrypt(row.secret_sealed, _context(row.id))
        step = totp_step(secret, digits, clock.now())
        # Of two that bring the same code at one moment only one moves the step.
        if step is not None and _used(row.id, step):
            return True
    rows = RecoveryCode.objects.filter(staff_id=staff_id, digest=_digest(staff_id, code))
    if rows.filter(used_at=None).update(used_at=clock.now()):
        details = {"left": RecoveryCode.objects.filter(staff_id=staff_id, used_at=None).count()}
        actor = Actor.staff(staff_id)
        record(actor=actor, action="staff.recovery_code_used", subject=staff_id, details=details)
        return True
    return False


def second_step_passkey_offer(*, staff_id: str, host: str) -> tuple[dict[str, Any], State] | None:
    """What the browser is asked to show a passkey; None when the person has none."""
    rows = list(Factor.objects.filter(staff_id=staff_id, kind=_PASSKEY))
    return authentication_begun(host, rows) if rows else None


def second_step_passkey(*, staff_id: str, host: str, state: State, answer: dict[str, Any]) -> bool:
    """Whether the browser showed one of the person's passkeys for this very question."""
    rows = list(Factor.objects.filter(staff_id=staff_id, kind=_PASSKEY))
    try:
        shown, counter = authentication_finished(host, state, rows, answer)
    except PasskeyRefused:
        return False
    # Many passkeys don't count and always say 0; one that counts must have gone on.
    if counter == 0 and shown.used_step == 0:
        Factor.objects.filter(id=shown.id).update(used_at=clock.now())
        return True
    return _used(shown.id, counter)


def device_remember(*, staff_id: str, token: str | None) -> str:
    """Notes that the person signed in here; answers the token that the browser is to keep."""
    kept = token or new_secret()
    KnownDevice.objects.update_or_create(
        staff_id=UUID(staff_id),
        digest=UUID(blind_index("device", kept)),
        defaults={"seen_at": clock.now()},
        create_defaults={"created_at": clock.now(), "seen_at": clock.now()},
    )
    return kept


def _used(factor: UUID, step: int) -> bool:
    rows = Factor.objects.filter(id=factor, used_step__lt=step)
    return bool(rows.update(used_step=step, used_at=clock.now()))


def _added(actor: Actor, kind: str, name: str, but_key: str, **columns: Any) -> None:
    is_first = not Factor.objects.filter(staff_id=actor.id).exists()
    Factor.objects.create(
        staff_id=UUID(actor.id),
        kind=kind,
        name=text_checked(name, "name", maximum=NAME_MAX) or _FIRST_NAME[kind],
        created_at=clock.now(),
        **columns,
    )
    if is_first:
        sessions_end(staff_id=actor.id, but_key=but_key)
    record(actor=actor, action="staff.factor_added", subject=actor.id, details={"kind": kind})


def _context(row_id: UUID) -> str:
    return f"factor:{row_id}"


def _digits(code: str) -> str:
    return code_typed(code)[:16]


def _code() -> str:
    text = base64.b32encode(new_secret_bytes(CODE_BYTES)).decode().lower()
    return "-".join([text[place : place + 4] for place in range(0, len(text), 4)])


def _digest(staff_id: str, code: str) -> UUID:
    plain = code_typed(code).lower().replace("-", "")
    return UUID(blind_index("recovery", f"{staff_id}:{plain}"))


__all__ = [
    "answer_of",
    "device_remember",
    "factor_remove",
    "factors_reset",
    "host_of",
    "passkey_add",
    "passkey_offer",
    "passkeys_possible",
    "recovery_codes_make",
    "second_step_code",
    "second_step_counted",
    "second_step_passkey",
    "second_step_passkey_offer",
    "second_step_right",
    "sign_in_counted",
    "sign_in_right",
    "totp_add",
    "totp_offer",
]
