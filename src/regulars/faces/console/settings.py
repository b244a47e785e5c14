"""The settings of the shop: each says what it does, and what members see of it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.faces.console.start_steps import LANGUAGES, currencies, languages, zones
from regulars.foundation import clock
from regulars.foundation.audit.copies import backup_key_now, backup_last
from regulars.foundation.settings import settings_load
from regulars.foundation.shop.selectors import shop_now
from regulars.foundation.shop.services import shop_update
from regulars.foundation.shop.types import ShopView
from regulars.foundation.webkit.blocks import Block, Card, Columns, Fact, Facts, Head, Words
from regulars.foundation.webkit.details import Part, detail_page, log_part
from regulars.foundation.webkit.forms import Asked, Form, form_answered, form_filled
from regulars.foundation.webkit.numbers import amount_text, money_shown
from regulars.foundation.webkit.pages import may, merchant_text, staff_actor
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tabs import Tab
from regulars.foundation.webkit.templatetags.webkit import day, instant

EXAMPLE_MINOR = 1_234_50
EXAMPLE_POINTS = 12_345
ACTS: dict[str, Text] = {
    "shop.updated": gettext_lazy("Settings changed"),
    "shop.opened": gettext_lazy("Shop opened"),
}


def settings_page(request: HttpRequest) -> HttpResponse:
    """The shop's name, currency, time zone and language; posted, they are changed."""
    shop = shop_now()
    may_change = may(request, "settings.manage")
    form = form_filled(_form(shop))
    if request.method == "POST":
        again = form_answered(request, form.form, lambda given: _saved(request, shop, given))
        if again is None:
            messages.success(request, _("The settings are saved."))
            return redirect("console:settings")
        form = again

    def shown() -> list[Block]:
        left: Block = form if may_change else Card(_("Settings"), (_as_facts(shop),))
        right: list[Block] = [_seen(shop), _second_person(), _backups()]
        if shop.from_environment:
            right.append(_from_environment(shop))
        return [Columns((left,), tuple(right))]

    return detail_page(
        request,
        Head(_("Settings"), _("What holds for the shop as a whole.")),
        [Part(Tab("shop", _("Shop")), shown), log_part(request, "shop", acts=ACTS)],
        status=form.status,
    )


def _form(shop: ShopView) -> Form:
    return Form(
        deed="save",
        title=_("Shop"),
        button=_("Save"),
        places={
            "currency_fixed": "currency",
            "unknown_currency": "currency",
            "unknown_time_zone": "time_zone",
            "unknown_shop_language": "language",
            "text_too_long": "name",
        },
        fields=(
            Asked("version", "", kind="hidden", initial=str(shop.version)),
            Asked(
                "name",
                _("Shop's name"),
                kind="texts",
                maximum=40,
                initial=shop.name,
                hint=_("Stands at the head of the member's card, receipts and messages."),
            ),
            Asked(
                "currency",
                _("Currency"),
                options=currencies(shop),
                initial=shop.currency,
                hint=_("All amounts are kept and shown in it. It stays after the first sale."),
            ),
            Asked(
                "time_zone",
                _("Time zone"),
                options=zones(shop),
                initial=shop.time_zone,
                hint=_("Midnight there ends the day: points expire then, and figures close."),
            ),
            Asked(
                "language",
                _("Language"),
                kind="radio",
                options=languages(shop),
                initial=shop.language,
                hint=_("For who has not chosen one. Dates and amounts are written as usual in it."),
            ),
        ),
    )


def _saved(request: HttpRequest, shop: ShopView, given: dict[str, Any]) -> None:
    """Saves what differs; what the environment decides is not asked."""
    version = str(given["version"])
    changes = {
        field: given[field]
        for field in ("name", "currency", "time_zone", "language")
        if given[field] != getattr(shop, field)
    }
    shop_update(
        actor=staff_actor(request),
        version=int(version) if version.isascii() and version.isdigit() else -1,
        **changes,
    )


def _seen(shop: ShopView) -> Card:
    """The same facts as a member reads them, in the shop's language."""
    now = clock.now()
    with translation.override(shop.language):
        last = day(clock.business_date(now, shop.time_zone) + timedelta(days=30))
        facts = (
            Fact(_("Shop"), merchant_text(shop.name) or "—"),
            Fact(_("Paid"), money_shown(EXAMPLE_MINOR, shop.currency)),
            Fact(_("Available points"), amount_text(EXAMPLE_POINTS)),
            Fact(_("Last day of the points"), last),
            Fact(_("Paid at"), instant(now)),
        )
    return Card(_("What members see"), (Facts(facts),), lead=_("An example, as it reads now."))


def _from_environment(shop: ShopView) -> Card:
    names = ", ".join(sorted(f"REGULARS_{each.upper()}" for each in shop.from_environment))
    told = _("The server's environment decides these: %(names)s. Change them there.")
    return Card(_("Set on the server"), (Words(told % {"names": names}, "info"),))


def _second_person() -> Card:
    """Above what two people decide, and which settings of the server say so."""
    limits = settings_load()
    above, prefix = _("above %(count)s"), "REGULARS_APPROVE_"
    facts = (
        Fact(
            _("Points by hand, per person and day"),
            above % {"count": amount_text(limits.approve_points_above)},
            note=f"{prefix}POINTS_ABOVE",
        ),
        Fact(
            _("Members whom one job touches"),
            above % {"count": amount_text(limits.approve_bulk_members_above)},
            note=f"{prefix}BULK_MEMBERS_ABOVE",
        ),
        Fact(
            _("Balances in one import, points and cents together"),
            above % {"count": amount_text(limits.approve_import_above)},
            note=f"{prefix}IMPORT_ABOVE",
        ),
        Fact(
            _("Programs and presets"),
            _("every time") if limits.approve_publishing else _("not asked for"),
            note=f"{prefix}PUBLISHING",
        ),
    )
    lead = _("What goes beyond waits until somebody else has approved it. Set on the server.")
    return Card(_("Needs a second person"), (Facts(facts),), lead=lead)


def _backups() -> Card:
    """Whether backups are encrypted, and for whose key; that is decided on the server."""
    key, last = backup_key_now(), backup_last()
    kept = _("shown, so it is kept") if key and key.shown else _("not compared yet")
    facts = (
        Fact(
            _("Encryption"),
            _("for the key %(name)s") % {"name": key.name} if key else _("not encrypted"),
            note=kept if key else "regulars backup-key",
        ),
        Fact(
            _("Last backup"),
            instant(last.at) if last else _("never yet"),
            note=_("encrypted") if last and last.key else _("not encrypted") if last else "",
        ),
    )
    lead = (
        _("The key lies with the owner and not on the server, which can make backups only.")
        if key
        else _("Who gets hold of one reads sales and balances. A command on the server changes it.")
    )
    return Card(_("Backups"), (Facts(facts),), lead=lead)


def _as_facts(shop: ShopView) -> Facts:
    return Facts(
        (
            Fact(_("Shop's name"), merchant_text(shop.name) or "—"),
            Fact(_("Currency"), shop.currency),
            Fact(_("Time zone"), shop.time_zone),
            Fact(_("Language"), dict(LANGUAGES)[shop.language]),
        )
    )
