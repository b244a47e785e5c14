"""Everything that can be done with a member: what is asked, what it means in figures, the deed."""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.faces.console.people import name_shown
from regulars.foundation import ids
from regulars.foundation.audit.services import record_statement
from regulars.foundation.database.session import Unit, unit_of_work, unit_retried
from regulars.foundation.webkit.blocks import Action, Fact, Facts, Head, blocks_page
from regulars.foundation.webkit.forms import Asked, FilledForm, Form, form_filled
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import merchant_text, staff_actor
from regulars.foundation.webkit.screens import Text
from regulars.ledger.book.selectors import assets_known
from regulars.members.profiles.selectors import member_numbers
from regulars.members.profiles.services import identifier_add, identifier_remove
from regulars.members.profiles.types import MemberView
from regulars.members.tags.errors import TagNotSet
from regulars.members.tags.selectors import tags_named, tags_of
from regulars.members.tags.services import tag_set, tag_take
from regulars.members.tags.types import MANUAL
from regulars.rules.adjustments.selectors import assets_by_hand
from regulars.rules.adjustments.services import points_adjust
from regulars.rules.adjustments.types import Adjustment

Values = dict[str, Any]
Consequences = Callable[[HttpRequest, MemberView], tuple[Fact, ...] | None]


class Deed(msgspec.Struct, frozen=True):
    """One deed: who may do it, what is asked for it, what it does, and where one is afterwards.

    With `consequences` they are named before it is done; they answer None while something must be
    typed first, and () where there is nothing to name: then it is done at once. `work` answers a
    sentence, or a page of its own.
    """

    right: str
    tab: str
    form: Callable[[HttpRequest, MemberView], FilledForm]
    work: Callable[[HttpRequest, MemberView, Values], HttpResponse | str]
    consequences: Consequences | None = None
    warning: Text = ""
    is_final: bool = False
    is_typed: bool = False


def form_made(
    deed: str, title: Text, button: Text, *fields: Asked, lead: Text = "", danger: bool = False
) -> Callable[[HttpRequest, MemberView], FilledForm]:
    """A form that asks the same of every member; each has a key, so that it is done once."""

    def made(request: HttpRequest, _member: MemberView) -> FilledForm:
        key = Asked("key", "", kind="hidden", required=False, initial=ids.new_id())
        look: Literal["main", "danger"] = "danger" if danger else "main"
        address = request.get_full_path()
        form = Form(deed, title, button, (*fields, key), lead=lead, look=look, address=address)
        return form_filled(form)

    return made


def reason_asked() -> Asked:
    return Asked("reason", gettext_lazy("Reason"), kind="long", maximum=200)


def named(request: HttpRequest, name: str) -> str:
    """The card or device that is meant, by its id: named by the address, or posted."""
    return (request.POST.get(name, "") or request.GET.get(name, ""))[:40]


def in_unit_deed(
    work: Callable[..., None], request: HttpRequest, member: MemberView, **given: Any
) -> str:
    """Does a service's work in a unit of its own."""

    def attempted(unit: Unit) -> None:
        work(unit=unit, actor=staff_actor(request), member_id=member.id, **given)

    unit_retried(attempted)
    return ""


def points_form(request: HttpRequest, member: MemberView) -> FilledForm:
    with unit_of_work() as unit:
        assets = [(each.code, merchant_text(each.name)) for each in assets_by_hand(unit)]
    return form_made(
        "points",
        _("Give or take points"),
        _("Do it"),
        Asked("asset", _("What"), options=tuple(assets), initial=assets[0][0] if assets else None),
        Asked(
            "way",
            _("Direction"),
            kind="radio",
            options=(("give", _("give")), ("take", _("take"))),
            initial="give",
        ),
        Asked("points", _("How many"), kind="number", lowest=1),
        reason_asked(),
        lead=_("It stands in the movements with your reason, and in the log with your name."),
    )(request, member)


def points_deed(request: HttpRequest, member: MemberView, values: Values) -> str:
    points = values["points"] if values["way"] == "give" else -values["points"]
    adjustment = Adjustment(member.id, values["asset"], points, values["reason"])
    made = points_adjust(adjustment, key=values["key"], actor=staff_actor(request))
    if made.approval:
        return _("That is above the limit: it waits until a second person approves it.")
    with unit_of_work() as unit:
        asset = next(each for each in assets_known(unit).values() if each.code == values["asset"])
    words = {
        "name": merchant_text(asset.name),
        "amount": amount_text(made.balance_after or 0, asset.scale),
    }
    return _("Done. %(name)s afterwards: %(amount)s") % words


