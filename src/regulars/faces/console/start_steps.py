"""What the steps of opening a shop ask, and what they show beside the questions."""

from django.utils.translation import gettext as _

from regulars.foundation.shop.selectors import currency_is_fixed
from regulars.foundation.shop.types import ShopView
from regulars.foundation.webkit.forms import Asked, Form
from regulars.foundation.webkit.numbers import SYMBOLS
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.zones import zone_options, zone_shown
from regulars.presets.installer.selectors import example_told, presets_listed
from regulars.presets.installer.types import PresetView

MAIN_STORE = "main"
EMPTY_START = "empty"
TRADE = "trade"

LANGUAGES: tuple[tuple[str, Text], ...] = (("zh-hans", "中文"), ("en", "English"))


def currencies(shop: ShopView) -> tuple[tuple[str, Text], ...]:
    """The currencies to choose from: only the one in force when it can't be changed any more."""
    if currency_is_fixed():
        return ((shop.currency, shop.currency),)
    codes = [*SYMBOLS, *([] if shop.currency in SYMBOLS else [shop.currency])]
    return tuple([(code, f"{code}  {SYMBOLS.get(code, '')}".strip()) for code in codes])


def zones(shop: ShopView) -> tuple[tuple[str, Text], ...]:
    """Time zones to choose from."""
    if "time_zone" in shop.from_environment:
        return ((shop.time_zone, zone_shown(shop.time_zone)),)
    return zone_options(shop.time_zone)


def languages(shop: ShopView) -> tuple[tuple[str, Text], ...]:
    """Both languages, or the one that the server's environment decides."""
    if "language" not in shop.from_environment:
        return LANGUAGES
    return tuple(each for each in LANGUAGES if each[0] == shop.language)


def shop_form(shop: ShopView) -> Form:
    """The shop as a whole."""
    return Form(
        deed="shop",
        title=_("Your shop"),
        lead=_("Members see the name on their phones and receipts."),
        button=_("Next"),
        fields=(
            Asked("name", _("Shop's name"), kind="texts", maximum=40, initial=shop.name),
            Asked(
                "currency",
                _("Currency"),
                options=currencies(shop),
                initial=shop.currency,
                hint=_("Can't be changed any more after the first sale."),
            ),
            Asked(
                "time_zone",
                _("Time zone"),
                options=zones(shop),
                initial=shop.time_zone,
                hint=_("Decides when a business day begins and when points expire."),
            ),
            Asked(
                "language",
                _("Language"),
                kind="radio",
                options=languages(shop),
                initial=shop.language,
                hint=_("The shop's first language. Everybody may choose another for herself."),
            ),
        ),
        places={
            "currency_fixed": "currency",
            "unknown_currency": "currency",
            "unknown_time_zone": "time_zone",
            "text_too_long": "name",
        },
    )


def store_form(shop: ShopView) -> Form:
    """The first store."""
    return Form(
        deed="store",
        title=_("Your first store"),
        lead=_("Every sale counts at a store. You can add more stores at any time."),
        button=_("Next"),
        fields=(
            Asked(
                "name",
                _("Store's name"),
                kind="texts",
                hint=_("If there is only one store, the shop's name will do."),
                initial=shop.name,
            ),
        ),
    )


def owner_form(signed_in: str) -> Form:
    """The first person: the owner, who may do everything."""
    if signed_in:
        lead = _("You are signed in as %(name)s and own this shop.") % {"name": signed_in}
        return Form(deed="owner", title=_("You"), lead=lead, button=_("Next"), fields=())
    return Form(
        deed="owner",
        title=_("You, the owner"),
        lead=_("The owner may do everything, and lets others in."),
        button=_("Next"),
        fields=(
            Asked("display_name", _("Your name"), hint=_("As colleagues see it."), maximum=80),
            Asked(
                "username",
                _("Username"),
                hint=_("For signing in: letters, digits, or . _ - @ +, without spaces."),
                maximum=64,
            ),
            Asked(
                "password",
                _("Password"),
                kind="secret",
                hint=_(
                    "At least 8 characters, not only digits, none of the common ones, and unlike "
                    "your name."
                ),
                maximum=128,
            ),
        ),
        places={
            "username_malformed": "username",
            "username_taken": "username",
            "password_too_weak": "password",
        },
    )


def trade_form() -> Form:
    """What to begin with: a whole trade, a single model, or nothing."""
    views = sorted(presets_listed(), key=lambda view: view.kind != TRADE)
    options: list[tuple[str, Text]] = [(each.preset, merchant_text(each.name)) for each in views]
    options.append((EMPTY_START, _("Start empty")))
    notes: dict[str, tuple[Text, ...]] = {each.preset: _told(each) for each in views}
    notes[EMPTY_START] = (_("Nothing is set up; I make the rules myself."),)
    first = next((each.preset for each in views if each.installation), None)
    return Form(
        deed="trade",
        title=_("What kind of shop is it?"),
        lead=_("Everything that is made now can be changed, or ended, later."),
        button=_("Open the shop"),
        fields=(
            Asked(
                "trade",
                _("My trade"),
                kind="radio",
                options=tuple(options),
                initial=first,
                notes=notes,
                folded=frozenset([each.preset for each in views if each.kind != TRADE]),
                folded_title=_("More models: only points, only levels, a stamp card"),
            ),
        ),
    )


def _told(view: PresetView) -> tuple[Text, ...]:
    """What it is about, and what an ordinary sale would bring a member."""
    return merchant_text(view.about), example_told(view.preset)
