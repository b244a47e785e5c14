"""The console's page of API keys: who may send what, never a secret."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation import clock
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.forms import Asked, Form, Shown, managed_page
from regulars.foundation.webkit.pages import may, refusal_shown, staff_actor
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.apikeys.models import ApiKey
from regulars.organization.apikeys.selectors import apikeys_list
from regulars.organization.apikeys.services import apikey_create, apikey_revoke, apikey_rotate
from regulars.organization.apikeys.types import Scope

SCOPES: dict[str, Text] = {
    Scope.EVENTS_WRITE: gettext_lazy("send sales"),
    Scope.REDEMPTIONS_WRITE: gettext_lazy("redeem points"),
    Scope.MEMBERS_WRITE: gettext_lazy("enrol members"),
    Scope.MEMBERS_READ: gettext_lazy("read members"),
    Scope.MEMBERS_MANAGE: gettext_lazy("merge, freeze, export and erase members"),
    Scope.PROGRAMS_READ: gettext_lazy("read programs"),
    Scope.PROGRAMS_WRITE: gettext_lazy("change programs"),
    Scope.WEBHOOKS: gettext_lazy("manage webhooks"),
    Scope.STORES_WRITE: gettext_lazy("open and change stores"),
    Scope.DEVICES: gettext_lazy("register and revoke devices"),
    Scope.IMPORTS: gettext_lazy("import files"),
    Scope.KEYS: gettext_lazy("list, replace and end API keys"),
}

OVERLAPS: dict[str, tuple[timedelta, Text]] = {
    "day": (timedelta(days=1), gettext_lazy("a day")),
    "week": (timedelta(days=7), gettext_lazy("a week")),
    "none": (timedelta(0), gettext_lazy("not at all")),
}


def apikeys_page(request: HttpRequest) -> HttpResponse:
    """All keys, newest first, ended ones too; posted, a new one, a successor or an end."""
    shown, status = None, 200
    if request.method == "POST":
        try:
            shown = _done(request)
        except RegularsError as refusal:
            messages.error(request, refusal_shown(refusal))
            status = 422
    table = Table(
        columns=(
            Column(_("Key")),
            Column(_("Source")),
            Column(_("May")),
            Column(_("Made")),
            Column(_("State")),
        ),
        rows=tuple(_row(key) for key in apikeys_list()),
        empty=Empty(
            _("No API keys yet"),
            _("Each till, web shop or warehouse signs in with a key of its own."),
        ),
    )
    return managed_page(
        request,
        title=_("API keys"),
        table=table,
        forms=_forms() if may(request, "apikeys.manage") else (),
        shown=shown,
        status=status,
    )


def _done(request: HttpRequest) -> Shown | None:
    """What was asked for; a new key comes with its text, this one time."""
    given, actor = request.POST, staff_actor(request)
    hint = _("It is shown only now. Give it to who runs the other program.")
    if given.get("do") == "revoke":
        apikey_revoke(actor=actor, prefix=given.get("prefix", ""))
        messages.success(request, _("Done."))
        return None
    if given.get("do") == "rotate":
        overlap = OVERLAPS.get(given.get("overlap", ""), OVERLAPS["day"])[0]
        _key, text = apikey_rotate(actor=actor, prefix=given.get("prefix", ""), overlap=overlap)
        return Shown(_("The new key"), text, hint)
    _key, text = apikey_create(
        actor=actor,
        name=given.get("name", ""),
        source=given.get("source", "").strip(),
        scopes=given.getlist("scopes"),
    )
    return Shown(_("The new key"), text, hint)


def _forms() -> tuple[Form, ...]:
    scopes = Asked("scopes", _("May"), options=tuple(SCOPES.items()), many=True)
    source = Asked("source", _("Source: small letters, digits, hyphens"), maximum=40)
    new = Form(
        "create", _("New API key"), _("Make the key"), (Asked("name", _("Name")), source, scopes)
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
        Form("revoke", _("Revoke a key"), _("Revoke for ever"), (key,)),
    )


def _row(key: ApiKey) -> tuple[Cell, ...]:
    return (
        Cell(key.name, note=f"{key.prefix}.…"),
        Cell(key.source, code=True),
        Cell(_(", ").join([str(SCOPES.get(each, each)) for each in key.scopes])),
        Cell(instant(key.created_at)),
        _state(key),
    )


def _state(key: ApiKey) -> Cell:
    if key.revoked_at is not None:
        return Cell(_("revoked"), tone="bad", note=instant(key.revoked_at))
    if key.expires_at is None:
        return Cell(_("valid"), tone="good")
    if key.expires_at <= clock.now():
        return Cell(_("expired"), tone="bad", note=instant(key.expires_at))
    return Cell(_("valid"), tone="good", note=_("until %(at)s") % {"at": instant(key.expires_at)})


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
    )
)
