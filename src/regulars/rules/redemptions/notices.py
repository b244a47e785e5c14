"""The notices about payments with points that were set aside first."""

from regulars.foundation.outbox.catalogue import notice_declare

PAYLOAD = {"redemption": "id of the redemption, a UUID; `red_…` is the same"}

notice_declare(
    "redemption.settled",
    texts={
        "en": "Points that were set aside are spent: the sale was paid.",
        "zh-Hans": "冻结的积分已结算：销售已付款。",
    },
    payload=PAYLOAD,
)
notice_declare(
    "redemption.released",
    texts={
        "en": "Points that were set aside are free again: the sale came to nothing.",
        "zh-Hans": "冻结的积分已解冻：销售未成交。",
    },
    payload=PAYLOAD,
)
