"""The notices about packages."""

from regulars.foundation.outbox.catalogue import notice_declare

_PAYLOAD = {"preset": "code of the preset", "version": "the preset's version"}

notice_declare(
    "preset.installed",
    texts={
        "en": "A preset was installed, or changed to its newer version.",
        "zh-Hans": "已安装方案包，或已更新到方案包的新版本。",
    },
    payload=_PAYLOAD,
)
notice_declare(
    "preset.ended",
    texts={
        "en": "A preset was ended; what members were given stays theirs.",
        "zh-Hans": "方案包已结束；会员已获得的权益仍归会员。",
    },
    payload=_PAYLOAD,
)
