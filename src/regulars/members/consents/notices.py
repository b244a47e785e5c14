"""The notices about consents."""

from regulars.foundation.outbox.catalogue import notice_declare

notice_declare(
    "consent.granted",
    texts={"en": "A member agreed to a purpose.", "zh-Hans": "会员同意了一项用途。"},
    payload={"purpose": "the purpose, such as marketing.sms"},
)
notice_declare(
    "consent.withdrawn",
    texts={
        "en": "A member agrees to a purpose no more. Stop using her data for it.",
        "zh-Hans": "会员撤回了一项同意，请停止相应用途。",
    },
    payload={"purpose": "the purpose, such as marketing.sms"},
)
