"""The console's pages of one store and of groups: names, time zone, group, closing, log."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.errors import RegularsError
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.blocks import Action, Badge, Block, Card, Fact, Facts, Head, Words
from regulars.foundation.webkit.confirming import (
    Confirmation,
    confirmation_page,
    consequences_beside,
    is_confirmed,
)
from regulars.foundation.webkit.details import Part, detail_page, log_part
from regulars.foundation.webkit.forms import Asked, FilledForm, Form, form_answered, form_filled
from regulars.foundation.webkit.pages import may, merchant_text, staff_actor
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tabs import Tab
from regulars.foundation.webkit.zones import zone_options, zone_shown
from regulars.organization.stores.selectors import groups_list, store_get
from regulars.organization.stores.services import (
    store_create,
    store_group_create,
    store_group_update,
    store_update,
)
from regulars.organization.stores.types import StoreGroupView, StoreKind, StoreView

ACTS: dict[str, Text] = {
    "store.created": gettext_lazy("Opened"),
    "store.updated": gettext_lazy("Changed"),
    "counter.rules_set": gettext_lazy("Rules of the counter changed"),
}
GROUP_ACTS: dict[str, Text] = {
    "store_group.created": gettext_lazy("Group of stores made"),
    "store_group.updated": gettext_lazy("Group of stores renamed"),
}
KINDS = (("own", gettext_lazy("directly owned")), ("franchise", gettext_lazy("franchise")))
ZONE_PLACES: Mapping[str, str] = {"unknown_time_zone": "time_zone", "text_too_long": "name"}


def store_page(request: HttpRequest, code: str) -> HttpResponse:
    """One store: what it is, a form to change it, and its log. Posted, it is changed."""
    store = _store(request, code)
    form = form_filled(store_form(store))
    if request.method == "POST":
        again = form_answered(request, form.form, lambda given: _saved(request, store, given))
        if again is None:
            messages.success(request, _("The store is saved."))
            return redirect("console:stores-one", store.code)
        form = again
    return _shown(request, store, form)


def store_state_page(request: HttpRequest, code: str) -> HttpResponse:
    """Closes a store that is open, or opens a closed one, after asking."""
    store = _store(request, code)
    asked = Confirmation(
        title=_("Close this store?") if store.is_active else _("Open this store again?"),
        consequences=(
            Fact(_("Store"), merchant_text(store.name), note=store.code),
            *(consequences_beside("store.close", store.code) if store.is_active else ()),
        ),
        button=_("Close it") if store.is_active else _("Open it"),
        back=reverse("console:stores-one", args=[store.code]),
        warning=_("Sales that name this store are refused from then on. It can be opened again.")
        if store.is_active
        else "",
        is_final=store.is_active,
    )
    if not is_confirmed(request, asked):
        return confirmation_page(request, asked)
    store_update(actor=staff_actor(request), code=store.code, is_active=not store.is_active)
    messages.success(request, _("Done."))
    return redirect("console:stores-one", store.code)


def group_page(request: HttpRequest, code: str) -> HttpResponse:
    """A group of stores: its name, and which stores are in it."""
    group = next((each for each in groups_list() if each.code == code), None)
    if group is None:
        raise Http404(code[:40])
    form = form_filled(group_form(group))
    if request.method == "POST":

        def saved(given: dict[str, Any]) -> None:
            store_group_update(actor=staff_actor(request), code=code, name=given["name"])

        again = form_answered(request, form.form, saved)
        if again is None:
            messages.success(request, _("The group is saved."))
            return redirect("console:stores-group", code)
        form = again
    back = Action(_("Groups of stores"), f"{reverse('console:stores')}?tab=groups")
    stores = Fact(_("Stores"), _(", ").join(group.stores) or _("none"))
    return detail_page(
        request,
        Head(merchant_text(group.name), back=back),
        [
            Part(Tab("form", _("Name")), lambda: [form]),
            log_part(request, group.code, acts=GROUP_ACTS),
        ],
        facts=Facts((Fact(_("Code"), group.code, code=True), stores)),
        status=form.status,
    )


def group_made(request: HttpRequest, given: dict[str, Any]) -> None:
    """Makes a group of stores."""
    store_group_create(actor=staff_actor(request), code=given["code"], name=given["name"])


def store_made(request: HttpRequest, given: dict[str, Any]) -> None:
    """Opens a store."""
    store_create(
        actor=staff_actor(request),
        code=given["code"],
        name=given["name"],
        time_zone=given["time_zone"],
        kind=given["kind"],
        group=given["group"] or None,
    )


def new_store_form() -> Form:
    """What a new store needs."""
    code = Asked(
        "code",
        _("Code"),
        maximum=40,
        hint=_("The till names it with every sale. Letters, digits, hyphens; stays for ever."),
    )
    name, zone, group = store_form_fields(shop_known().time_zone)
    kind = Asked("kind", _("Ownership"), KINDS, kind="radio", initial="own")
    return Form(
        deed="create",
        title=_("New store"),
        button=_("Open the store"),
        places={**ZONE_PLACES, "store_code_malformed": "code", "store_exists": "code"},
        fields=(code, name, kind, zone, group),
    )


def new_group_form() -> Form:
    """What a new group needs."""
    return Form(
        deed="group",
        title=_("New group of stores"),
        button=_("Make the group"),
        lead=_("Roles and figures can be given for a group, such as a region."),
        places={"store_code_malformed": "code", "store_group_exists": "code"},
        fields=(
            Asked(
                "code", _("Code"), maximum=40, hint=_("Letters, digits, hyphens; stays for ever.")
            ),
            Asked("name", _("Name"), kind="texts"),
        ),
    )


def group_form(group: StoreGroupView) -> Form:
    """The name of a group."""
    name = Asked("name", _("Name"), kind="texts", initial=group.name)
    return Form("save", _("Name of the group"), _("Save"), (name,))


def store_form(store: StoreView) -> Form:
    """What can be changed of a store."""
    fields = store_form_fields(store.time_zone, store.name, store.group or "")
    return Form("save", _("Change the store"), _("Save"), fields, places=ZONE_PLACES)


def store_form_fields(
    zone: str, name: Mapping[str, str] | None = None, group: str = ""
) -> tuple[Asked, Asked, Asked]:
    """Name, time zone and group of a store."""
    groups = (("", _("none")), *[(each.code, merchant_text(each.name)) for each in groups_list()])
    return (
        Asked(
            "name",
            _("Name"),
            kind="texts",
            initial=name,
            hint=_("Members see it on receipts and in their history."),
        ),
        Asked(
            "time_zone",
            _("Time zone"),
            zone_options(zone),
            initial=zone,
            hint=_("Decides on which business day a sale counts. Past days stay as they are."),
        ),
        Asked(
            "group",
            _("Store group"),
            groups,
            initial=group,
            required=False,
            hint=_("Who has a role at a group has it at all its stores."),
        ),
    )


def _shown(request: HttpRequest, store: StoreView, form: FilledForm) -> HttpResponse:
    may_manage = may(request, "stores.manage")
    owned = _("directly owned") if store.kind is StoreKind.OWN else _("franchise")
    toggle = Action(
        _("Close") if store.is_active else _("Open"),
        reverse("console:stores-state", args=[store.code]),
        look="danger" if store.is_active else "",
        in_dialog=True,
    )
    state = Badge(_("open"), "good") if store.is_active else Badge(_("closed"), "quiet")
    head = Head(
        merchant_text(store.name),
        badges=(state,),
        actions=(toggle,) if may_manage else (),
        back=Action(_("Stores"), reverse("console:stores")),
    )
    facts = Facts(
        (
            Fact(_("Code"), store.code, code=True),
            Fact(_("Ownership"), owned),
            Fact(_("Time zone"), zone_shown(store.time_zone)),
            Fact(_("Store group"), store.group or _("none")),
        )
    )
    told: Block = Card("", (Words(_("Ask the owner if something here has to be changed.")),))
    parts = [
        Part(Tab("form", _("Settings")), lambda: [form if may_manage else told]),
        log_part(request, store.code, acts=ACTS),
    ]
    return detail_page(request, head, parts, facts=facts, status=form.status)


def _saved(request: HttpRequest, store: StoreView, given: dict[str, Any]) -> None:
    store_update(
        actor=staff_actor(request),
        code=store.code,
        name=given["name"],
        time_zone=given["time_zone"],
        group=given["group"] or "",
    )


def _store(request: HttpRequest, code: str) -> StoreView:
    try:
        store = store_get(code)
    except RegularsError:
        raise Http404(code[:40]) from None
    if not may(request, "stores.view", store.code):
        raise Http404(code[:40])
    return store
