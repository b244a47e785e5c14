"""The forms with which an owner writes what members read on their phones."""

from collections.abc import Callable
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from regulars.faces.h5.sample import NEW, SAMPLE, TEXT, WORDS
from regulars.foundation.actors import Actor
from regulars.foundation.webkit.forms import Asked, Form
from regulars.foundation.webkit.pages import merchant_text
from regulars.members.consents.selectors import consent_texts_all
from regulars.members.consents.services import consent_text_save
from regulars.members.consents.types import BODY_MAX, TITLE_MAX, ConsentTextView
from regulars.members.signin.selectors import phone_words
from regulars.members.signin.services import phone_words_save
from regulars.members.signin.types import PhoneWords
from regulars.organization.stores.selectors import stores_list

HELP_MAX = 600
PURPOSE_MAX = 40


class Wording(msgspec.Struct, frozen=True):
    """A form, and what is done with its answers."""

    form: Form
    deed: Callable[[dict[str, Any]], object]


def wordings(actor: Actor) -> list[Wording]:
    """All forms: the shop's words, each text of a consent, and one for a new text."""
    texts = [
        Wording(_text_form(each), _text_saving(actor, each.purpose)) for each in consent_texts_all()
    ]
    return [
        Wording(_words_form(), _words_saving(actor)),
        *texts,
        Wording(_new_form(), _text_saving(actor, "")),
    ]


def _words_form() -> Form:
    words = phone_words()
    stores = [(each.code, merchant_text(each.name)) for each in stores_list() if each.is_active]
    return Form(
        WORDS,
        _("What members find there"),
        _("Save"),
        (
            Asked(
                "may_join",
                _("One may join on the phone"),
                kind="switch",
                required=False,
                initial=words.may_join,
                hint=_("Whoever proves her number and agrees to what is necessary is a member."),
            ),
            Asked(
                "store",
                _("Home store of who joins there"),
                options=(("", _("none")), *stores),
                required=False,
                initial=words.home_store or "",
            ),
            Asked(
                "contact",
                _("Phone number for questions"),
                required=False,
                maximum=40,
                initial=words.contact_phone,
                hint=_("One tap calls it, on the page “Help and contact”."),
            ),
            *_long(
                "help",
                _("Words of help"),
                words.help_text,
                HELP_MAX,
                hint=_("Opening hours, where to find you, how to return something."),
            ),
        ),
        places={"unknown_store": "store"},
        sample=SAMPLE,
    )


def _words_saving(actor: Actor) -> Callable[[dict[str, Any]], object]:
    def saved(values: dict[str, Any]) -> None:
        words = PhoneWords(
            help_text=_both(values, "help"),
            contact_phone=values["contact"],
            may_join=values["may_join"],
            home_store=values["store"] or None,
        )
        phone_words_save(actor=actor, words=words)

    return saved


def _text_form(text: ConsentTextView) -> Form:
    state = _("In use: version %(version)s. Members are asked again after a change.")
    return Form(
        f"{TEXT}{text.purpose}",
        merchant_text(text.title),
        _("Save as a new version"),
        _text_fields(text),
        lead=state % {"version": text.version},
        look="",
        sample=SAMPLE,
    )


def _new_form() -> Form:
    empty = ConsentTextView("", "", {}, {}, is_needed=False)
    purpose = Asked(
        "purpose",
        _("Short name of the purpose"),
        maximum=PURPOSE_MAX,
        placeholder="marketing.wechat",
        hint=_("Small letters, digits and dots. Whoever sends messages asks for it by this name."),
    )
    return Form(
        NEW,
        _("Ask members about something else"),
        _("Ask from now on"),
        (purpose, *_text_fields(empty)),
        places={"purpose_malformed": "purpose"},
        look="",
        sample=SAMPLE,
    )


def _text_fields(text: ConsentTextView) -> tuple[Asked, ...]:
    return (
        Asked("title", _("Heading"), kind="texts", maximum=TITLE_MAX, initial=text.title),
        *_long("body", _("Text"), text.body, BODY_MAX),
        Asked(
            "is_needed",
            _("Necessary for membership"),
            kind="switch",
            required=False,
            initial=text.is_needed,
        ),
        Asked(
            "is_offered",
            _("Members are asked about it"),
            kind="switch",
            required=False,
            initial=text.is_offered,
        ),
    )


def _text_saving(actor: Actor, purpose: str) -> Callable[[dict[str, Any]], object]:
    def saved(values: dict[str, Any]) -> None:
        consent_text_save(
            actor=actor,
            purpose=purpose or values["purpose"],
            title=values["title"],
            body=_both(values, "body"),
            is_needed=values["is_needed"],
            is_offered=values["is_offered"],
        )

    return saved


def _long(
    name: str, label: str, texts: dict[str, str], maximum: int, *, hint: str = ""
) -> tuple[Asked, Asked]:
    """A long text, in one box for each language."""
    chinese, english = [
        Asked(
            f"{name}_{short}",
            f"{label} · {language}",
            kind="long",
            required=False,
            maximum=maximum,
            initial=texts.get(code, ""),
            hint=hint,
        )
        for code, short, language in (("zh-Hans", "zh", "中文"), ("en", "en", "English"))
    ]
    return chinese, english


def _both(values: dict[str, Any], name: str) -> dict[str, str]:
    texts = {"zh-Hans": values[f"{name}_zh"], "en": values[f"{name}_en"]}
    return {code: text for code, text in texts.items() if text}
