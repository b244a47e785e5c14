"""What `doctor` says about codes for members' phones."""

from collections.abc import Iterator

from regulars.foundation.diagnoses import Diagnosis, doubtful, look, well
from regulars.foundation.settings import LOOPBACK_NAMES, settings_load
from regulars.foundation.sms import sms_is_shown_here, sms_provider


@look("sms", place=48)
def codes_can_be_sent() -> Iterator[Diagnosis]:
    """Whether members can be sent the codes with which they sign in."""
    if sms_is_shown_here() and settings_load().host not in LOOPBACK_NAMES:
        yield doubtful(
            "Codes for members' phones are only shown on this server, not sent. Name your carrier "
            "in REGULARS_SMS_PROVIDER.",
            "会员登录验证码目前只显示在本服务器上，并未发出。请在 REGULARS_SMS_PROVIDER 中指定"
            "短信服务商。",
        )
    elif sms_provider() is None:
        yield doubtful(
            "Members can't sign in on their phones: no carrier of messages is named in "
            "REGULARS_SMS_PROVIDER.",
            "会员无法在手机上登录：REGULARS_SMS_PROVIDER 未指定短信服务商。",
        )
    else:
        yield well("Codes for members' phones have a way", "会员登录验证码的发送方式已设置")
