"""What waits for somebody: the first page names it before anything else."""

from datetime import datetime

import msgspec
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.faces.console.health import Sign
from regulars.foundation.database.session import Unit
from regulars.foundation.jobs.selectors import jobs_failed
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.webkit.numbers import amount_text, money_shown
from regulars.foundation.webkit.pages import may, merchant_text, rights_of, staff_actor
from regulars.foundation.webkit.tables import Tone
from regulars.organization.approvals.selectors import approvals_waiting_count
from regulars.organization.webhooks.selectors import webhooks_failing
from regulars.rules.limits.types import Window
from regulars.rules.programs.selectors import BudgetView, budgets_in_force

BUDGET_NEAR_PERCENT = 80


class Waiting(msgspec.Struct, frozen=True):
    """One thing to look at, where that is done, and how urgent it is."""

    text: str
    tone: Tone
    href: str = ""


def waiting(request: HttpRequest, unit: Unit, now: datetime, signs: list[Sign]) -> list[Waiting]:
    """What waits for this person and can be done by her: what is broken first."""
    found = [
        Waiting(" · ".join([each for each in (sign.text, sign.todo) if each]), sign.tone)
        for sign in signs
        if sign.tone in ("bad", "warn")
    ]
    found += approvals_waiting(request)
    if may(request, "jobs.view"):
        found += _jobs(unit)
    if may(request, "programs.view"):
        found += [_budget(each) for each in budgets_in_force(unit, now) if _is_near(each)]
    if may(request, "webhooks.manage"):
        found += _webhooks()
    order = {"bad": 0, "warn": 1}
    return sorted(found, key=lambda each: order.get(each.tone, 2))


def approvals_waiting(request: HttpRequest) -> list[Waiting]:
    """What waits for this person's word."""
    count = approvals_waiting_count(rights_of(request), staff_actor(request))
    if not count:
        return []
    words = ngettext(
        "%(count)s request waits for your approval",
        "%(count)s requests wait for your approval",
        count,
    )
    return [Waiting(words % {"count": count}, "warn", reverse("console:approvals"))]


def _jobs(unit: Unit) -> list[Waiting]:
    failed = jobs_failed(unit)
    if not failed:
        return []
    words = ngettext(
        "%(count)s background job failed in the last day: run “regulars doctor”",
        "%(count)s background jobs failed in the last day: run “regulars doctor”",
        failed,
    )
    return [Waiting(words % {"count": failed}, "bad")]


def _is_near(budget: BudgetView) -> bool:
    return budget.used_percent >= BUDGET_NEAR_PERCENT


def _budget(budget: BudgetView) -> Waiting:
    """How much is left of a budget, and of which one."""
    windows = {
        Window.DAY: _("today"),
        Window.MONTH: _("this month"),
        Window.TERM: _("for this term"),
        Window.TOTAL: _("in total"),
    }
    left = max(budget.maximum - budget.used, 0)
    words = {
        "program": merchant_text(budget.program_name),
        "percent": budget.used_percent,
        "left": _left(budget, left),
        "window": windows[budget.window],
    }
    text = _("%(program)s: %(percent)s%% of the budget %(window)s is used, %(left)s is left")
    if not left:
        text = _("%(program)s: the budget %(window)s is used up; its rules give nothing more")
    return Waiting(text % words, "bad" if not left else "warn", reverse("console:programs"))


def _left(budget: BudgetView, left: int) -> str:
    """A budget in money is told in money, whatever it is counted in."""
    if not budget.money_minor:
        return amount_text(left)
    return money_shown(budget.money_minor * left // budget.maximum, shop_known().currency)


def _webhooks() -> list[Waiting]:
    names = webhooks_failing()
    if not names:
        return []
    words = _("Another system can't be reached: %(names)s") % {"names": ", ".join(names)}
    return [Waiting(words, "warn", reverse("console:webhooks"))]
