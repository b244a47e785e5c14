"""The shop's words for its members' phones, as its owner changes them."""

from django.db import transaction

from regulars.foundation import clock
from regulars.foundation.actors import Actor
from regulars.foundation.audit.services import record
from regulars.foundation.texts import text_checked, texts_checked
from regulars.members.signin.models import PhoneSetting
from regulars.members.signin.selectors import ONLY_ROW
from regulars.members.signin.types import PhoneWords
from regulars.organization.stores.selectors import store_get

HELP_MAX = 600
CONTACT_MAX = 40


@transaction.atomic
def phone_words_save(*, actor: Actor, words: PhoneWords) -> None:
    """Changes what the shop says on phones, and whether one may join there.

    Errors: unknown_store, text_too_long, text_not_allowed, languages_expected.
    """
    store = store_get(words.home_store).code if words.home_store else None
    PhoneSetting.objects.update_or_create(
        id=ONLY_ROW,
        defaults={
            "help_text": _texts(words.help_text, "help_text", HELP_MAX),
            "contact_phone": text_checked(
                words.contact_phone, "contact_phone", maximum=CONTACT_MAX
            ),
            "may_join": words.may_join,
            "home_store": store,
            "changed_at": clock.now(),
        },
    )
    details = {"may_join": words.may_join}
    record(actor=actor, action="phone.words_changed", subject="phone", details=details)


def _texts(texts: dict[str, str], field: str, maximum: int) -> dict[str, str]:
    kept = {language: text for language, text in texts.items() if text.strip()}
    return texts_checked(kept, field, maximum=maximum) if kept else {}
