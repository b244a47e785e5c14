"""The timeline of a member: each entry with its movements, and why it was so much."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.faces.console.rule_names import rule_names
from regulars.foundation.database.session import Unit
from regulars.foundation.webkit.numbers import amount_text, money_shown, signed_text
from regulars.foundation.webkit.pages import merchant_text, reader_language
from regulars.foundation.webkit.screens import Text
from regulars.ledger.book.selectors import StatementLine, assets_known, statement
from regulars.ledger.book.types import AssetView
from regulars.rules.actions import watchers_known
from regulars.rules.intake.selectors import receipts_of
from regulars.rules.intake.types import ReceiptBody, ReceiptRedemption
from regulars.rules.programs.types import Note

LINES_SHOWN = 25
BEFORE_ALL = 2**63 - 1

KINDS: dict[str, Text] = {
    "earn": gettext_lazy("Earned"),
    "earn/order.paid": gettext_lazy("Earned with a purchase"),
    "earn/member.enrolled": gettext_lazy("Earned for joining"),
    "earn/visit.checked_in": gettext_lazy("Earned for a visit"),
    "earn/review.posted": gettext_lazy("Earned for a review"),
    "redeem": gettext_lazy("Paid with points"),
    "refund": gettext_lazy("Taken back for a return"),
    "return": gettext_lazy("Given back for a return"),
    "expire": gettext_lazy("Expired"),
    "adjust": gettext_lazy("Adjusted"),
    "gift": gettext_lazy("Gift"),
    "transfer": gettext_lazy("Transfer"),
    "opening": gettext_lazy("Brought along from the old system"),
    "opening_undone": gettext_lazy("Import undone"),
    "merge": gettext_lazy("Members merged"),
    "forfeit": gettext_lazy("Forfeited"),
}
UNDOING: dict[str, Text] = {
    "refund": gettext_lazy("What the returned part of %(document)s had earned was taken back."),
    "return": gettext_lazy("What had been paid with in %(document)s came back with the return."),
}
COUNTERS: dict[str, Text] = {
    "expired": gettext_lazy("past its last day"),
    "unrecovered": gettext_lazy("could not be taken back"),
    "in_transit": gettext_lazy("between members"),
    "forfeited": gettext_lazy("forfeited"),
}


class Moved(msgspec.Struct, frozen=True):
    """One movement of an entry, as text."""

    asset: str
    amount: str
    is_in: bool
    after: str
    counter: Text


class Reason(msgspec.Struct, frozen=True):
    """Why a rule gave what it gave, or why not."""

    fired: bool
    text: str
    rule: str


class Happened(msgspec.Struct, frozen=True):
    """One entry of the timeline."""

    title: Text
    occurred_at: datetime
    business_date: date
    is_in: bool
    movements: list[Moved]
    reasons: list[Reason]
    document: str
    words: str
    undoes: bool


class Timeline(msgspec.Struct, frozen=True):
    """A page of the timeline; `older` is where the next one begins, None at the end."""

    entries: list[Happened]
    older: int | None


def timeline(
    unit: Unit, holder_id: str, before: int | None = None, *, shown: int = LINES_SHOWN
) -> Timeline:
    """A holder's entries, newest first, before an entry; whole entries only."""
    lines = statement(unit, holder_id, before=before or BEFORE_ALL, limit=shown + 1)
    has_more = len(lines) > shown
    if has_more:
        # The last entry may be cut in two: it begins the next page, unless it is the only one.
        whole = [line for line in lines if line.seq != lines[-1].seq]
        lines = whole or lines
    entries: dict[int, list[StatementLine]] = {}
    for line in lines:
        entries.setdefault(line.seq, []).append(line)
    event_ids = list({line.event_id for line in lines if line.event_id})
    receipts = receipts_of(unit, event_ids) if event_ids else {}
    assets = assets_known(unit)
    happened = [
        _happened(each, receipts.get(each[0].event_id or ""), assets) for each in entries.values()
    ]
    return Timeline(happened, lines[-1].seq if has_more else None)


