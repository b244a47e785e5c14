"""The job that hands a code to the carrier. It is told which asking, never the code."""

from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.jobs.registry import job
from regulars.foundation.personal import decrypt
from regulars.foundation.sms import SmsMessage, sms_provider
from regulars.members.signin.models import SignInCode

TRIES = 3
TEXTS = {
    "en": "{code} is your code to sign in. It is good for {minutes} minutes. Tell it to nobody, "
    "not even to the shop's staff.",
    "zh-hans": "您的登录验证码是 {code}，{minutes} 分钟内有效。请勿告诉任何人，包括店员。",
}


@job("members.sign_in_code_send", tries=TRIES)
def code_send_task(challenge: str) -> None:
    """Sends the code of one asking; once it was taken, the code is nowhere any more."""
    with transaction.atomic():
        row = SignInCode.objects.select_for_update().filter(id=challenge).first()
        is_due = row is not None and row.code_encrypted and row.ended_at is None
        carrier = sms_provider()
        if row is None or not is_due or carrier is None or row.expires_at <= clock.now():
            return
        code = decrypt(row.code_encrypted, f"{challenge}/code")
        minutes = str(int((row.expires_at - row.created_at).total_seconds() // 60))
        values = {"code": code, "minutes": minutes}
        text = TEXTS.get(row.language, TEXTS["en"]).format(**values)
        phone = decrypt(row.phone_encrypted, f"{challenge}/phone")
        carrier.send(SmsMessage(phone, "sign_in", values, text, row.language))
        SignInCode.objects.filter(id=challenge).update(code_encrypted="")
