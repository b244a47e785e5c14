"""The ceremonies of passkeys (WebAuthn): what the browser is asked, and what it must answer."""

from typing import Any

from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from regulars.organization.signins.errors import PasskeyRefused
from regulars.organization.signins.models import Factor

State = dict[str, Any]
LOCAL = "localhost"


def passkeys_possible(host: str, *, is_secure: bool) -> bool:
    """Whether browsers offer passkeys there: on a name over https, or on this very machine."""
    is_name = any(each.isalpha() for each in host) and ":" not in host
    return is_name and (is_secure or host == LOCAL)


def registration_begun(host: str, staff_id: bytes, name: str) -> tuple[dict[str, Any], State]:
    """What the browser is asked when a passkey is made, and what to keep until it answers."""
    options, state = _server(host).register_begin(
        PublicKeyCredentialUserEntity(id=staff_id, name=name, display_name=name),
        credentials=[],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options), state


def registration_finished(host: str, state: State, answer: dict[str, Any]) -> tuple[str, str]:
    """The new passkey's id and public key as text. Errors: passkey_refused."""
    try:
        made = _server(host).register_complete(state, RegistrationResponse.from_dict(answer))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise PasskeyRefused from None
    found = made.credential_data
    if found is None:
        raise PasskeyRefused
    return websafe_encode(found.credential_id), websafe_encode(bytes(found))


def authentication_begun(host: str, factors: list[Factor]) -> tuple[dict[str, Any], State]:
    """What the browser is asked when a passkey is shown, and what to keep until it answers."""
    options, state = _server(host).authenticate_begin(
        _credentials(factors), user_verification=UserVerificationRequirement.PREFERRED
    )
    return dict(options), state


def authentication_finished(
    host: str, state: State, factors: list[Factor], answer: dict[str, Any]
) -> tuple[Factor, int]:
    """Which of the passkeys it was, and its counter of signatures. Errors: passkey_refused."""
    try:
        given = AuthenticationResponse.from_dict(answer)
        shown = _server(host).authenticate_complete(state, _credentials(factors), given)
        counter = given.response.authenticator_data.counter
    except Exception as error:
        # The library raises its own, cryptography's and Python's errors for a wrong answer.
        raise PasskeyRefused from error
    credential_id = websafe_encode(shown.credential_id)
    return next(each for each in factors if each.credential_id == credential_id), counter


def _server(host: str) -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(id=host, name="Regulars"))


def _credentials(factors: list[Factor]) -> list[AttestedCredentialData]:
    return [AttestedCredentialData(websafe_decode(each.credential)) for each in factors]
