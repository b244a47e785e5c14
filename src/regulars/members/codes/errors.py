"""The refusal of a member code."""

from regulars.foundation.errors import RegularsError


class MemberCodeInvalid(RegularsError):
    code = "member_code_invalid"
    status = 409
    text = {
        "en": "This code is not valid: it is too old or was used before. Ask the member to show "
        "the code again.",
        "zh-Hans": "会员码无效：已过期或已使用。请会员重新出示会员码。",
    }


class TooManyMemberCodes(RegularsError):
    code = "too_many_member_codes"
    status = 429
    text = {
        "en": "The card was opened too often in a short time. Wait a minute and open it again.",
        "zh-Hans": "会员码打开过于频繁，请一分钟后再打开。",
    }
