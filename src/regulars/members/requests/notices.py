"""The notices about members' requests."""

from regulars.foundation.outbox.catalogue import notice_declare

notice_declare(
    "request.made",
    texts={
        "en": "A member asked for a copy of her data, or to have it erased. Answer her in time.",
        "zh-Hans": "会员申请导出或抹除个人信息，请在规定时限内处理。",
    },
    payload={"request": "id of the request, a UUID; `req_…` is the same"},
)
