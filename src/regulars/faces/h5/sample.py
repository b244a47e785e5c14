"""What a member sees on her phone, drawn small: for who sets what stands there, while she types."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from django.http import QueryDict
from django.utils.translation import gettext as _

from regulars.entitlements.tiers.selectors import ladders_read
from regulars.faces.h5.codes import path_of, pictured
from regulars.faces.h5.colours import Face, face_of
from regulars.faces.h5.door import shop_name
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.webkit.blocks import Card
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.reading import ON, texts_given
from regulars.ledger.book.selectors import assets_known
from regulars.ledger.book.types import AssetKind
from regulars.members.consents.selectors import consent_texts_all
from regulars.members.consents.types import ConsentTextView
from regulars.members.signin.selectors import phone_words
from regulars.members.signin.types import PhoneWords
from regulars.organization.stores.selectors import stores_list

SAMPLE = "phone-sample"
POINTS = 1_280
PHONE_ENDS = "138****8000"
# No member's code: a card's code has other digits.
CODE = "00 0000 0000"
LAST = "~"
WORDS, TEXT, NEW = "words", "text-", "text-new"


class AskedText(msgspec.Struct, frozen=True):
    """A text that who joins is asked to agree to."""

    title: str
    body: str
    is_needed: bool


class PhoneSample(msgspec.Struct, frozen=True):
    """Three pages of the phone as they are with what is typed: card, joining, help."""

    template: ClassVar[str] = "h5/parts/sample.html"

    shop: str
    face: Face
    level: str
    asset: str
    points: str
    phone: str
    code: str
    code_size: int
    code_path: str
    may_join: bool
    texts: Sequence[AskedText]
    contact: str
    help_text: str
    stores: Sequence[str]


def sample_card(deed: str = "", given: QueryDict | None = None) -> Card:
    """The three pages; `given` is what is typed into the form of that deed, kept or not."""
    lead = _("Three pages of her phone, with what is typed here. Only saving changes them.")
    return Card(_("What members see"), (phone_sample(deed, given),), lead=lead)


def phone_sample(deed: str = "", given: QueryDict | None = None) -> PhoneSample:
    """The pages alone, to be drawn anew while somebody types."""
    words, texts = phone_words(), consent_texts_all()
    if given is not None and deed == WORDS:
        words = _words_typed(given)
    elif given is not None and deed.startswith(TEXT):
        new = given.get("purpose", "").strip()
        texts = _texts_typed(texts, new if deed == NEW else deed.removeprefix(TEXT), given)
    face, level, asset = _card()
    size, bits = pictured(CODE, "m")
    return PhoneSample(
        shop=shop_name(),
        face=face,
        level=level,
        asset=asset,
        points=amount_text(POINTS),
        phone=PHONE_ENDS,
        code=CODE,
        code_size=size,
        code_path=path_of(size, bits),
        may_join=words.may_join,
        texts=[
            AskedText(merchant_text(each.title), merchant_text(each.body), each.is_needed)
            for each in texts
            if each.is_offered
        ],
        contact=words.contact_phone,
        help_text=merchant_text(words.help_text),
        stores=[merchant_text(each.name) for each in stores_list() if each.is_active],
    )


def _card() -> tuple[Face, str, str]:
    """The colours and the name of the lowest level, and what most members collect."""
    with unit_of_work() as unit:
        ladders = [each for each in ladders_read(unit) if each.is_active]
        assets = list(assets_known(unit).values())
    points = [merchant_text(each.name) for each in assets if each.kind is AssetKind.POINTS]
    asset = points[0] if points else ""
    if not ladders:
        return face_of(), "", asset
    level = ladders[0].levels[0]
    return face_of(level.colour, level.rank), merchant_text(level.name), asset


def _words_typed(given: QueryDict) -> PhoneWords:
    return PhoneWords(
        help_text=_both("help", given),
        contact_phone=given.get("contact", "").strip(),
        may_join=given.get("may_join") == ON,
    )


def _texts_typed(
    texts: Sequence[ConsentTextView], purpose: str, given: QueryDict
) -> list[ConsentTextView]:
    """The texts with the one that is being written, in its place; unnamed behind the others."""
    typed = ConsentTextView(
        purpose,
        "",
        _both("title", given),
        _both("body", given),
        is_needed=given.get("is_needed") == ON,
        is_offered=given.get("is_offered") == ON,
    )
    others = [each for each in texts if each.purpose != purpose]
    if not (typed.title or typed.body):
        return others
    return sorted([*others, typed], key=lambda each: (not each.is_needed, each.purpose or LAST))


def _both(name: str, given: QueryDict) -> dict[str, str]:
    found = {language: text.strip() for _field, language, text in texts_given(name, None, given)}
    return {language: text for language, text in found.items() if text}
