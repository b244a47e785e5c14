"""The pages of the list of members: the list, many at once with a preview, and its exports."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.faces.console.approvals import bulk_request
from regulars.faces.console.bulk import BULK, DEEDS, UNTAG, Deed, bulk_begin
from regulars.faces.console.people import name_shown
from regulars.faces.console.roster import SCREEN, Narrowing, listing, narrowed, rows
from regulars.foundation.database.session import Unit, unit_of_work
from regulars.foundation.ids import new_id
from regulars.foundation.webkit.blocks import Action, Fact, Head, blocks_page
from regulars.foundation.webkit.confirming import Confirmation, confirmation_page, is_confirmed
from regulars.foundation.webkit.exporting import export_asked, export_question
from regulars.foundation.webkit.filters import filters_read
from regulars.foundation.webkit.forms import Asked, Form, form_answered, form_filled
from regulars.foundation.webkit.listing import (
    COUNT_MAX,
    Bulk,
    list_drawn,
    list_state,
    views_answered,
)
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.pages import may, merchant_text, staff_actor
from regulars.foundation.webkit.tables import Empty
from regulars.foundation.works.services import work_begin
from regulars.foundation.works.tasks import work_queue
from regulars.members.profiles.selectors import (
    members_after,
    members_count,
    members_get,
    members_marked,
)
from regulars.members.tags.selectors import MARKS_BY_HAND, tags_named
from regulars.organization.approvals.selectors import approval_waits

PREVIEWED = 8
KEYS_MAX = 200
# What is done with many at once, and whether that needs a second person, goes by the exact number.
ALL_COUNTED = 100_000_000


def members_page_view(request: HttpRequest) -> HttpResponse:
    """The list of members; posted, a view of it is kept or dropped."""
    here = reverse("console:members")
    with unit_of_work() as unit:
        declared = listing(unit)
        if request.method == "POST":
            return views_answered(request, declared, here) or redirect(here)
        state = list_state(request, declared)
        lines, following = rows(unit, state, declared.page_size)
        narrowing = narrowed(state.chosen)
        count = members_count(unit, narrowing.conditions, narrowing.params, COUNT_MAX)
    may_change = may(request, "members.manage")
    may_export = may(request, "members.erase")
    bulk = [Bulk(each.name, each.title, each.look) for each in DEEDS.values()]
    drawn = list_drawn(
        request,
        declared,
        state,
        lines,
        following=following,
        count=count,
        empty=_nothing(is_narrowed=bool(state.chosen)),
        bulk=bulk if may_change else (),
        bulk_href=reverse("console:members-bulk"),
        actions=_exports(request.GET.urlencode()) if may_export else (),
    )
    new = Action(_("Enrol a member"), reverse("console:members-new"), "main")
    lead = _("Everybody who has joined: find them, open one, or do something with many at once.")
    head = Head(_("Members"), lead, actions=(new,) if may_change else ())
    return blocks_page(request, head, [drawn])


@require_POST
def members_bulk_page(request: HttpRequest) -> HttpResponse:
    """Shows whom a deed would touch; confirmed, starts it and goes to its progress."""
    deed = DEEDS.get(request.POST.get("action", ""))
    if deed is None:
        raise Http404("no such deed")
    chosen, keys = _selection(request)
    if not keys and request.POST.get("all") != "yes":
        messages.error(request, _("Tick the members first, or “All that match”."))
        return redirect(_back(request))
    narrowing = narrowed(chosen, keys)
    with unit_of_work() as unit:
        count = members_count(unit, narrowing.conditions, narrowing.params, ALL_COUNTED)
        names = _previewed(unit, narrowing)
        carrying = _carrying(unit, narrowing) if deed.name == UNTAG else {}
        form = _form(unit, deed, chosen.get("tag", ""), carrying)
    asked = _asked(request, deed, count, names)
    if not is_confirmed(request, asked):
        return confirmation_page(request, _with(asked, form_filled(form)))
    started: list[str] = []
    actor = staff_actor(request)

    def begun(values: dict[str, str]) -> None:
        key = values.pop("once", "")
        arguments = {"chosen": chosen, "keys": keys, **values}
        # A tag is taken off those who carry it; the others are not touched.
        total = carrying[values["tag"]] if deed.name == UNTAG else count
        given: dict[str, Any] = {"deed": deed.name, "arguments": arguments, "total": total}
        if approval_waits(BULK, total, actor):
            bulk_request(actor=actor, key=key, **given)
        else:
            started.append(bulk_begin(actor=actor, **given).id)

    again = form_answered(request, form, begun)
    if again is not None:
        return confirmation_page(request, _with(asked, again), status=422)
    if not started:
        told = _("So many members need a second person. It starts as soon as she has approved it.")
        messages.success(request, told)
        return redirect(_back(request))
    return redirect("console:jobs-work", started[0])


def members_export_page(request: HttpRequest) -> HttpResponse:
    """Asks in which form and with which columns, and starts the job that writes the file."""
    with unit_of_work() as unit:
        declared = listing(unit)
        state = list_state(request, declared)
        narrowing = narrowed(state.chosen)
        count = members_count(unit, narrowing.conditions, narrowing.params, ALL_COUNTED)
    asked = export_question(
        Fact(_("Members"), amount_text(count)),
        back=f"{reverse('console:members')}?{request.GET.urlencode()}",
        warning=_("The file holds names and masked numbers. It is deleted after seven days."),
    )
    if not is_confirmed(request, asked):
        return confirmation_page(request, asked)
    file = export_asked(request, declared, state)
    arguments = {
        "chosen": state.chosen,
        "columns": file.columns,
        "language": get_language(),
    }
    work = _started(request, "members.export", arguments, count, f"members.{file.suffix}")
    return redirect("console:jobs-work", work)


def _exports(query: str) -> tuple[Action, ...]:
    href = f"{reverse('console:members-export')}?{query}"
    return (Action(_("Export"), href, icon="download", in_dialog=True),)


@transaction.atomic
def _started(
    request: HttpRequest, kind: str, arguments: Mapping[str, object], total: int, file: str = ""
) -> str:
    work = work_begin(
        actor=staff_actor(request),
        kind=kind,
        screen=SCREEN,
        arguments=dict(arguments),
        total=total,
        file_name=file,
    )
    work_queue(work.id)
    return work.id


def _selection(request: HttpRequest) -> tuple[dict[str, str], list[str]]:
    """What was chosen: the filters of the list, and the ticked members unless all are meant."""
    query = dict(parse_qsl(request.POST.get("query", "").removeprefix("?")))
    given = QueryDict(mutable=True)
    given.update(query)
    with unit_of_work() as unit:
        chosen = filters_read(given, listing(unit).filters)
    everybody = request.POST.get("all") == "yes"
    ticked = {} if everybody else dict.fromkeys(request.POST.getlist("key"))
    known = members_get([each for each in ticked if _is_uuid(each)][:KEYS_MAX])
    return chosen, [each.id for each in known]


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and all(each in "0123456789abcdef-" for each in text)


def _previewed(unit: Unit, narrowing: Narrowing) -> str:
    """The first names of those whom it touches."""
    ids = members_after(unit, narrowing.conditions, narrowing.params, "", PREVIEWED + 1)
    names = [name_shown(each) for each in members_get(ids[:PREVIEWED])]
    return _(", ").join([*names, *(["…"] if len(ids) > PREVIEWED else [])])


def _carrying(unit: Unit, narrowing: Narrowing) -> dict[str, int]:
    """How many of them carry each tag by hand."""
    return members_marked(unit, narrowing.conditions, narrowing.params, MARKS_BY_HAND)


def _form(unit: Unit, deed: Deed, tag: str, carrying: Mapping[str, int]) -> Form:
    reason = Asked("reason", _("Reason"), maximum=200)
    once = Asked("once", "", kind="hidden", required=False, initial=new_id())
    if not deed.has_tag:
        return Form(deed.name, "", deed.button, (reason, once))
    names = {each.code: merchant_text(each.name) for each in tags_named(unit)}
    if deed.name == UNTAG:
        asked = _tag_to_take(names, tag, carrying)
    else:
        asked = Asked("tag", _("Tag"), tuple(names.items()), kind="choice")
    return Form(deed.name, "", deed.button, (asked, reason, once))


def _tag_to_take(names: Mapping[str, str], tag: str, carrying: Mapping[str, int]) -> Asked:
    """The tags that some of them carry, each with how many do; `tag` is what the list shows."""
    options = tuple(
        (
            code,
            _("%(tag)s · carried by %(count)s of them")
            % {"tag": name, "count": amount_text(carrying[code])},
        )
        for code, name in names.items()
        if code in carrying
    )
    hint = _("Only tags that were set by hand; a segment's tag goes with its condition.")
    none = _("None of them carries a tag that was set by hand.")
    return Asked(
        "tag",
        _("Tag"),
        options,
        kind="choice",
        hint=hint if options else none,
        initial=tag,
    )


def _asked(request: HttpRequest, deed: Deed, count: int, names: str) -> Confirmation:
    posted = request.POST
    carried: list[tuple[str, str]] = [
        (name, posted.get(name, "")) for name in ("action", "all", "query")
    ]
    carried += [("key", each) for each in posted.getlist("key")[:KEYS_MAX]]
    return Confirmation(
        title=deed.question,
        consequences=(Fact(_("Members"), amount_text(count), note=names),),
        button=deed.button,
        back=_back(request),
        is_final=deed.look == "danger",
        carried=tuple(carried),
    )


def _with(asked: Confirmation, form: object) -> Confirmation:
    return Confirmation(
        title=asked.title,
        consequences=asked.consequences,
        button=asked.button,
        back=asked.back,
        is_final=asked.is_final,
        carried=asked.carried,
        form=form,  # type: ignore[arg-type]
    )


def _back(request: HttpRequest) -> str:
    query = request.POST.get("query", "").removeprefix("?")
    return f"{reverse('console:members')}?{query}"


def _nothing(*, is_narrowed: bool) -> Empty:
    if is_narrowed:
        return Empty(
            _("Nobody matches"),
            _("Take a filter off, or choose a wider range of days."),
            "?",
            _("Show all members"),
        )
    return Empty(
        _("No members yet"),
        _("Members appear here when the till enrols them or an import brings them in."),
        reverse("console:imports"),
        _("Import members"),
    )


__all__: Sequence[str] = ["members_bulk_page", "members_export_page", "members_page_view"]
