"""The page on which a segment is made or changed: whom it means, in lines, in words, in numbers."""

from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.pages import merchant_text, page, refusal_shown, staff_actor
from regulars.foundation.webkit.reading import whole_read
from regulars.members.tags.selectors import tags_named
from regulars.rules.programs.services import (
    AudienceSheet,
    audience_drawn,
    audience_opened,
    audience_posted,
)
from regulars.rules.segments.asking import UNREADABLE
from regulars.rules.segments.errors import SegmentCodeTaken
from regulars.rules.segments.selectors import segment_get, segments_listed
from regulars.rules.segments.services import segment_save, segments_fill
from regulars.rules.segments.telling import in_words
from regulars.rules.segments.types import SegmentView

PREFIX = "condition"
SAVE = "save"
# Pages of their own have these addresses.
RESERVED = frozenset({"new", "count", "ready"})
TYPED = ("code", "name_zh", "name_en", "tag", "tag_days", "revision")


class Sheet(msgspec.Struct):
    """One request's work on a segment: what was typed, and the condition as a form."""

    segment: SegmentView | None
    typed: dict[str, str]
    condition: AudienceSheet
    refusal: str = ""


def segment_new_page(request: HttpRequest) -> HttpResponse:
    """A form for a new segment."""
    return _page(request, None)


def segment_edit_page(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a segment that is there."""
    return _page(request, segment_or_404(code))


def segment_or_404(code: str) -> SegmentView:
    """A segment, or no such page."""
    try:
        with unit_of_work() as unit:
            return segment_get(unit, code)
    except RegularsError:
        raise Http404(code[:40]) from None


def _page(request: HttpRequest, segment: SegmentView | None) -> HttpResponse:
    if request.method != "POST":
        opened = audience_opened(segment.condition if segment else "")
        return _drawn(request, Sheet(segment, _typed_of(segment), opened))
    typed = {name: request.POST.get(name, "").strip() for name in TYPED}
    sheet = Sheet(segment, typed, audience_posted(request.POST, PREFIX))
    if request.POST.get("do") != SAVE:
        # Who is still choosing is not told what is missing.
        sheet.condition = msgspec.structs.replace(sheet.condition, wrong={})
        return _drawn(request, sheet)
    if not sheet.condition.wrong:
        try:
            saved = _saved(request, sheet)
        except RegularsError as refusal:
            sheet.refusal = refusal_shown(refusal)
        else:
            messages.success(request, _("The segment is saved."))
            return _gone(request, reverse("console:segments-one", args=[saved.code]))
    # To htmx the page with its problems is an answer like any other.
    return _drawn(request, sheet, 200 if request.headers.get("HX-Request") else 422)


def _typed_of(segment: SegmentView | None) -> dict[str, str]:
    if segment is None:
        return dict.fromkeys(TYPED, "")
    days = segment.tag_days
    return {
        "code": segment.code,
        "name_zh": segment.name.get("zh-Hans", ""),
        "name_en": segment.name.get("en", ""),
        "tag": segment.tag or "",
        "tag_days": "" if days is None else str(days),
        "revision": str(segment.revision),
    }


def _saved(request: HttpRequest, sheet: Sheet) -> SegmentView:
    typed, segment = sheet.typed, sheet.segment
    code = segment.code if segment else typed["code"]
    if segment is None:
        with unit_of_work() as unit:
            if code in RESERVED or code in {each.code for each in segments_listed(unit)}:
                raise SegmentCodeTaken(segment=code)
    names = {"zh-Hans": typed["name_zh"], "en": typed["name_en"]}
    saved = segment_save(
        actor=staff_actor(request),
        code=code,
        name={language: text for language, text in names.items() if text},
        condition=sheet.condition.text,
        tag=typed["tag"] or None,
        tag_days=whole_read(typed["tag_days"]) if typed["tag"] else None,
        revision=whole_read(typed["revision"]) if segment else None,
    )
    segments_fill([saved.code])
    return saved


def _gone(request: HttpRequest, target: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = target
        return answer
    return redirect(target)


def _drawn(request: HttpRequest, sheet: Sheet, status: int = 200) -> HttpResponse:
    segment, text = sheet.segment, sheet.condition.text
    with unit_of_work() as unit:
        tags = [(each.code, merchant_text(each.name)) for each in tags_named(unit)]
    back = reverse("console:segments")
    if segment is not None:
        back = reverse("console:segments-one", args=[segment.code])
    context: dict[str, Any] = {
        "title": _("Change a segment") if segment else _("New segment"),
        "segment": segment,
        "typed": sheet.typed,
        "refusal": sheet.refusal,
        "condition": audience_drawn(sheet.condition, PREFIX, UNREADABLE),
        "text": text,
        "words": in_words(text),
        "tags": tags,
        "back": back,
        "back_title": merchant_text(segment.name) if segment else _("Segments"),
    }
    return page(request, "rules_segments/segment.html", context, status=status)
