"""The CloudEvents envelope (1.0, structured JSON) in which a notice leaves the house."""

import json

import msgspec

from regulars.foundation.ids import public_id
from regulars.foundation.outbox.services import NoticeView
from regulars.organization.webhooks.types import NOTICE_PREFIX

TYPE_PREFIX = "dev.regulars."
MEMBER_PREFIX = "mem"


def envelope_of(notice: NoticeView) -> str:
    """The message's body. `id` is the notice's, the same in every try and for every receiver."""
    body = {
        "specversion": "1.0",
        "id": public_id(NOTICE_PREFIX, notice.id),
        "source": "/regulars",
        "type": f"{TYPE_PREFIX}{notice.kind}",
        "time": notice.recorded_at,
        "datacontenttype": "application/json",
        "data": json.loads(notice.payload),
    }
    if notice.holder_id is not None:
        body["subject"] = public_id(MEMBER_PREFIX, notice.holder_id)
    return msgspec.json.encode(body).decode()
