"""The notices about cards. They name the member, never a card's number."""

from regulars.foundation.outbox.catalogue import notice_declare

for _kind, _en, _zh in (
    ("card.bound", "A member was given a card.", "会员已绑定新卡。"),
    ("card.lost", "A member's card was reported lost: it refuses everything.", "会员卡已挂失。"),
    ("card.found", "A lost card was found and can be used again.", "已挂失的会员卡恢复使用。"),
    ("card.replaced", "A member's card was replaced by a new one.", "会员已补卡，旧卡作废。"),
):
    notice_declare(_kind, texts={"en": _en, "zh-Hans": _zh}, payload={})
