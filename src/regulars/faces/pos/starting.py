"""What the till needs to begin, and to go on without its server."""

from datetime import datetime
from typing import Any

import msgspec
from django.middleware.csrf import get_token

from regulars.commerce.counter.selectors import (
    last_sequence,
    rules_of,
    shift_open_at,
    troubles_count,
)
from regulars.commerce.counter.services import terminal_open, terminal_take_along
from regulars.faces.pos.approving import managers
from regulars.faces.pos.doors import Desk, deed
from regulars.faces.pos.relieving import cashiers
from regulars.faces.pos.showing import TENDERS
from regulars.foundation import clock
from regulars.foundation.amounts import currency_exponent
from regulars.foundation.database.session import Unit, unit_of_work
from regulars.foundation.ids import public_code
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.numbers import SYMBOLS
from regulars.foundation.webkit.pages import merchant_text, reader_language
from regulars.ledger.book.selectors import assets_known
from regulars.organization.stores.selectors import store_get
from regulars.rules.programs.selectors import programs_in_force

RIGHTS = ("counter.discount", "counter.refund", "counter.approve", "counter.view")
PAID_WITH = ("cash", "wechat", "alipay", "card")


class Numbering(msgspec.Struct, forbid_unknown_fields=True):
    """Which number a till wants: a new one, or a former one under which something waits that was
    made no earlier than `made_at`."""

    former: int = 0
    made_at: datetime | None = None


@deed("GET")
def start(desk: Desk) -> dict[str, Any]:
    """Who works here, where, in what money, and at which rate points pay."""
    place = store_get(desk.device.store)
    rules = rules_of(place.code)
    currency = shop_known().currency
    till = desk.numbered
    with unit_of_work() as unit:
        offer = _offer(unit)
    return {
        "language": reader_language(),
        "token": get_token(desk.request),
        "staff": {
            "id": desk.actor.id,
            "name": getattr(desk.request.user, "display_name", ""),
            "code": public_code(desk.actor.id),
        },
        "store": {"code": place.code, "name": merchant_text(place.name)},
        "device": desk.device.name,
        "printer": desk.device.printer,
        "terminal": till.terminal if till else None,
        "sequence": last_sequence(till.terminal) if till else 0,
        "shift": shift_open_at(till.terminal) if till else None,
        "currency": currency,
        "exponent": currency_exponent(currency),
        "symbol": SYMBOLS.get(currency, f"{currency}\u00a0"),
        "rights": [right for right in RIGHTS if desk.may(right)],
        "discount_limit_minor": rules.discount_limit_minor,
        "refund_limit_minor": rules.refund_limit_minor,
        "categories": rules.categories,
        "tenders": [(kind, str(TENDERS[kind])) for kind in PAID_WITH],
        "offer": offer,
        "managers": managers(desk, place.code),
        "cashiers": cashiers(place.code),
        "troubles": troubles_count(place.code),
        "now": clock.now(),
    }


@deed("POST")
def terminal(desk: Desk) -> dict[str, Any]:
    """A number for this till's receipts: a new one, or the `former` under which something waits."""
    asked = desk.body(Numbering)
    if asked.former:
        till = terminal_take_along(
            actor=desk.actor, device=desk.device, terminal=asked.former, made_at=asked.made_at
        )
    else:
        till = terminal_open(actor=desk.actor, device=desk.device)
    return {"terminal": till.terminal, "shift": shift_open_at(till.terminal)}


def _offer(unit: Unit) -> dict[str, Any] | None:
    """At which rate points pay now, by the first program that says one."""
    assets = assets_known(unit)
    for program in programs_in_force(unit, clock.now()).programs:
        offer = program.redemption
        if offer is not None:
            asset = assets[offer.asset_id]
            return {
                "asset": asset.code,
                "name": merchant_text(asset.name),
                "points": offer.points,
                "value_minor": offer.value_minor,
                "minimum_balance": offer.minimum_balance,
                "step": offer.step,
            }
    return None
