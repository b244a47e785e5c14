"""Refusals of points by hand."""

from regulars.foundation.errors import RegularsError


class AdjustmentEmpty(RegularsError):
    code = "adjustment_empty"
    status = 422
    text = {
        "en": "Type how many to give, or how many to take with a minus in front; 0 changes "
        "nothing, and more than {maximum} can't be written at once.",
        "zh-Hans": "请填写要加的数量，扣减时在前面加负号；0 不会产生变动，单次不能超过 {maximum}。",
    }


class AssetNotByHand(RegularsError):
    code = "asset_not_by_hand"
    status = 422
    text = {
        "en": "“{asset}” can't be given or taken by hand; points, growth and tokens can.",
        "zh-Hans": "“{asset}”不能手工增减；只有积分、成长值和代币可以。",
    }


class DayIsFull(RegularsError):
    """Never raised to a caller: what goes beyond the day's limit is laid before a second person."""

    code = "day_is_full"
    status = 409
    text = {
        "en": "With this you gave more by hand today than one person may alone.",
        "zh-Hans": "加上本次，您今天手工加给的积分已超出单人可办理的上限。",
    }
