"""Refusals about cards."""

from regulars.foundation.errors import RegularsError


class UnknownCard(RegularsError):
    code = "unknown_card"
    status = 404
    text = {
        "en": "There is no such card. Check the number, or make its batch first.",
        "zh-Hans": "没有该会员卡，请核对卡号或先制卡。",
    }


class CardLost(RegularsError):
    code = "card_lost"
    status = 409
    text = {
        "en": "This card was reported lost. Ask for another proof and replace the card.",
        "zh-Hans": "该卡已挂失，请核实会员身份并补卡。",
    }


class CardReplaced(RegularsError):
    code = "card_replaced"
    status = 409
    text = {
        "en": "This card was replaced by another and is dead for ever. Use the new card.",
        "zh-Hans": "该卡已换卡作废，请使用新卡。",
    }


class CardTaken(RegularsError):
    code = "card_taken"
    status = 409
    text = {
        "en": "This card belongs to another member. Take a free one.",
        "zh-Hans": "该卡已属于其他会员，请使用空白卡。",
    }


class CardNotBound(RegularsError):
    code = "card_not_bound"
    status = 409
    text = {
        "en": "This card is not one of the member's cards in use.",
        "zh-Hans": "该卡不是该会员正在使用的卡。",
    }


class CardNumbersTaken(RegularsError):
    code = "card_numbers_taken"
    status = 409
    text = {
        "en": "{taken} of these numbers exist already, from {first} on. Choose another range.",
        "zh-Hans": "该号段中已有 {taken} 个号码存在（自 {first} 起），请换一个号段。",
    }


class CardRangeMalformed(RegularsError):
    code = "card_range_malformed"
    status = 422
    text = {
        "en": "A range has a prefix of digits or large letters, 1 to {maximum} cards, and numbers "
        "of at most 32 characters that the given digits can hold.",
        "zh-Hans": "号段需有数字或大写字母前缀，1 到 {maximum} 张，号码不超过 32 位且位数足够。",
    }
