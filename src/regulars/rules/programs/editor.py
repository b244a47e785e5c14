"""The page on which one rule of a draft is made: a form, what it says in words, and an example."""

from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.pages import page, reader_language, refusal_shown, staff_actor
from regulars.foundation.webkit.reading import whole_read
from regulars.ledger.book.selectors import assets_known
from regulars.ledger.book.types import AssetView
from regulars.rules.programs.checking import content_checked
from regulars.rules.programs.content import RuleContent
from regulars.rules.programs.differences import Teller, contents_compared
from regulars.rules.programs.drafting import (
    Desk,
    desk_of,
    field_of,
    place_of,
    revision_given,
    rule_put,
)
from regulars.rules.programs.editor_words import Differences, differences_drawn, rule_choices
from regulars.rules.programs.errors import DraftChanged
from regulars.rules.programs.examples import example_drawn
from regulars.rules.programs.forms.drawing import condition_drawn, names_of_values
from regulars.rules.programs.forms.opening import rule_opened
from regulars.rules.programs.forms.posted import form_pressed, rule_posted
from regulars.rules.programs.forms.setting import AUDIENCE, Setting, condition_form, setting_of
from regulars.rules.programs.forms.types import ConditionForm, RuleForm
from regulars.rules.programs.forms.writing import code_proposed, rule_written
from regulars.rules.programs.kinds import has_amount
from regulars.rules.programs.publishing import program_draft_save
from regulars.rules.programs.selectors import program_get
from regulars.rules.purchases.selectors import categories_sold

REFRESH = "refresh"
SAVE, SAVE_OVER = "save", "save-over"
Errors = dict[str, str]


class Sheet(msgspec.Struct):
    """One request's work on a rule: the form and all that is known about it."""

    desk: Desk
    assets: dict[int, AssetView]
    setting: Setting
    before: str
    revision: int
    form: RuleForm
    plain: dict[str, Any] = {}
    errors: Errors = {}
    rule: RuleContent | None = None
    conflict: Differences | None = None

    @property
    def content(self) -> dict[str, Any]:
        """The draft with this rule in it."""
        return rule_put(self.desk.content, self.plain, self.before or None)


def rule_page(request: HttpRequest, code: str) -> HttpResponse:
    """A rule as a form. Every change draws it anew; `save` puts it into the draft."""
    sheet = _sheet(request, code)
    pressed = request.POST.get("do", REFRESH) if request.method == "POST" else REFRESH
    status = 200
    if request.method == "POST":
        sheet.form = _fitting(_pressed(sheet, pressed))
    _checked(sheet)
    if pressed in (SAVE, SAVE_OVER):
        if not sheet.errors and _saved(request, sheet):
            return _back_to_draft(request, code)
        # To htmx the page with its problems is an answer like any other.
        status = 200 if request.headers.get("HX-Request") else 422
    elif request.method != "POST" or pressed != REFRESH:
        # A line just added is empty; nobody is to blame for that yet.
        sheet.errors = {} if not sheet.form.when.as_text else sheet.errors
    return page(request, "rules_programs/rule.html", _drawn(request, sheet), status=status)


def _categories() -> list[str]:
    """What goods are called in past sales, to be offered while one types."""
    with unit_of_work() as unit:
        return categories_sold(unit)


def program_or_404(code: str) -> Desk:
    """The editor's desk for a program, or no such page."""
    try:
        return desk_of(program_get(code))
    except RegularsError:
        raise Http404(code[:40]) from None


def assets_now() -> dict[int, AssetView]:
    """The ledger's assets by id."""
    with unit_of_work() as unit:
        return assets_known(unit)


def _sheet(request: HttpRequest, code: str) -> Sheet:
    desk, assets = program_or_404(code), assets_now()
    setting = setting_of(shop_known().currency, assets.values(), desk.typed.assets)
    before = request.GET.get("rule", "")
    place = place_of(desk.content, before)
    if before and place < 0:
        raise Http404(before[:40])
    if request.method == "POST":
        form = rule_posted(request.POST)
        revision = revision_given(request.POST.get("revision", ""), desk)
    else:
        form = rule_opened(desk.typed.rules[place], setting) if before else _new(assets, desk)
        revision = desk.revision
    return Sheet(desk, assets, setting, before, revision, form)


def _new(assets: dict[int, AssetView], desk: Desk) -> RuleForm:
    """A new rule gives what the program's last rule gives, else what the program declares."""
    given = [each.effect.asset for each in reversed(desk.typed.rules) if each.effect]
    declared = [each.code for each in desk.typed.assets]
    codes = given + declared + [each.code for each in assets.values()]
    return RuleForm(asset=codes[0] if codes else "", amount="1", per="1")


def _pressed(sheet: Sheet, pressed: str) -> RuleForm:
    form = sheet.form
    deed, _colon, name = pressed.partition(":")
    if deed in ("text", "lines") and name:
        return _turned(sheet, deed, name)
    return form_pressed(form, pressed)


def _fitting(form: RuleForm) -> RuleForm:
    """Only a sale has an amount to take a share of; anything else gives a fixed amount."""
    if form.gives == "rate" and not has_amount(form.on):
        return msgspec.structs.replace(form, gives="flat", multipliers=())
    return form


