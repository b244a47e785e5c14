"""The notices about members' lives."""

from regulars.foundation.outbox.catalogue import notice_declare

notice_declare(
    "member.merged",
    texts={
        "en": "A member was merged into another, who has everything now.",
        "zh-Hans": "一位会员已合并到另一位会员，全部资产归后者。",
    },
    payload={"into": "id of the member who has everything now, a UUID; `mem_…` is the same"},
)
notice_declare(
    "member.frozen",
    texts={
        "en": "Everything a member has was frozen: nothing can be earned or spent.",
        "zh-Hans": "会员资产已冻结，不能获得也不能使用。",
    },
    payload={},
)
notice_declare(
    "member.released",
    texts={
        "en": "A member's assets were released again.",
        "zh-Hans": "会员资产已解冻。",
    },
    payload={},
)
notice_declare(
    "member.erased",
    texts={
        "en": "A member's personal data was erased. Forget it in your system too.",
        "zh-Hans": "会员的个人数据已抹除，请在您的系统中同步删除。",
    },
    payload={},
)
