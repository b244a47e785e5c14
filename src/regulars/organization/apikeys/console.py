"""The console's page of API keys: who may send what, never a secret."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation import clock
from regulars.foundation.webkit.filters import Filter
from regulars.foundation.webkit.forms import (
    Asked,
    Deed,
    Form,
    Shown,
    Values,
    forms_answered,
    managed_page,
)
from regulars.foundation.webkit.listing import ListColumn
from regulars.foundation.webkit.listrows import SmallRows
from regulars.foundation.webkit.lists import RoomList, Row, Viewer, list_register, list_shown
from regulars.foundation.webkit.pages import may, staff_actor
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.foundation.webkit.tables import Cell, Empty, Tone
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.apikeys.labels import SCOPES
from regulars.organization.apikeys.models import ApiKey
from regulars.organization.apikeys.selectors import apikeys_list
from regulars.organization.apikeys.services import apikey_create, apikey_rotate
from regulars.organization.apikeys.standing import apikey_page, apikey_revoke_page

# By state: its words, its look, and how the moment of it is told.
STATES: dict[str, tuple[Text, Tone, Text]] = {
    "valid": (gettext_lazy("valid"), "good", gettext_lazy("until %(at)s")),
    "expired": (gettext_lazy("expired"), "bad", "%(at)s"),
    "revoked": (gettext_lazy("revoked"), "bad", "%(at)s"),
}

OVERLAPS: dict[str, tuple[timedelta, Text]] = {
    "day": (timedelta(days=1), gettext_lazy("a day")),
    "week": (timedelta(days=7), gettext_lazy("a week")),
    "none": (timedelta(0), gettext_lazy("not at all")),
}


def apikeys_page(request: HttpRequest) -> HttpResponse:
    """All keys, newest first, ended ones too; posted, a new one or a successor."""
    made: list[str] = []
    answered = forms_answered(request, lambda: _forms(request), _deeds(request, made))
    hint = _("It is shown only now. Give it to who runs the other program.")
    return managed_page(
        request,
        title=_("API keys"),
        lead=_(
            "With a key another system, such as a till or a web shop, does what its rights allow."
        ),
        table=list_shown(request, KEYS),
        forms=answered.forms,
        shown=Shown(_("The new key"), made[0], hint) if made else None,
        status=answered.status,
    )


def _deeds(request: HttpRequest, made: list[str]) -> dict[str, Deed]:
    """What can be done; the text of a new key goes into `made`, to be shown this one time."""
    actor = staff_actor(request)

    def create(given: Values) -> None:
        _key, text = apikey_create(
            actor=actor, name=given["name"], source=given["source"], scopes=given["scopes"]
        )
        made.append(text)

    def rotate(given: Values) -> None:
        overlap = OVERLAPS[given["overlap"]][0]
        _key, text = apikey_rotate(actor=actor, prefix=given["prefix"], overlap=overlap)
        made.append(text)

    return {"create": create, "rotate": rotate}


def _forms(request: HttpRequest) -> tuple[Form, ...]:
    if not may(request, "apikeys.manage"):
        return ()
    rights = tuple([(str(code), label) for code, label in SCOPES.items()])
    scopes = Asked("scopes", _("May"), options=rights, many=True)
    source = Asked(
        "source",
        _("Source"),
        maximum=40,
        hint=_("Small letters, digits, hyphens. Events of this key carry it."),
    )
    new = Form(
        "create",
        _("New API key"),
        _("Make the key"),
        (Asked("name", _("Name")), source, scopes),
        places={
            "source_malformed": "source",
            "unknown_scope": "scopes",
            "scope_beyond_rights": "scopes",
        },
    )
    now = clock.now()
    valid = tuple(
        (each.prefix, f"{each.name} ({each.prefix})")
        for each in apikeys_list()
        if each.revoked_at is None and (each.expires_at is None or each.expires_at > now)
    )
    if not valid:
        return (new,)
    key = Asked("prefix", _("Key"), options=valid)
    overlaps = tuple((code, label) for code, (_days, label) in OVERLAPS.items())
    overlap = Asked("overlap", _("The old key goes on for"), options=overlaps)
    return (
        new,
        Form("rotate", _("Replace a key"), _("Make its successor"), (key, overlap)),
    )


def _rows(_viewer: Viewer) -> list[Row]:
    return [_row(each) for each in apikeys_list()]


def _row(key: ApiKey) -> Row:
    state = _state_of(key)
    words, tone, at = STATES[state]
    moment = key.revoked_at if state == "revoked" else key.expires_at
    return Row(
        key.prefix,
        {
            "key": Cell(
                key.name,
                href=reverse("console:apikeys-one", args=[key.prefix]),
                note=f"{key.prefix}.…",
            ),
            "source": Cell(key.source, code=True),
            "may": Cell(_(", ").join([str(SCOPES.get(each, each)) for each in key.scopes])),
            "made": Cell(instant(key.created_at)),
            "state": Cell(
                words, tone=tone, note=str(at) % {"at": instant(moment)} if moment else ""
            ),
        },
        values={
            "source": key.source,
            "may": tuple(key.scopes),
            "made": key.created_at,
            "state": state,
        },
    )


def _state_of(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return "revoked"
    is_over = key.expires_at is not None and key.expires_at <= clock.now()
    return "expired" if is_over else "valid"


def _filters(_viewer: Viewer) -> tuple[Filter, ...]:
    sources = sorted({each.source for each in apikeys_list()})
    return (
        Filter("q", gettext_lazy("Name or code"), kind="text"),
        Filter("source", gettext_lazy("Source"), tuple([(each, each) for each in sources])),
        Filter("may", gettext_lazy("May"), tuple([(str(c), t) for c, t in SCOPES.items()])),
        Filter(
            "state",
            gettext_lazy("State"),
            tuple([(code, words) for code, (words, _tone, _at) in STATES.items()]),
        ),
        Filter("made", gettext_lazy("Made"), kind="days"),
    )


KEYS = list_register(
    RoomList(
        screen="apikeys",
        title=gettext_lazy("API keys"),
        columns=(
            ListColumn("key", gettext_lazy("Key"), sort=True),
            ListColumn("source", gettext_lazy("Source"), sort=True),
            ListColumn("may", gettext_lazy("May"), words=True),
            ListColumn("made", gettext_lazy("Made"), sort=True),
            ListColumn("state", gettext_lazy("State"), sort=True),
        ),
        order="-made",
        rows=SmallRows(_rows),
        empty=Empty(
            gettext_lazy("No API keys yet"),
            gettext_lazy("Each till, web shop or warehouse signs in with a key of its own."),
        ),
        filters=_filters,
        export="apikeys.view",
        by_store=False,
    )
)

screen_register(
    screen=Screen(
        name="apikeys",
        path="api-keys/",
        view=apikeys_page,
        title=gettext_lazy("API keys"),
        section="settings",
        icon="keys",
        place=20,
        right="apikeys.view",
        change="apikeys.manage",
        asks_again=True,
    )
)
screen_register(
    screen=Screen(
        name="apikeys-one",
        path="api-keys/<str:prefix>/",
        view=apikey_page,
        title=gettext_lazy("API key"),
        right="apikeys.view",
        change="apikeys.manage",
    )
)
screen_register(
    screen=Screen(
        name="apikeys-revoke",
        path="api-keys/<str:prefix>/revoke/",
        view=apikey_revoke_page,
        title=gettext_lazy("Revoke a key"),
        right="apikeys.manage",
        change="apikeys.manage",
        asks_again=True,
    )
)