def _turned(sheet: Sheet, deed: str, name: str) -> RuleForm:
    """A condition turned from lines into its expression, or from an expression into lines."""
    form, rows = sheet.form, name.split("-")
    found = whole_read(rows[1]) if rows[0] == "multipliers" and rows[1:2] else None
    is_line, place = found is not None, found or 0
    if is_line and place >= len(form.multipliers):
        return form
    if not is_line and name not in ("when", "audience"):
        return form
    kind = AUDIENCE if name == "audience" else form.on
    before: ConditionForm = form.multipliers[place].when if is_line else getattr(form, name)
    if deed == "text":
        plain, _problems = rule_written(form, sheet.setting)
        told = plain["earn"]["multipliers"][place]["when"] if is_line else plain[name]
        after = ConditionForm(before.asks, told, as_text=True)
    else:
        after = condition_form(before.text, kind, sheet.setting, with_lines=bool(is_line))
    if not is_line:
        return msgspec.structs.replace(form, **{name: after})
    several = list(form.multipliers)
    several[place] = msgspec.structs.replace(several[place], when=after)
    return msgspec.structs.replace(form, multipliers=tuple(several))


def _checked(sheet: Sheet) -> None:
    """Writes the rule and has the whole draft checked with it; problems go to their fields."""
    language = reader_language()
    form = sheet.form
    if not form.code.strip():
        taken = set(sheet.desk.codes)
        form = sheet.form = msgspec.structs.replace(
            form, code=sheet.before or code_proposed(form.name_en, taken)
        )
    sheet.plain, problems = rule_written(form, sheet.setting)
    sheet.errors = {each.field: each.text[language] for each in problems}
    if problems:
        return
    place = place_of(sheet.desk.content, sheet.before) if sheet.before else -1
    place = place if place >= 0 else len(sheet.desk.codes)
    try:
        sheet.rule = content_checked(sheet.content, sheet.assets).rules[place]
    except RegularsError as refusal:
        where = str(refusal.context.get("where", ""))
        # The field it stands beside says where; a reader needs only what.
        told = refusal_shown(refusal).removeprefix(where).lstrip(" ,:：")
        told = f"{told[:1].upper()}{told[1:]}"
        sheet.errors = {field_of(where, place) or "form": told}


def _saved(request: HttpRequest, sheet: Sheet) -> bool:
    """Keeps the draft with this rule; False when somebody else saved it meanwhile."""
    over = request.POST.get("do") == SAVE_OVER
    revision = sheet.desk.revision if over else sheet.revision
    try:
        program_draft_save(
            actor=staff_actor(request),
            code=sheet.desk.program.code,
            content=sheet.content,
            revision=revision,
        )
    except DraftChanged as refusal:
        sheet.errors = {"form": refusal_shown(refusal)}
        sheet.conflict = _what_differs(sheet)
        return False
    except RegularsError as refusal:
        sheet.errors = {"form": refusal_shown(refusal)}
        return False
    return True


def _what_differs(sheet: Sheet) -> Differences:
    """What stands in the newest draft, against what this form says."""
    theirs = sheet.desk.typed
    mine = content_checked(sheet.content, sheet.assets)
    return differences_drawn(contents_compared(theirs, mine, _teller(sheet)))


def _teller(sheet: Sheet) -> Teller:
    texts = [(sheet.plain.get("when", ""), sheet.form.on)]
    texts.append((sheet.plain.get("audience", ""), AUDIENCE))
    multipliers = sheet.plain.get("earn", {}).get("multipliers", ())
    texts += [(each["when"], sheet.form.on) for each in multipliers]
    currency = shop_known().currency
    return Teller(reader_language(), sheet.assets, currency, names_of_values(texts))


def _back_to_draft(request: HttpRequest, code: str) -> HttpResponse:
    messages.success(request, _("The draft is saved. It counts as soon as it is published."))
    target = reverse("console:programs-draft", args=[code])
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = target
        return answer
    return redirect(target)


def _drawn(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    form, errors = sheet.form, sheet.errors
    earn = sheet.plain.get("earn", {}).get("multipliers", [])
    multipliers = [
        {
            "row": row,
            "form": each,
            "when": condition_drawn(
                each.when,
                f"multipliers-{row}-when",
                form.on,
                errors,
                with_lines=not each.by,
                text=earn[row]["when"] if row < len(earn) else "",
            ),
            "error": errors.get(f"multipliers.{row}.times") or errors.get(f"multipliers.{row}"),
        }
        for row, each in enumerate(form.multipliers)
    ]
    return {
        "title": _("Change a rule") if sheet.before else _("New rule"),
        "program": sheet.desk.program,
        "form": form,
        "is_action": form.gives == "do",
        "is_rate": form.gives == "rate",
        "before": sheet.before,
        "revision": sheet.revision,
        "errors": errors,
        "conflict": sheet.conflict,
        "when": condition_drawn(
            form.when, "when", form.on, errors, text=sheet.plain.get("when", "")
        ),
        "audience": condition_drawn(
            form.audience, "audience", AUDIENCE, errors, text=sheet.plain.get("audience", "")
        ),
        "multipliers": multipliers,
        "words": _teller(sheet).rule(sheet.rule) if sheet.rule is not None else "",
        "expression": msgspec.json.format(msgspec.json.encode(sheet.plain), indent=2).decode(),
        "example": example_drawn(request.POST, sheet.rule, sheet.content, sheet.assets),
        "categories": _categories(),
        "currency": shop_known().currency,
        **rule_choices(sheet.desk.typed, sheet.assets, form),
    }
