"""Kinds that come with Regulars and whose data is declared as the merchant's own is."""

from regulars.rules.eventkinds.types import EventField, EventKindView, FieldType

TOPUP = "topup.paid"

BUILT_IN: dict[str, EventKindView] = {
    TOPUP: EventKindView(
        code=TOPUP,
        name={"en": "Top-up paid", "zh-Hans": "充值付款"},
        fields=(
            EventField(
                "amount_minor",
                {"en": "Amount paid in", "zh-Hans": "充值金额"},
                FieldType.MONEY,
                is_required=True,
            ),
            EventField(
                "currency",
                {"en": "Currency", "zh-Hans": "币种"},
                FieldType.TEXT,
                is_required=True,
            ),
        ),
        amount="amount_minor",
        is_built_in=True,
    ),
}
# First words of codes that are Regulars' own, today's and planned ones.
RESERVED = (
    "activity", "business", "campaign", "coupon", "event", "level", "line", "member", "membership",
    "order", "points", "redemption", "review", "stored_value", "topup", "transfer",
)  # fmt: skip
