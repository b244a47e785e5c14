"""The kinds of events as their senders need to know them: what each means and must carry."""

from collections.abc import Mapping

import msgspec

from regulars.rules.intake.types import EVENT_KINDS

_MEMBER = ("member",)


class EventKind(msgspec.Struct, frozen=True):
    """A kind of event. `needs` names fields beyond event_id, kind and occurred_at."""

    kind: str
    texts: Mapping[str, str]
    needs: tuple[str, ...]


_TEXTS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "order.paid": (
        (
            "A sale was paid. Without a member it is a walk-in customer's: kept, and earning "
            "nothing. The same document and content once more, with a `part`: it was paid again "
            "after a cancellation, and earns what it earned at first."
        ),
        (
            "销售已付款。未指明会员即为散客：记录销售，不累积。"
            "相同单据与内容附上 part 再次发送，表示取消后重新付款：恢复首次所得。"
        ),
        ("document", "order"),
    ),
    "order.refunded": (
        (
            "Money of a sale was given back, in whole or in part; `part` tells several refunds "
            "apart. What the sale earned goes back in proportion, what was paid with points comes "
            "back. A refund that comes before its sale waits for it."
        ),
        (
            "销售全部或部分退款；同一单多次退款以 part 区分。按比例扣回所得，退还抵扣的积分。"
            "早于销售单到达的退款会等待销售单。"
        ),
        ("document", "refund"),
    ),
    "order.cancelled": (
        (
            "A sale came to nothing: everything it earned goes back. Of cancellations and payments "
            "of one document the last counts, by the times at which they happened."
        ),
        "销售作废：该单所得全部扣回。同一单据多次取消与付款时，以发生时间最晚者为准。",
        ("document",),
    ),
    "member.enrolled": (
        (
            "Somebody became a member. Every door where one enrols raises it by itself; imports "
            "of earlier members raise none."
        ),
        "顾客入会。各入口办理入会时自动产生；导入旧会员时不产生。",
        _MEMBER,
    ),
    "visit.checked_in": ("A member came by, bought or not.", "会员到店，无论是否消费。", _MEMBER),
    "activity.recorded": (
        "A member did something of the merchant's choosing; `data` tells what.",
        "会员完成了商家指定的活动，内容见 data。",
        _MEMBER,
    ),
    "review.posted": ("A member wrote a review.", "会员发表了评价。", _MEMBER),
    "topup.paid": (
        (
            "A member paid money in; `data` has `amount_minor` and `currency`. Rules may reward "
            "it; no stored value is booked by it."
        ),
        "会员充值付款；data 含 amount_minor 与 currency。规则可据此奖励，不会因此记入储值。",
        ("member", "data"),
    ),
}


def event_kinds() -> list[EventKind]:
    """All kinds, in the order in which they are documented."""
    return [
        EventKind(kind, {"en": _TEXTS[kind][0], "zh-Hans": _TEXTS[kind][1]}, _TEXTS[kind][2])
        for kind in EVENT_KINDS
    ]
