"""The pages of a draft: its rules in order, what it says in general, and a new program."""

from typing import Any

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.foundation.errors import RegularsError
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.blocks import Action, Head, blocks_page
from regulars.foundation.webkit.forms import Asked, FilledForm, Form, form_answered, form_filled
from regulars.foundation.webkit.pages import (
    merchant_text,
    page,
    reader_language,
    refusal_shown,
    staff_actor,
)
from regulars.rules.programs.content import Content
from regulars.rules.programs.differences import Teller, contents_compared
from regulars.rules.programs.draft_parts import PARTS, group_removed, groups_shown
from regulars.rules.programs.drafting import (
    Desk,
    revision_given,
    rule_moved,
    rule_removed,
    version_current,
)
from regulars.rules.programs.editor import assets_now, program_or_404
from regulars.rules.programs.editor_words import Differences, differences_drawn
from regulars.rules.programs.forms.drawing import names_of_values
from regulars.rules.programs.forms.setting import AUDIENCE
from regulars.rules.programs.forms.writing import code_proposed
from regulars.rules.programs.publishing import program_draft_save
from regulars.rules.programs.selectors import programs_listed


def draft_page(request: HttpRequest, code: str) -> HttpResponse:
    """The next version being made: its rules, each in words, and what it says besides."""
    desk = program_or_404(code)
    deed = request.POST.get("do", "") if request.method == "POST" else ""
    filled = {name: form_filled(part.form(desk)) for name, part in PARTS.items()}
    if deed in PARTS:
        part = PARTS[deed]
        answered = form_answered(
            request,
            part.form(desk),
            lambda values: _kept(request, desk, part.content(desk, values)),
        )
        if answered is None:
            messages.success(request, _("The draft is saved."))
            return redirect("console:programs-draft", code)
        filled[deed] = answered
    elif deed:
        _rules_changed(request, desk, deed)
        return redirect("console:programs-draft", code)
    status = max(each.status for each in filled.values())
    return page(request, "rules_programs/draft.html", {**_drawn(desk), **filled}, status=status)


def teller_of(*contents: Content) -> Teller:
    """Tells these contents, with the names of everything they mention."""
    rules = [rule for content in contents for rule in content.rules]
    texts = [(rule.when, rule.on) for rule in rules]
    texts += [(rule.audience, AUDIENCE) for rule in rules]
    for rule in rules:
        if rule.earn is not None:
            texts += [(each.when, rule.on) for each in rule.earn.multipliers]
    currency = shop_known().currency
    return Teller(reader_language(), assets_now(), currency, names_of_values(texts))


def _kept(request: HttpRequest, desk: Desk, content: dict[str, Any]) -> None:
    revision = revision_given(request.POST.get("revision", ""), desk)
    program_draft_save(
        actor=staff_actor(request),
        code=desk.program.code,
        content=content,
        revision=revision,
    )


def _rules_changed(request: HttpRequest, desk: Desk, deed: str) -> None:
    """Moves a rule up or down, takes it or a group out: `up:base`, `down:base`, `remove:base`."""
    name, _colon, rule = deed.partition(":")
    if name == "remove":
        content = rule_removed(desk.content, rule)
    elif name == "ungroup":
        content = group_removed(desk.content, rule)
    elif name in ("up", "down"):
        content = rule_moved(desk.content, rule, -1 if name == "up" else 1)
    else:
        return
    try:
        _kept(request, desk, content)
    except RegularsError as refusal:
        messages.error(request, refusal_shown(refusal))
    else:
        messages.success(request, _("The draft is saved."))


def _drawn(desk: Desk) -> dict[str, Any]:
    content = desk.typed
    teller = teller_of(content)
    groups = {each.code: merchant_text(dict(each.name)) or each.code for each in content.groups}
    rules = [
        {
            "code": rule.code,
            "name": merchant_text(rule.name),
            "words": teller.rule(rule),
            "group": groups.get(rule.group or "", ""),
            "is_first": place == 0,
            "is_last": place + 1 == len(content.rules),
        }
        for place, rule in enumerate(content.rules)
    ]
    return {
        "title": _("Draft: %(name)s") % {"name": merchant_text(content.name)},
        "program": desk.program,
        "revision": desk.revision,
        "is_draft": desk.revision > 0,
        "rules": rules,
        "groups": groups_shown(content),
        "differences": draft_compared(desk),
    }


def draft_compared(desk: Desk) -> Differences:
    """What publishing the draft would change of what holds."""
    holding, after = version_current(desk.program), desk.typed
    if holding is None:
        return differences_drawn(contents_compared(None, after, teller_of(after)))
    before = msgspec.convert(holding.content, Content)
    return differences_drawn(contents_compared(before, after, teller_of(before, after)))


def new_page(request: HttpRequest) -> HttpResponse:
    """A new program: its name and what it gives; its first rule is made on the next page."""
    form = _new_form()
    made: list[str] = []
    filled: FilledForm | None = form_filled(form)
    if request.method == "POST":
        filled = form_answered(
            request, form, lambda values: made.append(_new_made(request, values))
        )
    if filled is None:
        return redirect(f"{reverse('console:programs-rule', args=[made[0]])}")
    head = Head(
        _("New program"),
        _("A program says what members earn for what, and what points are worth."),
        back=Action(_("Programs"), reverse("console:programs")),
    )
    return blocks_page(request, head, [filled], status=filled.status)


def _new_form() -> Form:
    known = [(each.code, merchant_text(each.name)) for each in assets_now().values()]
    return Form(
        deed="new",
        title=_("New program"),
        button=_("Next: the first rule"),
        fields=(
            Asked("name", _("Name"), kind="texts", maximum=120),
            Asked(
                "asset",
                _("What members earn"),
                options=(*known, ("", _("something new: points of their own"))),
                required=False,
            ),
            Asked(
                "points",
                _("Name of the new points"),
                kind="texts",
                required=False,
                maximum=40,
                hint=_("Only for something new. They are valid to the end of the next year."),
            ),
        ),
        back=reverse("console:programs"),
    )


def _new_made(request: HttpRequest, values: dict[str, Any]) -> str:
    """Keeps the first draft, without a rule yet; answers the program's code."""
    codes = {program.code for program in programs_listed()}
    code = code_proposed(values["name"].get("en", "") or "program", codes)
    content: dict[str, Any] = {
        "name": values["name"],
        "time_zone": shop_known().time_zone,
        "rules": [],
    }
    if not values["asset"] and values["points"]:
        taken = {asset.code for asset in assets_now().values()}
        asset = code_proposed(values["points"].get("en", "") or "points", taken)
        lot = {"kind": "end_of_year", "years_ahead": 1}
        content["assets"] = [{"code": asset, "name": values["points"], "expiry": {"lot": lot}}]
    program_draft_save(actor=staff_actor(request), code=code, content=content, revision=0)
    return code
