"""Refusals about payments with points."""

from regulars.foundation.errors import RegularsError


class UnknownRedemption(RegularsError):
    code = "unknown_redemption"
    status = 404
    text = {
        "en": "There is no such redemption. Check its id.",
        "zh-Hans": "没有该笔积分抵扣，请核对编号。",
    }


class RedemptionClosed(RegularsError):
    code = "redemption_closed"
    status = 409
    text = {
        "en": "This redemption is already {state}; only one that is held can be settled or "
        "released.",
        "zh-Hans": "该笔积分抵扣已是 {state} 状态；只有冻结中（held）的才能结算或解冻。",
    }
