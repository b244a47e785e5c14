"""Wizards: a few steps, one question at a time, back and next, nothing lost on the way.

What was answered is kept in the session until the last step is done. Secrets and files are not
kept: a step that asks for one has a `done` that uses it at once. Days and times are kept as ISO
texts. Don't ask a wizard for members' personal data.
"""

from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any, ClassVar

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from regulars.foundation.webkit.blocks import Block, Head
from regulars.foundation.webkit.forms import FilledForm, Form, form_answered, form_filled
from regulars.foundation.webkit.pages import page
from regulars.foundation.webkit.screens import Text

PARAMETER = "step"
NOT_KEPT = frozenset({"secret", "file"})
Answers = dict[str, dict[str, Any]]


class Step(msgspec.Struct, frozen=True):
    """One step. `form` gets the answers so far; `beside` may show what the answers will do.

    `done` is called with this step's values when it is passed, and may refuse.
    """

    name: str
    title: Text
    form: Callable[[Answers], Form]
    done: Callable[[HttpRequest, dict[str, Any]], object] | None = None
    beside: Callable[[Answers], Sequence[Block]] | None = None


class DrawnStep(msgspec.Struct, frozen=True):
    """A step in the row of steps: passed ones can be gone back to."""

    title: Text
    number: int
    href: str
    is_current: bool
    is_passed: bool


class Drawn(msgspec.Struct, frozen=True):
    """A wizard at one of its steps."""

    template: ClassVar[str] = "webkit/blocks/wizard.html"

    steps: tuple[DrawnStep, ...]
    form: FilledForm
    beside: tuple[Block, ...]
    back: str
    number: int

    @property
    def count(self) -> int:
        """How many steps there are."""
        return len(self.steps)


class Wizard(msgspec.Struct, frozen=True):
    """A wizard: `finish` gets all answers by step and gives the page to go to.

    `page` is its template: one without the shell where nobody is signed in.
    """

    name: str
    title: Text
    steps: tuple[Step, ...]
    finish: Callable[[HttpRequest, Answers], HttpResponse]
    lead: Text = ""
    page: str = "webkit/wizard.html"


def wizard_page(request: HttpRequest, wizard: Wizard) -> HttpResponse:
    """The step that the address names, as far as one has come; posted, the next one."""
    answers = answers_kept(request, wizard)
    place = _place(request, wizard, answers)
    step = wizard.steps[place]
    form = step.form(answers)
    if request.method != "POST":
        given = answers.get(step.name)
        filled = form_filled(_started(form, given) if given is not None else form)
        return _drawn(request, wizard, place, answers, filled)

    def passed(values: dict[str, Any]) -> None:
        if step.done is not None:
            step.done(request, values)
        secret = {each.name for each in form.fields if each.shape in NOT_KEPT}
        answers[step.name] = {
            name: _plain(each) for name, each in values.items() if name not in secret
        }

    again = form_answered(request, form, passed)
    if again is not None:
        return _drawn(request, wizard, place, answers, again)
    _kept(request, wizard, answers)
    if place + 1 < len(wizard.steps):
        return redirect(f"{request.path}?{PARAMETER}={wizard.steps[place + 1].name}")
    answer = wizard.finish(request, answers)
    wizard_forget(request, wizard)
    return answer


def answers_kept(request: HttpRequest, wizard: Wizard) -> Answers:
    """What has been answered so far, by step."""
    found = request.session.get(_key(wizard), {})
    names = {step.name for step in wizard.steps}
    return {name: dict(values) for name, values in found.items() if name in names}


def answers_noted(request: HttpRequest, wizard: Wizard, answers: Answers) -> None:
    """Takes steps as answered that were done elsewhere, or before this session began."""
    _kept(request, wizard, {**answers, **answers_kept(request, wizard)})


def wizard_forget(request: HttpRequest, wizard: Wizard) -> None:
    """Starts the wizard anew for this person."""
    request.session.pop(_key(wizard), None)


def _key(wizard: Wizard) -> str:
    return f"wizard:{wizard.name}"


def _kept(request: HttpRequest, wizard: Wizard, answers: Answers) -> None:
    request.session[_key(wizard)] = answers


def _plain(value: Any) -> Any:
    """Days and times are kept as they are written."""
    return value.isoformat() if isinstance(value, date | time) else value


def _place(request: HttpRequest, wizard: Wizard, answers: Answers) -> int:
    """The place of the step asked for, but never past the first one without an answer."""
    reached = 0
    while reached < len(wizard.steps) - 1 and wizard.steps[reached].name in answers:
        reached += 1
    asked = request.GET.get(PARAMETER, "")
    names = [step.name for step in wizard.steps]
    return min(names.index(asked), reached) if asked in names else reached


def _started(form: Form, values: dict[str, Any]) -> Form:
    """The form, starting from what was answered before."""
    fields = [
        msgspec.structs.replace(each, initial=values[each.name]) if each.name in values else each
        for each in form.fields
    ]
    return msgspec.structs.replace(form, fields=tuple(fields))


def _drawn(
    request: HttpRequest, wizard: Wizard, place: int, answers: Answers, form: FilledForm
) -> HttpResponse:
    steps = tuple(
        DrawnStep(
            title=step.title,
            number=number + 1,
            href=f"?{PARAMETER}={step.name}",
            is_current=number == place,
            is_passed=step.name in answers and number != place,
        )
        for number, step in enumerate(wizard.steps)
    )
    beside = wizard.steps[place].beside
    back = steps[place - 1].href if place else ""
    drawn = Drawn(steps, form, tuple(beside(answers)) if beside else (), back, place + 1)
    context = {"content": drawn, "head": Head(wizard.title, wizard.lead), "title": wizard.title}
    return page(request, wizard.page, context, status=form.status)
