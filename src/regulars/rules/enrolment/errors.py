"""Refusals of becoming a member."""

from regulars.foundation.errors import RegularsError


class ConsentMissing(RegularsError):
    code = "consent_missing"
    status = 422
    text = {
        "en": "Ask whether the customer agrees to the membership's terms, and tick it.",
        "zh-Hans": "请先征得顾客同意会员条款并勾选。",
    }


class ConsentTextChanged(RegularsError):
    code = "consent_text_changed"
    status = 409
    text = {
        "en": "The shop has changed the text meanwhile. Open the form again and ask once more.",
        "zh-Hans": "条款内容已更新，请重新打开表单并再次征得同意。",
    }
