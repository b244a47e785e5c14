"""Doing something with a member: a short form or a confirmation in figures, then the deed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.faces.console.affairs import DEEDS
from regulars.faces.console.deeds import Deed
from regulars.faces.console.people import name_shown
from regulars.faces.console.portrait import member_found_or_404
from regulars.foundation.rights import RightMissing
from regulars.foundation.webkit.blocks import (
    Action,
    Fact,
    Head,
    blocks_page,
    is_part_wanted,
    part_page,
)
from regulars.foundation.webkit.confirming import (
    Confirmation,
    confirmation_page,
    is_confirmed,
)
from regulars.foundation.webkit.forms import DEED, FilledForm, form_answered, form_filled
from regulars.foundation.webkit.pages import may, refusal_shown
from regulars.members.profiles.types import MemberView

# Deeds for which one shows anew who one is: they hand out personal data or can't be undone.
FAR_REACHING = frozenset({"reveal", "export", "merge", "erase"})


def is_far_reaching(request: HttpRequest) -> bool:
    """Whether the deed that is posted needs a fresh proof of who posts it."""
    return (request.POST.get(DEED) or request.GET.get("do", "")) in FAR_REACHING


def member_manage_page(request: HttpRequest, member: str) -> HttpResponse:
    """One deed with one member, named by `do`; without one the tab of her data."""
    found = member_found_or_404(member)
    name = request.POST.get(DEED) or request.GET.get("do", "")
    if not name:
        return redirect(_portrait(found, "data"))
    deed = DEEDS.get(name)
    if deed is None:
        raise Http404(name[:40])
    if not may(request, deed.right):
        messages.error(request, refusal_shown(RightMissing(right=deed.right)))
        return redirect(_portrait(found, deed.tab))
    if request.method == "POST":
        return _done(request, found, deed)
    return _asked(request, found, deed, deed.form(request, found))


def _portrait(member: MemberView, tab: str) -> str:
    address = reverse("console:members-portrait", args=[member.public_id])
    return f"{address}?tab={tab}"


def _asked(request: HttpRequest, member: MemberView, deed: Deed, form: FilledForm) -> HttpResponse:
    """The question: a form, or where it has consequences those first."""
    facts = _named(request, member, deed)
    if facts:
        confirmation = _confirmation(member, deed, form, facts)
        return confirmation_page(request, confirmation, status=form.status)
    if is_part_wanted(request):
        return part_page(request, form, status=form.status)
    return blocks_page(request, _head(member, deed), [form], status=form.status)


def _head(member: MemberView, deed: Deed) -> Head:
    back = Action(_("Back to the member"), _portrait(member, deed.tab))
    return Head(name_shown(member), back=back)


def _named(request: HttpRequest, member: MemberView, deed: Deed) -> tuple[Fact, ...] | None:
    """What has to be named before: () nothing, None not yet what."""
    return deed.consequences(request, member) if deed.consequences else ()


def _confirmation(
    member: MemberView, deed: Deed, form: FilledForm, facts: tuple[Fact, ...]
) -> Confirmation:
    return Confirmation(
        title=form.form.title,
        consequences=facts,
        button=form.form.button,
        back=_portrait(member, deed.tab),
        warning=deed.warning,
        is_final=deed.is_final,
        carried=((DEED, form.form.deed),),
        typed=name_shown(member) if deed.is_typed else "",
        form=form,
    )


def _done(request: HttpRequest, member: MemberView, deed: Deed) -> HttpResponse:
    """Does what the form asks for; a refusal stands in the form with what was typed."""
    form = deed.form(request, member).form
    answer = form_filled(form, request.POST)
    facts = _named(request, member, deed)
    if facts is None:
        # What it is about could not be told yet: the first answer names it.
        return _asked(request, member, deed, answer)
    if facts and not is_confirmed(request, _confirmation(member, deed, answer, facts)):
        if request.POST.get("confirmed"):
            answer = form_filled(
                form,
                request.POST,
                error=_("Confirm that you know what can't be undone, then try again."),
            )
        return _asked(request, member, deed, answer)
    answered: list[HttpResponse | str] = []

    def work(values: dict[str, object]) -> None:
        answered.append(deed.work(request, member, values))

    again = form_answered(request, form, work)
    if again is not None:
        return _asked(request, member, deed, again)
    answer_given = answered[0]
    if isinstance(answer_given, HttpResponse):
        return answer_given
    messages.success(request, answer_given or _("Done."))
    return redirect(_portrait(member, deed.tab))
