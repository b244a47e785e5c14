"""Shopify's messages: `orders/paid`, `refunds/create`, `orders/cancelled`.

A line's net is its price times its quantity, less the discounts allocated to it: tax as shown in
the shop, freight apart.
"""

from regulars.foundation.errors import Told
from regulars.rules.inbound.errors import OrderUnreadable
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
from regulars.rules.intake.types import OrderLine, RefundLine

SIGNATURE = "X-Shopify-Hmac-Sha256"
TOPIC = "X-Shopify-Topic"


def shopify_read(topic: str, fields: Fields, currency: str) -> list[Happening]:
    """What a message says; nothing when its topic is none of ours.

    `currency` is the deployment's: refunds don't name theirs. Errors: order_unreadable.
    """
    if topic == "orders/paid":
        return [_sale(fields)]
    if topic == "refunds/create":
        refund = _refund(fields, currency)
        return [refund] if refund else []
    if topic == "orders/cancelled":
        # Refunds tell of money themselves; an order that was never paid gave nothing.
        is_ours = fields.get("financial_status") == "paid" and not fields.get("refunds")
        return [_cancelled(fields)] if is_ours else []
    return []


def _sale(fields: Fields) -> Sale:
    order = number_of(fields, "id")
    currency = text_of(fields, "currency")
    freight = sum(
        minor_of(each.get("discounted_price", each.get("price")), "shipping_lines", currency)
        for each in objects_of(fields, "shipping_lines")
    )
    return Sale(
        event_id=f"order-{order}-paid",
        document=order,
        occurred_at=instant_of(fields, "processed_at", "created_at"),
        currency=currency,
        buyer=_buyer(fields),
        lines=tuple(_line(each, currency) for each in objects_of(fields, "line_items")),
        freight_minor=freight,
    )


def _line(item: Fields, currency: str) -> OrderLine:
    quantity = quantity_of(item)
    gross = minor_of(item.get("price"), "line_items.price", currency) * quantity
    taken = sum(
        minor_of(each.get("amount"), "line_items.discount_allocations.amount", currency)
        for each in objects_of(item, "discount_allocations")
    )
    if taken > gross:
        raise OrderUnreadable(
            field="line_items", problem=Told("has a discount above its price", "折扣高于价格")
        )
    return OrderLine(
        line=number_of(item, "id"),
        net_minor=gross - taken,
        sku=text_of(item, "sku"),
        category=text_of(item, "product_type"),
        quantity=quantity,
    )


def _buyer(fields: Fields) -> Buyer:
    customer = object_of(fields, "customer")
    address = object_of(customer, "default_address")
    phone = text_of(customer, "phone") or text_of(fields, "phone") or text_of(address, "phone")
    name = f"{text_of(customer, 'first_name')} {text_of(customer, 'last_name')}".strip()
    number = number_of(customer, "id") if customer.get("id") else None
    email = text_of(customer, "email") or text_of(fields, "email")
    return Buyer(number=number, phone=phone or None, email=email or None, name=name)


def _refund(fields: Fields, currency: str) -> GivenBack | None:
    lines = tuple(
        RefundLine(
            line=number_of(each, "line_item_id"),
            net_minor=minor_of(each.get("subtotal"), "refund_line_items.subtotal", currency),
            quantity=quantity_of(each),
        )
        for each in objects_of(fields, "refund_line_items")
    )
    paid = [line for line in lines if line.net_minor]
    net = sum(line.net_minor for line in lines) if lines else _without_lines(fields, currency)
    if net == 0:
        return None
    refund = number_of(fields, "id")
    return GivenBack(
        event_id=f"refund-{refund}",
        document=number_of(fields, "order_id"),
        part=refund,
        occurred_at=instant_of(fields, "processed_at", "created_at"),
        net_minor=net,
        lines=tuple(paid),
    )


def _without_lines(fields: Fields, currency: str) -> int:
    """Money that went back for no line in particular: all of it, less the freight."""
    given = sum(
        minor_of(each.get("amount"), "transactions.amount", currency)
        for each in objects_of(fields, "transactions")
        if each.get("kind") == "refund" and each.get("status") == "success"
    )
    freight = sum(
        abs(minor_of(each.get("amount"), "order_adjustments.amount", currency))
        for each in objects_of(fields, "order_adjustments")
        if each.get("kind") == "shipping_refund"
    )
    return max(0, given - freight)


def _cancelled(fields: Fields) -> Called:
    order = number_of(fields, "id")
    return Called(
        event_id=f"order-{order}-cancelled",
        document=order,
        occurred_at=instant_of(fields, "cancelled_at"),
    )
