"""The health of the system: proof, backup, disk, database, jobs, version, and what to do."""

import re
import shutil
from datetime import datetime, timedelta

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars import __version__
from regulars.faces.console.health import (
    PROOF_AGE_MAX,
    PROOF_FAILED,
    PROVED,
)
from regulars.foundation import clock
from regulars.foundation.audit.copies import BACKUP_AGE_MAX, backup_last
from regulars.foundation.audit.selectors import last_recorded
from regulars.foundation.diagnoses import Diagnosis, Verdict, age_texts, looks_known
from regulars.foundation.errors import RegularsError
from regulars.foundation.jobs.queue import jobs_by_state, jobs_stalled
from regulars.foundation.settings import settings_load
from regulars.foundation.webkit.blocks import Action, Card, Fact, Figures, Head, blocks_page
from regulars.foundation.webkit.numbers import UNKNOWN, amount_text
from regulars.foundation.webkit.pages import reader_language
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table, Tone
from regulars.foundation.webkit.templatetags.webkit import instant

MEGABYTE = 1_000_000
FREE_MEGABYTES_MIN = 2_000
# Commands as looks write them for a terminal.
COMMAND = re.compile(r"`([^`]+)`")
STATES: dict[Verdict, Tone] = {
    Verdict.OK: "good",
    Verdict.WARNING: "warn",
    Verdict.FAILING: "bad",
}


def health_page(request: HttpRequest) -> HttpResponse:
    """How the house stands, and what each look of `regulars doctor` says."""
    now = clock.now()
    facts = Figures((_proof(now), _backup(now), _disk(), _database(), _jobs(), _version()))
    actions = (Action(_("Jobs"), reverse("console:jobs"), icon="jobs"),)
    found = [each for look in looks_known().values() for each in _looked(look)]
    looks = Card(
        _("What was checked"),
        (_looks(found),),
        lead=_("The same as “regulars doctor” says on the server, with what to do."),
        flush=True,
    )
    lead = _(
        "Whether everything works, when the books were last proved, and when data was last copied."
    )
    head = Head(_("System health"), lead, actions=actions)
    return blocks_page(request, head, [facts, looks])


def _proof(now: datetime) -> Fact:
    proved, failed = last_recorded(PROVED), last_recorded(PROOF_FAILED)
    if failed is not None and (proved is None or failed > proved):
        return Fact(
            _("Last proof of the books"), _("differences"), note=instant(failed), tone="bad"
        )
    return _aged(_("Last proof of the books"), proved, now, PROOF_AGE_MAX)


def _backup(now: datetime) -> Fact:
    last = backup_last()
    if last is None:
        return _aged(_("Last backup"), None, now, BACKUP_AGE_MAX)
    hidden = _("encrypted") if last.key else _("not encrypted")
    return _aged(_("Last backup"), last.at, now, BACKUP_AGE_MAX, hidden)


def _aged(
    label: Text, at: datetime | None, now: datetime, most: timedelta, more: Text = ""
) -> Fact:
    if at is None:
        return Fact(label, _("never yet"), tone="warn")
    english, chinese = age_texts(now - at)
    age = english if reader_language() == "en" else chinese
    note = f"{instant(at)} · {more}" if more else instant(at)
    return Fact(label, age, note=note, tone="good" if now - at <= most else "warn")


def _disk() -> Fact:
    free = shutil.disk_usage(settings_load().data_dir).free // MEGABYTE
    tone: Tone = "good" if free >= FREE_MEGABYTES_MIN else "bad"
    return Fact(_("Free on the disk"), _size(free), tone=tone)


def _database() -> Fact:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()), current_setting('server_version')"
        )
        size, version = cursor.fetchone()
    return Fact(_("Database"), _size(size // MEGABYTE), note=f"PostgreSQL {version.split()[0]}")


def _jobs() -> Fact:
    counts, stalled = jobs_by_state(), jobs_stalled()
    failed = counts.get("failed", 0)
    told = _("%(waiting)s waiting, %(failed)s failed") % {
        "waiting": amount_text(counts.get("todo", 0)),
        "failed": amount_text(failed),
    }
    tone: Tone = "bad" if failed else "warn" if stalled else "good"
    return Fact(_("Stalled jobs"), amount_text(stalled), note=told, tone=tone)


def _version() -> Fact:
    return Fact(_("Version"), __version__, note=settings_load().time_zone or UNKNOWN)


def _size(megabytes: int) -> str:
    if megabytes < 1000:
        return f"{megabytes} MB"
    return f"{amount_text(megabytes // 100, 1)} GB"


def _looked(look: object) -> list[Diagnosis]:
    """What one look finds; one that can't look says why, and the others still do."""
    try:
        return list(look())  # type: ignore[operator]
    except RegularsError as refusal:
        texts = {"en": refusal.sentence("en"), "zh-Hans": refusal.sentence("zh-Hans")}
        return [Diagnosis(Verdict.FAILING, texts)]


def _looks(found: list[Diagnosis]) -> Table:
    words: dict[Verdict, Text] = {
        Verdict.OK: _("fine"),
        Verdict.WARNING: _("needs attention"),
        Verdict.FAILING: _("broken"),
    }
    order = [Verdict.FAILING, Verdict.WARNING, Verdict.OK]
    return Table(
        columns=(Column(_("State")), Column(_("What was found"), words=True)),
        rows=tuple(
            (
                Cell(words[each.verdict], tone=STATES[each.verdict]),
                Cell(COMMAND.sub(r"“\1”", each.texts[reader_language()])),
            )
            for each in sorted(found, key=lambda each: order.index(each.verdict))
        ),
        empty=Empty(_("Nothing to look at")),
    )
