"""The notices that the intake writes, one for each event."""

from regulars.foundation.outbox.catalogue import notice_declare

PAYLOAD = {
    "event": "id of the event, a UUID; its receipt is `rcp_…` of the same",
    "kind": "kind of the event, or `redemption`",
}

notice_declare(
    "event.applied",
    texts={
        "en": "An event was judged; its entries, if there were any, are in the book.",
        "zh-Hans": "事件已处理；如有流水，均已入账。",
    },
    payload=PAYLOAD,
)
notice_declare(
    "event.waiting",
    texts={
        "en": "A refund or a cancellation came before its sale and waits for it.",
        "zh-Hans": "退款或取消早于其销售单到达，等待销售单。",
    },
    payload=PAYLOAD,
)
