"""What a draft says besides its rules: its name and days, paying with points, groups of rules."""

from collections.abc import Callable
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.forms import Asked, Form
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.screens import Text
from regulars.rules.programs.content import Content, GroupKind
from regulars.rules.programs.drafting import Desk
from regulars.rules.programs.editor import assets_now
from regulars.rules.programs.forms.writing import code_proposed

Values = dict[str, Any]
GROUP_KINDS: tuple[tuple[GroupKind, Text], ...] = (
    (GroupKind.BEST_OF, gettext_lazy("only the rule that gives most")),
    (GroupKind.EXCLUSIVE, gettext_lazy("only the first rule that applies")),
    (GroupKind.STACK, gettext_lazy("all rules that apply")),
)


class Part(msgspec.Struct, frozen=True):
    """A part of a draft: the form that asks for it, and the content with what was answered."""

    form: Callable[[Desk], Form]
    content: Callable[[Desk, Values], dict[str, Any]]


def _revision(desk: Desk) -> Asked:
    """Which saving of the draft one looks at, so that nobody's work is overwritten unseen."""
    return Asked("revision", "", kind="hidden", initial=str(desk.revision))


def _general_form(desk: Desk) -> Form:
    content = desk.content
    return Form(
        deed="general",
        title=_("In general"),
        button=_("Save"),
        look="",
        fields=(
            _revision(desk),
            Asked("name", _("Name"), kind="texts", maximum=120, initial=content["name"]),
            Asked(
                "valid_from",
                _("Valid from"),
                kind="date",
                required=False,
                initial=(content.get("valid_from") or "")[:10] or None,
                hint=_("Empty: from the moment it is published."),
            ),
            Asked(
                "valid_until",
                _("Last day"),
                kind="date",
                required=False,
                initial=(content.get("valid_until") or "")[:10] or None,
                hint=_("Empty: without an end. This day still counts whole."),
            ),
        ),
        places={"program_invalid": "valid_until"},
    )


def _general_content(desk: Desk, values: Values) -> dict[str, Any]:
    since, until = values["valid_from"], values["valid_until"]
    return {
        **desk.content,
        "name": values["name"],
        "valid_from": since.isoformat() if since else None,
        "valid_until": until.isoformat() if until else None,
    }


def _redemption_form(desk: Desk) -> Form:
    offer = desk.content.get("redemption") or {}
    known = {each.code: merchant_text(dict(each.name)) for each in assets_now().values()}
    known |= {each.code: merchant_text(dict(each.name)) for each in desk.typed.assets}
    none = ("", _("members can't pay with points"))
    return Form(
        deed="redemption",
        title=_("Paying with points"),
        lead=_("At which rate the till takes points as part of the payment."),
        button=_("Save"),
        look="",
        fields=(
            _revision(desk),
            Asked(
                "asset",
                _("What members pay with"),
                options=(none, *known.items()),
                required=False,
                initial=offer.get("asset", ""),
            ),
            _count("points", _("So many points"), offer, 100),
            Asked(
                "value_minor",
                _("pay this amount"),
                kind="amount",
                unit=shop_known().currency,
                lowest=1,
                initial=offer.get("value_minor", 100),
            ),
            _count("minimum_balance", _("From a balance of so many on"), offer, 0),
            _count("step", _("In steps of so many"), offer, 1),
        ),
        places={"program_invalid": "step"},
    )


def _count(name: str, label: Text, offer: dict[str, Any], otherwise: int) -> Asked:
    least = min(otherwise, 1)
    start = offer.get(name, otherwise)
    return Asked(name, label, kind="number", lowest=least, initial=start)


def _redemption_content(desk: Desk, values: Values) -> dict[str, Any]:
    offer = {
        name: values[name] for name in ("asset", "points", "value_minor", "minimum_balance", "step")
    }
    return {**desk.content, "redemption": offer if offer["asset"] else None}


def _group_form(desk: Desk) -> Form:
    return Form(
        deed="group",
        title="",
        button=_("Add a group of rules"),
        look="",
        fields=(
            _revision(desk),
            Asked("name", _("Name"), kind="texts", maximum=120),
            Asked(
                "kind",
                _("Of its rules are given"),
                options=tuple([(kind.value, text) for kind, text in GROUP_KINDS]),
            ),
        ),
    )


def _group_content(desk: Desk, values: Values) -> dict[str, Any]:
    groups = list(desk.content.get("groups") or ())
    name = values["name"].get("en") or "group"
    code = code_proposed(name, {each["code"] for each in groups})
    return {
        **desk.content,
        "groups": [*groups, {"code": code, "name": values["name"], "kind": values["kind"]}],
    }


def group_removed(content: dict[str, Any], code: str) -> dict[str, Any]:
    """The content without this group; its rules stay, each by itself."""
    groups = [each for each in content.get("groups") or () if each["code"] != code]
    rules = [
        {**rule, "group": None} if rule.get("group") == code else rule for rule in content["rules"]
    ]
    return {**content, "groups": groups, "rules": rules}


def groups_shown(content: Content) -> list[dict[str, Any]]:
    """The groups with what they do and how many rules they have."""
    kinds = dict(GROUP_KINDS)
    return [
        {
            "code": group.code,
            "name": merchant_text(dict(group.name)) or group.code,
            "kind": kinds[group.kind],
            "rules": sum(1 for rule in content.rules if rule.group == group.code),
        }
        for group in content.groups
    ]


PARTS = {
    "general": Part(_general_form, _general_content),
    "redemption": Part(_redemption_form, _redemption_content),
    "group": Part(_group_form, _group_content),
}