def tag_form(request: HttpRequest, member: MemberView) -> FilledForm:
    with unit_of_work() as unit:
        tags = tuple((each.code, merchant_text(each.name)) for each in tags_named(unit))
    return form_made(
        "tag",
        _("Tag"),
        _("Set the tag"),
        Asked("tag", _("Tag"), options=tags, hint="" if tags else _("Make a tag first.")),
        reason_asked(),
        Asked("last_day", _("Last day"), kind="date", required=False, hint=_("Empty: for good")),
    )(request, member)


def tag_deed(request: HttpRequest, member: MemberView, values: Values) -> str:
    last_day: date | None = values["last_day"]
    tag_set(
        actor=staff_actor(request),
        member_id=member.id,
        code=values["tag"],
        reason=values["reason"],
        last_day=last_day,
    )
    return ""


def untag_form(request: HttpRequest, member: MemberView) -> FilledForm:
    code = named(request, "tag")
    if code:
        asked = Asked("tag", "", kind="hidden", initial=code)
        return form_made("untag", tag_question(code), _("Take it off"), asked)(request, member)
    tags = tuple(
        (each.code, merchant_text(each.name))
        for each in tags_of(member.id)
        if each.source == MANUAL
    )
    hint = "" if tags else _("No tag was set by hand; a segment's tag goes with its condition.")
    asked = Asked("tag", _("Tag"), options=tags or (("", "—"),), hint=hint)
    return form_made("untag", _("Take a tag off"), _("Take it off"), asked)(request, member)


def tag_question(code: str) -> str:
    with unit_of_work() as unit:
        names = {each.code: merchant_text(each.name) for each in tags_named(unit)}
    return _("Take “%(tag)s” off?") % {"tag": names.get(code, code)}


def untag_deed(request: HttpRequest, member: MemberView, values: Values) -> str:
    try:
        tag_take(actor=staff_actor(request), member_id=member.id, code=values["tag"])
    except TagNotSet:
        # The same button twice, or a colleague was quicker: it is off, as she wants it.
        return _("The member does not carry this tag by hand any more; nothing was changed.")
    return ""


KINDS: tuple[tuple[str, Text], ...] = (
    ("phone", gettext_lazy("Phone")),
    ("email", gettext_lazy("E-mail")),
    ("wechat", gettext_lazy("WeChat")),
    ("external_id", gettext_lazy("Other number")),
)


def reveal_deed(request: HttpRequest, member: MemberView, _values: Values) -> HttpResponse:
    """The numbers in the clear, once; the look is in the log."""
    numbers = member_numbers(member.id)
    names = {code: str(label) for code, label in KINDS} | {"card": _("Card")}
    told = record_statement(
        actor=staff_actor(request),
        action="member.numbers_shown",
        subject=member.public_id,
        details={"kinds": sorted({kind for kind, _value in numbers})},
    )
    with unit_of_work() as unit:
        unit.flight([told])
    back = Action(_("Back to the member"), "./..", look="quiet")
    facts = Facts(tuple(Fact(names.get(kind, kind), value, code=True) for kind, value in numbers))
    return blocks_page(request, Head(name_shown(member), back=back), [facts])


def phone_deed(request: HttpRequest, member: MemberView, values: Values) -> str:
    old = [value for kind, value in member_numbers(member.id) if kind == "phone"]
    actor = staff_actor(request)

    def attempted(unit: Unit) -> None:
        identifier_add(
            unit=unit, actor=actor, member_id=member.id, kind="phone", value=values["value"]
        )
        for each in old:
            identifier_remove(unit=unit, actor=actor, member_id=member.id, kind="phone", value=each)

    unit_retried(attempted)
    return ""


def number_form(deed: str, title: Text) -> Callable[[HttpRequest, MemberView], FilledForm]:
    return form_made(
        deed,
        title,
        title,
        Asked("kind", gettext_lazy("Kind of number"), options=KINDS, initial="phone"),
        Asked("value", gettext_lazy("Number or address"), maximum=254),
    )


def json_file(name: str, found: object) -> HttpResponse:
    """What was found as a file to keep."""
    body = msgspec.json.format(msgspec.json.encode(found), indent=1)
    answer = HttpResponse(body, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return answer
