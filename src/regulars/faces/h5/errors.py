"""What the phone's pages refuse by themselves."""

from regulars.foundation.errors import RegularsError


class ConsentNeeded(RegularsError):
    code = "consent_needed"
    status = 422
    text = {
        "en": "The shop can't keep you as a member without this. If you no longer agree, ask under "
        "“My data” to be erased.",
        "zh-Hans": "会员服务须有此项授权；如不再同意，请在“我的信息”中申请抹除个人信息。",
    }


class TickMissing(RegularsError):
    code = "tick_missing"
    status = 422
    text = {
        "en": "Tick the box first, so that nothing is erased by mistake.",
        "zh-Hans": "请先勾选确认，以免误操作。",
    }
