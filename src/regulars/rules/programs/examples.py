"""The example beside a rule's form: an imagined sale, judged by the real engine at every change."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from regulars.foundation import clock
from regulars.foundation.amounts import currency_exponent
from regulars.foundation.errors import RegularsError
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.numbers import amount_text, money_shown
from regulars.foundation.webkit.pages import merchant_text, reader_language, refusal_shown
from regulars.ledger.book.types import AssetView
from regulars.rules.facts import FactValue, choices_of
from regulars.rules.programs.condition_words import WEEKDAYS
from regulars.rules.programs.content import RuleContent
from regulars.rules.programs.forms.numbers import decimal_plain, decimal_read
from regulars.rules.programs.forms.posted import Given
from regulars.rules.programs.kinds import ORDER, has_amount
from regulars.rules.programs.samples import Sample, sample_judged

AMOUNT = "128"
SATURDAY = "6"
HOUR = "12:00"
# What may be imagined of a member, and of the sale, where the shop has something to choose from.
PICKED = ("member.level", "member.segments", "member.tags", "order.store")


def example_drawn(
    given: Given,
    rule: RuleContent | None,
    content: Mapping[str, Any],
    assets: Mapping[int, AssetView],
) -> dict[str, Any]:
    """The example's boxes, what the member would get, and what every rule says to it."""
    asked = {
        "amount": given.get("sample-amount", "") or AMOUNT,
        "weekday": given.get("sample-weekday", "") or SATURDAY,
        "hour": given.get("sample-hour", "") or HOUR,
        "birthday": given.get("sample-birthday", ""),
        "category": given.get("sample-category", "").strip()[:80],
    }
    picks = _picks(given)
    drawn: dict[str, Any] = {**asked, "picks": picks, "weekdays": _weekdays()}
    drawn["is_sale"] = rule is None or rule.on == ORDER
    drawn["has_amount"] = rule is None or has_amount(rule.on)
    drawn["is_special"] = bool(
        asked["category"] or asked["birthday"] or any(each["value"] for each in picks)
    )
    if rule is None:
        return drawn
    at = _moment(asked["weekday"], asked["hour"], str(content["time_zone"]))
    exponent = currency_exponent(shop_known().currency)
    net = decimal_read(asked["amount"], exponent)
    if net is None or net < 0:
        net = decimal_read(AMOUNT, exponent) or 0
        drawn["amount"] = decimal_plain(net, exponent)
    sample = Sample(
        kind=rule.on,
        net_minor=net if has_amount(rule.on) else 0,
        store=_picked(picks, "order.store"),
        category=asked["category"],
        facts=_facts(picks, at, str(content["time_zone"]), is_birthday=bool(asked["birthday"])),
        at=at,
    )
    try:
        found = sample_judged(code="draft", content=dict(content), assets=assets, sample=sample)
    except RegularsError as refusal:
        return {**drawn, "problem": refusal_shown(refusal)}
    language = reader_language()
    notes = [
        {
            "name": merchant_text(dict(found.names.get(note.rule, {}))) or note.rule,
            "fired": note.fired,
            "text": note.text(language, found.assets, shop_known().currency, found.names),
        }
        for note in found.notes
        if note.rule in found.names or not note.fired
    ]
    return {
        **drawn,
        "result": _result(sample, found.gains, asked["weekday"], picks),
        "notes": notes,
    }


def _result(sample: Sample, gains: Any, weekday: str, picks: list[dict[str, Any]]) -> str:
    given = [f"{amount_text(each.amount)} {merchant_text(each.asset.name)}" for each in gains]
    joint = _(", ")
    words = {
        "sale": money_shown(sample.net_minor, shop_known().currency),
        "day": dict(_weekdays()).get(weekday, ""),
        "member": _member(picks),
        "given": joint.join(given) or _("nothing"),
    }
    if sample.kind != ORDER:
        return _("%(member)s gets %(given)s.") % words
    return _("A sale of %(sale)s on a %(day)s: %(member)s gets %(given)s.") % words


def _member(picks: list[dict[str, Any]]) -> str:
    level = next((each for each in picks if each["name"] == "member.level"), None)
    names = dict(level["options"]) if level else {}
    if level is not None and level["value"]:
        return _("a member of the level %(level)s") % {"level": names.get(level["value"], "")}
    return _("a new member")


def _picks(given: Given) -> list[dict[str, Any]]:
    labels = {
        "member.level": _("Level"),
        "member.segments": _("Segment"),
        "member.tags": _("Tag"),
        "order.store": _("Store"),
    }
    found = []
    for name in PICKED:
        choices = choices_of(name) or []
        options = [(str(each.value), merchant_text(dict(each.name))) for each in choices]
        value = given.get(f"sample-{name}", "")
        if options:
            known = value if value in dict(options) else ""
            found.append(
                {
                    "name": name,
                    "label": labels[name],
                    "options": [("", "–"), *options],
                    "value": known,
                    "choices": choices,
                }
            )
    return found


def _picked(picks: list[dict[str, Any]], name: str) -> str:
    return next((str(each["value"]) for each in picks if each["name"] == name), "")


def _facts(
    picks: list[dict[str, Any]], at: datetime, zone: str, *, is_birthday: bool
) -> dict[str, FactValue]:
    facts: dict[str, FactValue] = {}
    for each in picks:
        if not each["value"]:
            continue
        if each["name"] in ("member.segments", "member.tags"):
            facts[each["name"]] = (each["value"],)
        for choice in each["choices"]:
            if str(choice.value) == each["value"]:
                facts |= choice.implies
    if is_birthday:
        facts |= {
            "member.birth_month": clock.business_date(at, zone).month,
            "member.days_to_birthday": 0,
        }
    return facts


def _weekdays() -> list[tuple[str, str]]:
    return [(str(n), name) for n, name in enumerate(WEEKDAYS[reader_language()], start=1)]


def _moment(weekday: str, hour: str, zone: str) -> datetime:
    """The next such day of the week, at that hour, by the program's clock."""
    today = clock.business_date(clock.now(), zone)
    wanted = int(weekday) if weekday in [str(n) for n in range(1, 8)] else int(SATURDAY)
    day: date = today + timedelta(days=(wanted - today.isoweekday()) % 7)
    try:
        at = datetime.fromisoformat(f"{day.isoformat()}T{hour}")
    except ValueError:
        at = datetime.fromisoformat(f"{day.isoformat()}T{HOUR}")
    return at.replace(tzinfo=clock.zone(zone)) if at.tzinfo is None else at
