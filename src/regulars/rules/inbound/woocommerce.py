"""WooCommerce's messages: `order.created` and `order.updated`, each with the order as it is now.

A line's net is its total after discounts, with its tax where the shop shows prices with tax. Of a
refund the order tells only the whole amount, which may hold tax and freight: the share of the
goods is taken, rounded half up.
"""

import msgspec

from regulars.foundation.amounts import Rounding, rounded
from regulars.rules.inbound.reading import (
    Fields,
    instant_of,
    minor_of,
    number_of,
    object_of,
    objects_of,
    quantity_of,
    text_of,
)
from regulars.rules.inbound.types import Buyer, Called, GivenBack, Happening, Sale
from regulars.rules.intake.types import OrderLine

SIGNATURE = "X-WC-Webhook-Signature"
TOPIC = "X-WC-Webhook-Topic"
TOPICS = frozenset({"order.created", "order.updated"})
PAID = frozenset({"processing", "completed", "refunded"})
CALLED_OFF = frozenset({"refunded", "cancelled"})


def woocommerce_read(topic: str, fields: Fields, _currency: str) -> list[Happening]:
    """What a message says: the payment, then each refund, then that the order goes on or not.

    An order may be called off and taken up again any number of times; each time is told apart by
    its instant. Nothing when the order is not paid or the topic none of ours. Errors:
    order_unreadable.
    """
    if topic not in TOPICS or not fields.get("date_paid_gmt"):
        return []
    status = text_of(fields, "status")
    if status not in PAID | CALLED_OFF:
        return []
    sale = _sale(fields)
    changed_at = instant_of(fields, "date_modified_gmt", is_utc=True)
    part = f"{changed_at:%Y%m%dT%H%M%S}"
    if status in CALLED_OFF:
        event_id = called_off_id(sale.document) + part
        return [sale, Called(event_id, sale.document, changed_at, part)]
    goes_on = msgspec.structs.replace(
        sale, event_id=f"order-{sale.document}-on-{part}", occurred_at=changed_at, part=part
    )
    return [sale, *_refunds(fields, sale), goes_on]


def called_off_id(document: str) -> str:
    """How the ids of the events begin that call an order off."""
    return f"order-{document}-off-"


def _sale(fields: Fields) -> Sale:
    order = number_of(fields, "id")
    currency = text_of(fields, "currency")
    with_tax = fields.get("prices_include_tax") is True
    return Sale(
        event_id=f"order-{order}-paid",
        document=order,
        occurred_at=instant_of(fields, "date_paid_gmt", is_utc=True),
        currency=currency,
        buyer=_buyer(fields),
        lines=tuple(
            _line(each, currency, with_tax=with_tax) for each in objects_of(fields, "line_items")
        ),
        freight_minor=_freight(fields, currency, with_tax=with_tax),
    )


def _freight(fields: Fields, currency: str, *, with_tax: bool) -> int:
    freight = minor_of(fields.get("shipping_total", "0"), "shipping_total", currency)
    tax = minor_of(fields.get("shipping_tax", "0"), "shipping_tax", currency)
    return freight + tax if with_tax else freight


def _line(item: Fields, currency: str, *, with_tax: bool) -> OrderLine:
    net = minor_of(item.get("total"), "line_items.total", currency)
    if with_tax:
        net += minor_of(item.get("total_tax", "0"), "line_items.total_tax", currency)
    return OrderLine(
        line=number_of(item, "id"),
        net_minor=net,
        sku=text_of(item, "sku"),
        quantity=quantity_of(item),
    )


def _buyer(fields: Fields) -> Buyer:
    billing = object_of(fields, "billing")
    name = f"{text_of(billing, 'first_name')} {text_of(billing, 'last_name')}".strip()
    # A guest's number is 0.
    number = number_of(fields, "customer_id") if fields.get("customer_id") else None
    phone, email = text_of(billing, "phone"), text_of(billing, "email")
    return Buyer(number=number, phone=phone or None, email=email or None, name=name)


def _refunds(fields: Fields, sale: Sale) -> list[Happening]:
    goods = (
        minor_of(fields.get("total"), "total", sale.currency)
        - minor_of(fields.get("shipping_total", "0"), "shipping_total", sale.currency)
        - minor_of(fields.get("shipping_tax", "0"), "shipping_tax", sale.currency)
    )
    found: list[Happening] = []
    for each in objects_of(fields, "refunds"):
        amount = abs(minor_of(each.get("total"), "refunds.total", sale.currency))
        net = amount
        if goods > 0 and goods != sale.net_minor:
            net = rounded(amount * sale.net_minor, goods, Rounding.HALF_UP)
        if net:
            number = number_of(each, "id")
            found.append(
                GivenBack(
                    event_id=f"refund-{number}",
                    document=sale.document,
                    part=number,
                    occurred_at=instant_of(fields, "date_modified_gmt", is_utc=True),
                    net_minor=net,
                )
            )
    return found
