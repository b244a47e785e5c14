"""The notices about gifts of points."""

from regulars.foundation.outbox.catalogue import notice_declare

notice_declare(
    "transfer.made",
    texts={
        "en": "A member gave points to another member.",
        "zh-Hans": "会员把积分转赠给了另一位会员。",
    },
    payload={
        "entry": "id of the entry, a UUID; `ent_…` is the same",
        "to": "id of the receiver, a UUID; `mem_…` is the same",
    },
)