def _happened(
    lines: Sequence[StatementLine],
    receipt: ReceiptBody | None,
    assets: dict[int, AssetView],
) -> Happened:
    first = lines[0]
    net = sum([line.amount if line.credit else -line.amount for line in lines])
    return Happened(
        title=_title(first, receipt),
        occurred_at=first.occurred_at,
        business_date=first.business_date,
        is_in=net > 0,
        movements=_movements(lines, assets),
        reasons=_reasons(first, receipt, assets),
        document=(receipt.document or "") if receipt else "",
        words=first.reason or "",
        undoes=first.reverses_id is not None,
    )


def _title(line: StatementLine, receipt: ReceiptBody | None) -> Text:
    cause = f"{line.kind}/{receipt.kind}" if receipt is not None else line.kind
    return KINDS.get(cause) or KINDS.get(line.kind, line.kind)


def _movements(lines: Sequence[StatementLine], assets: dict[int, AssetView]) -> list[Moved]:
    """One movement for each asset and way, whatever number of rules gave it, oldest first.

    What each rule gave is told by its reason.
    """
    ways: dict[tuple[int, bool, Text], list[StatementLine]] = {}
    for line in reversed(lines):
        way = (line.asset_id, line.credit, COUNTERS.get(line.counter, ""))
        ways.setdefault(way, []).append(line)
    return [_moved(each, assets[each[-1].asset_id]) for each in ways.values()]


def _moved(lines: Sequence[StatementLine], asset: AssetView) -> Moved:
    line = lines[-1]
    total = sum([each.amount for each in lines])
    amount = total if line.credit else -total
    return Moved(
        asset=merchant_text(asset.name),
        amount=_shown(amount, asset, signed=True),
        is_in=line.credit,
        after=_shown(line.balance_after, asset),
        counter=COUNTERS.get(line.counter, ""),
    )


def _shown(amount: int, asset: AssetView, *, signed: bool = False) -> str:
    if asset.currency:
        text = money_shown(amount, asset.currency)
        return f"+{text}" if signed and amount > 0 else text
    return signed_text(amount, asset.scale) if signed else amount_text(amount, asset.scale)


def _reasons(
    line: StatementLine, receipt: ReceiptBody | None, assets: dict[int, AssetView]
) -> list[Reason]:
    if receipt is None:
        return [Reason(fired=True, text=text, rule="") for text in _own_reason(line)]
    language = reader_language()
    if line.kind in UNDOING:
        text = UNDOING[line.kind] % {"document": receipt.document or ""}
        return [Reason(fired=True, text=str(text), rule="")]
    if receipt.redemption is not None:
        return [Reason(fired=True, text=_redeemed(receipt.redemption, assets), rule="")]
    told = [each.rule for each in receipt.explanation]
    told += [each.params["winner"] for each in receipt.explanation if "winner" in each.params]
    names = rule_names(told)
    return [
        Reason(
            fired=each.fired,
            text=Note(each.rule, each.fired, each.code, each.params).text(
                language, assets, names=names
            ),
            rule=rule_shown(each.rule, names),
        )
        for each in receipt.explanation
    ]


def rule_shown(rule: str, names: Mapping[str, dict[str, str]]) -> str:
    """What the merchant calls the rule; notes of other rooms and of many rules have no rule."""
    watcher = watchers_known().get(rule)
    if watcher is not None:
        return merchant_text(dict(watcher.label))
    return merchant_text(names[rule]) if rule in names else rule.strip("*")


def _redeemed(redemption: ReceiptRedemption, assets: dict[int, AssetView]) -> str:
    """What the points were worth at the till."""
    asset = next((each for each in assets.values() if each.code == redemption.asset), None)
    return _("%(points)s %(asset)s paid %(value)s.") % {
        "points": amount_text(redemption.points, asset.scale if asset else 0),
        "asset": merchant_text(asset.name) if asset else redemption.asset,
        "value": money_shown(redemption.value_minor, redemption.currency),
    }


def _own_reason(line: StatementLine) -> list[str]:
    """Movements that no event caused explain themselves."""
    if line.counter == "expired":
        return [_("The last valid day had passed, so what was left expired.")]
    return []
