"""The notices about levels."""

from regulars.foundation.outbox.catalogue import notice_declare

_PAYLOAD = {
    "ladder": "code of the ladder",
    "from": "code of the level before",
    "to": "code of the level after",
    "cause": "kind of the event, or `settlement`",
}

notice_declare(
    "tier.entered",
    texts={"en": "A member reached a higher level.", "zh-Hans": "会员升级到更高等级。"},
    payload=_PAYLOAD,
)
notice_declare(
    "tier.left",
    texts={"en": "A member fell to a lower level.", "zh-Hans": "会员降到较低等级。"},
    payload=_PAYLOAD,
)
