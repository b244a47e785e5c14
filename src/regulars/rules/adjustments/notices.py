"""The notices about points by hand."""

from regulars.foundation.outbox.catalogue import notice_declare

notice_declare(
    "points.adjusted",
    texts={
        "en": "A person gave a member points, or took some, by hand.",
        "zh-Hans": "工作人员手工增减了会员的积分。",
    },
    payload={"entry": "id of the entry, a UUID; `ent_…` is the same"},
)
