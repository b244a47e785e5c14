"""Whether the deployment works: asked by load balancers, by `doctor` and by whoever is on call.

A room adds a check of its own in `health.py` with `health_check`.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from regulars.foundation.database.migrations import migrations_missing
from regulars.foundation.metrics import exposition
from regulars.foundation.settings import settings_load

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class State(StrEnum):
    """How a check ended; `failing` makes the whole deployment answer 503."""

    OK = "ok"
    WARNING = "warning"
    FAILING = "failing"


@dataclass(frozen=True)
class Finding:
    """What one check found; `details` go to the answer as they are and hold nothing personal."""

    state: State = State.OK
    details: dict[str, Any] = field(default_factory=dict)


Check = Callable[[], Finding]
_checks: dict[str, Check] = {}


def health_check(name: str) -> Callable[[Check], Check]:
    """Declares a check. It must be quick: it is asked every few seconds."""

    def declare(check: Check) -> Check:
        _checks[name] = check
        return check

    return declare


def health_findings() -> dict[str, Finding]:
    """Runs every check; one that can't reach the database is failing, and so are all after it."""
    found: dict[str, Finding] = {}
    for name, check in _checks.items():
        try:
            found[name] = check()
        except DatabaseError:
            connection.close()
            found[name] = Finding(State.FAILING, {"problem": "the database does not answer"})
            break
    return found


def state_of(findings: dict[str, Finding]) -> State:
    """The worst of all."""
    states = {finding.state for finding in findings.values()}
    return next((state for state in (State.FAILING, State.WARNING) if state in states), State.OK)


@health_check("database")
def _database_answers() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding()


class _Migrated:
    """Once this process saw that nothing is missing, nothing can become missing under it."""

    seen = False


@health_check("migrations")
def _migrations_applied() -> Finding:
    missing = [] if _Migrated.seen else migrations_missing()
    _Migrated.seen = not missing
    return Finding(State.FAILING, {"missing": len(missing)}) if missing else Finding()


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the deployment can do its work, 503 when it can't."""
    findings = health_findings()
    state = state_of(findings)
    checks = {name: {"state": each.state, **each.details} for name, each in findings.items()}
    answer = JsonResponse(
        {"status": state, "checks": checks}, status=503 if state is State.FAILING else 200
    )
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures in Prometheus' text format, for this machine or whoever holds the token."""
    if not _may_see_metrics(request):
        return HttpResponse(status=403)
    return HttpResponse(exposition(), content_type=METRICS_TYPE)


def _may_see_metrics(request: HttpRequest) -> bool:
    token = settings_load().metrics_token
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    # A proxy on this machine passes strangers on; it says so in this header.
    local = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
    return local and "X-Forwarded-For" not in request.headers
