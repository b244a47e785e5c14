"""The page of one API key: what it may, what was done with it, and its end."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation import clock
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.blocks import Action, Badge, Fact, Facts, Head
from regulars.foundation.webkit.confirming import (
    Confirmation,
    confirmation_page,
    is_confirmed,
)
from regulars.foundation.webkit.details import detail_page, log_part
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import may, staff_actor
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Tone
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.apikeys.selectors import apikey_found, apikeys_listed, scope_words
from regulars.organization.apikeys.services import apikey_revoke
from regulars.organization.apikeys.types import ApiKeyShown

CHANGE = "apikeys.manage"
ACTS: dict[str, Text] = {
    "apikey.created": gettext_lazy("API key made"),
    "apikey.rotated": gettext_lazy("API key replaced"),
    "apikey.revoked": gettext_lazy("API key revoked"),
}
BADGES: dict[str, tuple[Text, Tone]] = {
    "valid": (gettext_lazy("valid"), "good"),
    "expired": (gettext_lazy("expired"), "bad"),
    "revoked": (gettext_lazy("revoked"), "bad"),
}


def apikey_page(request: HttpRequest, prefix: str) -> HttpResponse:
    """One key: its source, what it may, until when, and what was done with it."""
    key = _found(prefix)
    state = key_state(key)
    revoke = Action(
        _("Revoke"),
        reverse("console:apikeys-revoke", args=[key.prefix]),
        look="danger",
        in_dialog=True,
    )
    head = Head(
        key.name,
        badges=(Badge(*BADGES[state]),),
        actions=(revoke,) if state == "valid" and may(request, CHANGE) else (),
        back=Action(_("API keys"), reverse("console:apikeys")),
    )
    parts = [log_part(request, key.prefix, acts=ACTS)]
    return detail_page(request, head, parts, facts=_facts(key))


def apikey_revoke_page(request: HttpRequest, prefix: str) -> HttpResponse:
    """Asks before a key is revoked, and says what can't be done any more; then revokes it."""
    key = _found(prefix)
    here = reverse("console:apikeys-one", args=[key.prefix])
    if key.revoked_at is not None:
        return redirect(here)
    others = [
        each
        for each in apikeys_listed()
        if each.source == key.source and each.prefix != key.prefix and key_state(each) == "valid"
    ]
    asked = Confirmation(
        title=_("Revoke “%(name)s” for ever?") % {"name": key.name},
        consequences=(
            Fact(_("Key"), key.name, note=f"{key.prefix}.…"),
            Fact(_("What is refused from now on"), amount_text(len(key.scopes)), note=_may_of(key)),
            Fact(
                _("Other valid keys of the source “%(source)s”") % {"source": key.source},
                amount_text(len(others)),
                note=_(", ").join([each.name for each in others])
                or _("the other system stands still until it has a new key"),
                tone="" if others else "bad",
            ),
        ),
        button=_("Revoke for ever"),
        back=here,
        warning=_("It can't be taken back. To change a key without a standstill, replace it."),
    )
    if request.method != "POST" or not is_confirmed(request, asked):
        return confirmation_page(request, asked)
    apikey_revoke(actor=staff_actor(request), prefix=key.prefix)
    messages.success(request, _("The key is revoked."))
    return redirect(here)


def key_state(key: ApiKeyShown) -> str:
    """Whether a key is valid, expired or revoked now."""
    if key.revoked_at is not None:
        return "revoked"
    is_over = key.expires_at is not None and key.expires_at <= clock.now()
    return "expired" if is_over else "valid"


def _found(prefix: str) -> ApiKeyShown:
    try:
        return apikey_found(prefix)
    except RegularsError:
        raise Http404(prefix[:16]) from None


def _may_of(key: ApiKeyShown) -> str:
    return _(", ").join([scope_words(each) for each in key.scopes])


def _facts(key: ApiKeyShown) -> Facts:
    facts = [
        Fact(_("May"), _may_of(key)),
        Fact(_("Source"), key.source, code=True),
        Fact(_("Made"), instant(key.created_at)),
        Fact(_("Key"), f"{key.prefix}.…", code=True),
    ]
    if key.expires_at is not None:
        facts.append(Fact(_("Good until"), instant(key.expires_at)))
    if key.revoked_at is not None:
        facts.append(Fact(_("Revoked"), instant(key.revoked_at), tone="bad"))
    return Facts(tuple(facts))
