"""A member's cards, phones, consents, tags and segments."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from regulars.faces.console.bought import Habits
from regulars.faces.console.people import masked
from regulars.foundation import clock
from regulars.foundation.database.session import Unit
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.blocks import Action, Card
from regulars.foundation.webkit.forms import DEED
from regulars.foundation.webkit.pages import merchant_text
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Cell, Column, Empty, Press, RowForm, Table, Tone
from regulars.foundation.webkit.templatetags.webkit import day, instant
from regulars.members.cards.selectors import card_id, cards_of
from regulars.members.cards.types import CardState, CardView
from regulars.members.consents.selectors import consent_texts, consents_now
from regulars.members.signin.selectors import sessions_of
from regulars.members.signin.types import SessionView
from regulars.members.tags.selectors import tags_of
from regulars.members.tags.types import MANUAL, MemberTagView
from regulars.organization.staff.selectors import staff_names
from regulars.rules.segments.selectors import segments_held, segments_listed

CARD_STATES: dict[CardState, tuple[Text, Tone]] = {
    CardState.BOUND: (gettext_lazy("in use"), "good"),
    CardState.LOST: (gettext_lazy("reported lost"), "bad"),
    CardState.REPLACED: (gettext_lazy("dead"), "quiet"),
}
NEXT: dict[CardState, tuple[str, Text]] = {
    CardState.BOUND: ("card-lost", gettext_lazy("Report lost")),
    CardState.LOST: ("card-found", gettext_lazy("Found again")),
}
Deed = Callable[..., str]
UNTAG = "untag"


def cards_shown(member_id: str, deed: Deed, actions: tuple[Action, ...]) -> Card:
    """The member's cards; with `actions` a lost one can be reported and replaced."""
    cards = cards_of(member_id)
    changes = bool(actions)
    columns = [Column(_("Card")), Column(_("State")), Column(pgettext("column", "Since"))]
    if changes:
        columns += [Column(_("If it is lost")), Column(_("New card"))]
    table = Table(
        columns=tuple(columns),
        rows=tuple(_card(each, deed, changes=changes) for each in cards),
        empty=Empty(_("No cards"), _("A card is optional: phone and member code do as well.")),
        caption=_("Cards"),
    )
    return Card(_("Cards"), (table,), actions=actions, flush=True)


def _card(card: CardView, deed: Deed, *, changes: bool) -> tuple[Cell, ...]:
    text, tone = CARD_STATES[card.state]
    cells = [
        Cell(masked(card.number), code=True),
        Cell(text, tone=tone),
        Cell(instant(card.ended_at or card.bound_at)),
    ]
    if changes:
        step = NEXT.get(card.state)
        lost = Cell(step[1], href=deed(step[0], card=card_id(card))) if step else Cell("")
        replaced = Cell(_("Replace"), href=deed("card-replace", card=card_id(card)))
        cells += [lost, replaced if step else Cell("")]
    return tuple(cells)


def sessions_shown(member_id: str, deed: Deed, *, changes: bool) -> Card:
    """The phones on which the member is signed in; with `changes` she can be signed out there."""
    columns = (Column(_("Device")), Column(_("Signed in")), Column(_("Last used")))
    ending = (Column(_("If it is lost")),) if changes else ()
    table = Table(
        columns=(*columns, *ending),
        rows=tuple(_session(each, deed, changes=changes) for each in sessions_of(member_id)),
        empty=Empty(
            _("Signed in nowhere"),
            _("The member signs in on the phone with a code; those devices are listed here."),
        ),
        caption=_("Devices"),
    )
    return Card(_("Devices"), (table,), flush=True)


def _session(session: SessionView, deed: Deed, *, changes: bool) -> tuple[Cell, ...]:
    cells = (
        Cell(session.device),
        Cell(instant(session.created_at)),
        Cell(instant(session.seen_at)),
    )
    if not changes:
        return cells
    return (*cells, Cell(_("Sign out"), href=deed("session-end", session=session.public_id)))


def consents_shown(member_id: str) -> Card:
    """What the member agreed to, and to which version of which text."""
    titles = {each.purpose: merchant_text(each.title) for each in consent_texts()}
    table = Table(
        columns=(Column(_("Purpose")), Column(_("Word")), Column(pgettext("column", "Since"))),
        rows=tuple(
            (
                Cell(titles.get(each.purpose, each.purpose), note=each.purpose),
                Cell(_("agreed"), tone="good", note=each.version)
                if each.granted
                else Cell(_("withdrawn"), tone="bad", note=each.version),
                Cell(instant(each.decided_at)),
            )
            for each in consents_now(member_id)
        ),
        empty=Empty(_("No consents"), _("Without a word on a purpose nothing is sent for it.")),
        caption=_("Consents"),
    )
    return Card(_("Consents"), (table,), flush=True)


def tags_table(member_id: str, deed: Deed, actions: tuple[Action, ...]) -> Card:
    """The member's tags: by whom or which segment, why, and until when; with `actions` one that
    was set by hand can be taken off."""
    tags = tags_of(member_id)
    names = staff_names([each.actor for each in tags])
    columns = (
        Column(_("Tag")),
        Column(_("Why")),
        Column(_("Set")),
        Column(pgettext("column", "Through")),
    )
    taking = (Column(_("If it no longer applies")),) if actions else ()
    table = Table(
        columns=(*columns, *taking),
        rows=tuple(_tag(each, names, changes=bool(actions)) for each in tags),
        empty=Empty(
            _("No tags"), _("Tags are set by hand with a reason, or by a segment's condition.")
        ),
        caption=_("Tags"),
        form=RowForm(UNTAG, deed(UNTAG), ((DEED, UNTAG),)) if actions else None,
    )
    return Card(_("Tags"), (table,), actions=actions, flush=True)


def _tag(tag: MemberTagView, names: Mapping[str, str], *, changes: bool) -> tuple[Cell, ...]:
    is_by_hand = tag.source == MANUAL
    name = merchant_text(tag.name)
    zone = shop_known().time_zone
    ends = clock.last_day_before(tag.expires_at, zone) if tag.expires_at else None
    cells = (
        Cell(name),
        Cell(tag.reason if is_by_hand else _("by its segment")),
        Cell(instant(tag.set_at), note=names.get(tag.actor, "") if is_by_hand else ""),
        Cell(day(ends)),
    )
    if not changes:
        return cells
    label = _("Take off: %(tag)s") % {"tag": name}
    taken = Cell(_("Take off"), press=Press(UNTAG, "tag", tag.code, label))
    return (*cells, taken if is_by_hand else Cell(""))


def segments_shown(unit: Unit, member_id: str, now: datetime, habits: Habits) -> Card:
    """The segments whose conditions hold for this member at this moment."""
    segments = segments_listed(unit)
    held = segments_held(unit, member_id, segments, now) if segments else set()
    table = Table(
        columns=(Column(_("Segment")), Column(_("Code"))),
        rows=tuple(
            (Cell(merchant_text(each.name)), Cell(each.code, code=True))
            for each in segments
            if each.id in held
        ),
        empty=Empty(
            _("In no segment"),
            _("Segments are found anew every hour; this list is asked at this moment."),
        ),
        caption=_("Segments"),
    )
    group = _("RFM group: %(group)s") % {"group": habits.group} if habits.group else ""
    return Card(_("Segments"), (table,), lead=group, flush=True)
