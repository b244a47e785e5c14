"""Two published versions of a program side by side: what differs, in plain words."""

from typing import ClassVar

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.blocks import (
    Action,
    Block,
    Card,
    Columns,
    Fact,
    Facts,
    Head,
    Words,
    blocks_page,
)
from regulars.foundation.webkit.pages import merchant_text, refusal_shown
from regulars.foundation.webkit.reading import whole_read
from regulars.foundation.webkit.tables import Empty
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.organization.staff.selectors import staff_names
from regulars.rules.programs.content import Content
from regulars.rules.programs.differences import contents_compared
from regulars.rules.programs.draft_pages import teller_of
from regulars.rules.programs.editor_words import Differences, differences_drawn
from regulars.rules.programs.errors import SameVersion, UnknownVersion
from regulars.rules.programs.selectors import program_get
from regulars.rules.programs.states import STATES, until_words
from regulars.rules.programs.types import ProgramView, VersionView

BEFORE, AFTER = "from", "to"
TYPED_MAX = 20


class Chooser(msgspec.Struct, frozen=True):
    """Two lists to choose from: which version is looked at, and which one before it."""

    template: ClassVar[str] = "rules_programs/parts/chooser.html"

    versions: tuple[tuple[str, str], ...]
    before: str
    after: str


def compare_page(request: HttpRequest, code: str) -> HttpResponse:
    """What differs between two versions (`?from=1&to=3`); unasked, between the newest two."""
    try:
        program = program_get(code)
    except RegularsError:
        raise Http404(code[:40]) from None
    head = Head(
        _("Versions of “%(name)s” compared") % {"name": merchant_text(program.name)},
        _("What two published versions promise differently, in plain words: before and after."),
        back=Action(_("The program"), reverse("console:programs-one", args=[code])),
    )
    if len(program.versions) < 2:
        lone = Empty(
            _("There are no two versions yet"),
            _("As soon as a second one is published, it can be compared with the first."),
        )
        return blocks_page(request, head, [Card("", (lone,))])
    before, after = _asked(request, program)
    blocks: list[Block] = [Card(_("Which versions"), (_chooser(program, before, after),))]
    status = 200
    try:
        blocks += _compared(_version(program, before), _version(program, after))
    except RegularsError as refusal:
        blocks.append(Words(refusal_shown(refusal), "bad"))
        status = refusal.status
    return blocks_page(request, head, blocks, status=status)


def compare_address(program: ProgramView, version: VersionView) -> str:
    """Where a version is compared with the one before it; empty for the first."""
    before = _before(program, str(version.version))
    if not before:
        return ""
    href = reverse("console:programs-compare", args=[program.code])
    return f"{href}?{BEFORE}={before}&{AFTER}={version.version}"


def _asked(request: HttpRequest, program: ProgramView) -> tuple[str, str]:
    """What the address asks for; what it leaves open is the newest, and the one before."""
    after = request.GET.get(AFTER, "") or str(program.versions[0].version)
    before = request.GET.get(BEFORE, "") or _before(program, after)
    return before[:TYPED_MAX].replace("\0", "?"), after[:TYPED_MAX].replace("\0", "?")


def _before(program: ProgramView, version: str) -> str:
    number = whole_read(version)
    earlier = [each.version for each in program.versions if each.version < (number or 0)]
    return str(earlier[0]) if earlier else ""


def _version(program: ProgramView, typed: str) -> VersionView:
    number = whole_read(typed)
    for each in program.versions:
        if each.version == number:
            return each
    raise UnknownVersion(program=program.code, version=typed or "–")


def _chooser(program: ProgramView, before: str, after: str) -> Chooser:
    words = _("Version %(number)s · %(state)s · from %(since)s")
    versions = [
        (
            str(each.version),
            words
            % {
                "number": each.version,
                "state": STATES[each.state][0],
                "since": instant(each.valid_from),
            },
        )
        for each in program.versions
    ]
    return Chooser(tuple(versions), before, after)


def _compared(before: VersionView, after: VersionView) -> list[Block]:
    if before.version == after.version:
        raise SameVersion(version=after.version)
    names = staff_names([before.published_by, after.published_by])
    shown = Card(
        _("What differs"),
        (_differences(before, after),),
        lead=_("Version %(before)s before, version %(after)s after.")
        % {"before": before.version, "after": after.version},
    )
    return [Columns((shown,), (_facts(before, names), _facts(after, names)))]


def _differences(before: VersionView, after: VersionView) -> Differences:
    one, other = _content(before), _content(after)
    return differences_drawn(contents_compared(one, other, teller_of(one, other)))


def _content(version: VersionView) -> Content:
    """What it says; when it holds is told as it became true, an early end included."""
    content = msgspec.convert(version.content, Content)
    return msgspec.structs.replace(
        content,
        valid_from=instant(version.valid_from),
        valid_until=until_words(version.valid_until),
    )


def _facts(version: VersionView, names: dict[str, str]) -> Card:
    text, tone = STATES[version.state]
    by = version.published_by
    return Card(
        _("Version %(number)s") % {"number": version.version},
        (
            Facts(
                (
                    Fact(_("State"), text, tone=tone),
                    Fact(_("Valid from"), instant(version.valid_from)),
                    Fact(_("Valid until"), until_words(version.valid_until)),
                    Fact(
                        _("Published"),
                        instant(version.published_at),
                        note=names.get(by, by.partition(":")[2]),
                    ),
                )
            ),
        ),
    )
