"""The texts that members are asked about: ours until the shop writes its own."""

from django.db import IntegrityError, transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.errors import Busy
from regulars.foundation.texts import texts_checked
from regulars.members.consents.errors import PurposeMalformed
from regulars.members.consents.models import ConsentText
from regulars.members.consents.purposes import is_purpose
from regulars.members.consents.types import BODY_MAX, TITLE_MAX, ConsentTextView

MEMBERSHIP, MESSAGES = "membership", "marketing.sms"

# A shop may open its door before its lawyer has written: these say no more than what is done.
HOUSE_TEXTS = (
    ConsentTextView(
        MEMBERSHIP,
        "house-1",
        {"zh-Hans": "会员服务与个人信息", "en": "Membership and your data"},
        {
            "zh-Hans": "为提供会员服务，本店保存您的手机号、姓名、消费记录与积分变动，用于识别"
            "会员、计算积分与等级、办理退货与客服。您的信息加密保存，不会出售，也不会用于其他用途。"
            "您可随时在手机上查看自己的记录，索取一份副本，或要求抹除个人信息。",
            "en": "To run your membership the shop keeps your phone number, your name, your "
            "purchases and the movements of your points. They serve to know you, to work out "
            "points and levels, and for returns and help. They are kept encrypted, are not sold, "
            "and serve nothing else. On your phone you can see your records, ask for a copy, or "
            "ask to have your personal data erased.",
        },
        is_needed=True,
    ),
    ConsentTextView(
        MESSAGES,
        "house-1",
        {"zh-Hans": "优惠短信", "en": "Offers by text message"},
        {
            "zh-Hans": "同意本店用短信通知您优惠与会员活动。不同意不影响会员权益，可随时关闭。",
            "en": "The shop may tell you of offers and events by text message. Your membership is "
            "the same without it, and you can stop it at any time.",
        },
        is_needed=False,
    ),
)


def consent_texts() -> list[ConsentTextView]:
    """What is asked now, needed ones first; the shop's own text of a purpose replaces ours."""
    return [each for each in consent_texts_all() if each.is_offered]


def consent_texts_all() -> list[ConsentTextView]:
    """The newest text of every purpose, also of those that nobody is asked about any more."""
    newest = {each.purpose: each for each in HOUSE_TEXTS}
    for row in ConsentText.objects.order_by("number"):
        newest[row.purpose] = _view(row)
    return sorted(newest.values(), key=lambda each: (not each.is_needed, each.purpose))


@transaction.atomic
def consent_text_save(
    *,
    actor: Actor,
    purpose: str,
    title: dict[str, str],
    body: dict[str, str],
    is_needed: bool,
    is_offered: bool = True,
) -> ConsentTextView:
    """Writes the next version of a purpose's text; who agreed to an earlier one is asked again.

    Errors: purpose_malformed, languages_expected, text_missing, text_too_long, busy.
    """
    if not is_purpose(purpose):
        raise PurposeMalformed
    last = ConsentText.objects.filter(purpose=purpose).order_by("-number").first()
    try:
        with transaction.atomic():
            row = ConsentText.objects.create(
                purpose=purpose,
                number=last.number + 1 if last else 1,
                title=texts_checked(title, "title", maximum=TITLE_MAX),
                body=texts_checked(body, "body", maximum=BODY_MAX),
                is_needed=is_needed,
                is_offered=is_offered,
                actor=str(actor),
                created_at=clock.now(),
            )
    except IntegrityError:
        # Two people saved at once: the second looks again at what the first wrote.
        raise Busy from None
    details = {"version": f"v{row.number}", "is_needed": is_needed, "is_offered": is_offered}
    record(actor=actor, action="consent.text_saved", subject=purpose, details=details)
    return _view(row)


def _view(row: ConsentText) -> ConsentTextView:
    return ConsentTextView(
        row.purpose,
        f"v{row.number}",
        row.title,
        row.body,
        is_needed=row.is_needed,
        is_offered=row.is_offered,
    )
